"""A page that nobody looks after: how long it waits, what it offers, and how it forgets."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.bot import suggestion_of
from chatbot.said import Asked
from chatbot.settings import Settings
from chatbot.templates import Templates
from chatbot.web.sessions import SessionKeeper
from corpus.passage import Guide, Passage

MOST_SUBJECTS = 8
MOST_QUESTIONS = 6
OWN_TIMER = ("/", "/about", "/help")  # pages whose script counts the idle seconds


@dataclass(frozen=True, slots=True)
class Kiosk:
    """How such a page behaves.

    Attributes:
        idle_seconds: How long nobody may touch it before it asks.
        countdown_seconds: How long it then waits for an answer.
    """

    idle_seconds: int
    countdown_seconds: int

    @property
    def total_seconds(self) -> int:
        """After how many seconds without a touch everything is wiped."""
        return self.idle_seconds + self.countdown_seconds


@dataclass(frozen=True, slots=True)
class Subject:
    """What a person may want to know about.

    Attributes:
        title: What it is called.
        questions: Questions on it that are answered.
        name: Its name among the templates; empty for a section of another guide.
    """

    title: str
    questions: tuple[Asked, ...]
    name: str = ""


class Wipe(BaseModel):
    """Which conversation is to be forgotten: the name that Gradio gave to the open page."""

    session: str = Field(default="", max_length=64)


def kiosk_of(settings: Settings) -> Kiosk | None:
    """Return how the page behaves where nobody looks after it; nothing where somebody does."""
    if not settings.kiosk:
        return None
    return Kiosk(settings.kiosk_idle_seconds, settings.kiosk_countdown_seconds)


def subjects_of(guide: Guide, templates: Templates) -> tuple[Subject, ...]:
    """Return what the start page offers: our own choice, or the sections of another guide."""
    source = tomllib.loads((files("chatbot") / "web" / "kiosk.toml").read_text(encoding="utf-8"))
    chosen = (
        (name, [guide.by_id[i] for i in ids if i in guide.by_id]) for name, ids in source.items()
    )
    offered = [
        Subject(templates.say("subject", name), _questions(passages), name)
        for name, passages in chosen
        if passages
    ]
    if not offered:
        offered = [Subject(s.title, _questions(s.passages)) for s in guide.sections]
    return tuple(offered[:MOST_SUBJECTS])


def _questions(passages: Sequence[Passage]) -> tuple[Asked, ...]:
    return tuple(dict.fromkeys(map(suggestion_of, passages)))[:MOST_QUESTIONS]


def build_kiosk_routes(keeper: SessionKeeper) -> APIRouter:
    """Return the route by which an open page is forgotten at once."""
    router = APIRouter()

    @router.post("/kiosk/wipe", status_code=204)
    def wipe(asked: Wipe) -> Response:
        """Drop a conversation, and let the browser drop what it stored for this page."""
        keeper.forget(asked.session)
        return Response(status_code=204, headers={"clear-site-data": '"storage"'})

    return router


class ReturnToStart:
    """Send pages without a timer of their own back to the start after the time of a kiosk."""

    def __init__(self, app: ASGIApp, kiosk: Kiosk) -> None:
        self.app = app
        self._refresh = f"{kiosk.total_seconds}; url=/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and add the time to a page."""

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                if headers.get("content-type", "").startswith("text/html"):
                    headers["refresh"] = self._refresh
            await send(message)

        timed = scope["type"] != "http" or scope["path"] in OWN_TIMER
        await self.app(scope, receive, send if timed else add)
