"""An environment for each peer, made once, and its process: nothing of a peer enters ours."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from evals.peers.job import (
    SearchJob,
    SearchResult,
    read_search_result,
    read_spans,
    write_search_job,
    write_split_job,
)

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".peers"
STAMP = "installed.sha256"
THREADS = "2"
# Peers report home or look for models unless told not to; nothing of theirs may leave the machine.
QUIET = {
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "HF_HUB_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


class PeerUnavailable(Exception):
    """A peer cannot be installed, or its process failed. The message says which and why."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Someone's search: ours, or a package in an environment of its own.

    Attributes:
        name: Part of the worker's name (`evals.peers.NAME_peer`) and of the pins (`NAME.txt`).
        is_ours: Whether it runs in our own environment.
    """

    name: str
    is_ours: bool = False

    @property
    def pins(self) -> Path:
        """Exact versions of everything in the environment."""
        return Path(__file__).with_name(f"{self.name}.txt")


HAYSTACK = Peer("haystack")
TXTAI = Peer("txtai")
LLAMA_INDEX = Peer("llama_index")
PEERS = (HAYSTACK, TXTAI, LLAMA_INDEX)
OURS = Peer("ours", is_ours=True)
AFTERNOON = Peer("afternoon", is_ours=True)


def prepare(peer: Peer, cache: Path = CACHE) -> Path:
    """Return the Python of a peer's environment, made anew where its pins have changed.

    Raises:
        PeerUnavailable: It cannot be installed.
    """
    if peer.is_ours:
        return Path(sys.executable)
    folder = cache / peer.name
    python, stamp = folder / "bin" / "python", folder / STAMP
    wanted = hashlib.sha256(peer.pins.read_bytes()).hexdigest()
    if python.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    for command in (
        [sys.executable, "-m", "venv", str(folder)],
        [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "-r", str(peer.pins)],
    ):
        done = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            raise PeerUnavailable(f"{peer.name} cannot be installed: {_last_line(done.stderr)}")
    stamp.write_text(wanted, encoding="utf-8")
    return python


def split(peer: Peer, text: str, cache: Path = CACHE) -> tuple[tuple[int, int], ...]:
    """Return where a peer's documented splitter cuts a text, `[start, end)` in characters.

    Raises:
        PeerUnavailable: It cannot be installed, or failed.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_split_job(text, folder)
        _work(peer, folder, cache)
        return read_spans(folder)


def search(peer: Peer, job: SearchJob, cache: Path = CACHE) -> SearchResult:
    """Return what a peer finds, in a process of its own.

    Raises:
        PeerUnavailable: It cannot be installed, or failed.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_search_job(job, folder)
        _work(peer, folder, cache)
        return read_search_result(folder)


def _work(peer: Peer, folder: Path, cache: Path) -> None:
    command = [str(prepare(peer, cache)), "-m", "evals.peers.worker", peer.name, str(folder)]
    environment = {**os.environ, **QUIET, "OMP_NUM_THREADS": THREADS, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise PeerUnavailable(f"{peer.name} failed: {_last_line(done.stderr)}")


def _last_line(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "no message")
