"""Search by meaning: inner products with the vectors of all keys, in FAISS."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors

SEARCHED_KEYS = 512  # more changes nothing among the first passages, and costs time


class DenseIndex:
    """Exact search over unit vectors; similarities are cosines, higher is closer."""

    def __init__(self, index: faiss.Index) -> None:
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
        """Return the index that `save` wrote."""
        return cls(faiss.read_index(str(path)))

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

    def search(
        self, questions: Vectors, *, top_k: int = SEARCHED_KEYS
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return cosines and key positions, both of shape (n_questions, k), best first."""
        similarities, positions = self._index.search(questions, min(top_k, len(self)))
        return similarities, positions
