"""Figures for Prometheus at `/metrics`: counts and seconds, never a word of anyone."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Sequence
from functools import partial
from ipaddress import IPv4Network, IPv6Network, ip_address

from fastapi import APIRouter, HTTPException, Request, Response
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from pydantic import SecretStr
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.opening import Mode
from chatbot.reply import AbstainReason, OutOfScope, Reply
from chatbot.settings import Settings
from chatbot.versions import versions
from chatbot.web.kinds import detail_of
from chatbot.web.service import Service

SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
STAGE_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
ROUTES = {
    "page": re.compile(r"/"),
    "ask": re.compile(r"/api/ask"),
    "page_ask": re.compile(r"/gradio_api/run/.*"),
    "heartbeat": re.compile(r"/gradio_api/heartbeat/.*"),
    "source": re.compile(r"/source/.*"),
    "card": re.compile(r"/card"),
    "flag": re.compile(r"/flag"),
    "kiosk": re.compile(r"/kiosk/.*"),
    "information": re.compile(r"/about|/help"),
    "health": re.compile(r"/livez|/readyz"),
    "metrics": re.compile(r"/metrics"),
    "static": re.compile(r"/(?:assets|static|ui)/.*|/theme\.css|/favicon\.ico|/manifest\.json"),
}
OTHER = "other"
FAILURES = ("500", "503")
disable_created_metrics()  # type: ignore[no-untyped-call]  # no second series for each counter
Network = IPv4Network | IPv6Network


class Metrics:
    """The figures of one server, in a registry of its own."""

    def __init__(self, service: Service, *, held: Callable[[], int]) -> None:
        """Begin to count; `held` says how many conversations are in memory."""
        registry = self.registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        self._replies = Counter(
            "bonehealth_replies",
            "Replies by kind, and by reason, tier or subject.",
            ["kind", "detail"],
            registry=registry,
        )
        self._seconds = Histogram(
            "bonehealth_reply_seconds",
            "Time that a reply took.",
            buckets=SECONDS,
            registry=registry,
        )
        self._stages = Histogram(
            "bonehealth_stage_seconds",
            "Time that a stage of a reply took.",
            ["stage"],
            buckets=STAGE_SECONDS,
            registry=registry,
        )
        self._failures = Counter(
            "bonehealth_reply_failures",
            "Questions that got no reply; the log says why.",
            registry=registry,
        )
        self._broken = Counter(
            "bonehealth_promise_broken",
            "Replies held back because they were neither passage nor template.",
            registry=registry,
        )
        self._responses = Counter(
            "bonehealth_responses",
            "HTTP responses by route and status; 429 is the limit of questions.",
            ["route", "status"],
            registry=registry,
        )
        self._in_flight = Gauge(
            "bonehealth_requests_in_flight", "HTTP requests being answered.", registry=registry
        )
        self._renewals = Counter(
            "bonehealth_renewals", "Renewals of the index by signal.", ["result"], registry=registry
        )
        # A series that begins with 1 has not increased: alarms would miss the first.
        for result in ("done", "failed"):
            self._renewals.labels(result)
        for route in (*ROUTES, OTHER):
            for status in FAILURES:
                self._responses.labels(route, status)
        self._tell_state(service, held)

    def _tell_state(self, service: Service, held: Callable[[], int]) -> None:
        registry = self.registry
        mode = Gauge("bonehealth_mode", "1 for the mode of search.", ["mode"], registry=registry)
        for each in Mode:
            mode.labels(each.value).set_function(partial(_is_in_mode, service, each))
        building = Gauge(
            "bonehealth_building", "1 while the first index is made ready.", registry=registry
        )
        building.set_function(lambda: float(service.state.building))
        since = Gauge(
            "bonehealth_index_since_seconds",
            "Unix time since when this index is served.",
            registry=registry,
        )
        since.set_function(lambda: service.state.since.timestamp())
        amiss = Gauge(
            "bonehealth_amiss", "How many things are amiss (see /readyz).", registry=registry
        )
        amiss.set_function(lambda: float(len(service.state.opened.reasons)))
        sessions = Gauge(
            "bonehealth_conversations", "Conversations held in memory.", registry=registry
        )
        sessions.set_function(lambda: float(held()))
        parts = Info("bonehealth_versions", "What is served.", registry=registry)
        parts.info({version.part: version.short for version in versions()})

    def take_stage(self, name: str, seconds: float) -> None:
        """Count a stage of a reply."""
        self._stages.labels(name).observe(seconds)

    def take_reply(self, reply: Reply, seconds: float) -> None:
        """Count a reply."""
        self._replies.labels(reply.kind, detail_of(reply)).inc()
        self._seconds.observe(seconds)
        if isinstance(reply, OutOfScope) and reply.reason is AbstainReason.UNSAFE:
            self._broken.inc()

    def take_failure(self, error: Exception) -> None:  # noqa: ARG002 - the log tells it
        """Count a question that got no reply."""
        self._failures.inc()

    def take_renewal(self, came_about: bool) -> None:
        """Count a renewal."""
        self._renewals.labels("done" if came_about else "failed").inc()

    def counted(self, app: ASGIApp) -> ASGIApp:
        """Return the application with each response counted."""

        async def count(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            route = route_of(scope["path"])

            async def watch(message: Message) -> None:
                if message["type"] == "http.response.start":
                    self._responses.labels(route, str(message["status"])).inc()
                await send(message)

            with self._in_flight.track_inprogress():
                await app(scope, receive, watch)

        return count


def _is_in_mode(service: Service, mode: Mode) -> float:
    return float(service.state.opened.mode is mode)


def route_of(path: str) -> str:
    """Return the route of an address, one of few: an address may hold anything."""
    return next((name for name, form in ROUTES.items() if form.fullmatch(path)), OTHER)


def may_read(address: str, networks: Sequence[Network]) -> bool:
    """Return whether a reader at an address may see the figures."""
    try:
        reader = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(reader, "ipv4_mapped", None)
    return any((mapped or reader) in network for network in networks)


def brings(token: SecretStr, authorization: str) -> bool:
    """Return whether a reader brings the token, compared in constant time."""
    wanted = f"Bearer {token.get_secret_value()}"
    return hmac.compare_digest(authorization.encode(), wanted.encode())


def build_metrics_route(metrics: Metrics, settings: Settings) -> APIRouter:
    """Return the route; whoever may not read it finds nothing there."""
    router = APIRouter(include_in_schema=False)

    @router.get("/metrics")
    def read(request: Request) -> Response:
        """Return all figures as Prometheus reads them."""
        address = request.client.host if request.client else ""
        if not may_read(address, settings.metrics_networks):
            raise HTTPException(404)
        token = settings.metrics_token
        if token and not brings(token, request.headers.get("authorization", "")):
            raise HTTPException(401, headers={"www-authenticate": "Bearer"})
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return router
