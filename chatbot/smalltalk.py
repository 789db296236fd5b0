"""Recognise messages that are not questions for the guide."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from importlib.resources import files

from chatbot.patterns import any_pattern
from index.query import Query
from index.script import to_traditional

NOT_WORDS = re.compile(r"[^\w ]+")
BESIDE_HAN = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")


@dataclass(frozen=True, slots=True)
class SmallTalkTopic:
    """A kind of message; what is said to it stands in the templates under its name."""

    name: str
    pattern: re.Pattern[str]


def load_small_talk() -> tuple[SmallTalkTopic, ...]:
    """Return the kinds of small talk, in the order of the file."""
    source = (files("chatbot") / "smalltalk.toml").read_text(encoding="utf-8")
    return tuple(
        SmallTalkTopic(name, any_pattern(topic["patterns"]))
        for name, topic in tomllib.loads(source).items()
    )


def recognise(query: Query, topics: tuple[SmallTalkTopic, ...]) -> SmallTalkTopic | None:
    """Return the topic that the whole message belongs to, or none."""
    typed = unicodedata.normalize("NFKC", query.question).casefold()
    messages = {_bare(typed), _bare(to_traditional(typed)), _bare(query.text)}
    return next((t for t in topics if any(map(t.pattern.fullmatch, messages))), None)


def _bare(message: str) -> str:
    """Return a message without punctuation, and without spaces beside Han characters."""
    return BESIDE_HAN.sub("", " ".join(NOT_WORDS.sub(" ", message).split()))
