from __future__ import annotations

import pytest

from evals.case import SPLITS
from evals.figures import AMONG, Aim, Figure, Standing, figure_of, load_aims
from evals.measures import wilson_interval
from tests.evals.outcomes import abstained, outcome


def aim(among: str = "answerable", measure: str = "met", **more: float) -> Aim:
    """Return an aim on `test`; `more` is its percentile and its bounds."""
    return Aim("name", "test", among, measure, **more)


OUTCOMES = [
    outcome("A1", split="test", evidence=100, seconds=0.010),
    outcome("A2", split="test", evidence=300, met_first=False, seconds=0.020),
    outcome("A3", split="test", evidence=200, met=False, tags=("answerable",), seconds=0.030),
    abstained("A4", split="test"),
    outcome("A5", split="dev"),
    outcome("A6", split="test", turns=("骨針有哪些", "多久打一次"), kind="clarify", met=False),
    outcome("U1", split="test", expected="out_of_scope", kind="out_of_scope", tags=("near",)),
    outcome("U2", split="test", expected="out_of_scope", kind="answer", tags=("one-step",)),
    outcome("U3", split="test", expected="out_of_scope", kind="clarify", tags=("far",)),
]


@pytest.mark.parametrize(
    ("among", "measure", "hits", "count"),
    [
        ("answerable", "met", 2, 5),
        ("answerable", "met_first", 3, 5),
        ("answerable", "answered", 3, 5),
        ("answerable by the guide", "met", 0, 1),
        ("unanswerable", "refused", 1, 3),
        ("near", "refused", 1, 1),
        ("one-step", "refused", 0, 1),
        ("far", "refused", 0, 1),
        ("follow-up", "right", 0, 1),
        ("all", "right", 3, 8),
    ],
)
def test_a_figure_counts_its_cases_of_its_split(
    among: str, measure: str, hits: int, count: int
) -> None:
    found = figure_of(aim(among, measure), OUTCOMES)
    assert found is not None
    assert (found.value, found.count) == (hits / count, count)
    assert (found.low, found.high) == wilson_interval(hits, count)


def test_an_amount_is_a_percentile_over_what_was_shown() -> None:
    found = figure_of(aim("with evidence", "characters", percentile=0.5, at_most=180), OUTCOMES[:4])
    assert found is not None
    assert (found.count, found.value, found.low, found.high) == (3, 200, 100, 300)
    assert found.written == "200 (100–300)"
    taken = figure_of(aim("all", "milliseconds", percentile=0.5), OUTCOMES[:3])
    assert taken is not None
    assert taken.value == pytest.approx(20)


def test_without_such_cases_there_is_no_figure() -> None:
    assert figure_of(aim("near", "refused"), OUTCOMES[:4]) is None
    assert figure_of(aim(), []) is None


@pytest.mark.parametrize(
    ("bounds", "standing"),
    [
        ({"at_least": 0.90}, Standing.REACHED),
        ({"at_least": 0.91}, Standing.UNSURE),
        ({"at_least": 0.95}, Standing.UNSURE),
        ({"at_least": 0.96}, Standing.SHORT),
        ({"at_most": 0.90}, Standing.REACHED),
        ({"at_most": 0.89}, Standing.UNSURE),
        ({"at_most": 0.80}, Standing.SHORT),
        ({}, Standing.NO_AIM),
    ],
)
def test_a_figure_short_of_its_aim_may_be_so_by_chance(
    bounds: dict[str, float], standing: Standing
) -> None:
    assert (
        Figure(Aim("name", "test", "all", "met", **bounds), 100, 0.90, 0.85, 0.95).standing
        is standing
    )


def test_an_aim_is_written_with_its_direction() -> None:
    assert aim(at_least=0.9).written == "0.90 or more"
    assert aim("all", "milliseconds", percentile=0.99, at_most=15).written == "15 or less"
    assert aim().written == ""
    assert Figure(aim(), 62, 0.854, 0.751, 0.917).written == "0.85 (0.75–0.92)"


def test_an_aim_of_nothing_known_is_refused() -> None:
    with pytest.raises(ValueError, match="no cases are called nobody"):
        aim("nobody")
    with pytest.raises(ValueError, match="characters cannot be measured so"):
        aim("all", "characters")
    with pytest.raises(ValueError, match="met cannot be measured so"):
        aim("all", "met", percentile=0.5)


def test_the_aims_of_the_file_are_those_of_the_design() -> None:
    aims, elsewhere = load_aims()
    values = {(a.split, a.among, a.measure, a.percentile): a.value for a in aims}
    assert values["test", "answerable", "met", None] == 0.99
    assert values["test", "answerable", "met_first", None] == 0.97
    assert values["real-test", "answerable by the guide", "met_first", None] == 0.90
    assert values["real-test", "unanswerable", "refused", None] == 0.85
    assert values["test", "near", "refused", None] == 0.95
    assert values["test", "one-step", "refused", None] == 0.90
    assert values["test", "with evidence", "characters", 0.5] == 180
    assert values["test", "with evidence", "characters", 0.95] == 420
    assert values["test", "all", "milliseconds", 0.99] == 15
    assert {a.split for a in aims} <= set(SPLITS)
    assert {a.among for a in aims} <= set(AMONG)
    assert len(values) == len(aims)
    assert all(e.command.startswith("python -m evals ") for e in elsewhere)
