"""T-scores in questions: a bank holds some numbers, people have others.

The guide parts them at -1 and -2.5 (pages 20 and 33). For search a number is read as one of the
same part that stands in the bank: a vector knows little of how numbers lie to one another.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

NAME = "T-score"
LONGEST = 60  # characters; in a story other numbers stand as well


@dataclass(frozen=True, slots=True)
class _Words:
    named: re.Pattern[str]
    value: re.Pattern[str]
    digits: str
    normal: str
    osteopenia: str
    osteoporosis: str


@cache
def _words() -> _Words:
    rows = tomllib.loads((files("chatbot") / "t_score.toml").read_text(encoding="utf-8"))
    named, value = re.compile(rows.pop("named")), re.compile(rows.pop("value"))
    return _Words(named, value, **rows)


def names_t_score(text: str) -> bool:
    """Return whether a normalised text says that it speaks of T-scores."""
    return _words().named.search(text) is not None


def reads_t_score(text: str, before: str = "") -> str | None:
    """Return a question with its T-score as the bank would have it, or none where it has none.

    Args:
        text: The normalised question.
        before: The normalised question before, which it may lean on.
    """
    if len(text) > LONGEST or not (names_t_score(text) or names_t_score(before)):
        return None
    found = list(_words().value.finditer(text))
    if len(found) != 1:
        return None
    match = found[0]
    return f"{text[: match.start()]}{_as_in_bank(_value(match))}{text[match.end() :]}"


def _value(match: re.Match[str]) -> float:
    part = _digit(match["part"]) if match["part"] else 0
    return -(_digit(match["whole"]) + part / 10)


def _digit(character: str) -> int:
    """Return the value of a digit of either kind."""
    return int(character) if character.isascii() else _words().digits.index(character)


def _as_in_bank(value: float) -> str:
    words = _words()
    if value >= -1:
        return words.normal
    return words.osteopenia if value > -2.5 else words.osteoporosis
