#!/usr/bin/env bash
# Run the contract of the stores against a real Milvus server: the one of the PyPI package
# `milvus` (2.3.5, Linux x86-64), in an environment of its own, on a free port; or against the
# server that MILVUS_URI names. Only loopback is used, and the server is stopped at the end.
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-.venv/bin/python}
if [ -n "${MILVUS_URI:-}" ]; then
    exec "$python" -m pytest tests/index/test_vector_stores.py -k server
fi
server=.peers/milvus
if [ ! -x "$server/bin/milvus-server" ]; then
    "$python" -m venv "$server"
    "$server/bin/pip" install --quiet --no-deps milvus==2.3.5
fi
data=$(mktemp -d)
port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$server/bin/milvus-server" --data "$data" --proxy-port "$port" >"$data/log" 2>&1 &
process=$!
trap 'kill -INT $process 2>/dev/null || true; wait $process 2>/dev/null || true; rm -rf "$data"' EXIT
for _ in $(seq 240); do
    kill -0 "$process" 2>/dev/null || { cat "$data/log"; exit 1; }
    "$python" -c "
import logging; logging.disable()
from pymilvus import MilvusClient
print('Milvus', MilvusClient('http://127.0.0.1:$port', timeout=5).get_server_version())" 2>/dev/null && break
    sleep 1
done
MILVUS_URI="http://127.0.0.1:$port" "$python" -m pytest -q tests/index/test_vector_stores.py -k server
