"""Exact search by meaning in numpy: what every peer must find for the same units and vectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evals.peers.job import Ranking
from index.encoder import Vectors

SAME = 1e-5  # cosines closer than this are a tie: peers add up in other orders


def cosines_of(questions: Vectors, units: Vectors) -> NDArray[np.float32]:
    """Return all cosines, float32, shape (n_questions, n_units)."""
    return np.asarray(questions @ units.T, dtype=np.float32)


def exact_rankings(cosines: NDArray[np.float32], top_k: int) -> tuple[Ranking, ...]:
    """Return the closest units of each question, ties in the order of the units."""
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :top_k]
    return tuple(
        tuple((int(unit), float(row[unit])) for unit in best)
        for row, best in zip(cosines, order, strict=True)
    )


def differing(
    rankings: Sequence[Ranking], cosines: NDArray[np.float32], top_k: int
) -> tuple[int, ...]:
    """Return the positions of questions whose first `top_k` units are not the closest ones.

    Units of equal cosine may change places; nothing else may.
    """
    return tuple(
        position
        for position, (ranking, row) in enumerate(zip(rankings, cosines, strict=True))
        if not _is_closest(ranking[:top_k], row, top_k)
    )


def _is_closest(ranking: Ranking, cosines: NDArray[np.float32], top_k: int) -> bool:
    closest = -np.sort(-cosines)[:top_k]
    found = [unit for unit, _ in ranking]
    if len(found) != len(closest) or len(set(found)) != len(found):
        return False
    return bool(np.all(np.abs(cosines[found] - closest) < SAME))
