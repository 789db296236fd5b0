"""Search by meaning: inner products with the vectors of all keys, in FAISS."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors


class DenseIndex:
    """Exact search over unit vectors; similarities are cosines, higher is closer."""

    def __init__(self, index: faiss.IndexFlat) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Vectors) -> DenseIndex:
        """Return an index over `vectors`, float32, shape (n_keys, dimension), rows of length 1.

        Raises:
            ValueError: A row is not of length 1.
        """
        lengths = np.linalg.norm(vectors, axis=1)
        if not np.allclose(lengths, 1, atol=1e-3):
            raise ValueError(
                f"Vectors must have length 1, found {lengths.min()} to {lengths.max()}."
            )
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> DenseIndex:
        """Return the index that `save` wrote.

        Raises:
            RuntimeError: There is none, or none of this kind.
        """
        index = faiss.read_index(str(path))
        if not isinstance(index, faiss.IndexFlat):
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

    def similarities(self, questions: Vectors) -> NDArray[np.float32]:
        """Return the cosine of every question and every key, shape (n_questions, n_keys).

        All of them: a passage is judged by all its keys, and over 15,000 keys that is faster than
        keeping the first 512 in order, which filled up with the slots of a few passages.
        """
        keys = faiss.rev_swig_ptr(self._index.get_xb(), self._index.ntotal * self._index.d)
        keys = keys.reshape(self._index.ntotal, self._index.d)
        rows = [
            faiss.pairwise_distances(row[None], keys, metric=faiss.METRIC_INNER_PRODUCT)
            for row in np.ascontiguousarray(questions, dtype=np.float32)
        ]
        return np.concatenate(rows)
