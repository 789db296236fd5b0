"""Forget conversations: Gradio keeps the last values of every page that was ever open."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import gradio as gr

IDLE_SECONDS = 1800.0
SWEEP_SECONDS = 60.0


class SessionKeeper:
    """Drops what a page held when it is closed or reloaded, and when it stands idle."""

    def __init__(self, idle_seconds: float = IDLE_SECONDS) -> None:
        self.idle_seconds = idle_seconds
        self._sessions: Any = None
        self._seen: dict[str, float] = {}

    def attach(self, page: gr.Blocks) -> None:
        """Forget a session when its page is unloaded. Call it while building the page."""

        def forget(request: gr.Request) -> None:
            self.forget(str(request.session_hash))

        with page:
            page.unload(forget)

    def watch(self, gradio_app: Any) -> None:
        """Look after the sessions of a mounted Gradio application."""
        self._sessions = gradio_app.state_holder.session_data

    @property
    def held(self) -> int:
        """How many sessions are in memory."""
        return len(self._sessions) if self._sessions is not None else 0

    def forget(self, session: str) -> None:
        """Drop one session."""
        self._seen.pop(session, None)
        if self._sessions is not None:
            self._sessions.pop(session, None)

    def touch(self, session: str) -> None:
        """Note that a session was used just now."""
        self._seen[session] = time.monotonic()

    def sweep(self) -> None:
        """Drop sessions that were not used for a while."""
        now = time.monotonic()
        for session in list(self._sessions or ()):
            if now - self._seen.setdefault(session, now) > self.idle_seconds:
                self.forget(session)
        for session in [s for s in self._seen if s not in (self._sessions or ())]:
            self._seen.pop(session, None)

    @asynccontextmanager
    async def sweeping(self) -> AsyncIterator[None]:
        """Sweep now and then as long as the block runs."""

        async def run() -> None:
            while True:
                await asyncio.sleep(SWEEP_SECONDS)
                self.sweep()

        task = asyncio.create_task(run())
        try:
            yield
        finally:
            task.cancel()
