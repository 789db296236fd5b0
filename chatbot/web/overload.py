"""Refuse at once what could not be answered soon, and let go of clients that stand still."""

from __future__ import annotations

import asyncio
import re
import sys
import time
from collections.abc import Callable
from typing import Any

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from chatbot.web.headers import PLAIN_PAGE_HEADERS
from chatbot.web.refusing import refuse

MOST_AT_ONCE = 48
LEAST_AT_ONCE = 4  # so few are taken however slow the machine is
MOST_WAIT = 1.0  # seconds that a request may wait for those before it: half of what a person waits
REMEMBERED = 0.1  # how much the last answer counts beside those before it
RETRY_SECONDS = 2
HEAD_SECONDS = 10.0
THREADS = 4  # that answer side by side
TURN_SECONDS = 0.001  # of one thread while others wait
# Whoever watches must see an overload; files cost little, and a page without one of its files is
# broken; each open page holds a heartbeat, which costs nothing.
FREE = re.compile(
    r"/(?:livez|readyz|metrics)|/(?:assets|static|ui)/.*|/theme\.css|/favicon\.ico|/manifest\.json"
    r"|/gradio_api/heartbeat/\w+"
)


class Overload:
    """Takes as many requests as are answered within a second and refuses the rest at once.

    How many that are it learns from the time between answers, so that a slow machine, or one with
    other work, takes fewer.
    """

    def __init__(
        self,
        app: ASGIApp,
        sentence: str,
        page: str = "",
        most: int = MOST_AT_ONCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Guard an application.

        Args:
            app: What is guarded.
            sentence: What is said to whoever is refused.
            page: What is shown where a browser asked for a page; the sentence where it is empty.
            most: How many requests are worked on at a time, at most.
            clock: Tells the seconds.
        """
        self.app = app
        self.sentence = sentence
        self.page = page
        self.most = most
        self.under_way = 0
        self.refused = 0
        self.pace = 0.0  # seconds from one answer to the next while there is work
        self._clock = clock
        self._last = clock()

    @property
    def room(self) -> int:
        """How many requests are taken at a time just now."""
        soon = int(MOST_WAIT / self.pace) if self.pace > 0 else self.most
        return min(self.most, max(LEAST_AT_ONCE, soon))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 503."""
        if scope["type"] != "http" or FREE.fullmatch(scope["path"]):
            await self.app(scope, receive, send)
            return
        if self.under_way >= self.room:
            self.refused += 1
            await self._refuse(scope, receive, send)
            return
        self.under_way += 1
        begun = self._clock()
        is_done = False

        def done() -> None:
            nonlocal is_done
            if not is_done:
                is_done = True
                self.under_way -= 1
                now = self._clock()
                took = now - max(begun, self._last)
                self._last = now
                self.pace += REMEMBERED * (took - self.pace)

        async def watch(message: Message) -> None:
            done()  # the work is: a client that reads slowly holds nobody up
            await send(message)

        try:
            await self.app(scope, receive, watch)
        finally:
            done()

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {"retry-after": str(RETRY_SECONDS)}
        wants_page = "text/html" in Headers(scope=scope).get("accept", "")
        if self.page and wants_page and scope["method"] == "GET":
            response = HTMLResponse(self.page, 503, {**PLAIN_PAGE_HEADERS, **headers})
            await response(scope, receive, send)
        else:
            await refuse(503, self.sentence, scope, receive, send, headers)


class ImpatientProtocol(H11Protocol):
    """HTTP that closes a connection whose request head does not arrive in time.

    uvicorn waits for ever for the first one, so that idle connections could use up descriptors.
    """

    head_seconds = HEAD_SECONDS
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the head of a request."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take what came, and wait on if it was not a whole head."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._rest()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Begin to wait for the head of the next request."""
        super().on_response_complete()
        self._watch()

    def _watch(self) -> None:
        if not self._is_waiting():
            self._rest()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(self.head_seconds, self._give_up)

    def _is_waiting(self) -> bool:
        return self.cycle is None or bool(self.cycle.response_complete)

    def _rest(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if self._is_waiting() and not self.transport.is_closing():
            self.transport.close()


def share_fairly() -> None:
    """Let few threads answer, taking turns often. Call it in the loop that serves.

    All threads of an interpreter take turns. With forty of them at work, the one that accepts and
    refuses would get a turn every fifth of a second, and the queue would grow unseen.
    """
    to_thread.current_default_thread_limiter().total_tokens = THREADS
    sys.setswitchinterval(TURN_SECONDS)


def raise_descriptor_limit(wanted: int = 65_536) -> int | None:
    """Allow as many open connections as the system lets us; return the limit, where there is one.

    Each open page holds a connection, and the usual limit of 1,024 is met by a few hundred.
    """
    try:
        import resource
    except ImportError:  # no such limit on this system
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft == resource.RLIM_INFINITY or soft >= most:
        return soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most
