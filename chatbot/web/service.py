"""The chatbot that the page and the interface share; it is exchanged when a better one is ready."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass

from chatbot.bot import Chatbot
from chatbot.opening import Mode, Opened, open_chatbot, open_words_only
from chatbot.settings import Settings
from corpus.source import Source, open_source
from index.models import NO_MODEL
from index.vector_cache import Progress, unwatched
from index.words import prepare_words

logger = logging.getLogger("bonehealth")


@dataclass(frozen=True, slots=True)
class State:
    """What is served just now."""

    opened: Opened
    building: bool


class Service:
    """Serves from words at once, and by meaning as soon as model and index are ready."""

    def __init__(self, settings: Settings) -> None:
        self.source: Source = open_source(settings.original)
        prepare_words()
        self._model, self._team = settings.model, settings.team
        opened = open_words_only(self.source, team=self._team)
        self.state = State(opened, building=settings.model != NO_MODEL)

    @property
    def chatbot(self) -> Chatbot:
        """The chatbot to ask now; take it once for a question."""
        return self.state.opened.chatbot

    def notice(self) -> str:
        """Return what a person must know about the search, or nothing."""
        if self.state.opened.mode is Mode.FULL:
            return ""
        name = "building" if self.state.building else "words_only"
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
            )
        except Exception:
            logger.exception("The index could not be opened; words alone are searched.")
            opened = self.state.opened
        self.state = State(opened, building=False)
        logger.info("Searching in mode %s.", opened.mode)

    def improve_in_background(self, progress: Progress = unwatched) -> None:
        """Do the same beside serving."""
        threading.Thread(target=self.improve, args=(progress,), daemon=True).start()
