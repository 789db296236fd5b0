#!/usr/bin/env bash
# Measure `make run` as a newcomer meets it: a clean clone, an empty home, no cache.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
place=$(mktemp -d)
port=${1:-7899}
trap 'kill -- -$server 2>/dev/null || true; rm -rf "$place"' EXIT
echo "$(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg) before"
git clone --quiet "$root" "$place/clone"
mkdir "$place/home"
cd "$place/clone"
start=$(date +%s)
env -u BONEHEALTH_DATA -u BONEHEALTH_CONFIG HOME="$place/home" BONEHEALTH_PORT="$port" setsid make run >"$place/log" 2>&1 &
server=$!
until curl --silent --fail "localhost:$port/livez" >/dev/null; do
    kill -0 "$server" 2>/dev/null || { cat "$place/log"; exit 1; }
    sleep 0.5
done
echo "page after $(($(date +%s) - start)) s"
until curl --silent "localhost:$port/readyz" | grep -q '"mode":"full"'; do sleep 1; done
echo "index after $(($(date +%s) - start)) s"
ps -eo pgid,cputimes | awk -v group="$server" '$1 == group {sum += $2}
    END {print sum " s of processor time by then, set-up not counted"}'
echo "load $(cut -d' ' -f1 /proc/loadavg) after"
curl --silent --fail -X POST "localhost:$port/api/ask" \
    --data '{"id": "fresh", "turns": ["denosumab 多久打一次"]}' | grep -oE '"kind": ?"answer"'
grep -ohE 'Downloading [^ ]+ \(([0-9.]+) (MB|kB)\)' .venv/install.log | grep -oE '\([0-9.]+ (MB|kB)' |
    tr -d '(' | awk '{sum += ($2 == "MB") ? $1 : $1 / 1000} END {printf "%.0f MB downloaded\n", sum}'
du -sm .venv | awk '{print $1 " MB installed"}'
