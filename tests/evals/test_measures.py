from __future__ import annotations

import math
import statistics

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evals.measures import facts_met, normal_form, page_met, percentile, wilson_interval


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("每 4 週", "每4週"),
        ("每４週", "每4週"),
        ("ALP\n（U/L）", "alp(u/l)"),
        ("　全形 空格\t", "全形空格"),
        ("", ""),
    ],
)
def test_the_normal_form_ignores_width_case_and_space(text: str, form: str) -> None:
    assert normal_form(text) == form


@pytest.mark.parametrize(
    ("must", "met"),
    [
        ((("血鈣",),), True),
        ((("血鈣", "鈣濃度"),), True),
        ((("鈣濃度", "血鈣"),), True),
        ((("血鈣",), ("ALP",)), True),
        ((("血鈣",), ("磷",)), False),
        ((("磷", "鎂"),), False),
        ((("每4週",),), True),
        ((("每 \uff14 週",),), True),
        ((("每40週",),), False),
        ((), True),
    ],
)
def test_of_every_fact_one_wording_must_stand_in_the_evidence(
    must: tuple[tuple[str, ...], ...], met: bool
) -> None:
    assert facts_met(must, "抽血看血鈣和 alp，每 4\n週一次。") is met


def test_no_evidence_meets_no_fact() -> None:
    assert not facts_met((("血鈣",),), "")


@pytest.mark.parametrize(
    ("pages", "shown", "met"),
    [
        ({9}, (9,), True),
        ({9, 26}, (25, 26), True),
        ({9}, (8, 10), False),
        ({9}, (), False),
        (set(), (9,), False),
    ],
)
def test_a_right_page_is_among_those_shown(
    pages: set[int], shown: tuple[int, ...], met: bool
) -> None:
    assert page_met(pages, shown) is met


@pytest.mark.parametrize(
    ("hits", "count", "low", "high"),
    [
        (8, 10, 0.4902, 0.9433),
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        # Newcombe 1998 (Statistics in Medicine 17:857), table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_published_one(hits: int, count: int, low: float, high: float) -> None:
    assert wilson_interval(hits, count) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_mirrors(hits_of_count: tuple[int, int]) -> None:
    hits, count = hits_of_count
    low, high = wilson_interval(hits, count)
    assert 0 <= low <= hits / count + 1e-12
    assert hits / count - 1e-12 <= high <= 1
    assert wilson_interval(count - hits, count) == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize(("hits", "count"), [(0, 0), (-1, 5), (6, 5)])
def test_what_is_no_proportion_has_no_interval(hits: int, count: int) -> None:
    with pytest.raises(ValueError, match=f"{hits} of {count}"):
        wilson_interval(hits, count)


@pytest.mark.parametrize(
    ("values", "share", "value"),
    [
        ([15, 20, 35, 40, 50], 0.05, 15),
        ([15, 20, 35, 40, 50], 0.3, 20),
        ([15, 20, 35, 40, 50], 0.4, 20),
        ([15, 20, 35, 40, 50], 0.5, 35),
        ([15, 20, 35, 40, 50], 1.0, 50),
        ([15, 20, 35, 40, 50], 0.0, 15),
        ([50, 15, 40, 20, 35], 0.5, 35),
        ([7], 0.95, 7),
        (list(range(1, 101)), 0.95, 95),
        (list(range(1, 101)), 0.99, 99),
        (list(range(1, 21)), 0.95, 19),
    ],
)
def test_a_percentile_is_the_nearest_rank(values: list[float], share: float, value: float) -> None:
    assert percentile(values, share) == value


@given(st.lists(st.integers(-50, 50), min_size=1), st.sampled_from([0.25, 0.5, 0.75, 0.95, 0.99]))
@example([1, 2, 3, 4], 0.5)
def test_a_percentile_is_the_least_value_that_has_its_share_below_or_at_it(
    values: list[int], share: float
) -> None:
    found = percentile(values, share)
    at_or_below = sum(value <= found for value in values)
    below = sum(value < found for value in values)
    assert found in values
    assert below < math.ceil(share * len(values)) <= at_or_below


@given(st.lists(st.integers(), min_size=1))
def test_half_is_the_low_median(values: list[int]) -> None:
    assert percentile(values, 0.5) == statistics.median_low(values)


def test_without_values_there_is_no_percentile() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)
