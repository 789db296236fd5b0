"""Search by meaning along a graph: a part of the keys is compared, so a few are missed.

How many are missed is measured when an index is built; one that misses more than it may is never
put into use.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.dense import HALF_FROM, SHARED
from index.encoder import Vectors
from index.errors import RecallTooLow
from index.messages import say
from index.recall import LEAST_RECALL, Recall, RecallCheck
from index.vector_store import (
    STORE_FILE,
    Keys,
    Neighbours,
    VectorStore,
    check_unit_length,
    clipped,
    padded,
)

GRAPH_FILE = "hnsw.faiss"
LINKS = 16  # of each key in the graph
WIDTH_WHEN_BUILT = 100
WIDTHS = (
    64,
    128,
    256,
    512,
    1024,
)  # keys held in mind while searching; the least that suffices stays
SCANNED = 10_000  # keys; a shorter stretch is compared as a whole, which leaves none out


class HnswIndex:
    """Search over unit vectors along an HNSW graph; similarities of what is found are exact."""

    def __init__(self, index: faiss.IndexHNSW) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors, *, links: int = LINKS) -> HnswIndex:
        """Return an index over unit vectors, float32, shape (n_keys, dimension).

        Raises:
            ValueError: A row is not of length 1.
        """
        check_unit_length(vectors)
        dimension, metric = vectors.shape[1], faiss.METRIC_INNER_PRODUCT
        index: faiss.IndexHNSW = faiss.IndexHNSWFlat(dimension, links, metric)
        if len(vectors) >= HALF_FROM:
            half = faiss.ScalarQuantizer.QT_fp16
            index = faiss.IndexHNSWSQ(dimension, half, links, metric)  # type: ignore[arg-type]
            index.train(vectors[:1])  # 16 bits have nothing to learn, but FAISS asks for it
        index.hnsw.efConstruction = WIDTH_WHEN_BUILT
        index.hnsw.efSearch = WIDTHS[0]
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> HnswIndex:
        """Return the index that `save` wrote, mapped, so that processes share it.

        Raises:
            RuntimeError: There is none, or none of this kind.
        """
        index = faiss.read_index(str(path), SHARED)
        if not isinstance(index, faiss.IndexHNSW):
            raise RuntimeError(f"{path} holds a {type(index).__name__}.")
        return cls(index)

    def save(self, path: Path) -> None:
        """Write the index to `path`."""
        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        """Return the number of keys."""
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._index.d)

    @property
    def width(self) -> int:
        """How many keys are held in mind while searching."""
        return int(self._index.hnsw.efSearch)

    def widen(self, vectors: Vectors, *, least: float) -> Recall:
        """Keep the least width whose recall suffices, or the greatest, and return its recall."""
        check = RecallCheck(vectors)
        for width in WIDTHS:
            self._index.hnsw.efSearch = width
            recall = check.of(self.along_graph)
            if recall.share >= least:
                break
        return recall

    def along_graph(self, questions: Vectors, top_k: int) -> Neighbours:
        """Return the closest keys that the graph leads to, however few there are."""
        asked = np.ascontiguousarray(questions, dtype=np.float32)
        similarities, keys = self._index.search(asked, top_k)
        return padded(keys, similarities)

    def closest(self, questions: Vectors, *, top_k: int, within: range | None = None) -> Neighbours:
        """Return the `top_k` closest keys of each question; see `VectorStore`."""
        asked = np.ascontiguousarray(questions, dtype=np.float32)
        stretch = clipped(within, len(self))
        if len(stretch) <= max(SCANNED, 4 * top_k):
            return self._scanned(asked, stretch, top_k)
        only = None
        if len(stretch) < len(self):
            only = faiss.IDSelectorRange(stretch.start, stretch.stop)
        width = max(self.width, top_k)
        chosen = faiss.SearchParametersHNSW(efSearch=width, sel=only)  # type: ignore[attr-defined]
        similarities, keys = self._index.search(asked, top_k, params=chosen)
        return padded(keys, similarities)

    def _scanned(self, asked: Vectors, stretch: range, top_k: int) -> Neighbours:
        """Return the closest keys of a short stretch, found without the graph."""
        if not stretch:
            nothing = np.empty((len(asked), 0))
            return Neighbours(nothing.astype(np.int64), nothing.astype(np.float32))
        top_k = min(top_k, len(stretch))
        storage = faiss.downcast_index(self._index.storage)
        if isinstance(storage, faiss.IndexFlat):  # FAISS then goes to the stretch at once
            only = faiss.IDSelectorRange(stretch.start, stretch.stop)
            chosen = faiss.SearchParameters(sel=only)  # type: ignore[call-arg]
            similarities, keys = storage.search(asked, top_k, params=chosen)
            return padded(keys, similarities)
        vectors = self._index.reconstruct_n(stretch.start, len(stretch))
        similarities = np.asarray(asked @ vectors.T, dtype=np.float32)
        order = np.argsort(-similarities, axis=1, kind="stable")[:, :top_k]
        return Neighbours(order + stretch.start, np.take_along_axis(similarities, order, axis=1))

    def similarities_of(self, questions: Vectors, keys: Keys) -> NDArray[np.float32]:
        """Return the cosines of every question and some keys; see `VectorStore`."""
        vectors = self._index.reconstruct_batch(np.ascontiguousarray(keys, dtype=np.int64))
        return np.asarray(questions @ vectors.T, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class HnswStores:
    """The kind for many keys on one machine.

    Attributes:
        least_recall: Below it an index is not put into use, 0 to 1.
    """

    least_recall: float = LEAST_RECALL
    suffix: str = "-hnsw"

    @property
    def facts(self) -> Mapping[str, object]:
        """The kind, and how the graph was made."""
        return {"store": "hnsw", "links": LINKS, "least_recall": self.least_recall}

    def write(self, vectors: Vectors, folder: Path) -> None:
        """Write unit vectors into a folder.

        Raises:
            RecallTooLow: The graph misses too much, however wide it searches.
        """
        index = HnswIndex.build(vectors)
        recall = index.widen(vectors, least=self.least_recall)
        if recall.share < self.least_recall:
            sentence = say("store", "recall", found=recall.share, least=self.least_recall)
            raise RecallTooLow(sentence)
        index.save(folder / GRAPH_FILE)
        said = {**asdict(recall), "width": index.width}
        (folder / STORE_FILE).write_text(json.dumps(said), encoding="utf-8")

    def open(self, folder: Path) -> VectorStore:
        """Return the store that `write` wrote."""
        return HnswIndex.load(folder / GRAPH_FILE)

    def compares_all(self, n_keys: int) -> bool:  # noqa: ARG002
        """Return that it never does."""
        return False

    def forget(self, folder: Path) -> None:
        """Do nothing: all of it is in the folder."""
