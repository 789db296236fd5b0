"""Set-up tells in one sentence what went wrong, and with a status."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.setup import explain
from tests.helpers import ROOT


@pytest.mark.parametrize(
    ("log", "word"),
    [
        ("OSError: [Errno 28] No space left on device", "磁碟空間不足"),
        ("Failed to establish a new connection: NewConnectionError", "連不上套件庫"),
        ("zipfile.BadZipFile: File is not a zip file", "已損壞"),
        ("ERROR: No matching distribution found for faiss-cpu==9", "沒有需要的版本"),
        ("something else", "套件安裝失敗"),
    ],
)
def test_the_cause_is_named(log: str, word: str) -> None:
    assert word in explain(log)


def test_a_broken_wheel_is_told_with_a_status(tmp_path: Path) -> None:
    """A copy of the project, and a package store whose wheels are rubbish."""
    for name in ("pyproject.toml", "requirements.lock", "README.md"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    (tmp_path / "scripts").mkdir()
    for name in ("setup.py", "messages.toml"):
        (tmp_path / "scripts" / name).write_bytes((ROOT / "scripts" / name).read_bytes())
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    (wheels / "setuptools-84.2.1-py3-none-any.whl").write_bytes(b"rubbish")
    environment = {
        **os.environ,
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels),
        "PIP_CONFIG_FILE": os.devnull,
    }
    done = subprocess.run(
        [sys.executable, str(tmp_path / "scripts" / "setup.py"), "run"],
        env=environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert "已損壞" in done.stderr.decode()
    assert not (tmp_path / ".venv" / "run.stamp").exists()
