#!/usr/bin/env bash
# Check `make install` into an empty DESTDIR: what lies where, that the unit is sound, that the
# commands run from their final place, that `make uninstall` leaves settings and nothing else.
# As root it is run from there, with everything but data and /tmp read-only, as another user.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
place=$(mktemp -d)
port=${1:-7897}
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$place"' EXIT
fail() { echo "FAILED: $*"; [ ! -f "$place/log" ] || tail -c 2000 "$place/log"; exit 1; }
unset BONEHEALTH_DATA BONEHEALTH_CONFIG
export HOME="$place/home"
mkdir "$HOME"
chmod 755 "$place"
cd "$place"
python=${PYTHON:-/usr/bin/python3}  # not one of a user: the service is another
make --no-print-directory --directory "$root" install PYTHON="$python" \
    DESTDIR="$place/root" PREFIX=/usr >"$place/said"
cat "$place/said"
for path in bin/bonehealth bin/bonehealth-corpus bin/bonehealth-index lib/bonehealth/chatbot \
    lib/systemd/system/bonehealth.service lib/sysusers.d/bonehealth.conf \
    share/doc/bonehealth/operations.md share/doc/bonehealth/alarms.yml; do
    [ -e "root/usr/$path" ] || fail "/usr/$path is missing"
done
! grep -rIl "$place" root || fail "a file names the place where it was packed"
! grep -n '@[A-Z]*@' root/usr/lib/systemd/system/bonehealth.service || fail "a blank in the unit"
du -sm root | awk '{print $1 " MB"}'

# From here on as if DESTDIR were the root of the machine.
sed -i "s#PYTHONPATH=#PYTHONPATH=$place/root#" root/usr/bin/bonehealth*
mkdir corpus  # a folder that must not be taken for a package
root/usr/bin/bonehealth --version
root/usr/bin/bonehealth --config root/etc/bonehealth/bonehealth.toml --show-config >/dev/null
if command -v systemd-analyze >/dev/null; then
    sed "s#=/usr/bin/bonehealth#=$place/root/usr/bin/bonehealth#" \
        root/usr/lib/systemd/system/bonehealth.service >bonehealth.service
    systemd-analyze verify --man=no "$place/bonehealth.service" && echo "the unit is sound"
    systemd-analyze security --offline=yes "$place/bonehealth.service" | tail -n 1
else
    echo "not checked: the unit (no systemd-analyze)"
fi

if [ "$(id -u)" = 0 ] && unshare --mount true 2>/dev/null; then
    mkdir data
    if [ -n "${SEED:-}" ]; then  # a data folder whose model and vectors are taken, to save minutes
        mkdir data/index
        cp -R "$SEED/models" data/
        cp "$SEED"/index/vectors-*.npz data/index/
    fi
    chown -R 65534:65534 data
    # nobody, no capabilities, no new privileges; the file system read-only but for data and /tmp
    setpriv='setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs --bounding-set=-all'
    unshare --mount sh -c "mount --bind '$place/data' '$place/data' && mount --rbind / /mnt && \
        mount -o remount,bind,ro /mnt && mount -t tmpfs none /mnt/tmp -o size=64m,mode=1777 && \
        mkdir -p '/mnt$place' && mount --rbind '$place' '/mnt$place' && \
        mount -o remount,bind,ro '/mnt$place' && \
        exec env HOME='$place/data' BONEHEALTH_DATA='$place/data' BONEHEALTH_PORT=$port \
        PYTHONDONTWRITEBYTECODE=1 chroot /mnt $setpriv '$place/root/usr/bin/bonehealth' serve" \
        </dev/null >"$place/log" 2>&1 &
    server=$!
    for _ in $(seq 1200); do
        kill -0 "$server" 2>/dev/null || fail "the server ended"
        curl --silent "localhost:$port/readyz" | grep -q '"mode":"full"' && break
        sleep 0.5
    done
    grep -qE '^[^ ]+ / [^ ]+ ro' "/proc/$server/mounts" || fail "the file system is not read-only"
    curl --silent --fail -X POST "localhost:$port/api/ask" \
        --data '{"id": "root", "turns": ["denosumab 多久打一次"]}' | grep -oE '"kind": ?"answer"' ||
        fail "no answer on a read-only file system"
    echo "it built its index and answered as nobody, all but data and /tmp read-only"
    kill -HUP "$server" && sleep 1
    kill -TERM "$server"
    wait "$server" || [ $? = 143 ] || fail "it did not end by SIGTERM"
    server=
else
    echo "not checked: a read-only file system (needs root and unshare)"
fi

echo "# mine" >>root/etc/bonehealth/bonehealth.toml
make --no-print-directory --directory "$root" uninstall DESTDIR="$place/root" PREFIX=/usr
[ "$(cd root && find . -type f)" = ./etc/bonehealth/bonehealth.toml ] ||
    fail "left: $(cd root && find . -type f | head)"
grep -q '# mine' root/etc/bonehealth/bonehealth.toml || fail "the settings were changed"
echo "all as it must be"
