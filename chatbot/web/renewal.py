"""Index work beside serving, in one thread: the first opening, then each renewal asked for.

SIGHUP asks for a renewal where no terminal is attached (there it means that the terminal went
away, and ends the program). Asked for several times while one runs, one more follows.
"""

from __future__ import annotations

import signal
import sys
import threading

from chatbot.web import garbage
from chatbot.web.service import Service
from index.vector_cache import Progress, unwatched


class Renewal:
    """Improves a service once, and renews it whenever it is asked to."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._asked = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, progress: Progress = unwatched) -> None:
        """Begin; what is done first is watched by `progress`."""
        self._thread = threading.Thread(target=self._work, args=(progress,), daemon=True)
        self._thread.start()

    def ask(self) -> None:
        """Ask for a renewal; returns at once."""
        self._asked.set()

    def listen(self) -> None:
        """Take SIGHUP as asking. Call it in the main thread."""
        if hasattr(signal, "SIGHUP") and not _has_terminal():
            signal.signal(signal.SIGHUP, lambda *_: self.ask())

    def _work(self, progress: Progress) -> None:
        self._service.improve(progress)
        garbage.settle()
        while True:
            self._asked.wait()
            self._asked.clear()
            self._service.renew()
            garbage.settle()


def _has_terminal() -> bool:
    return sys.stdin is not None and not sys.stdin.closed and sys.stdin.isatty()
