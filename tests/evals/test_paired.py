from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from evals.paired import paired_difference, sign_test

PAIRS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("gained", "lost", "p_value"),
    [(0, 0, 1.0), (1, 0, 1.0), (5, 0, 0.0625), (1, 9, 22 / 1024), (7, 7, 1.0), (8, 2, 112 / 1024)],
)
def test_the_sign_test_is_exact(gained: int, lost: int, p_value: float) -> None:
    assert sign_test(gained, lost) == pytest.approx(p_value)


@given(st.integers(0, 80), st.integers(0, 80))
def test_the_sign_test_agrees_with_scipy(gained: int, lost: int) -> None:
    turned = gained + lost
    expected = binomtest(gained, turned, 0.5).pvalue if turned else 1.0
    assert sign_test(gained, lost) == pytest.approx(expected)


def test_runs_are_compared_case_by_case() -> None:
    before = [True] * 80 + [False] * 20
    after = [True] * 75 + [False] * 5 + [True] * 15 + [False] * 5
    found = paired_difference(before, after)
    assert (found.count, found.before, found.after) == (100, 80, 90)
    assert (found.gained, found.lost) == (15, 5)
    assert found.difference == pytest.approx(0.10)
    assert found.p_value == pytest.approx(binomtest(15, 20, 0.5).pvalue)
    # Var of one case's difference: 0.20 - 0.10 squared; half width 1.96 sqrt(0.19 / 100).
    assert found.low == pytest.approx(0.10 - 0.0854, abs=0.012)
    assert found.high == pytest.approx(0.10 + 0.0854, abs=0.012)


@given(PAIRS)
def test_turning_the_runs_round_turns_the_difference_round(pairs: list[tuple[bool, bool]]) -> None:
    before, after = [a for a, _ in pairs], [b for _, b in pairs]
    there, back = paired_difference(before, after), paired_difference(after, before)
    assert there.difference == -back.difference
    assert (there.gained, there.lost, there.p_value) == (back.lost, back.gained, back.p_value)
    assert there.low - 1e-9 <= there.difference <= there.high + 1e-9
    assert there == paired_difference(before, after)


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_a_run_does_not_differ_from_itself(run: list[bool]) -> None:
    found = paired_difference(run, run)
    assert (found.difference, found.low, found.high, found.p_value) == (0, 0, 0, 1)


@given(PAIRS, st.randoms(use_true_random=False))
def test_only_pairs_count_and_not_their_order(pairs: list[tuple[bool, bool]], draw: object) -> None:
    turned = sorted(pairs)
    found = [paired_difference([a for a, _ in p], [b for _, b in p]) for p in (pairs, turned)]
    assert found[0] == found[1]


@pytest.mark.parametrize(("before", "after"), [([], []), ([True], []), ([True], [True, False])])
def test_what_is_not_paired_is_refused(before: list[bool], after: list[bool]) -> None:
    with pytest.raises(ValueError, match="no pairs"):
        paired_difference(before, after)
