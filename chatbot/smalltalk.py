"""Recognise messages that are not questions for the guide."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files

from index.query import Query

NOT_WORDS = re.compile(r"[^\w ]+")


@dataclass(frozen=True, slots=True)
class SmallTalkTopic:
    """A kind of message and what is said to it."""

    name: str
    pattern: re.Pattern[str]
    text: str


def load_small_talk() -> tuple[SmallTalkTopic, ...]:
    """Return the kinds of small talk, in the order of the file."""
    source = (files("chatbot") / "smalltalk.toml").read_text(encoding="utf-8")
    return tuple(
        SmallTalkTopic(
            name, re.compile("|".join(f"(?:{p})" for p in topic["patterns"])), topic["text"]
        )
        for name, topic in tomllib.loads(source).items()
    )


def recognise(query: Query, topics: tuple[SmallTalkTopic, ...]) -> SmallTalkTopic | None:
    """Return the topic that the whole message belongs to, or none."""
    message = " ".join(NOT_WORDS.sub(" ", query.text).split())
    return next((topic for topic in topics if topic.pattern.fullmatch(message)), None)
