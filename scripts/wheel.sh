#!/usr/bin/env bash
# Check the wheel as an operator meets it: built from a clean clone, installed into an empty
# environment in an empty home outside the checkout, served by one command, asked by HTTP.
# Prints what it saw; ends with status 1 where something is not as it must be.
# SEED=FOLDER takes model and vectors of that data folder, to save minutes; no bar is seen then.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
place=$(mktemp -d)
port=${1:-7898}
server=
served() { pgrep -n -f "$place/venv/bin/bonehealth serve"; } # in a terminal of its own
stop() {
    pid=$(served) && kill -KILL "$pid" 2>/dev/null
    [ -z "$server" ] || kill -- "-$server" 2>/dev/null || true
}
trap 'stop; rm -rf "$place"' EXIT
fail() { echo "FAILED: $*"; [ ! -f "$place/log" ] || tail -c 2000 "$place/log"; exit 1; }
since() { echo $(($(date +%s) - start)); }

unset BONEHEALTH_DATA BONEHEALTH_CONFIG
echo "$(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg) before"
git clone --quiet "$root" "$place/clone"
mkdir "$place/home" "$place/elsewhere" "$place/dist"
export HOME="$place/home" BONEHEALTH_PORT="$port" BONEHEALTH_METRICS=true
cd "$place/clone"
"${PYTHON:-python3}" -m venv "$place/venv"
"$place/venv/bin/pip" wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$place/dist" .
wheel=$(ls "$place"/dist/*.whl)
echo "wheel $(basename "$wheel"), $(du -k "$wheel" | cut -f1) kB"
git ls-files corpus index chatbot | LC_ALL=C sort >"$place/wanted"
"$place/venv/bin/python" -m zipfile -l "$wheel" | awk 'NR > 1 {print $1}' |
    grep -v '\.dist-info/' | LC_ALL=C sort >"$place/held"
diff "$place/wanted" "$place/held" || fail "the wheel does not hold what the repository holds"
echo "it holds the $(wc -l <"$place/held") files of corpus, index and chatbot, no more and no less"

start=$(date +%s)
"$place/venv/bin/pip" install --quiet --disable-pip-version-check \
    --constraint requirements.lock "$wheel"
echo "installed after $(since) s, $(du -sm "$place/venv" | cut -f1) MB"
cd "$place/elsewhere"
"$place/venv/bin/bonehealth" --version
(cd "$place/clone" && PYTHONPATH=. "$place/venv/bin/python" -m chatbot --version) >"$place/there"
"$place/venv/bin/bonehealth" --version | diff "$place/there" - || fail "other versions than the clone"

serve() {
    start=$(date +%s)
    setsid "$place/venv/bin/python" -c 'import pty, sys; pty.spawn(sys.argv[1:])' \
        "$place/venv/bin/bonehealth" serve </dev/null >"$place/log" 2>&1 &
    server=$!
    until curl --silent --fail "localhost:$port/livez" >/dev/null; do
        kill -0 "$server" 2>/dev/null || fail "the server ended"
        sleep 0.5
    done
    echo "page after $(since) s"
    until curl --silent "localhost:$port/readyz" | grep -q '"mode":"full"'; do
        kill -0 "$server" 2>/dev/null || fail "the server ended"
        sleep 0.5
    done
    echo "answering by meaning after $(since) s"
    curl --silent --fail -X POST "localhost:$port/api/ask" \
        --data '{"id": "wheel", "turns": ["denosumab 多久打一次"]}' >"$place/answer"
    grep -oE '"kind": ?"answer"' "$place/answer" || fail "no answer: $(cat "$place/answer")"
    grep -oE '"pages": ?\[[0-9, ]*\]' "$place/answer" | head -n 1
}

if [ -n "${SEED:-}" ]; then
    data=$HOME/.local/share/bone-health-qa
    mkdir -p "$data/index"
    cp -R "$SEED/models" "$data/"
    cp "$SEED"/index/vectors-*.npz "$data/index/"
    echo "seeded: model and vectors were not built"
fi
echo "first start:"
serve
if [ -z "${SEED:-}" ]; then
    grep -aq '建立索引' "$place/log" || fail "no bar was drawn while the index was built"
    echo "its bar was drawn"
fi
pid=$(served)
ps -o cputimes= -p "$pid" | awk '{print $1 " s of processor time"}'
awk '/VmHWM/ {printf "at most %.0f MB of memory while it built\n", $2 / 1024}' "/proc/$pid/status"
curl --silent --fail "localhost:$port/metrics" | grep '^bonehealth_replies_total'
kill -TERM "$pid"
begun=$(date +%s)
while kill -0 "$pid" 2>/dev/null; do sleep 0.2; done
echo "told to stop, it ended within $(($(date +%s) - begun)) s"
stop
echo "second start:"
serve
pid=$(served)
awk '/VmRSS/ {printf "%.0f MB of memory\n", $2 / 1024}' "/proc/$pid/status"
[ -z "$(ls -A "$place/elsewhere")" ] || fail "it wrote into the folder where it was started"
du -sm "$HOME/.local/share/bone-health-qa" | awk '{print $1 " MB of data in the home"}'
echo "load $(cut -d' ' -f1 /proc/loadavg) after"
echo "all as it must be"
