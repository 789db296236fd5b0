"""Owners and their keys: what a question is compared with, and what its cosines say of each owner.

Owners are a guide's passages, then the topics outside it; keys of one owner stand side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.fuse import Scores
from index.key import Key

Positions = NDArray[np.int64]
FEWEST_FOR_THREE = 4  # keys; of fewer all are averaged


@dataclass(frozen=True, slots=True, eq=False)
class Owners:
    """Some owners, in order, with all their keys.

    Attributes:
        positions: Which owners, ascending, shape (n_owners,).
        keys: Positions of their keys in the index, shape (n_keys,).
        starts: Where the keys of each begin in `keys`, shape (n_owners,).
        ends: Where they end.
        owner_of: For each key the place of its owner in `positions`, shape (n_keys,).
    """

    positions: Positions
    keys: Positions
    starts: Positions
    ends: Positions
    owner_of: Positions

    @classmethod
    def of(cls, keys: Sequence[Key]) -> Owners:
        """Return all owners of an index."""
        owners = np.fromiter((key.owner for key in keys), dtype=np.int64, count=len(keys))
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        ends = np.append(starts[1:], len(keys))
        return cls(owners[starts], np.arange(len(keys)), starts, ends, owners)

    def __len__(self) -> int:
        """Return the number of owners."""
        return len(self.positions)

    def some(self, positions: Positions) -> Owners:
        """Return those at `positions`, ascending, of all owners."""
        starts, sizes = self.starts[positions], self.ends[positions] - self.starts[positions]
        new_ends = np.cumsum(sizes)
        new_starts = new_ends - sizes
        owner_of = np.repeat(np.arange(len(positions)), sizes)
        keys = np.arange(int(sizes.sum())) + (starts - new_starts)[owner_of]
        return Owners(positions, keys, new_starts, new_ends, owner_of)

    def count_before(self, position: int) -> int:
        """Return how many of these owners stand before a position: the passages."""
        return int(np.searchsorted(self.positions, position))


@dataclass(frozen=True, slots=True, eq=False)
class KeyScores:
    """What the cosines of one reading say of some owners, arrays of shape (n_owners,).

    Attributes:
        best: Cosine of the best key.
        best_three: Mean of the best three.
        text: Cosine of the first key; of a passage that is its text.
        best_key: Position in the index of the best key.
    """

    best: Scores
    best_three: Scores
    text: Scores
    best_key: Positions


def key_scores(by_key: Scores, owners: Owners) -> KeyScores:
    """Return what cosines say of their owners.

    Args:
        by_key: Cosines of the owners' keys, float32, shape (n_keys,).
        owners: The owners.
    """
    left = by_key.copy()
    sums = np.zeros(len(owners), dtype=np.float32)
    best, best_at = np.empty(0, dtype=np.float32), np.empty(0, dtype=np.int64)
    for taken in range(3):
        highest = np.maximum.reduceat(left, owners.starts)
        at = np.flatnonzero(left == highest[owners.owner_of])
        at = at[np.diff(owners.owner_of[at], prepend=-1) > 0]  # the first of equal ones
        if taken == 0:
            best, best_at = highest, at
        sums += highest
        left[at] = -np.inf
    sizes = owners.ends - owners.starts
    is_few = sizes < FEWEST_FOR_THREE
    best_three = sums / np.float32(3)
    if is_few.any():
        means = np.add.reduceat(by_key, owners.starts) / sizes.astype(np.float32)
        best_three[is_few] = means[is_few]
    return KeyScores(best, best_three, by_key[owners.starts], owners.keys[best_at])
