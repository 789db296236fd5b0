"""Certain expressions of signs: read from files that a nurse can edit, found in a message.

One file for each sign in `expressions/`, one expression a line. `/` stands between wordings that
mean the same, ` ~ ` where up to six characters (four words of English) of the same clause may
stand between, `T1:` before an expression gives it a tier of its own. `?` before one says that
people also use it when they only ask or tell of old times: it counts where the sentence says that
it is now, and else it is held. Under `[homograph]` stand wordings that look alike and mean
something else: what overlaps with one of them is not found for that sign.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise
from pathlib import Path

from chatbot.messages import say
from chatbot.triage.errors import TriageDataError
from chatbot.triage.message import SPACE_IN_HAN, Message
from chatbot.triage.tier import Tier
from index.script import normalise

HOMOGRAPH = "homograph"
GROUPS = ("hant", "hans", "hk", "taigi", "en", HOMOGRAPH)
GROUP_LINE = re.compile(r"\[(\w+)\]")
PREFIX = re.compile(r"(?P<now>\? *)?(?:(?P<tier>T1|T2|T3|C): *)?")
NORMAL_PREFIX = re.compile(r"(?:\? *)?(?:(?:t1|t2|t3|c): *)?")
MOST_MATCHES = 8  # of one expression in one message; more say nothing new
MOST_HOMOGRAPHS = 200
START_LENGTH = 3  # characters by which expressions are looked up
PAST_THE_END = "\x00"  # no expression begins with it
LINE_END = "\u23ce"  # survives the normal form, which knows no lines
GAP = re.compile(r" *~ *")
# What stands between two parts of an expression may not deny the second.
HAN_GAP = r"[^。!?;,、\n不沒無冇未]{0,6}?"
WORD_GAP = r"(?: (?!not |no |never |isn't |wasn't |don't |doesn't |didn't )[^\s。!?;,.]+){0,4}? "


@dataclass(frozen=True)
class Expression:
    """One line of a file.

    Attributes:
        sign: The sign that it tells of.
        line: As it is written.
        tier: Its own tier, where it has one.
        needs_now: Whether it counts only in a sentence that says that it is now.
        slots: Its parts in order, each with the wordings that mean the same, in normal form.
    """

    sign: str
    line: str
    tier: Tier | None
    needs_now: bool
    slots: tuple[tuple[str, ...], ...]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches from the expression's first character on; compiled when it is first needed."""
        pattern = _slot(self.slots[0])
        for before, after in pairwise(self.slots):
            english = before[0].isascii() and after[0].isascii()
            pattern += (WORD_GAP if english else HAN_GAP) + _slot(after)
        return re.compile(pattern)


@dataclass(frozen=True, slots=True)
class Match:
    """An expression found in a message, at `text[start:end]`."""

    expression: Expression
    start: int
    end: int


class Expressions:
    """All expressions, by the character that they begin with."""

    def __init__(self, expressions: list[Expression], homographs: list[Expression]) -> None:
        self.expressions = tuple(expressions)
        self.homographs = tuple(homographs)
        self._by_start = _by_start(expressions)
        self._homographs_by_start = _by_start(homographs)

    def find(self, message: Message) -> tuple[Match, ...]:
        """Return what is found in a message, but not where a homograph of the sign stands."""
        masked = list(islice(_matches(message.text, self._homographs_by_start), MOST_HOMOGRAPHS))
        counted: Counter[str] = Counter()
        found: list[Match] = []
        for match in _matches(message.text, self._by_start):
            counted[match.expression.line] += 1
            if counted[match.expression.line] <= MOST_MATCHES:
                found.append(match)
        return tuple(
            match
            for match in found
            if not any(
                homograph.expression.sign == match.expression.sign
                and homograph.start < match.end
                and match.start < homograph.end
                for homograph in masked
            )
        )


