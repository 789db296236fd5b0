"""Recognise messages that are not questions for the guide."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files

from chatbot.patterns import any_pattern
from index.query import Query
from index.script import to_traditional

NOT_WORDS = re.compile(r"[^\w' ]+")
BESIDE_HAN = re.compile(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])")
COURTESY = "courtesy"
COURTESIES = ("goodbye", "thanks", "greeting")  # what a message of several is, in this order
ACKNOWLEDGED = "thanks"
LONGEST_COURTESY = 60  # characters
ASKING = ("嗎", "咩")  # ends of a question


@dataclass(frozen=True, slots=True)
class SmallTalkTopic:
    """A kind of message; what is said to it stands in the templates under its name."""

    name: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Courtesy:
    """Words that people put around a question, or say alone.

    Attributes:
        words: By what they say, the words that say it.
        beside: What is said beside them.
        remarks: What only tells what somebody does now.
    """

    words: Mapping[str, tuple[re.Pattern[str], ...]]
    beside: tuple[re.Pattern[str], ...]
    remarks: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class SmallTalkList:
    """All kinds of small talk."""

    topics: tuple[SmallTalkTopic, ...]
    courtesy: Courtesy


def load_small_talk() -> SmallTalkList:
    """Return the kinds of small talk, in the order of the file."""
    source = tomllib.loads((files("chatbot") / "smalltalk.toml").read_text(encoding="utf-8"))
    words = source.pop(COURTESY)
    topics = tuple(
        SmallTalkTopic(name, any_pattern(topic["patterns"])) for name, topic in source.items()
    )
    return SmallTalkList(topics, _courtesy(words))


def _courtesy(words: dict[str, list[str]]) -> Courtesy:
    compiled = {name: tuple(map(re.compile, patterns)) for name, patterns in words.items()}
    said = {name: compiled[name] for name in COURTESIES}
    return Courtesy(said, compiled["beside"], compiled["remarks"])


def recognise(query: Query, known: SmallTalkList) -> str | None:
    """Return the name of the topic that the whole message belongs to, or none."""
    typed = unicodedata.normalize("NFKC", query.question).casefold()
    messages = list(dict.fromkeys(map(_bare, (typed, to_traditional(typed), query.text))))
    for message in messages:
        for topic in known.topics:
            if topic.pattern.fullmatch(message):
                return topic.name
    for message in messages:
        courtesy = _courtesy_of(message, known)
        if courtesy is not None:
            return courtesy
    return None


def _courtesy_of(message: str, known: SmallTalkList) -> str | None:
    if not message or len(message) > LONGEST_COURTESY:
        return None
    courtesy = known.courtesy
    said = [word for words in courtesy.words.values() for word in words]
    polite = (*said, *courtesy.beside)
    if len(message) in _ends(message, 0, polite):
        held = (
            name
            for name, words in courtesy.words.items()
            if any(word.search(message) for word in words)
        )
        return next(held, ACKNOWLEDGED)
    starts = {0, *_ends(message, 0, polite)}
    told = {end for start in starts for end in _ends(message, start, courtesy.remarks, most=1)}
    asks = message.endswith(ASKING)  # 「會好嗎」
    if not asks and any(
        end == len(message) or len(message) in _ends(message, end, polite) for end in told
    ):
        return ACKNOWLEDGED
    rests = [message[end:].strip() for end in _ends(message, 0, said)]
    return next((t.name for rest in rests for t in known.topics if t.pattern.fullmatch(rest)), None)


def _ends(
    message: str, start: int, words: Iterable[re.Pattern[str]], *, most: int = LONGEST_COURTESY
) -> set[int]:
    """Return where runs of up to `most` words that begin at `start` can end."""
    found: set[int] = set()
    edge = {start}
    for _ in range(most):
        reached = {
            match.end() + (message[match.end() : match.end() + 1] == " ")
            for place in edge
            for word in words
            if (match := word.match(message, place)) and match.end() > place
        }
        edge = reached - found
        if not edge:
            break
        found |= edge
    return found


def _bare(message: str) -> str:
    """Return a message without punctuation, and without spaces beside Han characters."""
    return BESIDE_HAN.sub("", " ".join(NOT_WORDS.sub(" ", message).split()))
