"""Forget conversations: Gradio keeps the last values of every page that was ever open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import gradio as gr

IDLE_SECONDS = 1800.0
SWEEP_SECONDS = 60.0


class SessionKeeper:
    """Drops what a page held when it is closed or reloaded, and when it stands idle."""

    def __init__(self, idle_seconds: float = IDLE_SECONDS) -> None:
        self.idle_seconds = idle_seconds
        self._holder: Any = None

    def attach(self, page: gr.Blocks) -> None:
        """Forget a session when its page is unloaded. Call it while building the page."""

        def forget(request: gr.Request) -> None:
            self.forget(str(request.session_hash))

        with page:
            page.unload(forget)

    def watch(self, page: gr.Blocks) -> None:
        """Look after the sessions of a page. Call it when the page is mounted.

        Mounting makes a new holder, and only the page knows it: `page.app` is another application.
        """
        self._holder = page.state_holder

    @property
    def held(self) -> int:
        """How many sessions are in memory."""
        return len(self._holder.session_data) if self._holder is not None else 0

    def forget(self, session: str) -> None:
        """Drop one session."""
        if self._holder is not None:
            self._holder.session_data.pop(session, None)
            self._holder.time_last_used.pop(session, None)

    def sweep(self) -> None:
        """Drop sessions that were not used for a while."""
        if self._holder is None:
            return
        oldest = datetime.now() - timedelta(seconds=self.idle_seconds)
        for session, last_used in list(self._holder.time_last_used.items()):
            if last_used < oldest:
                self.forget(session)

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
