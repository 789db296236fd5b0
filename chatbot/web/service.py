"""The chatbot that the page and the interface share; it is exchanged when a better one is ready."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from chatbot.bot import Chatbot, Turn
from chatbot.conversation import Conversation
from chatbot.opening import Mode, Opened, in_one_line, open_chatbot, open_first
from chatbot.reply import Reply
from chatbot.report.keeper import Keeper
from chatbot.settings import Settings
from chatbot.web.unreadable import told_what_cannot_be_read
from corpus.source import Source, open_source
from index.models import NO_MODEL
from index.stages import watched_by
from index.vector_cache import Progress, unwatched

logger = logging.getLogger("bonehealth")


@dataclass(frozen=True, slots=True)
class State:
    """What is served just now.

    Attributes:
        opened: The chatbot and its mode.
        building: Whether a better one is being made ready for the first time.
        since: When it began to be served.
        not_renewed: Why the last try to renew it failed; empty where none did.
    """

    opened: Opened
    building: bool
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    not_renewed: str = ""


class Observer(Protocol):
    """Whoever takes note of what a service does, never of words."""

    def take_stage(self, name: str, seconds: float) -> None:
        """Take note of how long a stage took."""

    def take_reply(self, reply: Reply, seconds: float) -> None:
        """Take note of a reply and how long it took."""

    def take_failure(self, error: Exception) -> None:
        """Take note of a question that got no reply."""

    def take_renewal(self, came_about: bool) -> None:
        """Take note of a renewal of the index."""


class Service:
    """Serves by meaning; from words alone while model and index are not ready."""

    def __init__(self, settings: Settings, keeper: Keeper | None = None) -> None:
        self.keeper = keeper or Keeper()
        self._model, self._team, self._kind = settings.model, settings.team, settings.store_kind
        self._original = settings.original
        self.source: Source
        self.source, opened = open_first(
            settings.original, model=self._model, team=self._team, kind=self._kind
        )
        can_improve = settings.model != NO_MODEL and opened.mode is Mode.WORDS_ONLY
        self.state = State(opened, building=can_improve)
        self.observers: tuple[Observer, ...] = ()

    @property
    def chatbot(self) -> Chatbot:
        """The chatbot to ask now; take it once for a question."""
        return self.state.opened.chatbot

    def reply(self, question: str, conversation: Conversation = Conversation()) -> Turn:  # noqa: B008
        """Return what the chatbot says, once the observers have taken note of it.

        The report takes note of it as a person reads it, where the operator turned that on.
        """
        chatbot = self.chatbot
        turn = self._observed(chatbot, question, conversation)
        if self.keeper.keeps_questions:
            shown = told_what_cannot_be_read(question, turn.reply, chatbot)
            self.keeper.heard(question, shown, turn.conversation)
        return turn

    def _observed(self, chatbot: Chatbot, question: str, conversation: Conversation) -> Turn:
        observers = self.observers
        if not observers:
            return chatbot.reply(question, conversation)

        def take_stage(name: str, seconds: float) -> None:
            for observer in observers:
                observer.take_stage(name, seconds)

        start = time.perf_counter()
        try:
            with watched_by(take_stage):
                turn = chatbot.reply(question, conversation)
        except Exception as error:
            for observer in observers:
                observer.take_failure(error)
            raise
        seconds = time.perf_counter() - start
        for observer in observers:
            observer.take_reply(turn.reply, seconds)
        return turn

    def notice(self) -> str:
        """Return what a person must know about the search, or nothing."""
        if self.state.opened.mode is Mode.FULL:
            return ""
        name = "building" if self.state.building else self.state.opened.mode.value
        return self.chatbot.templates.say("mode", name)

    def improve(self, progress: Progress = unwatched) -> None:
        """Load or build model and index, then serve from them. Takes seconds to a minute."""
        if not self.state.building:
            return
        try:
            opened = open_chatbot(
                self.source,
                model=self._model,
                say=logger.warning,
                progress=progress,
                team=self._team,
                kind=self._kind,
            )
        except Exception as error:  # noqa: BLE001 - words go on being searched
            reason = in_one_line(error)
            logger.error("The index could not be opened; words alone are searched: %s", reason)
            opened = replace(self.state.opened, reasons=(reason,))
        self.state = State(opened, building=False)
        logger.info("Searching in mode %s.", opened.mode)

    def renew(self, progress: Progress = unwatched) -> bool:
        """Open text and index anew, built where that is needed; return whether they are served.

        The chatbot before answers meanwhile. It stays where the new one could do less.
        """
        came_about = self._renew(progress)
        for observer in self.observers:
            observer.take_renewal(came_about)
        return came_about

    def _renew(self, progress: Progress) -> bool:
        said: list[str] = []
        problem = ""
        try:
            source = open_source(self._original)
            opened = open_chatbot(
                source,
                model=self._model,
                say=said.append,
                progress=progress,
                team=self._team,
                kind=self._kind,
            )
            if opened.mode.rank < self.state.opened.mode.rank:
                problem = "；".join(opened.reasons) or opened.mode.value
        except Exception as error:  # noqa: BLE001 - the chatbot before goes on answering
            problem = in_one_line(error)
        if problem:
            self.state = replace(self.state, not_renewed=problem)
            logger.error("Not renewed, the index before stays in use: %s", problem)
            return False
        self.source = source
        self.state = State(opened, building=False)
        logger.info("Renewed; searching in mode %s.", opened.mode)
        return True
