from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.peers.threshold import auroc, choose_threshold

SCORES = st.lists(st.floats(-1, 1) | st.just(-math.inf), min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("inside", "outside", "threshold"),
    [
        ([0.9, 0.8, 0.7], [0.3, 0.2], 0.7),
        ([0.9, 0.8, 0.2], [0.3, 0.1], 0.8),
        ([0.9, 0.5], [0.7, 0.1], 0.5),  # 0.5 and 0.9 are equally good: the one that answers more
        ([0.5], [0.5], 0.5),
        ([0.4, -math.inf], [-math.inf, -math.inf], 0.4),
    ],
)
def test_the_threshold_is_the_best_in_the_mean_of_both_kinds(
    inside: list[float], outside: list[float], threshold: float
) -> None:
    assert choose_threshold(inside, outside) == threshold


def right(threshold: float, inside: list[float], outside: list[float]) -> float:
    answered = sum(score >= threshold for score in inside) / len(inside)
    return answered + sum(score < threshold for score in outside) / len(outside)


@given(SCORES, SCORES)
def test_no_other_score_is_a_better_threshold(inside: list[float], outside: list[float]) -> None:
    best = right(choose_threshold(inside, outside), inside, outside)
    assert all(right(score, inside, outside) <= best + 1e-9 for score in inside + outside)


@pytest.mark.parametrize(
    ("inside", "outside", "area"),
    [
        ([2.0, 3.0], [0.0, 1.0], 1.0),
        ([0.0, 1.0], [2.0, 3.0], 0.0),
        ([1.0, 1.0], [1.0], 0.5),
        ([1.0, 3.0], [2.0, 0.0], 0.75),
        ([1.0, 2.0, 3.0], [2.0, -math.inf], 0.75),
    ],
)
def test_auroc_counts_pairs_in_the_right_order(
    inside: list[float], outside: list[float], area: float
) -> None:
    assert auroc(inside, outside) == pytest.approx(area)


@given(SCORES, SCORES)
def test_auroc_the_other_way_round_is_the_rest(inside: list[float], outside: list[float]) -> None:
    assert auroc(inside, outside) + auroc(outside, inside) == pytest.approx(1)


@pytest.mark.parametrize(("inside", "outside"), [([], [1.0]), ([1.0], [])])
def test_without_one_kind_there_is_nothing_to_tell_apart(
    inside: list[float], outside: list[float]
) -> None:
    with pytest.raises(ValueError, match="unanswerable"):
        choose_threshold(inside, outside)
    with pytest.raises(ValueError, match="unanswerable"):
        auroc(inside, outside)
