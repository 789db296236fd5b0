"""Put the pieces together: routes, page, guards; then serve in one process."""

from __future__ import annotations

import errno
import logging
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import gradio as gr
import uvicorn
from fastapi import FastAPI
from rich.console import Console
from rich.progress import Progress as Bar
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp

from chatbot.messages import say
from chatbot.settings import Settings
from chatbot.web.card import build_card_routes
from chatbot.web.down import DownApp, LastResort, Place
from chatbot.web.flags import Flags, build_flag_routes
from chatbot.web.information import build_information
from chatbot.web.kiosk import ReturnToStart, build_kiosk_routes, kiosk_of, subjects_of
from chatbot.web.page import build_page, theme
from chatbot.web.routes import build_routes
from chatbot.web.security import AllowedRoutes, BodyLimit, RateLimit, SameOrigin, SecureResponses
from chatbot.web.service import Service
from chatbot.web.sessions import IDLE_SECONDS, SessionKeeper
from chatbot.web.shell import Shell
from chatbot.web.source_page import build_source_routes
from corpus.errors import GuideError

logger = logging.getLogger("bonehealth")


def build_app(service: Service, settings: Settings) -> ASGIApp:
    """Return the whole application, guards outermost."""
    kiosk, place = kiosk_of(settings), Place.of(settings)
    keeper = SessionKeeper(2 * kiosk.total_seconds if kiosk else IDLE_SECONDS)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with keeper.sweeping():
            yield

    templates = service.chatbot.templates
    app = FastAPI(title=templates.say("page", "title"), lifespan=lifespan, redoc_url=None)
    app.include_router(build_routes(service))
    app.include_router(build_source_routes(service))
    app.include_router(build_flag_routes(service, Flags()))
    app.include_router(build_card_routes(service, settings.team))
    app.include_router(build_information(service, settings))
    if kiosk:
        app.include_router(build_kiosk_routes(keeper))
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
    guarded: ASGIApp = GZipMiddleware(app, minimum_size=1000)
    guarded = SecureResponses(guarded, _shell(service, settings).rewrite)
    guarded = LastResort(guarded, place)
    if kiosk:
        guarded = ReturnToStart(guarded, kiosk)
    sentence = templates.say("page", "too_many")
    guarded = RateLimit(guarded, settings.requests_per_minute, sentence)
    guarded = BodyLimit(guarded)
    guarded = SameOrigin(guarded)
    guarded = AllowedRoutes(guarded)
    hosts = [*settings.allowed_hosts, settings.host]
    return TrustedHostMiddleware(guarded, allowed_hosts=hosts, www_redirect=False)


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
    listener = _listen(settings)
    if listener is None:
        return 1
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        service = Service(settings)
        app = build_app(service, settings)
    except Exception as error:
        if not isinstance(error, GuideError):
            logger.exception("The chatbot could not be opened.")
        problem = str(error) if isinstance(error, GuideError) else type(error).__name__
        sentence = say("web", "down", problem=problem, host=settings.host, port=settings.port)
        print(sentence, file=sys.stderr)  # noqa: T201
        _serve(DownApp(Place.of(settings)), listener)
        return 1
    print(say("web", "address", host=settings.host, port=settings.port), file=sys.stderr)  # noqa: T201
    console = Console(stderr=True)
    with Bar(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(say("opening", "building"), total=None, visible=False)
        service.improve_in_background(
            lambda done, todo: bar.update(task, completed=done, total=todo, visible=done < todo)
        )
        _serve(app, listener)
    return 0


def _serve(app: ASGIApp, listener: socket.socket) -> None:
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
    uvicorn.Server(config).run(sockets=[listener])


def _listen(settings: Settings) -> socket.socket | None:
    """Return a socket bound to the address, or tell why there is none."""
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        listener = socket.socket(family)
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
        print(sentence, file=sys.stderr)  # noqa: T201
        return None
