"""What a bar shows, on a terminal and without one."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from corpus.progress_bar import progress_bar, watched
from tests.helpers import ROOT

DRAW = (
    "import time\n"
    "from corpus.progress_bar import watched\n"
    "for _ in watched(range(40), '計算向量'):\n"
    "    time.sleep(0.02)\n"
)


def test_without_a_terminal_nothing_is_drawn(capfd: pytest.CaptureFixture[str]) -> None:
    assert list(watched([3, 1, 2], "計算向量")) == [3, 1, 2]
    with progress_bar("計算向量") as watch:
        watch(0, 2)
        watch(2, 2)
    assert capfd.readouterr() == ("", "")


def test_a_terminal_sees_what_is_done_and_what_is_left() -> None:
    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    process = subprocess.Popen(
        [sys.executable, "-c", DRAW], cwd=ROOT, env=environment, stderr=slave, stdout=slave
    )
    os.close(slave)
    seen = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        seen += part
    os.close(master)
    assert process.wait(20) == 0
    text = seen.decode()
    assert "計算向量" in text
    assert "/40" in text
    assert "0:00:0" in text
