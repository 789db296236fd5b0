"""Citations: offsets into a passage, so that a quotation cannot differ from the guide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from corpus.passage import Passage


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered slice of a passage.

    Attributes:
        number: The number printed beside the quotation, from 1.
        passage: What is cited.
        start: First character of the quotation in the passage's text.
        end: One past its last character.
    """

    number: int
    passage: Passage
    start: int
    end: int

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ValueError(f"Citations are numbered from 1, not {self.number}.")
        if not 0 <= self.start < self.end <= len(self.passage.text):
            raise ValueError(
                f"Citation [{self.start}, {self.end}) leaves the passage's "
                f"{len(self.passage.text)} characters."
            )

    @property
    def quote(self) -> str:
        """The quotation, cut from the passage."""
        return self.passage.text[self.start : self.end]

    @property
    def pages(self) -> tuple[int, ...]:
        """Printed page numbers."""
        return self.passage.pages


def cite(passages: Iterable[Passage]) -> tuple[Citation, ...]:
    """Return a citation of each whole passage, numbered from 1; a passage is cited once."""
    unique = {passage.passage_id: passage for passage in passages}.values()
    return tuple(
        Citation(number, passage, 0, len(passage.text))
        for number, passage in enumerate(unique, start=1)
    )
