from __future__ import annotations

import pytest

from evals.confidence import confidence_of, reliability_bins
from evals.measures import wilson_interval
from tests.evals.outcomes import outcome

OUTCOMES = [
    outcome("A1", confidence=0.9),
    outcome("A2", confidence=0.8, met=False),
    outcome("A3", confidence=0.6),
    outcome("A4", confidence=0.3, kind="out_of_scope", met=False),
    outcome("U1", expected="out_of_scope", kind="answer", confidence=0.7, tags=("near",)),
    outcome("U2", expected="out_of_scope", kind="out_of_scope", confidence=0.2, tags=("near",)),
    outcome("U3", expected="out_of_scope", kind="out_of_scope", confidence=0.1, tags=("far",)),
    outcome("U4", expected="out_of_scope", kind="urgent", met=False),
    outcome("S1", expected="urgent", kind="urgent", confidence=0.99),
]


def test_answering_what_the_guide_does_not_hold_or_was_held_back_is_wrong() -> None:
    found = confidence_of("test", OUTCOMES)
    assert found is not None
    assert (found.split, found.count, found.without) == ("test", 7, 1)
    assert found.error == pytest.approx(5 / 7)
    # In order of confidence: right, wrong, wrong, right, wrong, wrong, wrong.
    risks = [0, 1 / 2, 2 / 3, 2 / 4, 3 / 5, 4 / 6, 5 / 7]
    assert found.area == pytest.approx(sum(risks) / 7)


def test_refusals_are_counted_by_tag_at_the_threshold_that_answers_enough() -> None:
    found = confidence_of("test", OUTCOMES)
    assert found is not None
    assert found.at is not None
    assert (found.at.threshold, found.at.answered) == (0.3, 4)
    assert found.refused == (("all", 2, 3), ("near", 1, 2), ("far", 1, 1))


def test_without_both_kinds_of_case_there_is_no_threshold() -> None:
    for outcomes in (OUTCOMES[:4], OUTCOMES[4:7]):
        found = confidence_of("test", outcomes)
        assert found is not None
        assert (found.at, found.refused) == (None, ())


def test_where_the_product_tells_no_confidence_there_is_no_part() -> None:
    assert confidence_of("test", [outcome("A1"), OUTCOMES[-1]]) is None


def test_the_groups_of_reliability_are_of_equal_size_and_in_order() -> None:
    pairs = [(i / 100, i >= 40) for i in reversed(range(100))]
    bins = reliability_bins(pairs)
    assert [b.count for b in bins] == [10] * 10
    assert [b.confidence for b in bins] == pytest.approx([0.045 + i / 10 for i in range(10)])
    assert [b.right for b in bins] == [0.0] * 4 + [1.0] * 6
    assert (bins[0].low, bins[0].high) == wilson_interval(0, 10)
    assert [b.count for b in reliability_bins(pairs[:3])] == [1, 1, 1]
