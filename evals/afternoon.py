"""The peer that an afternoon builds: fixed chunks of the raw guide, two searches, rank fusion.

It is kept to be compared with. It has no passages and no refusal: chunks of 300 characters that
overlap by 50, the same encoder as ours, BM25 over jieba words, reciprocal ranks added, the first
three shown.
"""

from __future__ import annotations

from dataclasses import dataclass

import bm25s
import numpy as np

from corpus.passage import Guide
from index.encoder import Encoder, Vectors
from index.script import normalise
from index.words import cut

CHUNK = 300
OVERLAP = 50
SHOWN = 3
RANK_CONSTANT = 60
SEARCHED = 20


@dataclass(frozen=True, slots=True)
class Chunk:
    """A slice of the guide's text, and the pages it touches."""

    text: str
    pages: tuple[int, ...]


class Afternoon:
    """Search over fixed chunks of a guide."""

    def __init__(self, guide: Guide, encoder: Encoder) -> None:
        self.chunks = fixed_chunks(guide)
        self._encoder = encoder
        self._vectors: Vectors = encoder.encode_passages([chunk.text for chunk in self.chunks])
        self._bm25 = bm25s.BM25()
        words = [cut(normalise(chunk.text)) for chunk in self.chunks]
        self._bm25.index(words, show_progress=False)

    def search(self, question: str) -> tuple[Chunk, ...]:
        """Return the first three chunks by reciprocal rank fusion."""
        cosines = self._vectors @ self._encoder.encode_questions([question])[0]
        words = [word for word in cut(normalise(question)) if word in self._bm25.vocab_dict]
        scores = self._bm25.get_scores(words) if words else np.zeros(len(self.chunks))
        total: dict[int, float] = {}
        for ranked, alive in ((np.argsort(-cosines), cosines), (np.argsort(-scores), scores)):
            for rank, chunk in enumerate(ranked[:SEARCHED].tolist(), start=1):
                if alive[chunk] > 0:
                    total[chunk] = total.get(chunk, 0.0) + 1 / (RANK_CONSTANT + rank)
        best = sorted(total, key=lambda chunk: (-total[chunk], chunk))[:SHOWN]
        return tuple(self.chunks[chunk] for chunk in best)


def fixed_chunks(guide: Guide) -> tuple[Chunk, ...]:
    """Return overlapping slices of the guide's text with the pages of the passages they touch."""
    chunks: list[Chunk] = []
    for start in range(0, max(len(guide.text) - OVERLAP, 1), CHUNK - OVERLAP):
        end = min(start + CHUNK, len(guide.text))
        pages = {
            page
            for passage in guide.passages
            if passage.span and passage.span.start < end and passage.span.end > start
            for page in passage.pages
        }
        chunks.append(Chunk(guide.text[start:end], tuple(sorted(pages))))
    return tuple(chunks)
