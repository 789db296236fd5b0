"""What stands between the network and Gradio, outermost first. Pure ASGI, no page logic."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.messages import say
from chatbot.web.headers import SECURITY_HEADERS, STAFF_HEADERS
from chatbot.web.refusing import refuse

MOST_BODY = 256 * 1024
BODY_SECONDS = 10.0
CLOSE = {"connection": "close"}  # what is left of a refused body is not waited for
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
WRONG_METHOD = say("web", "wrong_method")
TOO_SLOW = say("web", "too_slow")


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
        if scope["type"] != "http":
            return  # no other kind is spoken here: the server closes the connection
        methods = [
            name
            for table in self._tables
            for name, paths in table.items()
            if paths.fullmatch(scope["path"])
        ]
        if not methods:
            await refuse(404, NOT_FOUND, scope, receive, send)
            return
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        if method not in methods:
            headers = {"allow": ", ".join([*methods, *(["HEAD"] if "GET" in methods else [])])}
            await refuse(405, WRONG_METHOD, scope, receive, send, headers)
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
                await refuse(403, FORBIDDEN, scope, receive, send)
                return
        await self.app(scope, receive, send)


class BodyLimit:
    """Refuse bodies that are too large, told or not, or that do not arrive in time."""

    def __init__(self, app: ASGIApp, most: int = MOST_BODY, seconds: float = BODY_SECONDS) -> None:
        self.app = app
        self.most = most
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body up to the limit, then pass it on whole."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        body = bytearray()
        more = True
        try:
            async with asyncio.timeout(self.seconds):
                while more and len(body) <= self.most:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return
                    body += message.get("body", b"")
                    more = message.get("more_body", False)
        except TimeoutError:
            await refuse(408, TOO_SLOW, scope, receive, send, CLOSE)
            return
        if len(body) > self.most:
            await refuse(413, TOO_LARGE, scope, receive, send, CLOSE)
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
            wait = self._wait(payer((scope.get("client") or ("", 0))[0]))
            if wait > 0:
                headers = {"retry-after": str(int(wait) + 1)}
                await refuse(429, self.sentence, scope, receive, send, headers)
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


def payer(address: str) -> str:
    """Return for whom an address counts: in IPv6 a household owns a whole network of 64 bits."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(IPv6Network((int(found) >> 64 << 64, 64)))


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
