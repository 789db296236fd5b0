"""The sentences of a quotation that answer: how they are shown, and how an address names them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.passage import Span

SENTENCE_ENDS = "。！？!?；;：:.」』”’）) \n"
NAMED = re.compile(r"(\d{1,6})-(\d{1,6})")
MOST_CHARACTERS = 200  # of an address


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, all of it marked or none."""

    text: str
    is_marked: bool


def pieces(
    text: str, marked: Sequence[Span], start: int = 0, end: int | None = None
) -> list[Piece]:
    """Return a quotation `text[start:end]` in pieces that give it again when joined.

    The mark that ends a sentence is not marked: Markdown closes no bold between 。 and a letter,
    and a sentence looks the same wherever it is shown.
    """
    found: list[Piece] = []
    place = start
    for span in marked:
        sentence = text[span.start : span.end]
        bare = sentence.strip().rstrip(SENTENCE_ENDS)
        if not bare:
            continue
        begins = span.start + sentence.index(bare)
        found.append(Piece(text[place:begins], is_marked=False))
        found.append(Piece(bare, is_marked=True))
        place = begins + len(bare)
    found.append(Piece(text[place:end], is_marked=False))
    return [piece for piece in found if piece.text]


def name_of(marked: Sequence[Span]) -> str:
    """Return ranges as an address names them, such as `0-18.25-40`."""
    return ".".join(f"{span.start}-{span.end}" for span in marked)


def named(name: str, length: int) -> tuple[Span, ...]:
    """Return the ranges that an address names, in a text of so many characters.

    Anybody can write an address: what is no range, or lies outside the text or over the one
    before it, is left out.
    """
    return tuple(_inside(name[:MOST_CHARACTERS], length))


def _inside(name: str, length: int) -> Iterator[Span]:
    place = 0
    for part in name.split("."):
        found = NAMED.fullmatch(part)
        if found is None:
            continue
        start, end = int(found[1]), int(found[2])
        if place <= start < end <= length:
            yield Span(start, end)
            place = end
