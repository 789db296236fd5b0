"""What a store of key vectors is to everyone else: two searches, a length and a dimension.

The rules that keep FAISS, Milvus Lite and a Milvus server agreeing (docs/growth.md): vectors have
length 1, the metric is the inner product, higher is closer, a key is known by its position, and
cutting into words and fusing happen on our side. A store is written once and then only read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors

NO_KEY = -1  # stands where fewer keys were found than asked for
STORE_FILE = "store.json"  # what a store says of itself in its folder
Keys = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The closest keys of each question, best first.

    Attributes:
        keys: Positions, int64, shape (n_questions, n_found); `NO_KEY` where there are fewer.
        similarities: Cosines, float32, same shape; -1 beside `NO_KEY`.
    """

    keys: Keys
    similarities: NDArray[np.float32]


class VectorStore(Protocol):
    """Unit vectors by position, searched by inner product."""

    def __len__(self) -> int:
        """Return the number of keys."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def closest(self, questions: Vectors, *, top_k: int, within: range | None = None) -> Neighbours:
        """Return the `top_k` keys that are closest to each question, ties in any order.

        Args:
            questions: Unit vectors, float32, shape (n_questions, dimension).
            top_k: How many keys are wanted.
            within: Only keys from here to there: those of one guide, or of its topics.

        Raises:
            StoreUnavailable: The store does not answer.
        """

    def similarities_of(self, questions: Vectors, keys: Keys) -> NDArray[np.float32]:
        """Return the cosines of every question and some keys, shape (n_questions, n_keys).

        Raises:
            StoreUnavailable: The store does not answer.
        """


class StoreKind(Protocol):
    """How stores of one kind are written, opened and removed."""

    @property
    def facts(self) -> Mapping[str, object]:
        """What the manifest of a build must say for this kind to open it; empty for the default."""

    @property
    def suffix(self) -> str:
        """What is put behind the name of the folder; empty for the default."""

    def write(self, vectors: Vectors, folder: Path) -> None:
        """Write unit vectors into an existing folder.

        Raises:
            RecallTooLow: The store does not find what exact search finds.
            StoreUnavailable: What it needs is not installed or does not answer.
        """

    def open(self, folder: Path) -> VectorStore:
        """Return the store that `write` wrote.

        Raises:
            StoreUnavailable: What it needs is not installed or does not answer.
            Exception: Whatever the library raises on files that are damaged.
        """

    def compares_all(self, n_keys: int) -> bool:
        """Return whether a question is compared with all of that many keys; else with a part."""

    def forget(self, folder: Path) -> None:
        """Remove what a store keeps outside its folder, before the folder is removed."""


def check_unit_length(vectors: Vectors) -> None:
    """Check that every row has length 1.

    Raises:
        ValueError: One has not.
    """
    lengths = np.linalg.norm(vectors, axis=1)
    if not np.allclose(lengths, 1, atol=1e-3):
        raise ValueError(f"Vectors must have length 1, found {lengths.min()} to {lengths.max()}.")


def clipped(within: range | None, count: int) -> range:
    """Return a stretch of keys cut to those that there are; all of them where none is given.

    Raises:
        ValueError: It goes by other steps than 1.
    """
    if within is None:
        return range(count)
    if within.step != 1:
        raise ValueError(f"{within} leaves keys out.")
    start = min(max(within.start, 0), count)
    return range(start, max(start, min(within.stop, count)))


def padded(keys: Keys, similarities: NDArray[np.float32]) -> Neighbours:
    """Return neighbours with -1 as similarity wherever there is no key."""
    keys = np.asarray(keys, dtype=np.int64)
    return Neighbours(
        keys, np.where(keys == NO_KEY, np.float32(-1), similarities).astype(np.float32)
    )
