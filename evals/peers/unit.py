"""What is searched: chunks of the raw guide, or keys of the edition's passages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from corpus.not_in_guide import Topic
from corpus.pages import number_pages, recognise
from corpus.passage import Guide
from corpus.reading import read_file
from evals.afternoon import fixed_chunks
from evals.peers.job import Ranking
from index.key import keys_of
from index.script import normalise
from index.words import terms

SHOWN = 3
Evidence = list[tuple[str, tuple[int, ...], str]]  # text, pages and name of each, as in `judge`


@dataclass(frozen=True, slots=True)
class Unit:
    """A text that is indexed, and what is shown where it is found.

    Attributes:
        text: What is searched.
        shown: What is shown: the text itself, or the passage that it is a key of.
        pages: Printed pages of what is shown.
        name: Name of what is shown; units that show the same have the same.
    """

    text: str
    shown: str
    pages: tuple[int, ...]
    name: str


@dataclass(frozen=True, slots=True)
class PagedText:
    """A text, and where its pages start.

    Attributes:
        text: All pages, one after the other.
        starts: Start of each page in characters, ascending, and its printed number.
    """

    text: str
    starts: tuple[tuple[int, int | None], ...]

    def pages_of(self, start: int, end: int) -> tuple[int, ...]:
        """Return the printed pages that `[start, end)` touches."""
        ends = [begin for begin, _ in self.starts[1:]] + [len(self.text)]
        return tuple(
            number
            for (begin, number), stop in zip(self.starts, ends, strict=True)
            if begin < end and stop > start and number is not None
        )


def raw_text(original: Path) -> PagedText:
    """Return a guide as it was extracted, line breaks and running headers included.

    Raises:
        ImportRefused: The file cannot be used.
    """
    raw = read_file(original)
    known = recognise(raw)
    pages = raw if known is None else known[1]
    parts: list[str] = []
    starts: list[tuple[int, int | None]] = []
    position = 0
    for page, numbered in zip(pages, number_pages(pages), strict=True):
        part = "".join(f"{line}\n" for line in page.lines)
        starts.append((position, numbered.number))
        parts.append(part)
        position += len(part)
    return PagedText("".join(parts), tuple(starts))


def split_units(paged: PagedText, spans: Iterable[tuple[int, int]]) -> tuple[Unit, ...]:
    """Return the units that a peer's own splitter makes."""
    units: list[Unit] = []
    for number, (start, end) in enumerate(spans):
        text = paged.text[start:end]
        units.append(Unit(text, text, paged.pages_of(start, end), f"chunk-{number}"))
    return tuple(units)


def fixed_units(guide: Guide) -> tuple[Unit, ...]:
    """Return the afternoon's chunks as units."""
    return tuple(
        Unit(chunk.text, chunk.text, chunk.pages, f"chunk-{number}")
        for number, chunk in enumerate(fixed_chunks(guide))
    )


def key_units(guide: Guide, topics: tuple[Topic, ...] = ()) -> tuple[Unit, ...]:
    """Return every key of every passage, then of every topic, as a unit, in our own order.

    A key of a passage shows the passage; a key of a topic outside the guide shows nothing.
    """
    passages = guide.passages
    units: list[Unit] = []
    for key in keys_of(guide, topics):
        if key.owner < len(passages):
            owner = passages[key.owner]
            units.append(Unit(key.text, owner.text, owner.pages, owner.passage_id))
        else:
            topic = topics[key.owner - len(passages)]
            units.append(Unit(key.text, "", (), topic.topic_id))
    return tuple(units)


@cache
def segmented(text: str) -> str:
    """Return the terms that our own word search counts, with single spaces between them."""
    return " ".join(terms(normalise(text)))


def evidence_of(ranking: Ranking, units: Sequence[Unit]) -> Evidence:
    """Return the first three things that the units found show, each once."""
    found: dict[str, Unit] = {}
    for position, _ in ranking:
        found.setdefault(units[position].name, units[position])
    return [(unit.shown, unit.pages, unit.name) for unit in list(found.values())[:SHOWN]]
