from __future__ import annotations

import pytest

from evals.peers.paired import paired_difference


def test_the_difference_is_of_shares_and_its_interval_holds_it() -> None:
    ours = [True] * 80 + [False] * 20
    theirs = [True] * 60 + [False] * 20 + [True] * 10 + [False] * 10
    gain, low, high = paired_difference(ours, theirs)
    assert gain == pytest.approx(0.1)
    assert low == pytest.approx(0.1 - 1.96 * 0.0539, abs=0.015)  # by the normal approximation
    assert high == pytest.approx(0.1 + 1.96 * 0.0539, abs=0.015)


def test_the_other_way_round_the_sign_changes() -> None:
    ours, theirs = [True, True, False, True] * 10, [True, False, False, False] * 10
    gain, low, high = paired_difference(ours, theirs)
    other, other_low, other_high = paired_difference(theirs, ours)
    assert (gain, other) == (0.5, -0.5)
    assert (low, high) == pytest.approx((-other_high, -other_low), abs=0.03)


def test_systems_that_agree_on_every_case_do_not_differ() -> None:
    assert paired_difference([True, False] * 9, [True, False] * 9) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("ours", "theirs"), [([], []), ([True], [True, False])])
def test_cases_must_be_pairs(ours: list[bool], theirs: list[bool]) -> None:
    with pytest.raises(ValueError, match="pairs"):
        paired_difference(ours, theirs)
