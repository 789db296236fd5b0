"""What changed from one run to the next: measures paired by case, and the cases that turned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evals.figures import AMONG, SHARES
from evals.misses import is_right
from evals.outcome import Outcome
from evals.paired import PairedDifference, paired_difference

COMPARED = (
    ("answerable", "met", "facts met"),
    ("answerable", "met_first", "first citation alone"),
    ("answerable", "page_first", "right page first"),
    ("answerable", "answered", "answered"),
    ("unanswerable", "refused", "refused"),
    ("all", "right", "right reply"),
)
Key = tuple[str, str, str]  # system, split, id of the case


@dataclass(frozen=True, slots=True)
class Pair:
    """A case in two runs."""

    before: Outcome
    after: Outcome

    @property
    def turned_right(self) -> bool:
        """Whether it was wrong and is right now."""
        return is_right(self.after) and not is_right(self.before)

    @property
    def turned_wrong(self) -> bool:
        """Whether it was right and is wrong now."""
        return is_right(self.before) and not is_right(self.after)


@dataclass(frozen=True, slots=True)
class Compared:
    """One measure over the cases of a system and split that both runs have."""

    system: str
    split: str
    name: str
    difference: PairedDifference


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed.

    Attributes:
        pairs: Cases that both runs asked, in the later run's order.
        added: How many only the later run asked.
        dropped: How many only the earlier run asked.
        compared: The measures.
    """

    pairs: tuple[Pair, ...]
    added: int
    dropped: int
    compared: tuple[Compared, ...]

    @property
    def turned_right(self) -> tuple[Pair, ...]:
        """The cases that were wrong and are right now."""
        return tuple(pair for pair in self.pairs if pair.turned_right)

    @property
    def turned_wrong(self) -> tuple[Pair, ...]:
        """The cases that were right and are wrong now."""
        return tuple(pair for pair in self.pairs if pair.turned_wrong)


def changes(before: Sequence[Outcome], after: Sequence[Outcome]) -> Changes:
    """Return what changed; a case whose turns or right kind were edited counts as another."""
    earlier = {key_of(outcome): outcome for outcome in before}
    later = {key_of(outcome): outcome for outcome in after}
    pairs = tuple(
        Pair(earlier[key], outcome)
        for key, outcome in later.items()
        if key in earlier and _same_question(earlier[key], outcome)
    )
    groups: dict[tuple[str, str], list[Pair]] = {}
    for pair in pairs:
        groups.setdefault((pair.after.system, pair.after.case.split), []).append(pair)
    compared = [
        Compared(system, split, name, difference)
        for (system, split), own in groups.items()
        for among, measure, name in COMPARED
        if (difference := _difference(own, among, measure)) is not None
    ]
    unpaired = len(later) - len(pairs), len(earlier) - len(pairs)
    return Changes(pairs, *unpaired, tuple(compared))


def key_of(outcome: Outcome) -> Key:
    """Return what an outcome is found by in another run."""
    return outcome.system, outcome.case.split, outcome.case.case_id


def _same_question(before: Outcome, after: Outcome) -> bool:
    return (before.case.turns, before.case.kind) == (after.case.turns, after.case.kind)


def _difference(pairs: Sequence[Pair], among: str, measure: str) -> PairedDifference | None:
    holds = SHARES[measure]
    chosen = [pair for pair in pairs if AMONG[among](pair.after)]
    if not chosen:
        return None
    return paired_difference(
        [holds(pair.before) for pair in chosen], [holds(pair.after) for pair in chosen]
    )
