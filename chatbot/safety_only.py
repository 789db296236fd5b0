"""What is left when nothing can be searched: signs are recognised, notices are given, no more.

It needs neither the guide nor words nor a model, only the files of triage and the templates.
"""

from __future__ import annotations

from typing import NoReturn

from chatbot.bot import MOST_CHARACTERS, Chatbot, Turn
from chatbot.contacts import NO_TEAM, Team
from chatbot.conversation import Conversation
from chatbot.reply import AbstainReason, OutOfScope
from chatbot.templates import Templates
from chatbot.triage.message import read_message
from corpus.passage import Guide
from corpus.source import Source
from index.errors import IndexMissing
from index.passage_index import PassageIndex
from index.query import detect_language

NO_GUIDE = Guide("none", "", ())
NO_SOURCE = Source(NO_GUIDE, ())


class NothingToSearch(PassageIndex):
    """An index of no guide."""

    def __init__(self) -> None:
        self.guide = NO_GUIDE
        self.topics = ()
        self.keys = ()
        self.has_bank = False

    @property
    def searches_by_meaning(self) -> bool:
        """Whether an encoder takes part: never."""
        return False

    @property
    def encoder_name(self) -> str:
        """Name of the encoder: there is none."""
        return ""

    def search(self, *_: object, **__: object) -> NoReturn:
        """Find nothing.

        Raises:
            IndexMissing: Always.
        """
        raise IndexMissing


class SafetyOnly(Chatbot):
    """Recognises signs and says whom to call; to anything else it says that it cannot search."""

    def __init__(self, templates: Templates | None = None, team: Team = NO_TEAM) -> None:
        super().__init__(NothingToSearch(), templates, team)
        self.reply("?")  # what a reply needs is loaded now, while there is memory for it

    def reply(self, question: str, conversation: Conversation = Conversation()) -> Turn:  # noqa: B008
        """Return the notice that a message asks for, or where to turn instead."""
        message = read_message(question)
        alarm = self.triage.check(message, conversation.heard)
        whole = (c for c in question[:MOST_CHARACTERS] if not "\ud800" <= c <= "\udfff")
        language = detect_language("".join(whole))
        if alarm.rings:
            return self._alarmed(language, alarm, conversation)
        text = self._languages[language].say("out_of_scope", "no_guide", **self._notices.numbers)
        refusal = OutOfScope(text, AbstainReason.NO_GUIDE)
        return Turn(self._reminded(refusal, language, conversation), conversation)
