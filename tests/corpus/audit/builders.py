"""Sentences and guides that the tests of the audit build by hand; every text is the project's."""

from __future__ import annotations

from corpus.alignment import Alignment
from corpus.original import Sentence, sentence_name
from corpus.passage import Guide, Passage, Section, Span


def sentence(
    text: str, *, pages: tuple[int, ...] = (9,), heading: str = "", start: int = 0
) -> Sentence:
    """Return a sentence that stands alone under its heading."""
    span = Span(start, start + len(text))
    return Sentence(sentence_name(pages[0], text), text, heading, pages, span, False)


def guide_of(*passages: Passage) -> Guide:
    """Return an edition of one section."""
    return Guide("edition", "小指南", (Section("骨轉移", passages),))


def aligned(**sentences: tuple[Sentence, ...]) -> Alignment:
    """Return the alignment of passages, by id, with sentences."""
    return Alignment({key: tuple(s.name for s in value) for key, value in sentences.items()}, {})
