"""How a system stands: what it shows where it answers all, and where it may refuse."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from evals.case import Case
from evals.measures import percentile
from evals.outcome import Outcome, judge
from evals.peers.job import Ranking
from evals.peers.threshold import auroc, choose_threshold
from evals.peers.unit import Unit, evidence_of

DEV = ("dev",)
TEST = ("test",)
REAL = ("real", "real-test")
REFUSED = "out_of_scope"


@dataclass(frozen=True, slots=True)
class Scored:
    """A case, what was shown for it, and how sure the system was.

    Attributes:
        outcome: What was shown.
        score: Higher is surer; `-inf` where nothing was found, `None` where it does not say.
    """

    outcome: Outcome
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a table says of one system on one group of cases.

    Attributes:
        n: Answerable cases.
        n_outside: Cases that the guide does not hold.
        met: Answerable cases whose facts and page are shown, everything being answered.
        met_first: The same, facts in the first thing shown alone.
        page_first: Answerable cases whose first thing shown stands on a right page.
        characters: Median of the characters shown.
        answered: Answerable cases answered once it may refuse.
        met_deciding: Answerable cases whose facts and page are shown once it may refuse.
        refused: Cases outside the guide refused.
        auroc: Of the score alone; `None` where there is none.
    """

    n: int
    n_outside: int
    met: int
    met_first: int
    page_first: int
    characters: float
    answered: int
    met_deciding: int
    refused: int
    auroc: float | None


@dataclass(frozen=True, slots=True)
class System:
    """A system and all that it showed.

    Attributes:
        text: What it searches: `raw guide` or `our edition`.
        name: Who searches and how.
        shown: All cases, those of `dev` too.
        decides: Whether it refuses by itself; else a threshold on its score does.
    """

    text: str
    name: str
    shown: tuple[Scored, ...]
    decides: bool = False

    @property
    def threshold(self) -> float | None:
        """The score from which on it answers, chosen on dev; `None` where it decides itself."""
        if self.decides:
            return None
        inside, outside = self._scores(DEV)
        return choose_threshold(inside, outside) if inside and outside else None

    def decided(self) -> tuple[Outcome, ...]:
        """Return all outcomes, those below the threshold refused."""
        threshold = self.threshold
        return tuple(_decided(scored, threshold) for scored in self.shown)

    def standing(self, splits: Sequence[str]) -> Standing:
        """Return how it stands on some splits."""
        inside = [s.outcome for s in self.shown if _is_in(s.outcome, splits, _is_answerable)]
        decided = [o for o in self.decided() if o.case.split in splits]
        answered = [o for o in decided if _is_answerable(o) and o.kind == "answer"]
        outside = [o for o in decided if _is_outside(o)]
        scores = self._scores(splits)
        return Standing(
            n=len(inside),
            n_outside=len(outside),
            met=sum(o.met for o in inside),
            met_first=sum(o.met_first for o in inside),
            page_first=sum(o.page_first for o in inside),
            characters=percentile([float(o.evidence) for o in inside if o.shown] or [0.0], 0.5),
            answered=len(answered),
            met_deciding=sum(o.met for o in decided if _is_answerable(o)),
            refused=sum(o.kind == REFUSED for o in outside),
            auroc=auroc(*scores) if all(scores) else None,
        )

    def met(self, splits: Sequence[str]) -> tuple[bool, ...]:
        """Return for each answerable case whether its facts and page are shown, in order."""
        outcomes = (scored.outcome for scored in self.shown)
        return tuple(o.met for o in outcomes if _is_in(o, splits, _is_answerable))

    def _scores(self, splits: Sequence[str]) -> tuple[list[float], list[float]]:
        inside, outside = (
            [
                scored.score
                for scored in self.shown
                if scored.score is not None and _is_in(scored.outcome, splits, chosen)
            ]
            for chosen in (_is_answerable, _is_outside)
        )
        return inside, outside


def peer_system(
    text: str,
    name: str,
    cases: Sequence[Case],
    units: Sequence[Unit],
    rankings: Sequence[Ranking],
    scores: Sequence[float] | None = None,
) -> System:
    """Return what a search that answers everything shows: three things, each once.

    The score is that of the first unit found unless `scores` are given.
    """
    shown: list[Scored] = []
    for position, (case, ranking) in enumerate(zip(cases, rankings, strict=True)):
        outcome = judge(case, f"{text}: {name}", "answer", evidence_of(ranking, units), 0.0)
        own = ranking[0][1] if ranking else -math.inf
        shown.append(Scored(outcome, own if scores is None else scores[position]))
    return System(text, name, tuple(shown))


def _decided(scored: Scored, threshold: float | None) -> Outcome:
    if scored.score is None or threshold is None or scored.score >= threshold:
        return scored.outcome
    return replace(
        scored.outcome,
        kind=REFUSED,
        shown=(),
        evidence=0,
        met=False,
        met_first=False,
        page_first=False,
    )


def _is_in(outcome: Outcome, splits: Sequence[str], chosen: Callable[[Outcome], bool]) -> bool:
    return outcome.case.split in splits and chosen(outcome)


def _is_answerable(outcome: Outcome) -> bool:
    return outcome.case.kind == "answer"


def _is_outside(outcome: Outcome) -> bool:
    return outcome.case.kind == REFUSED
