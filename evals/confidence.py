"""What the confidence of a run tells: risk by coverage, reliability, what could be refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from evals.measures import RefusedAt, aurc, refused_at, risk_coverage, wilson_interval
from evals.outcome import Outcome
from evals.plots import ReliabilityBin, reliability_plot, risk_curve
from evals.report import answerable, unanswerable

SHARE_ANSWERED = 0.98
BINS = 10
TAGS = ("near", "one-step", "far")


@dataclass(frozen=True, slots=True)
class Confidence:
    """What the confidence of one split tells.

    Attributes:
        split: The split.
        count: Cases with a confidence, answerable or not in the guide.
        without: Such cases that have none, as no search was made for them.
        area: AURC; a question that the guide does not answer is wrong whenever it is answered.
        error: Share of cases that would be wrong if all were answered: AURC of no knowledge.
        curve: The risk–coverage curve, drawn.
        reliability: Share right by confidence, drawn.
        at: What refusing at `SHARE_ANSWERED` would do; none where a kind of case is missing.
        refused: The unanswerable that would be refused then: group, how many, of how many.
    """

    split: str
    count: int
    without: int
    area: float
    error: float
    curve: Markup
    reliability: Markup
    at: RefusedAt | None
    refused: tuple[tuple[str, int, int], ...]


def confidence_of(split: str, outcomes: Sequence[Outcome]) -> Confidence | None:
    """Return what the confidence of a split's outcomes tells, or none where none has any."""
    judged = [o for o in outcomes if answerable(o) or unanswerable(o)]
    pairs = [(o.confidence, _would_be_right(o)) for o in judged if o.confidence is not None]
    if not pairs:
        return None
    held = [o.confidence for o in judged if answerable(o) and o.confidence is not None]
    others = [(o, o.confidence) for o in judged if unanswerable(o) and o.confidence is not None]
    at = refused_at(SHARE_ANSWERED, held, [c for _, c in others]) if held and others else None
    area = aurc(pairs)
    return Confidence(
        split,
        len(pairs),
        len(judged) - len(pairs),
        area,
        sum(not right for _, right in pairs) / len(pairs),
        risk_curve(risk_coverage(pairs), area),
        reliability_plot(reliability_bins(pairs)),
        at,
        _refused(others, at) if at else (),
    )


def _would_be_right(outcome: Outcome) -> bool:
    """Whether answering is right: nobody saw what a refusal held back, so it counts as wrong."""
    return answerable(outcome) and outcome.met


def _refused(
    others: Sequence[tuple[Outcome, float]], at: RefusedAt
) -> tuple[tuple[str, int, int], ...]:
    found = [("all", at.refused, len(others))]
    for tag in TAGS:
        own = [confidence for outcome, confidence in others if tag in outcome.case.tags]
        if own:
            found.append((tag, sum(c < at.threshold for c in own), len(own)))
    return tuple(found)


def reliability_bins(pairs: Sequence[tuple[float, bool]]) -> tuple[ReliabilityBin, ...]:
    """Return up to ten bins of as many cases each, the least confident first."""
    ordered = sorted(pairs, key=lambda pair: pair[0])
    bins: list[ReliabilityBin] = []
    for i in range(BINS):
        own = ordered[i * len(ordered) // BINS : (i + 1) * len(ordered) // BINS]
        if own:
            right = sum(is_right for _, is_right in own)
            mean = sum(confidence for confidence, _ in own) / len(own)
            bins.append(
                ReliabilityBin(mean, len(own), right / len(own), *wilson_interval(right, len(own)))
            )
    return tuple(bins)
