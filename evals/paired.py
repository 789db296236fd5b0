"""Two runs on the same cases: how they differ, and whether chance alone would do as much."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """How two runs differ on the same cases.

    Attributes:
        count: Cases that both ran.
        before: How many were right in the earlier run.
        after: How many are right in the later one.
        gained: How many turned right.
        lost: How many turned wrong.
        low: Lower end of the 95 % bootstrap interval of (after - before) / count.
        high: Its upper end.
        p_value: Of the exact sign test (McNemar): how likely so uneven a split of the turned
            cases is, if either way is equally likely.
    """

    count: int
    before: int
    after: int
    gained: int
    lost: int
    low: float
    high: float
    p_value: float

    @property
    def difference(self) -> float:
        """The later run's share of right cases minus the earlier one's."""
        return (self.after - self.before) / self.count


def paired_difference(
    before: Sequence[bool], after: Sequence[bool], *, draws: int = 10_000, seed: int = 0
) -> PairedDifference:
    """Return how two runs differ, case by case: `before[i]` and `after[i]` are the same case's.

    Raises:
        ValueError: There are no cases, or the runs are of different length.
    """
    if not before or len(before) != len(after):
        raise ValueError(f"{len(before)} and {len(after)} cases are no pairs.")
    count = len(before)
    gained = sum(now and not then for then, now in zip(before, after, strict=True))
    lost = sum(then and not now for then, now in zip(before, after, strict=True))
    # A case's difference is 1, 0 or -1, so drawing n cases is drawing from three kinds.
    kinds = np.array([gained, lost, count - gained - lost]) / count
    drawn = np.random.default_rng(seed).multinomial(count, kinds, size=draws)
    differences = (drawn[:, 0] - drawn[:, 1]) / count
    low, high = np.quantile(differences, [0.025, 0.975])
    return PairedDifference(
        count,
        sum(before),
        sum(after),
        gained,
        lost,
        float(low),
        float(high),
        sign_test(gained, lost),
    )


def sign_test(gained: int, lost: int) -> float:
    """Return the exact two-sided p-value of a split, if either way is equally likely."""
    turned = gained + lost
    tail = sum(math.comb(turned, k) for k in range(min(gained, lost) + 1))
    return min(1.0, float(2 * tail / 2**turned))
