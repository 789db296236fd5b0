"""Citations: offsets into a passage, so that a quotation cannot differ from the guide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from corpus.passage import Passage, Span
from index.hit import Hit


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered slice of a passage.

    Attributes:
        number: The number printed beside the quotation, from 1.
        passage: What is cited.
        start: First character of the quotation in the passage's text.
        end: One past its last character.
        marked: The sentences of it that answer what was asked, as ranges of the passage's text;
            none where it answers as a whole.
    """

    number: int
    passage: Passage
    start: int
    end: int
    marked: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        if self.number < 1:
            raise ValueError(f"Citations are numbered from 1, not {self.number}.")
        if not 0 <= self.start < self.end <= len(self.passage.text):
            raise ValueError(
                f"Citation [{self.start}, {self.end}) leaves the passage's "
                f"{len(self.passage.text)} characters."
            )

        if any(not self.start <= span.start < span.end <= self.end for span in self.marked):
            raise ValueError(f"Marks {self.marked} leave the quotation.")

    @property
    def quote(self) -> str:
        """The quotation, cut from the passage."""
        return self.passage.text[self.start : self.end]

    @property
    def pages(self) -> tuple[int, ...]:
        """Printed page numbers."""
        return self.passage.pages


def cite(
    passages: Iterable[Passage], marks: Mapping[str, tuple[Span, ...]] | None = None
) -> tuple[Citation, ...]:
    """Return a citation of each whole passage, numbered from 1; a passage is cited once.

    Args:
        passages: What is cited, in order.
        marks: By passage id, the sentences that answer.
    """
    unique = {passage.passage_id: passage for passage in passages}.values()
    marked = marks or {}
    return tuple(
        Citation(number, passage, 0, len(passage.text), marked.get(passage.passage_id, ()))
        for number, passage in enumerate(unique, start=1)
    )


def marks_of(hits: Iterable[Hit]) -> Mapping[str, tuple[Span, ...]]:
    """Return the sentences that answer, by passage id."""
    return {hit.passage.passage_id: hit.answering for hit in hits}
