"""The application in a process of its own, for tests that ask it as a browser does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from tests.helpers import ROOT
from tests.web.test_app import free_port


@dataclass
class Served:
    """A process that serves, and where."""

    address: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End it without a word, as a power cut would."""
        self.process.kill()
        self.process.wait(60)


@contextmanager
def serving(port: int = 0, /, **settings: str) -> Iterator[Served]:
    """Serve by words alone with these settings until the block ends."""
    port = port or free_port()
    environment = {
        **os.environ,
        "BONEHEALTH_PORT": str(port),
        "BONEHEALTH_MODEL": "none",
        "BONEHEALTH_REQUESTS_PER_MINUTE": "10000",
        **{f"BONEHEALTH_{name}": value for name, value in settings.items()},
    }
    process = subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL
    )
    served = Served(f"http://127.0.0.1:{port}", process)
    try:
        for _ in range(1200):
            try:
                httpx.get(f"{served.address}/livez")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield served
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(60)
