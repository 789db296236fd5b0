"""How much of what exact search finds another search finds too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from index.dense import DenseIndex
from index.encoder import Vectors, unit
from index.vector_store import NO_KEY, Neighbours

CHECKED = 500  # questions
CHECKED_KEYS = 10  # closest keys that are compared
LEAST_RECALL = 0.95
SEED = 0
TIE = 1e-5  # cosine; a key that is as close as the last of the closest counts as one of them
Search = Callable[[Vectors, int], Neighbours]


@dataclass(frozen=True, slots=True)
class Recall:
    """A recall check.

    Attributes:
        share: Of the closest keys, how many were found, 0 to 1; the mean over the questions.
        closest: How many closest keys were looked for.
        questions: How many questions were asked.
    """

    share: float
    closest: int
    questions: int


class RecallCheck:
    """Questions about some keys, and what exact search finds for them.

    Keys of the same text are as close as each other, so any of them may be found. The questions are
    points between two keys drawn by chance: a key itself would be found too
    easily, and the questions of people are not there when an index is built.
    """

    def __init__(self, vectors: Vectors) -> None:
        """Ask exact search about all keys, unit vectors, float32, shape (n_keys, dimension)."""
        chance = np.random.default_rng(SEED)
        drawn = chance.integers(len(vectors), size=(2, CHECKED))
        between = 0.75 * vectors[drawn[0]] + 0.25 * vectors[drawn[1]]
        self._asked = unit(between)  # never of length 0: 0.75 of one
        self._top_k = min(CHECKED_KEYS, len(vectors))
        exact = DenseIndex.build(vectors).closest(self._asked, top_k=self._top_k)
        self._least = exact.similarities[:, -1:] - np.float32(TIE)

    def of(self, search: Search) -> Recall:
        """Return how much of that a search finds.

        Args:
            search: Returns the closest keys of unit vectors, as many as it is told.
        """
        found = search(self._asked, self._top_k)
        is_close = (found.similarities >= self._least) & (found.keys != NO_KEY)
        return Recall(float(is_close.mean()), self._top_k, len(self._asked))
