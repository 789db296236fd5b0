"""txtai: FAISS and its BM25, scores mixed half and half."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from txtai import Embeddings
from txtai.pipeline import Segmentation

from evals.peers.job import Mode, Ranking, SearchJob

EXACT = "IDMap,Flat"  # the default up to 5,000 units; beyond it would be approximate
# As pre-segmented text needs it: no term is dropped for standing in many units.
SEGMENTED_WORDS = {
    "method": "bm25",
    "terms": {"cutoff": 1.0},
    "normalize": True,
    "tokenizer": {"whitespace": True},
}


def split(text: str) -> Sequence[tuple[int, int]]:
    """Return where `Segmentation(paragraphs=True)` cuts: at blank lines."""
    spans: list[tuple[int, int]] = []
    end = 0
    for paragraph in Segmentation(paragraphs=True, cleantext=False)(text):
        start = text.index(paragraph, end)
        end = start + len(paragraph)
        if paragraph.strip():
            spans.append((start, end))
    return spans


class _Given:
    """Hands out vectors in the order in which txtai asks for them."""

    def __init__(self, vectors: NDArray[np.float32]) -> None:
        self._vectors = vectors
        self._next = 0

    def take(self, texts: Sequence[str]) -> NDArray[np.float32]:
        start, self._next = self._next, self._next + len(texts)
        return self._vectors[start : self._next]

    def again(self, question: int, vectors: NDArray[np.float32]) -> None:
        self._vectors, self._next = vectors, question


def index(job: SearchJob) -> Callable[[int], Ranking]:
    """Index all units."""
    given = _Given(job.unit_vectors)

    def transform(texts: Sequence[str]) -> NDArray[np.float32]:  # must be a plain function
        return given.take(texts)

    options: dict[str, Any] = {}
    if job.mode is not Mode.WORDS:
        options = {
            "method": "external",
            "transform": transform,
            "backend": "faiss",
            "faiss": {"components": EXACT},
        }
    if job.mode is not Mode.DENSE and job.segmented:
        options |= {"scoring": SEGMENTED_WORDS, "defaults": job.mode is Mode.HYBRID}
    elif job.mode is not Mode.DENSE:
        options |= {job.mode.replace("words", "keyword"): True}
    embeddings = Embeddings(options)
    embeddings.index([(i, text, None) for i, text in enumerate(job.units)])

    def search(question: int) -> Ranking:
        given.again(question, job.question_vectors)
        found = embeddings.search(job.questions[question], job.top_k)
        return tuple((int(unit), float(score)) for unit, score in found)

    return search
