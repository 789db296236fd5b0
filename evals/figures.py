"""Headline figures of a run with their intervals, beside the aims of `aims.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Any

from evals.measures import percentile, percentile_interval, wilson_interval
from evals.misses import is_right
from evals.outcome import Outcome
from evals.report import answerable, everything, tagged, unanswerable

Chosen = Callable[[Outcome], bool]

AMONG: dict[str, Chosen] = {
    "all": everything,
    "answerable": answerable,
    "answerable by the guide": lambda o: answerable(o) and tagged("answerable")(o),
    "unanswerable": unanswerable,
    "near": lambda o: unanswerable(o) and tagged("near")(o),
    "one-step": lambda o: unanswerable(o) and tagged("one-step")(o),
    "far": lambda o: unanswerable(o) and tagged("far")(o),
    "follow-up": lambda o: o.case.is_follow_up,
    "with evidence": lambda o: answerable(o) and o.evidence > 0,
}
SHARES: dict[str, Chosen] = {
    "met": lambda o: o.met,
    "met_first": lambda o: o.met_first,
    "page_first": lambda o: o.page_first,
    "answered": lambda o: o.kind == "answer",
    "refused": lambda o: o.kind == "out_of_scope",
    "right": is_right,
}
AMOUNTS: dict[str, Callable[[Outcome], float]] = {
    "characters": lambda o: float(o.evidence),
    "milliseconds": lambda o: 1000 * o.seconds,
}


class Standing(StrEnum):
    """Where a figure stands to its aim."""

    REACHED = "reached"
    UNSURE = "within the interval"
    SHORT = "short of it"
    NO_AIM = "no aim"


@dataclass(frozen=True, slots=True)
class Aim:
    """What is measured, on which cases, and what it must reach.

    Attributes:
        name: What people call it.
        split: The split it is measured on.
        among: Which of its cases, a key of `AMONG`.
        measure: What of them, a key of `SHARES` or of `AMOUNTS`.
        percentile: Which percentile of an amount, between 0 and 1; none for a share.
        at_least: The aim, where more is better.
        at_most: The aim, where less is better.
    """

    name: str
    split: str
    among: str
    measure: str
    percentile: float | None = None
    at_least: float | None = None
    at_most: float | None = None

    def __post_init__(self) -> None:
        if self.among not in AMONG:
            raise ValueError(f"{self.name}: no cases are called {self.among}.")
        if self.measure not in (SHARES if self.percentile is None else AMOUNTS):
            raise ValueError(f"{self.name}: {self.measure} cannot be measured so.")

    @property
    def value(self) -> float | None:
        """The aim, or none."""
        return self.at_most if self.at_least is None else self.at_least

    @property
    def written(self) -> str:
        """The aim in words: `0.97 or more`, `180 or less`; empty where there is none."""
        if self.value is None:
            return ""
        return f"{self.format(self.value)} or {'less' if self.at_least is None else 'more'}"

    def format(self, value: float) -> str:
        """Return a value as this measure is written: shares with two digits, amounts whole."""
        return f"{value:.2f}" if self.percentile is None else f"{value:.0f}"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A figure that the rows of a run do not hold: its aim, and the command that prints it."""

    name: str
    aim: str
    command: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value with its 95 % interval: a share, or an amount in the measure's unit."""

    aim: Aim
    count: int
    value: float
    low: float
    high: float

    @property
    def written(self) -> str:
        """The value with its interval: `0.93 (0.88–0.96)`."""
        value, low, high = map(self.aim.format, (self.value, self.low, self.high))
        return f"{value} ({low}–{high})"

    @property
    def standing(self) -> Standing:
        """Where it stands to its aim."""
        aim = self.aim
        if aim.value is None:
            return Standing.NO_AIM
        reached = self.value <= aim.value if aim.at_least is None else self.value >= aim.value
        if reached:
            return Standing.REACHED
        return Standing.UNSURE if self.low <= aim.value <= self.high else Standing.SHORT


def load_aims() -> tuple[tuple[Aim, ...], tuple[Elsewhere, ...]]:
    """Return the aims, and those that are measured elsewhere.

    Raises:
        ValueError: An aim names cases or a measure that there are not.
    """
    source = (files("evals") / "aims.toml").read_text(encoding="utf-8")
    read: dict[str, list[dict[str, Any]]] = tomllib.loads(source)
    return (
        tuple(Aim(**row) for row in read["aim"]),
        tuple(Elsewhere(**row) for row in read["elsewhere"]),
    )


def figure_of(aim: Aim, outcomes: Sequence[Outcome]) -> Figure | None:
    """Return what a run reaches, or none where it has no such cases."""
    chosen = [o for o in outcomes if o.case.split == aim.split and AMONG[aim.among](o)]
    if not chosen:
        return None
    n = len(chosen)
    if aim.percentile is None:
        hits = sum(SHARES[aim.measure](o) for o in chosen)
        return Figure(aim, n, hits / n, *wilson_interval(hits, n))
    amounts = [AMOUNTS[aim.measure](o) for o in chosen]
    value = percentile(amounts, aim.percentile)
    return Figure(aim, n, value, *percentile_interval(amounts, aim.percentile))
