"""How an expression is meant: present, denied, over, feared or asked about (`scope.toml`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from chatbot.triage.expressions import Match
from chatbot.triage.message import SPACE_IN_HAN, Message
from chatbot.triage.signs import FOLDER, crises
from index.script import normalise

MOST_BESIDE = 6  # characters (words of English) beside a sign that is told in a few words
MOST_IN_CLAUSE = 4  # the same, in a clause of its own beside a question on something else
SHORT = 45  # characters of a message that tells a sign and asks, and no story; twice in English


class Scope(StrEnum):
    """How an expression is meant."""

    PRESENT = "present"
    NEGATED = "negated"
    PAST = "past"
    HYPOTHETICAL = "hypothetical"
    INFORMATIONAL = "informational"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class ScopeWords:
    """The words of `scope.toml` as patterns."""

    negator_reach: int
    after_reach: int
    negators: re.Pattern[str]
    adjacent_negators: re.Pattern[str]
    stoppers: re.Pattern[str]
    not_negators: re.Pattern[str]
    over_after: re.Pattern[str]
    not_over_after: re.Pattern[str]
    past: re.Pattern[str]
    past_after: re.Pattern[str]
    over_by_now: re.Pattern[str]
    now: re.Pattern[str]
    hypothetical: re.Pattern[str]
    after_event: re.Pattern[str]
    informational: re.Pattern[str]
    elsewhere: re.Pattern[str]
    persons: re.Pattern[str]
    will_it: re.Pattern[str]
    asks: re.Pattern[str]
    present: re.Pattern[str]
    other_subjects: re.Pattern[str]
    asks_on: re.Pattern[str]
    minimisers: re.Pattern[str]
    raising: re.Pattern[str]


@cache
def load_scope(path: Path = FOLDER / "scope.toml") -> ScopeWords:
    """Return the words that change how an expression is read."""
    return scope_words(tomllib.loads(path.read_text(encoding="utf-8")))


def scope_words(rows: Mapping[str, Any]) -> ScopeWords:
    """Return the words of the rows of `scope.toml`."""
    names = [name for name in ScopeWords.__dataclass_fields__ if name in rows]
    patterns = {name: any_of(rows[name]) for name in names if isinstance(rows[name], list)}
    return ScopeWords(
        negator_reach=int(rows["negator_reach"]),
        after_reach=int(rows["after_reach"]),
        raising=any_of(rows["raise"]["words"]),
        **patterns,
    )


def any_of(wordings: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern of any of the wordings, the longest first; English as whole words."""
    folded = {SPACE_IN_HAN.sub("", normalise(wording)) for wording in wordings}
    return re.compile("|".join(map(_whole, sorted(folded, key=lambda w: (-len(w), w)))))


def _whole(wording: str) -> str:
    before = r"(?<![a-z0-9])" if wording[0].isalnum() and wording[0].isascii() else ""
    after = r"(?![a-z0-9])" if wording[-1].isalnum() and wording[-1].isascii() else ""
    return f"{before}{re.escape(wording)}{after}"


def scope_of(match: Match, message: Message, words: ScopeWords, *, strict: bool = True) -> Scope:
    """Return how a match is meant where it stands.

    Args:
        match: The expression found.
        message: Where it was found.
        words: The words that change how it is read.
        strict: Whether an expression marked `?` needs a word of now.
    """
    text = message.text
    is_crisis = match.expression.sign in crises()
    clause_start, clause_end = message.clause_around(match.start)
    start, end = message.sentence_around(match.start)
    if _is_negated(text[clause_start : match.start], words):
        return Scope.NEGATED
    reach = 4 * words.after_reach if text[match.end - 1].isascii() else words.after_reach
    after = text[match.end : min(clause_end, match.end + reach + 4)]
    if words.over_after.search(after) and not words.not_over_after.search(after):
        return Scope.NEGATED
    before, behind = text[start : match.start], text[match.end : end]
    if _is_past(before, behind, words):
        return Scope.PAST
    over = None if is_crisis else words.over_by_now.search(text, match.end, end)
    if over and not words.persons.search(text, match.end, over.start()):
        return Scope.PAST
    told = list(words.elsewhere.finditer(before))
    if told and not words.persons.search(before[told[-1].end() :]):
        return Scope.ELSEWHERE
    if words.present.search(text, start, end):
        return Scope.PRESENT
    around = before + "\n" + text[match.end : clause_end]
    if is_hypothetical(around, words) or _asks_whether(before, text[match.end : end + 1], words):
        return Scope.HYPOTHETICAL
    if words.informational.search(around):
        return Scope.INFORMATIONAL
    needs_now = strict and match.expression.needs_now
    if needs_now and not (
        _says_little_else(before, behind, words)
        or _is_told_apart(match, message, words)
        or _is_told_of_somebody(match, message, words)
    ):
        return Scope.INFORMATIONAL
    return Scope.PRESENT


