"""How long the product takes to be ready, what it holds, how fast it answers a file.

Everything here is the product itself, started as a person starts it, in processes of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from corpus.source import open_source
from evals.page.serving import free_port
from index.encoder import Encoder
from index.store import IndexStore

POLLED = 0.02  # seconds between two looks
PATIENCE = 300.0  # seconds
ASKED = 100  # questions before memory is read
LINES = 1_000


@dataclass(frozen=True, slots=True)
class Startup:
    """A server from its start.

    Attributes:
        page_seconds: Until it answers at all.
        ready_seconds: Until it searches by meaning, with an index built before.
        first_seconds: The first question after that, over HTTP.
        resident: What it holds after `ASKED` questions, in MiB, what is mapped from files included.
        own: The part of that which is its own alone.
        holds_torch: Whether a library of torch is mapped.
    """

    page_seconds: float
    ready_seconds: float
    first_seconds: float
    resident: float
    own: float
    holds_torch: bool


@dataclass(frozen=True, slots=True)
class Batch:
    """`ask --jsonl` over a file, starting included: seconds, and how many lines had an error."""

    lines: int
    seconds: float
    errors: int


@dataclass(frozen=True, slots=True)
class Build:
    """An index, every vector anew, and again with all vectors known: seconds."""

    keys: int
    anew: float
    again: float


def measure_startup(questions: Sequence[str]) -> Startup:
    """Start `app.py` with its index built, ask it questions, and return what that took (Linux)."""
    start = time.perf_counter()
    with _served() as (address, process):
        _wait(lambda: _get(f"{address}/livez") is not None)
        page = time.perf_counter() - start
        _wait(lambda: (_get(f"{address}/readyz") or {}).get("mode") == "full")
        ready = time.perf_counter() - start
        before = time.perf_counter()
        _ask(address, questions[0])
        first = time.perf_counter() - before
        for i in range(ASKED):
            _ask(address, questions[i % len(questions)])
        resident, own = _memory(process.pid)
        maps = Path(f"/proc/{process.pid}/maps").read_text(encoding="utf-8")
    return Startup(page, ready, first, resident, own, "libtorch" in maps)


def _wait(is_done: Any) -> None:
    end = time.perf_counter() + PATIENCE
    while not is_done():
        if time.perf_counter() > end:
            raise TimeoutError("The server did not get ready.")
        time.sleep(POLLED)


@contextmanager
def _served() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    port = free_port()
    more = {"BONEHEALTH_PORT": str(port), "BONEHEALTH_REQUESTS_PER_MINUTE": "100000"}
    process = subprocess.Popen(
        [sys.executable, "app.py"], env={**os.environ, **more}, stderr=subprocess.DEVNULL
    )
    try:
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        process.wait(60)


def _get(address: str) -> dict[str, Any] | None:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            content: dict[str, Any] = json.load(answer)
    except OSError:
        return None
    return content


def _ask(address: str, question: str) -> None:
    body = json.dumps({"id": 1, "turns": [question]}).encode()
    request = urllib.request.Request(
        f"{address}/api/ask", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        answer.read()


def _memory(process: int) -> tuple[float, float]:
    lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    resident, own = (int(fields[name].split()[0]) / 1024 for name in ("VmRSS", "RssAnon"))
    return resident, own


def measure_batch(questions: Sequence[str]) -> Batch:
    """Answer a file of `LINES` conversations of one turn."""
    lines = "".join(
        json.dumps({"id": i, "turns": [questions[i % len(questions)]]}) + "\n" for i in range(LINES)
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "chatbot", "ask", "--jsonl"],
        input=lines.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    seconds = time.perf_counter() - start
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    return Batch(len(answers), seconds, sum("error" in answer for answer in answers))


def measure_build(encoder: Encoder) -> Build:
    """Build the index of the edition in an empty folder, then once more."""
    source = open_source()
    with TemporaryDirectory() as folder:
        store = replace(IndexStore.of(source.guide, encoder, Path(folder)), delivered=None)
        seconds: list[float] = []
        for _ in range(2):
            start = time.perf_counter()
            built = store.build(source.guide, source.topics, encoder)
            seconds.append(time.perf_counter() - start)
    return Build(len(built.keys), seconds[0], seconds[1])
