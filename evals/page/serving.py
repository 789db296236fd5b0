"""The application in a process of its own, asked as a browser asks it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS_TO_START = 300.0
SECONDS_TO_OPEN = 600.0  # the first index takes minutes


@dataclass
class Served:
    """A process that serves, and where."""

    address: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End it without a word, as a power cut would."""
        self.process.kill()
        self.process.wait(60)

    def wait_until_built(self) -> None:
        """Wait until it searches as well as it can.

        Raises:
            TimeoutError: It takes longer than building an index does.
        """
        latest = time.monotonic() + SECONDS_TO_OPEN
        while time.monotonic() < latest:
            if not httpx.get(f"{self.address}/readyz").json()["building"]:
                return
            time.sleep(0.5)
        raise TimeoutError(f"{self.address} is still building its index.")


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(port: int = 0, /, **settings: str) -> Iterator[Served]:
    """Serve by words alone with these settings until the block ends."""
    port = port or free_port()
    own = {"PORT": str(port), "MODEL": "none", "REQUESTS_PER_MINUTE": "100000", **settings}
    environment = {f"BONEHEALTH_{name}": value for name, value in own.items()}
    with running([sys.executable, "app.py"], port, environment) as served:
        yield served


@contextmanager
def running(
    command: Sequence[str], port: int, environment: dict[str, str], path: str = "/livez"
) -> Iterator[Served]:
    """Run a program that serves at a port, from when it answers until the block ends.

    A program that ended, or does not answer for minutes, is left to whoever asks it.
    """
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stderr=subprocess.DEVNULL
    )
    served = Served(f"http://127.0.0.1:{port}", process)
    try:
        latest = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < latest and process.poll() is None:
            try:
                httpx.get(served.address + path)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield served
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            served.kill()
