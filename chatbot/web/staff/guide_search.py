"""Find passages of the guide by page and word, as one leafs through a book."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from chatbot.web.marks import Piece
from corpus.passage import Guide, Passage, PassageKind
from index.script import normalise

MOST_FOUND = 100


def pages_of(guide: Guide) -> list[int]:
    """Return the printed pages that passages stand on, in order."""
    return sorted({page for passage in guide.passages for page in passage.pages})


def on_page(guide: Guide, page: int) -> list[Passage]:
    """Return the passages of a printed page, in reading order."""
    return [passage for passage in guide.passages if page in passage.pages]


def with_words(guide: Guide, asked: str) -> list[Passage]:
    """Return the passages that hold every word, in any script or way of writing."""
    words = [normalise(word) for word in asked.split()]
    if not words:
        return []
    return [p for p in guide.passages if all(word in _all_text(p) for word in words)]


def glossary(guide: Guide) -> list[Passage]:
    """Return the entries of the glossary, by heading."""
    return [p for p in guide.passages if p.kind is PassageKind.GLOSSARY]


def marked(text: str, asked: str) -> Iterator[Piece]:
    """Yield a text in pieces, the words as they were typed marked."""
    words = sorted(set(asked.split()), key=len, reverse=True)
    if not words:
        yield Piece(text, is_marked=False)
        return
    pattern = re.compile("|".join(map(re.escape, words)), re.IGNORECASE)
    end = 0
    for match in pattern.finditer(text):
        if match.start() > end:
            yield Piece(text[end : match.start()], is_marked=False)
        yield Piece(match.group(), is_marked=True)
        end = match.end()
    if end < len(text):
        yield Piece(text[end:], is_marked=False)


def _all_text(passage: Passage) -> str:
    sentences: Sequence[str] = [sentence.text for sentence in passage.publisher]
    return normalise("\n".join([passage.section, passage.heading, passage.text, *sentences]))
