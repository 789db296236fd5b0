"""The publisher's own words beside the edition's, where the user has imported the guide."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from corpus.alignment import Alignment, load_alignment
from corpus.errors import GuideError
from corpus.importing import load_guide
from corpus.original import Sentence, sentences_of
from corpus.pages import known_guides
from corpus.passage import Guide, Passage, PublisherSentence, Section

BULLET = re.compile(r"^[•●◦‣▪·]\s*")


def with_publisher_words(
    edition: Guide, alignment: Alignment | None = None, folder: Path | None = None
) -> Guide:
    """Return the edition with the publisher's sentences at each passage that restates them.

    Where the guide was not imported, or its file is damaged, the edition comes back as it is.
    """
    for known in known_guides():
        try:
            original = load_guide(known.guide_id, folder)
        except GuideError:
            continue
        return add_sentences(edition, sentences_of(original), alignment or load_alignment())
    return edition


def add_sentences(edition: Guide, sentences: tuple[Sentence, ...], alignment: Alignment) -> Guide:
    """Return the edition with those of `sentences` that each passage restates."""
    by_name = {sentence.name: sentence for sentence in sentences}

    def added(passage: Passage) -> Passage:
        restated = alignment.sentences_of(passage, by_name)
        words = tuple(
            PublisherSentence(BULLET.sub("", sentence.text), sentence.pages)
            for sentence in restated
        )
        return replace(passage, publisher=words)

    sections = tuple(
        Section(section.title, tuple(map(added, section.passages))) for section in edition.sections
    )
    return replace(edition, sections=sections)
