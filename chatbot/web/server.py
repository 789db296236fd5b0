"""Put the pieces together: routes, page, guards; then serve in one process."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp

from chatbot.effective import unknown_variables
from chatbot.messages import say
from chatbot.opening import Mode, in_one_line
from chatbot.report.errors import ReportMisconfigured
from chatbot.report.keeper import Keeper
from chatbot.settings import Settings
from chatbot.web import garbage
from chatbot.web.card import build_card_routes
from chatbot.web.down import DownApp, LastResort, Place, down_page
from chatbot.web.flags import Flags, build_flag_routes
from chatbot.web.information import build_information
from chatbot.web.kiosk import ReturnToStart, build_kiosk_routes, kiosk_of, subjects_of
from chatbot.web.leaving import LetGo, Server
from chatbot.web.logs import ReplyLog, set_up_logging
from chatbot.web.metrics import Metrics, build_metrics_route
from chatbot.web.overload import (
    ImpatientProtocol,
    Overload,
    raise_descriptor_limit,
    share_fairly,
)
from chatbot.web.page import build_page, theme
from chatbot.web.refusing import REFUSALS, explain_refusals
from chatbot.web.renewal import Renewal
from chatbot.web.routes import build_routes
from chatbot.web.security import AllowedRoutes, BodyLimit, RateLimit, SameOrigin, SecureResponses
from chatbot.web.service import Service
from chatbot.web.sessions import IDLE_SECONDS, SessionKeeper
from chatbot.web.shell import Shell
from chatbot.web.source_page import build_source_routes
from chatbot.web.staff.routes import build_staff_routes
from corpus.progress_bar import progress_bar

logger = logging.getLogger("bonehealth")


def build_app(service: Service, settings: Settings) -> ASGIApp:
    """Return the whole application, guards outermost."""
    kiosk, place = kiosk_of(settings), Place.of(settings)
    keeper = SessionKeeper(2 * kiosk.total_seconds if kiosk else IDLE_SECONDS)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        share_fairly()
        async with keeper.sweeping():
            yield
        await run_in_threadpool(service.keeper.close)

    templates = service.chatbot.templates
    app = FastAPI(
        title=templates.say("page", "title"),
        lifespan=lifespan,
        redoc_url=None,
        responses=REFUSALS,
    )
    explain_refusals(app)
    app.include_router(build_routes(service))
    app.include_router(build_source_routes(service))
    flags = Flags()
    app.include_router(build_flag_routes(service, flags))
    app.include_router(build_card_routes(service, settings.team))
    app.include_router(build_information(service, settings))
    if kiosk:
        app.include_router(build_kiosk_routes(keeper))
    if settings.has_staff_page:
        app.include_router(build_staff_routes(service, settings, flags))
    metrics = Metrics(service, held=lambda: keeper.held) if settings.metrics else None
    if metrics:
        app.include_router(build_metrics_route(metrics, settings))
    page = build_page(service, can_dial=place.can_dial)
    keeper.attach(page)
    app = gr.mount_gradio_app(
        app,
        page,
        path="/",
        theme=theme(),
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        max_file_size=1,
    )
    keeper.watch(page)
    app.state.keeper = keeper
    observers = (metrics, ReplyLog() if settings.log_replies else None)
    service.observers = tuple(observer for observer in observers if observer)
    guarded: ASGIApp = SecureResponses(app, _shell(service, settings).rewrite)
    guarded = GZipMiddleware(guarded, minimum_size=1000)  # outside: what was rewritten, too
    guarded = LastResort(guarded, place)
    if kiosk:
        guarded = ReturnToStart(guarded, kiosk)
    sentence = templates.say("page", "too_many")
    guarded = Overload(guarded, sentence, down_page(place, is_served=True))
    guarded = RateLimit(guarded, settings.requests_per_minute, sentence)
    guarded = BodyLimit(guarded)
    guarded = SameOrigin(guarded)
    guarded = AllowedRoutes(guarded, staff=settings.has_staff_page)
    hosts = [*settings.allowed_hosts, settings.host]
    guarded = TrustedHostMiddleware(guarded, allowed_hosts=hosts, www_redirect=False)
    return metrics.counted(guarded) if metrics else guarded


def _shell(service: Service, settings: Settings) -> Shell:
    guide, templates, kiosk = service.source.guide, service.chatbot.templates, kiosk_of(settings)
    return Shell(
        templates,
        guide.title,
        may_remember=settings.remember_display,
        place=Place.of(settings),
        kiosk=kiosk,
        subjects=subjects_of(guide, templates) if kiosk else (),
    )


def run_server(settings: Settings) -> int:
    """Serve until stopped; return the exit status. The page is there before the index is.

    Where the chatbot cannot be opened, whom to call is served instead.
    """
    set_up_logging(settings.log_format)
    for sentence in unknown_variables():
        logger.warning(sentence)
    listener = _listen(settings)
    if listener is None:
        return 1
    try:
        keeper = Keeper.of(settings)
    except ReportMisconfigured as error:
        logger.error(str(error))
        return 1
    try:
        service = Service(settings, keeper)
        app = build_app(service, settings)
    except Exception as error:
        logger.debug("The chatbot could not be opened.", exc_info=True)
        problem = in_one_line(error)
        sentence = say("web", "down", problem=problem, host=settings.host, port=settings.port)
        logger.error(sentence)
        _serve(DownApp(Place.of(settings)), listener, settings)
        return 1
    logger.info(say("web", "address", host=settings.host, port=settings.port))
    opened = service.state.opened
    if opened.mode is Mode.SAFETY_ONLY:
        problem = "；".join(opened.reasons)
        logger.error(say("opening", "safety_only", problem=problem))
    renewal = Renewal(service)
    renewal.listen()
    with progress_bar(say("opening", "building")) as progress:
        renewal.start(progress)
        _serve(app, listener, settings)
    return 1 if opened.mode is Mode.SAFETY_ONLY else 0


def _serve(app: ASGIApp, listener: socket.socket, settings: Settings) -> None:
    """Serve until a signal ends it; answers in flight are finished first."""
    garbage.resume()
    raise_descriptor_limit()
    leaving = asyncio.Event()
    config = uvicorn.Config(
        LetGo(app, leaving),
        http=ImpatientProtocol,
        ws="none",
        access_log=False,
        server_header=False,
        log_config=None,
        forwarded_allow_ips=[str(network) for network in settings.trusted_proxies],
        timeout_graceful_shutdown=settings.shutdown_seconds,
    )
    Server(config, leaving).run(sockets=[listener])


def _listen(settings: Settings) -> socket.socket | None:
    """Return a socket bound to the address, or tell why there is none."""
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        # Named, for asyncio turns off Nagle's waiting only where it reads that this is TCP.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        return listener
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = settings.port % 65535 + 1
            sentence = say("web", "port_taken", port=settings.port, other=other)
        else:
            sentence = say(
                "web",
                "cannot_serve",
                host=settings.host,
                port=settings.port,
                reason=error.strerror,
            )
        logger.error(sentence)
        return None
