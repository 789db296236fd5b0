"""Measures: pure functions, one definition each. A case that was abstained counts in every mean."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence

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
