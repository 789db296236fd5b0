"""A server that is told to stop while somebody asks, or while a page stands open."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.faults.running import SECRET
from tests.helpers import ROOT
from tests.web.test_app import free_port

TURNS = 60  # enough to be under way when the signal comes
SOON = 30.0


@contextmanager
def served(log: Path, **settings: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Serve by words alone; what is logged goes to a file."""
    port = free_port()
    environment = {
        **os.environ,
        "BONEHEALTH_PORT": str(port),
        "BONEHEALTH_MODEL": "none",
        **{f"BONEHEALTH_{name}": value for name, value in settings.items()},
    }
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, env=environment, stderr=file
        )
    address = f"http://127.0.0.1:{port}"
    try:
        while process.poll() is None:
            try:
                httpx.get(f"{address}/livez")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield address, process
    finally:
        process.kill()
        process.wait()


@pytest.mark.faults
def test_an_answer_under_way_is_finished_and_an_open_page_does_not_hold_the_server(
    tmp_path: Path,
) -> None:
    replies: list[int] = []

    def ask(address: str) -> None:
        asked = {"id": 1, "turns": [f"打骨針有什麼副作用？{SECRET}"] * TURNS}
        answer = httpx.post(f"{address}/api/ask", json=asked, timeout=120)
        replies.append(len(answer.json().get("replies", ())))

    with served(tmp_path / "log") as (address, process):
        place = address.removeprefix("http://").split(":")
        page = socket.create_connection((place[0], int(place[1])))
        page.sendall(b"GET /gradio_api/heartbeat/abc HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
        assert page.recv(15).startswith(b"HTTP/1.1 200")
        asking = threading.Thread(target=ask, args=(address,))
        asking.start()
        time.sleep(0.3)
        start = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(120)
        assert time.monotonic() - start < SOON
        asking.join()
        page.close()
    assert replies == [TURNS]
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert SECRET not in log
    assert "Traceback" not in log


@pytest.mark.faults
def test_a_taken_port_is_one_line_and_leaves_the_first_server_alone(tmp_path: Path) -> None:
    with served(tmp_path / "log") as (address, _):
        port = address.rpartition(":")[2]
        environment = {**os.environ, "BONEHEALTH_PORT": port, "BONEHEALTH_MODEL": "none"}
        done = subprocess.run(
            [sys.executable, "app.py"], cwd=ROOT, env=environment, capture_output=True, check=False
        )
        assert done.returncode == 1
        assert len(done.stderr.decode().splitlines()) == 1
        state = json.loads(httpx.get(f"{address}/readyz").text)
        assert state["mode"] == "words_only"
