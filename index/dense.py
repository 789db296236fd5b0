"""Search by meaning, exactly: inner products with the vectors of all keys, in FAISS."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors
from index.vector_store import Keys, Neighbours, VectorStore, check_unit_length, clipped, padded

DENSE_FILE = "dense.faiss"
HALF_FROM = 100_000  # keys; from here on vectors are kept in 16 bits: half the memory and time
BLOCK = 1024  # keys that are read once for all questions: together they stay in a core's cache
MOST_PARTS = 4  # threads that share the keys; memory is what they wait for, so more gain nothing
FEWEST_SHARED = 4_096  # keys; fewer are compared sooner than a thread wakes up
SHARED = faiss.IO_FLAG_MMAP_IFC | faiss.IO_FLAG_READ_ONLY


class DenseIndex:
    """Exact search over unit vectors; similarities are cosines, higher is closer."""

    def __init__(self, index: faiss.IndexFlatCodes) -> None:
        self._index = index
        self._parts = _parts(len(self))
        self._pool = ThreadPoolExecutor(len(self._parts), thread_name_prefix="dense")

    @classmethod
    def build(cls, vectors: Vectors, *, half_from: int = HALF_FROM) -> DenseIndex:
        """Return an index over `vectors`, float32, shape (n_keys, dimension), rows of length 1.

        From `half_from` keys on they are kept in 16 bits.

        Raises:
            ValueError: A row is not of length 1.
        """
        check_unit_length(vectors)
        dimension = vectors.shape[1]
        index: faiss.IndexFlatCodes = faiss.IndexFlatIP(dimension)
        if len(vectors) >= half_from:
            half = faiss.ScalarQuantizer.QT_fp16
            index = faiss.IndexScalarQuantizer(dimension, half, faiss.METRIC_INNER_PRODUCT)
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> DenseIndex:
        """Return the index that `save` wrote. One of 16 bits is mapped: processes share it.

        Raises:
            RuntimeError: There is none, or none of this kind.
        """
        index = faiss.read_index(str(path), SHARED)
        if isinstance(index, faiss.IndexFlat):
            # Compared as a matrix, so it must lie aligned in memory: not mapped.
            index = faiss.read_index(str(path))
        if not isinstance(index, faiss.IndexFlat | faiss.IndexScalarQuantizer):
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
    def scans_all(self) -> bool:
        """Whether it is small enough to compare every question with every key."""
        return isinstance(self._index, faiss.IndexFlat)

    def similarities(self, questions: Vectors) -> NDArray[np.float32]:
        """Return the cosine of every question and every key, shape (n_questions, n_keys).

        All of them: a passage is judged by all its keys, and keeping the first 512 in order
        filled up with the slots of a few passages. What costs is reading the keys from memory, so
        they are read once for all questions, block by block, by two or more threads. FAISS's own
        search reads them once for each question and its matrix product takes more still.

        Raises:
            ValueError: It is too large for that, or a question is no number.
        """
        if not isinstance(self._index, faiss.IndexFlat):
            raise ValueError(f"{len(self)} keys are too many to be compared one by one.")
        asked = np.ascontiguousarray(questions, dtype=np.float32)
        if not np.isfinite(asked).all():
            raise ValueError("A question has no length.")
        rows = np.empty((len(asked), len(self)), dtype=np.float32)
        keys = faiss.rev_swig_ptr(self._index.get_xb(), len(self) * self.dimension)
        keys = keys.reshape(len(self), self.dimension)

        own = [faiss.swig_ptr(question) for question in asked]
        products = faiss.fvec_inner_products_ny  # type: ignore[attr-defined]

        def compare(part: range) -> None:
            for start in part:
                end = min(start + BLOCK, len(self))
                block = faiss.swig_ptr(keys[start:end])
                for row, question in zip(rows, own, strict=True):
                    found = faiss.swig_ptr(row[start:end])
                    products(found, question, block, keys.shape[1], end - start)

        first, *others = self._parts
        compared = [self._pool.submit(compare, part) for part in others]
        compare(first)
        for part in compared:
            part.result()
        return rows

    def closest(self, questions: Vectors, *, top_k: int, within: range | None = None) -> Neighbours:
        """Return the `top_k` closest keys of each question; see `VectorStore`."""
        stretch = clipped(within, len(self))
        chosen = None
        if len(stretch) < len(self):
            only = faiss.IDSelectorRange(stretch.start, stretch.stop)
            chosen = faiss.SearchParameters(sel=only)  # type: ignore[call-arg]
        asked = np.ascontiguousarray(questions, dtype=np.float32)
        similarities, keys = self._index.search(asked, min(top_k, len(self)), params=chosen)
        return padded(keys, similarities)

    def similarities_of(self, questions: Vectors, keys: Keys) -> NDArray[np.float32]:
        """Return the cosines of every question and some keys; see `VectorStore`."""
        vectors = self._index.reconstruct_batch(np.ascontiguousarray(keys, dtype=np.int64))
        return np.asarray(questions @ vectors.T, dtype=np.float32)


def _parts(n_keys: int) -> list[range]:
    """Return where the blocks begin, a range for each thread."""
    count = min(os.cpu_count() or 1, MOST_PARTS) if n_keys >= FEWEST_SHARED else 1
    blocks = -(-n_keys // BLOCK)
    edges = [*(BLOCK * (blocks * i // count) for i in range(count)), n_keys]
    return [range(first, last, BLOCK) for first, last in pairwise(edges)]


@dataclass(frozen=True, slots=True)
class ExactStores:
    """The default kind: a file beside the others."""

    suffix: str = ""

    @property
    def facts(self) -> Mapping[str, object]:
        """Nothing: a manifest that says nothing of it means this kind."""
        return {}

    def write(self, vectors: Vectors, folder: Path) -> None:
        """Write unit vectors into a folder."""
        DenseIndex.build(vectors).save(folder / DENSE_FILE)

    def open(self, folder: Path) -> VectorStore:
        """Return the store that `write` wrote."""
        return DenseIndex.load(folder / DENSE_FILE)

    def compares_all(self, n_keys: int) -> bool:
        """Return whether a question is compared with that many keys one by one."""
        return n_keys < HALF_FROM

    def forget(self, folder: Path) -> None:
        """Do nothing: all of it is in the folder."""
