"""Tables with n and intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evals.measures import percentile, wilson_interval
from evals.outcome import Outcome

Chosen = Callable[[Outcome], bool]


@dataclass(frozen=True, slots=True)
class Group:
    """A line of the table: which outcomes it counts."""

    name: str
    counts: Chosen


def everything(_: Outcome) -> bool:
    """Count every outcome."""
    return True


def answerable(outcome: Outcome) -> bool:
    """Whether the guide answers the case."""
    return outcome.case.kind == "answer"


def unanswerable(outcome: Outcome) -> bool:
    """Whether the guide does not hold it."""
    return outcome.case.kind == "out_of_scope"


def asked_in(language: str) -> Chosen:
    """Return a choice of outcomes by how they were asked."""
    return lambda outcome: outcome.case.language == language


def tagged(tag: str) -> Chosen:
    """Return a choice of outcomes by tag."""
    return lambda outcome: tag in outcome.case.tags


ANSWER_GROUPS = (
    Group("all", everything),
    *(Group(language, asked_in(language)) for language in ("hant", "hans", "hk", "en", "typo")),
    Group("broad", tagged("broad")),
    Group("follow-up", lambda o: o.case.is_follow_up),
)
REFUSE_GROUPS = (
    Group("all", everything),
    *(Group(tag, tagged(tag)) for tag in ("near", "one-step", "far")),
)


def share(hits: int, count: int) -> str:
    """Return a proportion with its 95 % interval: `0.93 (0.88–0.96)`."""
    low, high = wilson_interval(hits, count)
    return f"{hits / count:.2f} ({low:.2f}–{high:.2f})"


def answer_table(outcomes: Sequence[Outcome]) -> str:
    """Return a Markdown table over answerable cases, a line for each group that has any."""
    head = (
        "| group | n | facts met | first citation alone | right page first | answered |"
        " characters median / p95 |\n|---|---|---|---|---|---|---|"
    )
    lines = [head]
    for group in ANSWER_GROUPS:
        chosen = [o for o in outcomes if answerable(o) and group.counts(o)]
        if not chosen:
            continue
        n = len(chosen)
        cells = [
            share(sum(getattr(o, name) for o in chosen), n)
            for name in ("met", "met_first", "page_first")
        ]
        cells.append(share(sum(o.kind == "answer" for o in chosen), n))
        sizes = [float(o.evidence) for o in chosen if o.evidence] or [0.0]
        cells.append(f"{percentile(sizes, 0.5):.0f} / {percentile(sizes, 0.95):.0f}")
        lines.append(f"| {group.name} | {n} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def refuse_table(outcomes: Sequence[Outcome]) -> str:
    """Return a Markdown table over unanswerable cases."""
    lines = ["| group | n | refused |\n|---|---|---|"]
    for group in REFUSE_GROUPS:
        chosen = [o for o in outcomes if unanswerable(o) and group.counts(o)]
        if chosen:
            refused = sum(o.kind == "out_of_scope" for o in chosen)
            lines.append(f"| {group.name} | {len(chosen)} | {share(refused, len(chosen))} |")
    return "\n".join(lines)
