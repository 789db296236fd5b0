"""The types that every later stage reads: passages, sections and the guide that holds them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property


class PassageKind(StrEnum):
    """What a passage was made from; charts and tables are restated row by row."""

    PROSE = "prose"
    LIST = "list"
    TABLE = "table"
    CHART = "chart"
    GLOSSARY = "glossary"
    OVERVIEW = "overview"


class Language(StrEnum):
    """A variety in which people ask: Taiwan, mainland, Hong Kong, English."""

    TAIWAN = "hant"
    MAINLAND = "hans"
    HONG_KONG = "hk"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters `[start, end)` in a guide's normalised text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"Span from {self.start} to {self.end} is empty or negative.")


@dataclass(frozen=True, slots=True)
class PublisherSentence:
    """A sentence of the publisher's own that a passage of the edition restates."""

    text: str
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """The smallest citable piece of a guide.

    Attributes:
        passage_id: Stable name, unique within its guide.
        section: Heading of the section that holds it.
        pages: Printed page numbers, ascending; empty where the guide carries none.
        kind: What it was made from.
        heading: What the passage is about, in a few words.
        text: What is quoted. Citations are offsets into it.
        questions: The ways in which people ask for it, by language; some hold a slot
            (`corpus.subjects`).
        aspects: Aspect name to the words of `text` that state it.
        companions: Passages of which one must be shown beside this one when it is cited (hazard
            H1); the first, where none of them is cited anyway.
        subjects: Cancers, drugs and treatments that it is about, of `subjects.toml`; 一般 where
            it holds for all; empty in an imported guide.
        publisher: The sentences that it restates, where the user has imported the guide.
        span: Where the text stands in an imported guide; `None` in the edition.
    """

    passage_id: str
    section: str
    pages: tuple[int, ...]
    kind: PassageKind
    heading: str
    text: str
    questions: Mapping[Language, tuple[str, ...]] = field(default_factory=dict, hash=False)
    aspects: Mapping[str, str] = field(default_factory=dict, hash=False)
    companions: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    publisher: tuple[PublisherSentence, ...] = ()
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the passages under it, in reading order."""

    title: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Guide:
    """One document that can be answered from.

    Attributes:
        guide_id: Short name, usable as a folder name.
        title: Title shown to people.
        sections: Sections in reading order.
        text: The normalised text that spans refer to; empty in the edition.
    """

    guide_id: str
    title: str
    sections: tuple[Section, ...]
    text: str = ""

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """All passages in reading order."""
        return tuple(passage for section in self.sections for passage in section.passages)

    @cached_property
    def by_id(self) -> Mapping[str, Passage]:
        """Passages by their id."""
        return {passage.passage_id: passage for passage in self.passages}

    def section_of(self, passage: Passage) -> Section:
        """Return the section that holds `passage`.

        Raises:
            KeyError: The passage is not of this guide.
        """
        for section in self.sections:
            if passage in section.passages:
                return section
        raise KeyError(passage.passage_id)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over everything that an index is built from, as 64 hexadecimal digits."""
        digest = hashlib.sha256()
        for passage in self.passages:
            parts = [passage.passage_id, passage.section, passage.heading, passage.text]
            parts += [repr(passage.pages), repr(passage.companions)]
            for language in Language:
                parts += [language, *passage.questions.get(language, ())]
            digest.update("\x1f".join(parts).encode() + b"\x1e")
        return digest.hexdigest()