def _matches(text: str, by_start: Mapping[str, list[Expression]]) -> Iterator[Match]:
    padded = text + PAST_THE_END * (START_LENGTH - 1)
    inside = False  # an English word or a number
    for start, first in enumerate(text):
        before, inside = inside, first.isascii() and first.isalnum()
        if before and first.isascii():
            continue
        for end in range(start + 1, start + 1 + START_LENGTH):
            for expression in by_start.get(padded[start:end], ()):
                found = expression.pattern.match(text, start)
                if found:
                    yield Match(expression, start, found.end())


def _by_start(expressions: list[Expression]) -> Mapping[str, list[Expression]]:
    """Return the expressions by their first characters, or by all of a shorter wording."""
    by_start: dict[str, list[Expression]] = defaultdict(list)
    for expression in expressions:
        starts = {wording[:START_LENGTH] for wording in expression.slots[0]}
        for start in sorted(starts):
            if not any(start[:length] in starts for length in range(1, len(start))):
                by_start[start].append(expression)  # else it is looked up by the shorter start
    return dict(by_start)


def load_expressions(folder: Path, signs: Iterable[str]) -> Expressions:
    """Return the expressions of every sign.

    Raises:
        TriageDataError: A line cannot be read, or a sign has no file.
    """
    wanted = sorted(signs)
    for path in sorted(folder.glob("*.txt")):
        if path.stem not in wanted:
            raise TriageDataError(path, 1, say("triage", "unknown_sign", sign=path.stem))
    found: list[Expression] = []
    homographs: list[Expression] = []
    for sign in wanted:
        for group, expression in _read_file(folder / f"{sign}.txt", sign):
            (homographs if group == HOMOGRAPH else found).append(expression)
    return Expressions(found, homographs)


def _read_file(path: Path, sign: str) -> Iterator[tuple[str, Expression]]:
    if not path.is_file():
        raise TriageDataError(path, 1, say("triage", "no_file", sign=sign))
    lines = path.read_text(encoding="utf-8").splitlines()
    folded = normalise(LINE_END.join(lines)).split(LINE_END)  # at once: hundreds of wordings
    group = ""
    for number, (raw, normal) in enumerate(zip(lines, folded, strict=True), start=1):
        line = raw.strip()
        heading = GROUP_LINE.fullmatch(line)
        if heading:
            group = heading[1]
            if group not in GROUPS:
                raise TriageDataError(path, number, say("triage", "unknown_group", group=group))
        elif line and not line.startswith("#"):
            if not group:
                raise TriageDataError(path, number, say("triage", "no_group", line=line))
            yield group, _expression(path, number, sign, line, normal.strip())


def _expression(path: Path, number: int, sign: str, line: str, normal: str) -> Expression:
    prefix = PREFIX.match(line)
    assert prefix is not None  # it may be empty
    parts = GAP.split(NORMAL_PREFIX.sub("", normal, count=1))
    slots = tuple(tuple(_wordings(part)) for part in parts)
    if any(not all(wordings) for wordings in slots):
        raise TriageDataError(path, number, say("triage", "empty_wording", line=line))
    tier = Tier(prefix["tier"]) if prefix["tier"] else None
    return Expression(sign, line, tier, bool(prefix["now"]), slots)


def _wordings(slot: str) -> list[str]:
    return [SPACE_IN_HAN.sub("", wording.strip()) for wording in slot.split("/")]


def _slot(wordings: Iterable[str]) -> str:
    longest_first = sorted(set(wordings), key=lambda wording: (-len(wording), wording))
    return "(?:" + "|".join(map(_one, longest_first)) + ")"


def _one(wording: str) -> str:
    """Return a pattern of one wording; English begins and ends with a word."""
    escaped = re.escape(wording)
    start = r"(?<![a-z0-9])" if wording[0].isascii() else ""
    end = r"(?![a-z0-9])" if wording[-1].isascii() else ""
    return f"{start}{escaped}{end}"