def is_hypothetical(around: str, words: ScopeWords) -> bool:
    """Return whether what stands around a sign says that it might be."""
    return bool(words.hypothetical.search(words.after_event.sub(" ", around)))


def _is_past(before: str, behind: str, words: ScopeWords) -> bool:
    if words.past_after.search(behind):
        return True
    past = list(words.past.finditer(before))
    if not past:
        return False
    if words.over_after.search(behind) and not words.not_over_after.search(behind):
        return True
    return not words.now.search(before[past[-1].end() :] + " " + behind)


def _is_told_apart(match: Match, message: Message, words: ScopeWords) -> bool:
    """Return whether a short message tells a sign in a clause of its own beside a question.

    「喘不過氣 骨針多久打一次」 asks in general, but not about the sign.
    """
    longest = 2 * SHORT if message.text.isascii() else SHORT
    if match.expression.sign in crises() or len(message.text) > longest:
        return False
    start, end = message.clause_around(match.start)
    own = f"{message.text[start : match.start]} {message.text[match.end : end]}".strip(" ,")
    rest = f"{message.text[:start]} {message.text[end:]}"
    if words.asks.search(own) or words.will_it.search(own) or _size(own) > MOST_IN_CLAUSE:
        return False
    return bool(words.other_subjects.search(rest) and words.asks_on.search(rest))


def _is_told_of_somebody(match: Match, message: Message, words: ScopeWords) -> bool:
    """Return whether a message that asks nothing tells a sign of somebody in a clause of its own.

    「我的牙齒搖搖的 牙醫說禮拜四要拔」
    """
    text = message.text
    if len(text) > SHORT or words.asks.search(text) or words.asks_on.search(text):
        return False
    start, end = message.clause_around(match.start)
    before = text[start : match.start]
    own = f"{before} {text[match.end : end]}".strip(" ,")
    return bool(words.persons.search(before)) and _size(own) <= MOST_BESIDE


def _size(text: str) -> int:
    """Return how much a text says: words of English, else characters."""
    return len(text.split()) if text.isascii() and text else len(text)


def _says_little_else(before: str, behind: str, words: ScopeWords) -> bool:
    """Return whether a sentence says hardly more than the sign, and does not ask: 「胸痛」."""
    rest = f"{before} {behind}".strip()
    return _size(rest) <= MOST_BESIDE and not words.asks.search(rest)


def _is_negated(before: str, words: ScopeWords) -> bool:
    """Return whether what stands before a sign in its clause denies it."""
    stops = list(words.stoppers.finditer(before))
    before = before[stops[-1].end() :] if stops else before
    masked = words.not_negators.sub(lambda m: "\x00" * len(m.group()), before)
    reach = words.negator_reach
    if any(found.end() == len(masked) for found in words.adjacent_negators.finditer(masked)):
        return True
    for found in words.negators.finditer(masked):
        between = masked[found.end() :]
        near = len(between.split()) <= 3 if between[:1] == " " else len(between) <= reach
        if near and "\x00" not in between:
            return True
    return False


def _asks_whether(before: str, behind: str, words: ScopeWords) -> bool:
    """Return whether it is asked if the sign will come: 會…嗎."""
    near = before[-8:]
    return bool(words.will_it.search(near) and words.asks.search(behind))
