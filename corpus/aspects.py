"""The closed list of aspects: what a passage can state, and what a question can ask."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from corpus.passage import Passage

ASPECTS_FILE = Path(str(files("corpus"))) / "aspects.json"
NEVER = "(?!)"
NUMBER = re.compile(r"\d|[一二三四五六七八九十百千半]")


@dataclass(frozen=True, slots=True)
class Aspect:
    """A kind of statement.

    Attributes:
        name: As the field 面向 names it.
        asked: How a question asks for it, on normalised text.
        satisfied_by: Aspects of a passage that answer such a question.
        is_hard: Whether a passage that states none of them is no answer to it: how long, how
            often, how much.
        needs_number: Whether only a statement with a number answers it.
    """

    name: str
    asked: re.Pattern[str]
    satisfied_by: frozenset[str]
    is_hard: bool
    needs_number: bool = False

    @property
    def is_stated_nowhere(self) -> bool:
        """Whether no passage of the edition states it, whatever it is asked of."""
        return self.is_hard and not self.satisfied_by

    def is_met_by(self, passage: Passage) -> bool:
        """Return whether a passage states what such a question asks."""
        stated = (words for name, words in passage.aspects.items() if name in self.satisfied_by)
        return any(not self.needs_number or NUMBER.search(words) for words in stated)


@cache
def load_aspects(path: Path = ASPECTS_FILE) -> Mapping[str, Aspect]:
    """Return the aspects by name, in the order of the file."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    return {
        name: Aspect(
            name,
            re.compile(row["asked"] or NEVER),
            frozenset(row["satisfied_by"]),
            row["hard"],
            row.get("needs_number", False),
        )
        for name, row in rows.items()
    }


def hard_aspects(text: str) -> tuple[Aspect, ...]:
    """Return the hard aspects that a normalised question asks for."""
    return tuple(a for a in load_aspects().values() if a.is_hard and a.asked.search(text))
