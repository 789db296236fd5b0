"""Read a message as one that leans on earlier ones: what it points at, and what it changes.

By patterns and lists of names (`follow_up.toml`), not by a model.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from chatbot.patterns import any_pattern
from index.query import Query
from index.script import fold_script
from index.words import count_han

BOPOMOFO = re.compile("[\u3105-\u312f]")
FIGURES = re.compile(r"\d")
LAST = -1
OTHER = 0


@dataclass(frozen=True, slots=True)
class Leaning:
    """How a message leans on what was said before.

    Attributes:
        points: Whether it points at what was said, by a pronoun, a 那 or a 呢.
        is_short: Whether it is so short that it may lean on what was said.
        rest: The normalised message without the words that only point, correct or go back.
        corrects: Whether it puts the message before right.
        goes_back: Whether it goes back to something earlier.
        switches: Whether it says that something else follows.
        ordinal: The place in a list that it names: from 1, `LAST`, `OTHER`, or none.
        both: Whether it speaks of the two that were listed.
        doubts: Whether it only doubts what was answered, 「真的嗎？」, or wants it once more.
    """

    points: bool
    is_short: bool
    rest: str
    corrects: bool = False
    goes_back: bool = False
    switches: bool = False
    ordinal: int | None = None
    both: bool = False
    doubts: bool = False

    @property
    def leans(self) -> bool:
        """Whether it looks as if it leaned on an earlier message at all."""
        return self.names_what or self.points or self.is_short

    @property
    def names_what(self) -> bool:
        """Whether it says what it leans on, or how: then it is no remark."""
        named = self.corrects or self.goes_back or self.ordinal is not None
        return named or self.both or self.doubts


@dataclass(frozen=True, slots=True)
class _Looks:
    short: int
    short_words: int
    pattern: re.Pattern[str]
    pronouns: re.Pattern[str]
    corrections: re.Pattern[str]
    back: re.Pattern[str]
    switches: re.Pattern[str]
    ordinals: tuple[tuple[int, re.Pattern[str]], ...]
    both: re.Pattern[str]
    doubting: re.Pattern[str]
    again: re.Pattern[str]
    asking: re.Pattern[str]
    why: re.Pattern[str]
    empty: re.Pattern[str]
    general: re.Pattern[str]
    names: Mapping[str, tuple[str, ...]]
    pairs: Mapping[str, str]
    classes: Mapping[str, frozenset[str]]


@cache
def _looks() -> _Looks:
    source = tomllib.loads((files("chatbot") / "follow_up.toml").read_text(encoding="utf-8"))

    def pattern(*names: str) -> re.Pattern[str]:
        return any_pattern(fold_script(words) for name in names for words in source[name])

    return _Looks(
        source["short"],
        source["short_words"],
        pattern("patterns", "pronouns"),
        pattern("pronouns"),
        pattern("corrections"),
        pattern("back"),
        pattern("switches"),
        tuple(
            (int(number), re.compile(fold_script(words)))
            for number, words in source["ordinals"].items()
        ),
        pattern("both"),
        pattern("doubting"),
        pattern("again"),
        pattern("asking"),
        pattern("why"),
        any_pattern(map(fold_script, [*source["empty"]["words"], r"\W"])),
        any_pattern(map(fold_script, source["general"]["words"])),
        {kind: tuple(names) for kind, names in source["names"].items()},
        _with_members(source["pairs"], source["classes"]),
        {name: frozenset(members) for name, members in source["classes"].items()},
    )


def _with_members(pairs: dict[str, str], members: dict[str, list[str]]) -> dict[str, str]:
    of_members = {name: pairs[of] for of, own in members.items() if of in pairs for name in own}
    return {**of_members, **pairs}


def names_by_kind() -> Mapping[str, tuple[str, ...]]:
    """Return the names beside those of the subjects, by kind."""
    return _looks().names


def other_of_pairs() -> Mapping[str, str]:
    """Return, by name, the other one where the guide speaks of two."""
    return _looks().pairs


def classes() -> Mapping[str, frozenset[str]]:
    """Return the members of each class that is named like one of them."""
    return _looks().classes


def looks_like_follow_up(query: Query) -> bool:
    """Return whether a message looks as if it leaned on the one before it."""
    return _looks().pattern.search(query.text) is not None or is_short(query)


def is_short(query: Query) -> bool:
    """Return whether a message is so short that it may lean on the one before it."""
    looks = _looks()
    if query.is_english:
        return len(query.text.split()) <= looks.short_words
    return count_han(query.text) <= looks.short


def said_of_its_own(text: str) -> str:
    """Return what is left of a normalised text without pointing and asking words."""
    return _looks().empty.sub("", text)


def says_nothing(text: str) -> bool:
    """Return whether nothing is left of a normalised text without pointing and asking words."""
    return not said_of_its_own(text)


def is_garbled(query: Query) -> bool:
    """Return whether a message is left in the letters of an input method: 「ㄐ3ㄨㄢ；；」.

    One of them stands for a word among words: 「可以ㄇ」.
    """
    letters = BOPOMOFO.findall(query.text)
    rest = FIGURES.sub("", BOPOMOFO.sub("", query.text))
    return len(letters) > 1 and says_nothing(rest)


def asks_something(text: str) -> bool:
    """Return whether a normalised text asks something of its own, beside what it points at."""
    return _looks().asking.search(text) is not None or not says_nothing(text)


def asks_why(query: Query) -> bool:
    """Return whether a message asks for a reason and nothing else."""
    looks = _looks()
    return looks.why.search(query.text) is not None and says_nothing(query.text)


def has_no_subject(query: Query) -> bool:
    """Return whether a message by itself only points at something: 「它要打多久？」."""
    looks = _looks()
    text = query.text
    if looks.pronouns.search(text):
        text = looks.general.sub("", text)
    return looks_like_follow_up(query) and says_nothing(text)


def read_leaning(query: Query) -> Leaning:
    """Return how a message leans on what was said before."""
    looks = _looks()
    switch = looks.switches.match(query.text)
    if switch and switch.end() < len(query.text):
        rest = query.text[switch.end() :]
        return Leaning(points=False, is_short=False, rest=rest, switches=True)
    rest = query.text
    corrects = goes_back = False
    while found := looks.corrections.match(rest):
        if not found.end() or found.end() == len(rest):
            break
        corrects, rest = True, rest[found.end() :]
    once_more = looks.again.search(rest)
    if once_more:
        rest = f"{rest[: once_more.start()]} {rest[once_more.end() :]}".strip()
        if says_nothing(rest):
            return Leaning(points=True, is_short=is_short(query), rest=rest, doubts=True)
        goes_back = True
    back = looks.back.match(rest)
    if back and 0 < back.end() < len(rest):
        goes_back, rest = True, rest[back.end() :]
    ordinal: int | None = None
    for number, pattern in looks.ordinals:
        if place := pattern.search(rest):
            ordinal, rest = number, rest[: place.start()] + rest[place.end() :]
            break
    both = looks.both.search(rest)
    if both:
        rest = rest[: both.start()] + rest[both.end() :]
    return Leaning(
        points=looks.pattern.search(query.text) is not None,
        is_short=is_short(query),
        rest=rest.strip(" ,。"),
        corrects=corrects,
        goes_back=goes_back,
        ordinal=ordinal,
        both=both is not None,
        doubts=looks.doubting.search(query.text) is not None,
    )
