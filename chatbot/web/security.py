"""What stands between the network and Gradio, outermost first. Pure ASGI, no page logic."""

from __future__ import annotations

import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.messages import say
from chatbot.web.headers import SECURITY_HEADERS, STAFF_HEADERS

MOST_BODY = 256 * 1024
ALLOWED_ROUTES = {
    "GET": re.compile(
        r"/|/assets/[\w./-]+|/static/(?:js|img|fonts)/[\w./-]+|/theme\.css|/favicon\.ico"
        r"|/manifest\.json|/config|/gradio_api/(?:info|app_id|startup-events)"
        r"|/gradio_api/heartbeat/\w+|/ui/[\w.-]+|/source/[\w.-]+|/livez|/readyz|/metrics"
        r"|/about|/help|/openapi\.json|/docs"
    ),
    "POST": re.compile(r"/gradio_api/run/\w+|/api/ask|/card|/flag|/kiosk/wipe"),
}
# The pages of volunteers; there only where the operator set a password.
STAFF_ROUTES = {
    "GET": re.compile(r"/staff(?:/(?:login|guide|glossary|report|passage/[\w.-]+|[\w-]+\.csv))?"),
    "POST": re.compile(r"/staff/(?:login|logout|ask|guide|report/delete)"),
}
ASKING_ROUTES = re.compile(r"/gradio_api/run/\w+|/api/ask|/card|/flag|/staff/ask")
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; "
    "media-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'none'; "
    "frame-ancestors 'none'"
)
FORBIDDEN = say("web", "forbidden")
TOO_LARGE = say("web", "too_large")
NOT_FOUND = say("web", "not_found")


class AllowedRoutes:
    """Answer only the routes that the page needs; whatever else Gradio offers is not there."""

    def __init__(self, app: ASGIApp, *, staff: bool = False) -> None:
        self.app = app
        self._tables = (ALLOWED_ROUTES, STAFF_ROUTES) if staff else (ALLOWED_ROUTES,)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an allowed request on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        method = "GET" if scope.get("method") == "HEAD" else scope.get("method", "")
        tables = [table[method] for table in self._tables if method in table]
        if scope["type"] != "http" or not any(t.fullmatch(scope["path"]) for t in tables):
            await _refuse(404, NOT_FOUND, scope, receive, send)
            return
        await self.app(scope, receive, send)


class SameOrigin:
    """Refuse questions that another site's page sends through a person's browser."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on unless it was sent from a foreign page."""
        if scope["type"] == "http" and scope["method"] == "POST":
            headers = Headers(scope=scope)
            origin = headers.get("origin")
            foreign = origin is not None and urlsplit(origin).netloc != headers.get("host")
            cross = headers.get("sec-fetch-site") in ("cross-site", "same-site")
            if foreign or cross:
                await _refuse(403, FORBIDDEN, scope, receive, send)
                return
        await self.app(scope, receive, send)


class BodyLimit:
    """Refuse bodies that are too large, told or not."""

    def __init__(self, app: ASGIApp, most: int = MOST_BODY) -> None:
        self.app = app
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body up to the limit, then pass it on whole."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self.most:
                await _refuse(413, TOO_LARGE, scope, receive, send)
                return
        replayed = False

        async def replay() -> Message:
            nonlocal replayed
            if replayed:
                return await receive()
            replayed = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        await self.app(scope, replay, send)


class RateLimit:
    """A bucket of questions for each address, refilled evenly over a minute."""

    MOST_ADDRESSES = 10_000

    def __init__(
        self,
        app: ASGIApp,
        per_minute: int,
        sentence: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.app = app
        self.per_minute = per_minute
        self.sentence = sentence
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 429 with the time to wait."""
        if scope["type"] == "http" and ASKING_ROUTES.fullmatch(scope["path"]):
            wait = self._wait((scope.get("client") or ("", 0))[0])
            if wait > 0:
                headers = {"retry-after": str(int(wait) + 1)}
                await _refuse(429, self.sentence, scope, receive, send, headers)
                return
        await self.app(scope, receive, send)

    def _wait(self, address: str) -> float:
        """Take a question from the bucket; return the seconds to wait if it is empty."""
        now = self._clock()
        left, then = self._buckets.pop(address, (float(self.per_minute), now))
        left = min(self.per_minute, left + (now - then) * self.per_minute / 60)
        enough = left >= 1
        self._buckets[address] = (left - 1 if enough else left, now)
        while len(self._buckets) > self.MOST_ADDRESSES:
            self._buckets.popitem(last=False)
        return 0.0 if enough else (1 - left) * 60 / self.per_minute


class SecureResponses:
    """Add security headers to every response, and a nonce to the scripts of the first page."""

    def __init__(self, app: ASGIApp, rewrite: Callable[[str, str], str]) -> None:
        self.app = app
        self.rewrite = rewrite

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and change its response."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        is_page = scope["path"] == "/"
        if is_page:  # the page must come unpacked to be rewritten
            kept = [(k, v) for k, v in scope["headers"] if k != b"accept-encoding"]
            scope = {**scope, "headers": kept}
        start: Message = {}
        body = bytearray()

        async def change(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                _add_headers(message, nonce, scope["path"])
                if is_page:
                    start = message
                    return
            elif is_page:
                body.extend(message.get("body", b""))
                if message.get("more_body", False):
                    return
                changed = self.rewrite(body.decode(), nonce).encode()
                MutableHeaders(raw=start["headers"])["content-length"] = str(len(changed))
                await send(start)
                message = {"type": "http.response.body", "body": changed}
            await send(message)

        await self.app(scope, receive, change)


def _add_headers(message: Message, nonce: str, path: str) -> None:
    message["headers"] = list(message.get("headers", []))
    headers = MutableHeaders(raw=message["headers"])
    for name, value in SECURITY_HEADERS.items():
        headers[name] = value
    headers["content-security-policy"] = CONTENT_POLICY.format(nonce=nonce)
    if path == "/staff" or path.startswith("/staff/"):
        headers.update(STAFF_HEADERS)
    if path.startswith("/assets/"):
        headers["cache-control"] = "public, max-age=31536000, immutable"
    else:
        headers["cache-control"] = "no-store"
    for name in ("access-control-allow-origin", "access-control-allow-credentials", "server"):
        if name in headers:
            del headers[name]


async def _refuse(
    status: int,
    sentence: str,
    scope: Scope,
    receive: Receive,
    send: Send,
    headers: dict[str, str] | None = None,
) -> None:
    response = JSONResponse({"id": None, "error": sentence}, status, headers)
    await response(scope, receive, send)
