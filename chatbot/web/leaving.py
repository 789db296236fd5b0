"""End the server without cutting anyone off: answers in flight are finished, open pages let go."""

from __future__ import annotations

import asyncio
import socket

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEARTBEAT = "/gradio_api/heartbeat/"


class Server(uvicorn.Server):
    """A server that tells open pages when it leaves; they would hold it for ever."""

    def __init__(self, config: uvicorn.Config, leaving: asyncio.Event) -> None:
        super().__init__(config)
        self._leaving = leaving

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more questions, let pages go, and wait for the answers in flight."""
        self._leaving.set()
        await super().shutdown(sockets)


class LetGo:
    """End the heartbeat of every open page when the server leaves."""

    def __init__(self, app: ASGIApp, leaving: asyncio.Event) -> None:
        self.app = app
        self._leaving = leaving

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; a heartbeat hears of a disconnection when the server leaves."""
        if scope["type"] != "http" or not scope["path"].startswith(HEARTBEAT):
            await self.app(scope, receive, send)
            return
        leaving = asyncio.ensure_future(self._leaving.wait())

        async def until_leaving() -> Message:
            message = asyncio.ensure_future(receive())
            await asyncio.wait({message, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if message.done():
                return message.result()
            message.cancel()
            return {"type": "http.disconnect"}

        try:
            await self.app(scope, until_leaving, send)
        finally:
            leaving.cancel()
