"""What is remembered of a conversation, and how a turn is read in its light."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from chatbot.patterns import any_pattern
from index.passage_index import Reading
from index.query import Query, read_query
from index.script import fold_script
from index.words import HAN_RUN

# Weights of three readings: the turn, the question before with the turn, the last answer's
# heading with the turn. Adding the readings beats choosing one (docs/retrieval.md).
FOLLOW_UP_WEIGHTS = (0.5, 0.8, 0.5)
FRESH_WEIGHTS = (1.0, 0.25, 0.1)


@dataclass(frozen=True, slots=True)
class Conversation:
    """The little that a next turn may lean on; empty at the start. Kept in memory only.

    Attributes:
        question: The question before.
        heading: Heading of the passage that answered last.
        signs: Signs that were present so far.
        in_crisis: Whether there was a crisis; then the numbers stay in sight.
    """

    question: str = ""
    heading: str = ""
    signs: tuple[str, ...] = ()
    in_crisis: bool = False


@dataclass(frozen=True, slots=True)
class _FollowUpLooks:
    short: int
    short_words: int
    pattern: re.Pattern[str]
    empty: re.Pattern[str]


@cache
def _looks() -> _FollowUpLooks:
    source = tomllib.loads((files("chatbot") / "follow_up.toml").read_text(encoding="utf-8"))
    pattern = any_pattern(map(fold_script, source["patterns"]))
    empty = any_pattern(map(fold_script, [*source["empty_words"], r"\W"]))
    return _FollowUpLooks(source["short"], source["short_words"], pattern, empty)


def looks_like_follow_up(query: Query) -> bool:
    """Return whether a message looks as if it leaned on the one before it."""
    looks = _looks()
    if looks.pattern.search(query.text):
        return True
    if query.is_english:
        return len(query.text.split()) <= looks.short_words
    return sum(len(run) for run in HAN_RUN.findall(query.text)) <= looks.short


def only_points(query: Query) -> bool:
    """Return whether nothing is left of a message without its pointing and asking words."""
    return not _looks().empty.sub("", query.text)


def readings_of(query: Query, conversation: Conversation) -> tuple[Reading, ...]:
    """Return the ways to read a turn, the turn alone first."""
    if not conversation.question:
        return (Reading(query),)
    alone, with_question, with_heading = (
        FOLLOW_UP_WEIGHTS if looks_like_follow_up(query) else FRESH_WEIGHTS
    )
    readings = [Reading(query, alone)]
    before = f"{conversation.question} {query.question}"
    readings.append(Reading(read_query(before), with_question))
    if conversation.heading:
        carried = f"{conversation.heading} {query.question}"
        readings.append(Reading(read_query(carried), with_heading))
    return tuple(readings)
