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
from chatbot.web.flags import Flags, build_flag_routes
from chatbot.web.page import build_page, theme
from chatbot.web.routes import build_routes
from chatbot.web.security import AllowedRoutes, BodyLimit, RateLimit, SameOrigin, SecureResponses
from chatbot.web.service import Service
from chatbot.web.sessions import SessionKeeper
from chatbot.web.shell import Shell
from chatbot.web.source_page import build_source_routes
from corpus.errors import GuideError


def build_app(service: Service, settings: Settings) -> ASGIApp:
    """Return the whole application, guards outermost."""
    keeper = SessionKeeper()

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
    page = build_page(service)
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
    sentence = templates.say("page", "too_many")
    guarded = RateLimit(guarded, settings.requests_per_minute, sentence)
    guarded = BodyLimit(guarded)
    guarded = SameOrigin(guarded)
    guarded = AllowedRoutes(guarded)
    hosts = [*settings.allowed_hosts, settings.host]
    return TrustedHostMiddleware(guarded, allowed_hosts=hosts, www_redirect=False)


def _shell(service: Service, settings: Settings) -> Shell:
    title = service.source.guide.title
    return Shell(service.chatbot.templates, title, may_remember=settings.remember_display)


def run_server(settings: Settings) -> int:
    """Serve until stopped; return the exit status. The page is there before the index is."""
    listener = _listen(settings)
    if listener is None:
        return 1
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        service = Service(settings)
    except GuideError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    app = build_app(service, settings)
    print(say("web", "address", host=settings.host, port=settings.port), file=sys.stderr)  # noqa: T201
    console = Console(stderr=True)
    with Bar(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(say("opening", "building"), total=None, visible=False)
        service.improve_in_background(
            lambda done, todo: bar.update(task, completed=done, total=todo, visible=done < todo)
        )
        server = uvicorn.Server(
            uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
        )
        server.run(sockets=[listener])
    return 0


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
