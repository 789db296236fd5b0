"""Messages that ask several things at once, each judged for itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.case import CASES, load_rows

SPLITS = ("dev", "test")


@dataclass(frozen=True, slots=True)
class PartCase:
    """One thing that a message asks.

    Attributes:
        text: As it stands in the message.
        pages: Printed pages that state it; empty where the guide does not.
        must: The facts that must be shown; of each fact's wordings one must stand in the evidence.
    """

    text: str
    pages: frozenset[int]
    must: tuple[tuple[str, ...], ...]

    @property
    def in_guide(self) -> bool:
        """Whether the guide states it."""
        return bool(self.pages)


@dataclass(frozen=True, slots=True)
class SeveralCase:
    """A message and what it asks, in order."""

    case_id: str
    text: str
    parts: tuple[PartCase, ...]

    @property
    def left_out(self) -> tuple[int, ...]:
        """Which of its questions the guide does not answer, counted from 1."""
        return tuple(n for n, part in enumerate(self.parts, start=1) if not part.in_guide)


def load_several(split: str, folder: Path = CASES) -> tuple[SeveralCase, ...]:
    """Return the messages of a split: `dev` to tune on, `test` to report.

    Raises:
        CaseError: A line breaks the format.
    """
    return load_rows(folder / f"several-{split}.jsonl", _case)


def _case(row: dict[str, Any]) -> SeveralCase:
    (text,) = map(str, row["turns"])
    parts = tuple(_part(part) for part in row["parts"])
    if len(parts) < 2:
        raise ValueError("a message of this kind asks two things or more")
    if any(part.text not in text for part in parts):
        raise ValueError("a part does not stand in its message")
    return SeveralCase(str(row["id"]), text, parts)


def _part(row: dict[str, Any]) -> PartCase:
    pages = frozenset(map(int, row["pages"]))
    must = tuple(tuple(map(str, fact)) for fact in row["must"])
    if bool(pages) != bool(must) or not all(must):
        raise ValueError("what the guide states needs pages and facts, and nothing else has any")
    return PartCase(str(row["text"]), pages, must)


def several_messages() -> tuple[tuple[str, str], ...]:
    """Return every message with its name, for the check against the bank."""
    return tuple((c.case_id, c.text) for split in SPLITS for c in load_several(split))
