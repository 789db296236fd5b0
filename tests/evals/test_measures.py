from __future__ import annotations

import itertools
import math
import random
import statistics

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evals.measures import (
    aurc,
    facts_met,
    normal_form,
    page_met,
    percentile,
    percentile_interval,
    refused_at,
    risk_coverage,
    wilson_interval,
)

JUDGED = st.lists(st.tuples(st.integers(0, 3).map(float), st.booleans()), min_size=1, max_size=7)


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


@pytest.mark.parametrize(
    ("count", "share", "low", "high"),
    [
        # Of 100 values the 40th and the 61st hold the median: P(B <= 39) = 0.0176, <= 40: 0.0284.
        (100, 0.5, 40, 61),
        (10, 0.5, 2, 9),  # P(B <= 1) = 0.0107
        (5, 0.5, 1, 5),  # too few values for either end
        (100, 0.95, 90, 100),  # P(B <= 89) = 0.0115, <= 90: 0.0282; <= 98: 0.9629, <= 99: 0.9941
    ],
)
def test_a_percentile_has_an_interval_by_ranks(
    count: int, share: float, low: int, high: int
) -> None:
    values = [float(i) for i in range(1, count + 1)]
    random.Random(0).shuffle(values)
    assert percentile_interval(values, share) == (low, high)


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=80), st.sampled_from([0.1, 0.5, 0.95]))
def test_the_interval_of_a_percentile_holds_it(values: list[int], share: float) -> None:
    low, high = percentile_interval(values, share)
    assert low <= percentile(values, share) <= high


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], 0.0), ([1.0], 1.0)])
def test_what_has_no_percentile_has_no_interval(values: list[float], share: float) -> None:
    with pytest.raises(ValueError, match="no interval"):
        percentile_interval(values, share)


def test_risk_is_the_share_wrong_of_those_answered() -> None:
    judged = [(0.2, False), (0.9, True), (0.5, True), (0.7, False)]
    points = [(point.coverage, point.risk) for point in risk_coverage(judged)]
    assert points == [(0.25, 0), (0.5, 0.5), (0.75, pytest.approx(1 / 3)), (1, 0.5)]
    assert aurc(judged) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


@given(JUDGED)
def test_cases_of_equal_confidence_count_as_the_mean_over_their_orders(
    judged: list[tuple[float, bool]],
) -> None:
    areas = []
    for order in itertools.permutations(judged):
        ordered = sorted(order, key=lambda case: -case[0])  # stable: ties stay as in `order`
        wrong = list(itertools.accumulate(not right for _, right in ordered))
        areas.append(statistics.fmean(w / k for k, w in enumerate(wrong, start=1)))
    assert aurc(judged) == pytest.approx(statistics.fmean(areas))


@given(JUDGED, st.randoms(use_true_random=False))
def test_the_curve_knows_only_the_order_of_confidence(
    judged: list[tuple[float, bool]], draw: random.Random
) -> None:
    moved = [(math.exp(confidence) - 7, right) for confidence, right in judged]
    draw.shuffle(moved)
    assert risk_coverage(moved) == risk_coverage(judged)


@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_a_confidence_that_knows_all_is_best_and_one_that_knows_nothing_is_the_error(
    rights: list[bool],
) -> None:
    error = rights.count(False) / len(rights)
    assert aurc([(0.5, right) for right in rights]) == pytest.approx(error)
    best = aurc([(float(right), right) for right in rights])
    worst = aurc([(-float(right), right) for right in rights])
    assert best <= error + 1e-12
    assert worst >= error - 1e-12
    for area in (best, worst):
        assert 0 <= area <= 1
    assert risk_coverage([(0.5, right) for right in rights])[-1].risk == pytest.approx(error)


def test_without_cases_there_is_no_area() -> None:
    assert risk_coverage([]) == ()
    with pytest.raises(ValueError, match="no cases"):
        aurc([])


@pytest.mark.parametrize(
    ("share", "threshold", "answered", "refused"),
    [(1.0, 0.1, 10, 1), (0.98, 0.1, 10, 1), (0.9, 0.2, 9, 2), (0.5, 0.6, 5, 3), (0.7, 0.4, 7, 2)],
)
def test_the_highest_threshold_that_answers_enough_is_taken(
    share: float, threshold: float, answered: int, refused: int
) -> None:
    answerable = [0.5, 0.1, 0.9, 0.3, 0.7, 0.2, 0.8, 0.4, 0.6, 1.0]
    found = refused_at(share, answerable, [0.05, 0.15, 0.55, 0.95])
    assert (found.threshold, found.answered, found.refused) == (threshold, answered, refused)


@given(
    st.lists(st.integers(0, 9).map(float), min_size=1, max_size=60),
    st.lists(st.integers(0, 9).map(float), max_size=60),
    st.sampled_from([0.5, 0.9, 0.93, 0.98, 1.0]),
)
def test_no_higher_threshold_would_answer_enough(
    answerable: list[float], unanswerable: list[float], share: float
) -> None:
    found = refused_at(share, answerable, unanswerable)
    assert found.answered >= share * len(answerable) - 1e-9
    higher = [c for c in answerable if c > found.threshold]
    assert len(higher) < share * len(answerable)
    assert found.refused == sum(c < found.threshold for c in unanswerable)


@pytest.mark.parametrize(("share", "answerable"), [(0.98, []), (0.0, [0.5]), (1.1, [0.5])])
def test_what_cannot_be_answered_has_no_threshold(share: float, answerable: list[float]) -> None:
    with pytest.raises(ValueError, match="cannot be answered"):
        refused_at(share, answerable, [0.5])
