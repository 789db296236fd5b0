"""One threshold on one score: how well it tells what the guide holds from what it does not."""

from __future__ import annotations

import bisect
from collections.abc import Sequence


def choose_threshold(answerable: Sequence[float], unanswerable: Sequence[float]) -> float:
    """Return the score from which on to answer: most right in the mean of both kinds.

    Of equally good ones the lowest, which answers more.

    Raises:
        ValueError: There is none of either kind.
    """
    _refuse_empty(answerable, unanswerable)
    inside, outside = sorted(answerable), sorted(unanswerable)

    def right(threshold: float) -> float:
        answered = 1 - bisect.bisect_left(inside, threshold) / len(inside)
        refused = bisect.bisect_left(outside, threshold) / len(outside)
        return answered + refused

    return max(sorted({*inside, *outside}), key=right)


def auroc(answerable: Sequence[float], unanswerable: Sequence[float]) -> float:
    """Return how often an answerable question scores above one that is not; ties count half.

    Raises:
        ValueError: There is none of either kind.
    """
    _refuse_empty(answerable, unanswerable)
    outside = sorted(unanswerable)
    wins = sum(
        bisect.bisect_left(outside, score) + bisect.bisect_right(outside, score)
        for score in answerable
    )
    return wins / (2 * len(answerable) * len(outside))


def _refuse_empty(answerable: Sequence[float], unanswerable: Sequence[float]) -> None:
    if not answerable or not unanswerable:
        raise ValueError(f"{len(answerable)} answerable, {len(unanswerable)} unanswerable.")
