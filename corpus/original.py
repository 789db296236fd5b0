"""The publisher's sentences, each with a hash that names it without repeating it.

The repository may not hold the publisher's words. What it knows of them it knows by these hashes:
which passage restates which sentence (`alignment.tsv`), and which sentences are left out and why
(`omissions.tsv`).
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.passage import Guide, Passage, PassageKind, Span
from corpus.splitting import SENTENCE

MARKS = re.compile(r"[\W_]+")
HASH_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, list item or label of an imported guide.

    Attributes:
        name: Hash over its page, letters, digits and Han characters, whatever the line breaks;
            with a number where a page holds it twice.
        text: The sentence.
        heading: The heading that it stands under, or its section's title.
        pages: Printed pages.
        span: Where it stands in the guide's text.
        is_label: Whether it is a label of a figure.
    """

    name: str
    text: str
    heading: str
    pages: tuple[int, ...]
    span: Span
    is_label: bool


def sentences_of(guide: Guide) -> tuple[Sentence, ...]:
    """Return the sentences of an imported guide, in reading order."""
    found: list[Sentence] = []
    seen: Counter[str] = Counter()
    for section in guide.sections:
        for passage in section.passages:
            for text, span in _pieces(passage):
                page = passage.pages[0] if passage.pages else 0
                name = sentence_name(page, text)
                seen[name] += 1
                found.append(
                    Sentence(
                        name if seen[name] == 1 else f"{name}-{seen[name]}",
                        text,
                        passage.heading or section.title,
                        passage.pages,
                        span,
                        passage.kind is PassageKind.CHART,
                    )
                )
    return tuple(found)


def _pieces(passage: Passage) -> Iterator[tuple[str, Span]]:
    if passage.span is None:
        return
    for match in SENTENCE.finditer(passage.text):
        text = match.group().strip()
        if bare_text(text):
            start = passage.span.start + match.start()
            start += len(match.group()) - len(match.group().lstrip())
            yield text, Span(start, start + len(text))


def sentence_name(page: int, text: str) -> str:
    """Return the hash that names a sentence of a page."""
    return hashlib.sha256(f"{page}|{bare_text(text)}".encode()).hexdigest()[:HASH_LENGTH]


def bare_text(text: str) -> str:
    """Return letters, digits and Han characters only, in lower case."""
    return MARKS.sub("", text).lower()


def character_pairs(text: str) -> frozenset[str]:
    """Return the neighbouring characters of the bare text, two by two."""
    bare = bare_text(text)
    return frozenset(bare[i : i + 2] for i in range(len(bare) - 1))
