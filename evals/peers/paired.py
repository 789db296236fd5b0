"""The difference of two systems on the same cases, with an interval drawn case by case."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

DRAWS = 10_000
SEED = 0


def paired_difference(ours: Sequence[bool], theirs: Sequence[bool]) -> tuple[float, float, float]:
    """Return by how much our share is higher, and the 95 % interval of that difference.

    Cases are drawn with replacement, both systems' results of a case together (bootstrap,
    percentiles).

    Raises:
        ValueError: There are no cases, or not the same number.
    """
    if len(ours) != len(theirs) or not ours:
        raise ValueError(f"{len(ours)} and {len(theirs)} cases are no pairs.")
    gain = np.array(ours, dtype=np.int64) - np.array(theirs, dtype=np.int64)
    # Only how often each of -1, 0 and 1 is drawn matters.
    counts = [int((gain == value).sum()) for value in (-1, 0, 1)]
    chance = np.random.default_rng(SEED)
    drawn = chance.multinomial(len(gain), np.array(counts) / len(gain), size=DRAWS)
    low, high = np.percentile((drawn[:, 2] - drawn[:, 0]) / len(gain), [2.5, 97.5])
    return float(gain.mean()), float(low), float(high)
