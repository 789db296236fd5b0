#!/bin/sh
# `make install` and `make uninstall`: a private folder of Python packages, commands in PREFIX/bin,
# a systemd unit and a settings file. DESTDIR is put before every path, as packagers want it.
# Nothing is started, no user is made, and settings and data are never removed.
set -eu
what=$1
root=$(cd "$(dirname "$0")/.." && pwd)
prefix=${PREFIX:-/usr/local} dest=${DESTDIR:-} etc=${SYSCONFDIR:-/etc}
lib=$prefix/lib/bonehealth doc=$prefix/share/doc/bonehealth etc=$etc/bonehealth
unit=$prefix/lib/systemd/system/bonehealth.service users=$prefix/lib/sysusers.d/bonehealth.conf
commands="bonehealth:chatbot bonehealth-corpus:corpus bonehealth-index:index"

remove() {
    rm -rf "$dest$lib" "$dest$doc"
    rm -f "$dest$unit" "$dest$users"
    for command in $commands; do rm -f "$dest$prefix/bin/${command%%:*}"; done
}

if [ "$what" = uninstall ]; then
    remove
    echo "Removed. Settings stay in $dest$etc, data in /var/lib/bonehealth."
    exit
fi

python=$(command -v "${PYTHON:-python3}")
python=$("$python" -c 'import sys; print(sys._base_executable or sys.executable)')
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Python 3.11 or newer is needed; name one: make install PYTHON=python3.12" >&2
    exit 1
}
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
mkdir "$place/source"
for name in pyproject.toml requirements.lock README.md LICENSE corpus index chatbot; do
    cp -R "$root/$name" "$place/source/"
done
"$python" -m venv "$place/venv"
# A private folder and not a virtual environment: its paths do not name DESTDIR.
"$place/venv/bin/pip" install --quiet --disable-pip-version-check --use-pep517 --target "$place/lib" \
    --constraint "$root/requirements.lock" "$place/source"
rm -rf "$place/lib/bin"
remove
mkdir -p "$dest$lib" "$dest$prefix/bin" "$dest$doc" "$dest$etc" \
    "$dest$(dirname "$unit")" "$dest$(dirname "$users")"
cp -R "$place/lib/." "$dest$lib/"
for command in $commands; do
    # Safe path: a folder called corpus where the command is typed must not be taken for ours.
    cat >"$place/command" <<END
#!/bin/sh
PYTHONPATH=$lib PYTHONSAFEPATH=1 PYTHONNOUSERSITE=1 exec $python -m ${command##*:} "\$@"
END
    install -m 755 "$place/command" "$dest$prefix/bin/${command%%:*}"
done
sed -e "s#@BIN@#$prefix/bin#g" -e "s#@ETC@#$etc#g" -e "s#@DOC@#$doc#g" \
    "$root/deploy/bonehealth.service" >"$place/unit"
install -m 644 "$place/unit" "$dest$unit"
install -m 644 "$root/deploy/sysusers.conf" "$dest$users"
for name in LICENSE CHANGELOG.md docs/operations.md docs/kiosk.md deploy/alarms.yml; do
    install -m 644 "$root/$name" "$dest$doc/"
done
[ -e "$dest$etc/bonehealth.toml" ] || install -m 640 "$root/deploy/bonehealth.toml" "$dest$etc/"
cat <<END
Installed into $dest$prefix; settings: $dest$etc/bonehealth.toml.
To start it:
  systemd-sysusers && chgrp bonehealth $etc/bonehealth.toml
  systemctl daemon-reload && systemctl enable --now bonehealth
END
