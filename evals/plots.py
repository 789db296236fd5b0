"""Plots as SVG, drawn by hand: no library, no script, readable at the width of a telephone.

Colours and fonts come from the page's style sheet by class. Every plot says in words what it
shows (`aria-label`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from evals.measures import RiskPoint, percentile

WIDTH, HEIGHT = 420, 240  # viewBox; about the width of a telephone, so that text stays readable
LEFT, RIGHT, TOP, BOTTOM = 44, 18, 22, 40
BAR_WIDTH, BAR_HEIGHT = 200, 14
INTERVALS = 4  # between the numbers of an axis
HEADROOM = 1.25  # over the highest bar, for labels


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across a plot at a value, with what it means."""

    value: float
    label: str
    is_aim: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """A stretch of values and where it lies on the plot: `low` at `start`, `high` at `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return where a value lies, in units of the viewBox, rounded to a tenth."""
        span = (self.high - self.low) or 1.0
        return round(self.start + (value - self.low) / span * (self.end - self.start), 1)


def interval_bar(value: float, low: float, high: float, aim: float | None = None) -> Markup:
    """Return a share (0 to 1) as a bar with its interval, and a tick where the aim is."""
    axis = Axis(0.0, 1.0, 0.0, BAR_WIDTH)
    middle = BAR_HEIGHT / 2
    parts = [
        f'<rect class="track" width="{BAR_WIDTH}" height="{BAR_HEIGHT}"/>',
        f'<rect class="bar" width="{axis.at(value)}" height="{BAR_HEIGHT}"/>',
        f'<rect class="whisker" x="{axis.at(low)}" y="{middle - 1}" '
        f'width="{max(axis.at(high) - axis.at(low), 1):.1f}" height="2"/>',
    ]
    if aim is not None:
        parts.append(f'<rect class="aim" x="{axis.at(aim) - 1}" width="2" height="{BAR_HEIGHT}"/>')
    said = f"{value:.2f}, 95 % interval {low:.2f} to {high:.2f}"
    if aim is not None:
        said += f", aim {aim:.2f}"
    return Markup(
        f'<svg class="intervals" role="img" aria-label="{said}" preserveAspectRatio="none" '
        f'viewBox="0 0 {BAR_WIDTH} {BAR_HEIGHT}">{"".join(parts)}</svg>'
    )


