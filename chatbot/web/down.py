"""What still shows when everything else is down: whom to call, and the pages of the paper guide.

It needs no index, no edition and no Gradio, and its page holds no script.
"""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.contacts import NO_TEAM, Team, day_checked
from chatbot.settings import Settings
from chatbot.templates import DEFAULT_LANGUAGE, Templates, templates_in
from chatbot.web.headers import PLAIN_PAGE_HEADERS
from chatbot.web.languages import TAGS
from chatbot.web.people import people
from chatbot.web.templating import STATIC, environment

PAGES_FILE = Path(str(files("chatbot"))) / "web" / "guide_pages.toml"
RETRY_SECONDS = 30
STYLES = ("tokens.css", "down.css")
logger = logging.getLogger("bonehealth")


@dataclass(frozen=True, slots=True)
class Place:
    """Where the page stands: whose team and desk it names, and whether it may dial."""

    team: Team = NO_TEAM
    desk: str = ""
    can_dial: bool = True

    @classmethod
    def of(cls, settings: Settings) -> Place:
        """Return the place that the settings tell of."""
        return cls(settings.team, settings.team_desk, not settings.kiosk)


@cache
def guide_pages(path: Path = PAGES_FILE) -> Mapping[str, int]:
    """Return the printed page on which each section of the guide begins."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def down_section(templates: Templates, place: Place, *, alone: bool = False) -> str:
    """Return the part that the page itself shows while the server is gone.

    Where it stands alone its title is the title of the page.
    """
    head, sub = ("h1", "h2") if alone else ("h2", "h3")
    return environment.get_template("down_section.html").render(
        say=templates.say,
        head=head,
        sub=sub,
        people=people(templates, place.team, place.desk, can_dial=place.can_dial),
        guide_pages=guide_pages(),
    )


def down_page(place: Place, language: str = DEFAULT_LANGUAGE, *, is_served: bool = False) -> str:
    """Return the whole page, for a file, or as the server sends it.

    A person tries again with a link: a page that loads anew by itself takes the reader's place
    away. Where nobody looks after it there may be nobody to press, and it tries by itself.
    """
    templates = templates_in(language)
    style = "".join((STATIC / name).read_text(encoding="utf-8") for name in STYLES)
    return environment.get_template("down.html").render(
        say=templates.say,
        tag=TAGS[language],
        style=style,
        section=down_section(templates, place, alone=True),
        checked=day_checked().isoformat(),
        is_served=is_served,
        retry_seconds=None if place.can_dial or not is_served else RETRY_SECONDS,
    )


class DownApp:
    """The application that is served when the real one could not be opened: one page."""

    def __init__(self, place: Place) -> None:
        self._page = down_page(place, is_served=True)
        self._sentence = templates_in(DEFAULT_LANGUAGE).say("down", "sentence")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer every request with the page, as a failure that may pass."""
        if scope["type"] != "http":
            return
        is_read = scope["method"] in ("GET", "HEAD")
        response = self._response(503) if is_read else self._refusal()
        await response(scope, receive, send)

    def _response(self, status: int) -> Response:
        return page_response(self._page, status)

    def _refusal(self) -> Response:
        return JSONResponse({"id": None, "error": self._sentence}, 503, PLAIN_PAGE_HEADERS)


class LastResort:
    """Send the page instead of a bare failure, where a person would see one."""

    def __init__(self, app: ASGIApp, place: Place) -> None:
        self.app = app
        self._page = down_page(place, is_served=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; a page that fails is replaced."""
        wants_page = scope["type"] == "http" and "text/html" in Headers(scope=scope).get(
            "accept", ""
        )
        if not wants_page:
            await self.app(scope, receive, send)
            return
        failed = started = False

        async def watch(message: Message) -> None:
            nonlocal failed, started
            if message["type"] == "http.response.start":
                failed = message["status"] >= 500
                started = not failed
            if not failed:
                await send(message)

        try:
            await self.app(scope, receive, watch)
        except Exception as error:
            if started:
                raise
            logger.error("A page failed: %s", type(error).__name__)
            failed = True
        if failed:
            await page_response(self._page, 500)(scope, receive, send)


def page_response(page: str, status: int) -> HTMLResponse:
    """Return the page as a response that is never kept."""
    headers = {**PLAIN_PAGE_HEADERS, "retry-after": str(RETRY_SECONDS)}
    return HTMLResponse(page, status, headers)
