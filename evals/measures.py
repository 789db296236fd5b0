"""Measures: pure functions, one definition each. A case that was abstained counts in every mean."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

CONFIDENCE_95 = 1.959964


def normal_form(text: str) -> str:
    """Return text as facts are looked for in it: NFKC, lower case, without white space."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text).lower())


def facts_met(must: Iterable[Sequence[str]], evidence: str) -> bool:
    """Return whether of every fact at least one wording stands in the evidence."""
    shown = normal_form(evidence)
    return all(any(normal_form(wording) in shown for wording in fact) for fact in must)


def page_met(pages: Iterable[int], shown: Iterable[int]) -> bool:
    """Return whether a page that holds the answer is among those shown."""
    return bool(set(pages) & set(shown))


def wilson_interval(hits: int, count: int) -> tuple[float, float]:
    """Return the 95 % interval of a proportion (Wilson 1927, without continuity correction).

    Raises:
        ValueError: There are no cases, or more hits than cases.
    """
    if not 0 <= hits <= count or count == 0:
        raise ValueError(f"{hits} of {count} is no proportion.")
    share, z = hits / count, CONFIDENCE_95
    centre = share + z * z / (2 * count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` (0 to 1) of the values lie, the nearest rank.

    Raises:
        ValueError: There are no values.
    """
    if not values:
        raise ValueError("There are no values.")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, math.ceil(share * len(ordered)) - 1))]


def percentile_interval(values: Sequence[float], share: float) -> tuple[float, float]:
    """Return a 95 % interval of a percentile by ranks (exact, free of any distribution).

    Where there are too few values for an end, the least or the greatest stands for it.

    Raises:
        ValueError: There are no values, or the share is not between 0 and 1.
    """
    if not values or not 0 < share < 1:
        raise ValueError(f"{len(values)} values have no interval at {share}.")
    ordered, n = sorted(values), len(values)
    below = 0.0  # chance that at most `rank` values lie below the true percentile
    low = high = None
    for rank in range(n):
        log_chance = (
            math.lgamma(n + 1)
            - math.lgamma(rank + 1)
            - math.lgamma(n - rank + 1)
            + rank * math.log(share)
            + (n - rank) * math.log1p(-share)
        )
        below += math.exp(log_chance)
        if below <= 0.025:
            low = rank
        if high is None and below >= 0.975:
            high = rank
    return ordered[low or 0], ordered[n - 1 if high is None else high]


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """A point of the curve: with this share of cases answered, this share of them is wrong."""

    coverage: float
    risk: float


def risk_coverage(cases: Sequence[tuple[float, bool]]) -> tuple[RiskPoint, ...]:
    """Return the risk when the 1, 2, … n cases of most confidence are answered.

    Cases of equal confidence cannot be told apart, so each counts as the mean of its group: the
    curve does not depend on the order in which they are given.

    Args:
        cases: Of each case its confidence, on any scale, and whether it is right.
    """
    groups: dict[float, list[bool]] = {}
    for confidence, right in cases:
        groups.setdefault(confidence, []).append(right)
    points: list[RiskPoint] = []
    wrong = 0.0
    for confidence in sorted(groups, reverse=True):
        own = groups[confidence]
        before, in_group = len(points), own.count(False)
        for k in range(1, len(own) + 1):
            risk = (wrong + in_group * k / len(own)) / (before + k)
            points.append(RiskPoint((before + k) / len(cases), risk))
        wrong += in_group
    return tuple(points)


def aurc(cases: Sequence[tuple[float, bool]]) -> float:
    """Return the area under the risk–coverage curve: the mean risk over all n coverages.

    0 is best; where confidence tells nothing it is the share of wrong cases (Geifman 2019).

    Raises:
        ValueError: There are no cases.
    """
    if not cases:
        raise ValueError("There are no cases.")
    points = risk_coverage(cases)
    return math.fsum(point.risk for point in points) / len(points)


@dataclass(frozen=True, slots=True)
class RefusedAt:
    """What one threshold does.

    Attributes:
        threshold: From this confidence on, a question is answered.
        answered: How many of the answerable are answered.
        refused: How many of the unanswerable are refused.
    """

    threshold: float
    answered: int
    refused: int


def refused_at(
    share_answered: float, answerable: Sequence[float], unanswerable: Sequence[float]
) -> RefusedAt:
    """Return what is refused by the highest threshold that answers a share of the answerable.

    The threshold is chosen on the very cases that are counted: it says what the confidence could
    do, not what the product does.

    Args:
        share_answered: Above 0, at most 1.
        answerable: The confidence of each question that the guide answers.
        unanswerable: The confidence of each that it does not.

    Raises:
        ValueError: There are no answerable cases, or the share is out of bounds.
    """
    if not answerable or not 0 < share_answered <= 1:
        raise ValueError(f"{share_answered} of {len(answerable)} cannot be answered.")
    ordered = sorted(answerable, reverse=True)
    # 0.98 * 50 is 49.00000000000001 for some shares: the margin keeps the ceiling at 49.
    threshold = ordered[math.ceil(share_answered * len(ordered) - 1e-9) - 1]
    return RefusedAt(
        threshold,
        answered=sum(confidence >= threshold for confidence in answerable),
        refused=sum(confidence < threshold for confidence in unanswerable),
    )