def histogram(values: Sequence[float], *, step: float, marks: Sequence[Mark], what: str) -> Markup:
    """Return how many values lie in each stretch of `step`, from 0 to the greatest.

    Raises:
        ValueError: There are no values, or the step is none.
    """
    if not values or step <= 0:
        raise ValueError(f"{len(values)} values cannot be drawn in steps of {step}.")
    counts = counts_by_step(values, step)
    steps = -(-len(counts) // INTERVALS) * INTERVALS  # so that numbers stand at the ends of steps
    x = Axis(0, steps * step, LEFT, WIDTH - RIGHT)
    y = Axis(0, _count_above(HEADROOM * max(counts)), HEIGHT - BOTTOM, TOP)
    bars = [
        f'<rect class="bar" x="{x.at(i * step)}" y="{y.at(count)}" '
        f'width="{max(x.at((i + 1) * step) - x.at(i * step) - 1, 1):.1f}" '
        f'height="{y.at(0) - y.at(count):.1f}"><title>{i * step:.0f} to {(i + 1) * step:.0f}: '
        f"{count}</title></rect>"
        for i, count in enumerate(counts)
    ]
    half, most = percentile(values, 0.5), percentile(values, 0.95)
    said = f"{len(values)} values, median {half:.0f}, 95th percentile {most:.0f}"
    return _plot([*_axes(x, y, what, "cases"), *bars, *_marks(x, marks)], said)


def counts_by_step(values: Sequence[float], step: float) -> list[int]:
    """Return how many values lie in [0, step), [step, 2 step), … up to the greatest."""
    counts = [0] * (int(max(values) // step) + 1)
    for value in values:
        counts[int(value // step)] += 1
    return counts


def risk_curve(points: Sequence[RiskPoint], area: float) -> Markup:
    """Return the risk–coverage curve.

    Raises:
        ValueError: There are no points.
    """
    if not points:
        raise ValueError("There are no points.")
    x = Axis(0, 1, LEFT, WIDTH - RIGHT)
    y = Axis(0, _round_up(max(point.risk for point in points)), HEIGHT - BOTTOM, TOP)
    path = " ".join(f"{x.at(point.coverage)},{y.at(point.risk)}" for point in points)
    said = f"Share of wrong replies by share answered; area {area:.3f}"
    line = f'<polyline class="line" points="{path}"/>'
    return _plot([*_axes(x, y, "share answered", "share wrong"), line], said)


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Cases of like confidence: their mean confidence, the share right and its interval."""

    confidence: float
    count: int
    right: float
    low: float
    high: float


def reliability_plot(bins: Sequence[ReliabilityBin]) -> Markup:
    """Return how often cases of a confidence are right; on the diagonal it tells the truth.

    The diagonal is drawn only where confidence lies between 0 and 1.

    Raises:
        ValueError: There are no bins.
    """
    if not bins:
        raise ValueError("There are no bins.")
    lowest, highest = min(b.confidence for b in bins), max(b.confidence for b in bins)
    is_probability = lowest >= 0 and highest <= 1
    low, high = (0.0, 1.0) if is_probability else (lowest, highest)
    x, y = Axis(low, high, LEFT, WIDTH - RIGHT), Axis(0, 1, HEIGHT - BOTTOM, TOP)
    parts = _axes(x, y, "confidence", "share right")
    if is_probability:
        parts.append(
            f'<line class="even" x1="{x.at(0)}" y1="{y.at(0)}" x2="{x.at(1)}" y2="{y.at(1)}"/>'
        )
    for b in bins:
        at = x.at(b.confidence)
        parts.append(
            f'<line class="whisker" x1="{at}" y1="{y.at(b.low)}" x2="{at}" y2="{y.at(b.high)}"/>'
            f'<circle class="dot" cx="{at}" cy="{y.at(b.right)}" r="4"><title>confidence '
            f"{b.confidence:.2f}: {b.right:.2f} of {b.count} right</title></circle>"
        )
    return _plot(parts, f"Share right by confidence, in {len(bins)} groups of cases")


def _plot(parts: Sequence[str], said: str) -> Markup:
    return Markup(
        f'<svg class="plot" role="img" aria-label="{escape(said)}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(parts)}</svg>'
    )


def _axes(x: Axis, y: Axis, x_name: str, y_name: str) -> list[str]:
    """Return grid lines with their numbers and the names of both axes."""
    parts: list[str] = []
    for i in range(INTERVALS + 1):
        value = y.low + i / INTERVALS * (y.high - y.low)
        at = y.at(value)
        parts.append(
            f'<line class="grid" x1="{x.start}" x2="{x.end}" y1="{at}" y2="{at}"/>'
            f'<text class="tick" text-anchor="end" x="{x.start - 5}" y="{at + 4:.1f}">'
            f"{_number(value, y.high)}</text>"
        )
    for i in range(INTERVALS + 1):
        value = x.low + i / INTERVALS * (x.high - x.low)
        parts.append(
            f'<text class="tick" text-anchor="middle" x="{x.at(value)}" y="{y.start + 16}">'
            f"{_number(value, x.high)}</text>"
        )
    parts.append(
        f'<text class="name" text-anchor="end" x="{x.end}" y="{y.start + 34}">'
        f"{escape(x_name)}</text>"
        f'<text class="name" x="2" y="12">{escape(y_name)}</text>'
    )
    return parts


def _marks(x: Axis, marks: Sequence[Mark]) -> list[str]:
    """Return lines across the plot, their labels one under the other so that none hides another."""
    lines: list[str] = []
    labels: list[str] = []
    for row, mark in enumerate(marks):
        at = x.at(min(mark.value, x.high))
        is_right = at > (x.start + x.end) / 2
        anchor, beside = ("end", -4) if is_right else ("start", 4)
        lines.append(
            f'<line class="{"aim" if mark.is_aim else "mark"}" x1="{at}" x2="{at}" '
            f'y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>'
        )
        labels.append(
            f'<text class="name over" text-anchor="{anchor}" x="{at + beside:.1f}" '
            f'y="{TOP + 10 + 14 * row}">{escape(mark.label)}</text>'
        )
    return lines + labels


def _number(value: float, greatest: float) -> str:
    return f"{value:.0f}" if greatest > 10 else f"{value:.2f}"


def _count_above(value: float) -> int:
    """Return the least of 4, 8, 12, 20 and their tenfolds that is not below a value."""
    tenfold = 1
    while True:
        for top in (4, 8, 12, 20):  # each can be divided in four
            if top * tenfold >= value:
                return top * tenfold
        tenfold *= 10


def _round_up(share: float) -> float:
    """Return the next of 0.05, 0.1, 0.2, 0.5 and 1, for an axis."""
    return next((top for top in (0.05, 0.1, 0.2, 0.5) if share <= top), 1.0)
