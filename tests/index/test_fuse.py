"""Merging the legs into one order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from index.fuse import (
    BANK_WEIGHTS,
    ENGLISH_WORDS,
    TEXT_WEIGHTS,
    Legs,
    LegWeights,
    Scores,
    fuse,
    standardised,
)

EIGHTHS = st.integers(-800, 800).map(lambda n: n / 8)


def scores(*values: float) -> Scores:
    return np.array(values, dtype=np.float32)


def test_standard_scores_by_hand() -> None:
    assert standardised(scores(1, 3)).tolist() == [-1, 1]
    assert standardised(scores(2, 2, 2)).tolist() == [0, 0, 0]
    np.testing.assert_allclose(
        standardised(scores(0, 0, 3)), [-0.7071068, -0.7071068, 1.4142135], rtol=1e-6
    )


@given(st.integers(1, 40), st.floats(-1000, 1000, width=32))
def test_scores_that_do_not_differ_say_nothing(count: int, value: float) -> None:
    same = np.full(count, value, dtype=np.float32)
    legs = Legs(same, np.zeros_like(same))
    assert len(set(fuse(legs, BANK_WEIGHTS).tolist())) == 1


def test_legs_are_added_by_their_weights() -> None:
    legs = Legs(
        words=scores(5, 1),  # 1, -1
        prior=scores(0.5, 0.25),
        best_key=scores(0.2, 0.8),  # -1, 1
        best_three=scores(0.3, 0.1),  # 1, -1
        text=scores(0.4, 0.6),  # -1, 1
    )
    weights = LegWeights(best_key=8, best_three=4, text=2, words=1, prior=16)
    np.testing.assert_allclose(fuse(legs, weights), [-8 + 4 - 2 + 1 + 8, 8 - 4 + 2 - 1 + 4])


def test_without_an_encoder_words_and_a_little_of_the_prior_decide() -> None:
    legs = Legs(words=scores(1, 3), prior=scores(2, 4))
    weights = LegWeights(words=0.5, prior=2.0, prior_by_words=0.25)
    np.testing.assert_allclose(fuse(legs, weights), [-1 + 0.25 * 2, 1 + 0.25 * 4])


def test_in_doubt_the_prior_decides_and_it_counts_more_for_plain_text() -> None:
    legs = Legs(words=scores(1, 1), prior=scores(0, 1))
    bank, text = fuse(legs, BANK_WEIGHTS), fuse(legs, TEXT_WEIGHTS)
    assert 0 == bank[0] < bank[1] < text[1]


def test_words_count_little_for_english_and_nothing_else_changes() -> None:
    weights = LegWeights(best_key=1, best_three=2, text=3, words=4, prior=5)
    assert weights.for_english() == LegWeights(
        best_key=1, best_three=2, text=3, words=4 * ENGLISH_WORDS, prior=5
    )
    assert weights.words == 4
    assert 0 < ENGLISH_WORDS < 0.5


def test_english_weights_let_meaning_overrule_words() -> None:
    legs = Legs(scores(9, 0), scores(0, 0), scores(0, 0), scores(0, 1), scores(0, 0))
    assert fuse(legs, BANK_WEIGHTS).argmax() == 0
    assert fuse(legs, BANK_WEIGHTS.for_english()).argmax() == 1


@given(
    st.lists(st.tuples(*[EIGHTHS] * 4), min_size=2, max_size=8),
    EIGHTHS,
    st.sampled_from([1.0, 2.0, 0.5]),
    st.sampled_from(["words", "best_key", "best_three", "text"]),
)
def test_moving_or_stretching_a_leg_changes_no_order(
    rows: list[tuple[float, ...]], shift: float, factor: float, moved: str
) -> None:
    columns = dict(
        zip(["words", "best_key", "best_three", "text"], zip(*rows, strict=True), strict=True)
    )
    legs = {name: scores(*values) for name, values in columns.items()}
    prior = np.zeros(len(rows), dtype=np.float32)
    before = fuse(Legs(prior=prior, **legs), BANK_WEIGHTS)
    legs[moved] = legs[moved] * np.float32(factor) + np.float32(shift)
    after = fuse(Legs(prior=prior, **legs), BANK_WEIGHTS)
    gaps = np.diff(np.sort(before))
    assume(bool(np.all(gaps > 1e-3)))  # ties may be broken by rounding
    assert np.argsort(-before).tolist() == np.argsort(-after).tolist()
    np.testing.assert_allclose(before, after, atol=1e-3)


@pytest.mark.parametrize("missing", ["best_key", "best_three", "text"])
def test_one_missing_cosine_leg_means_words_alone(missing: str) -> None:
    cosines: dict[str, Scores | None] = dict.fromkeys(
        ["best_key", "best_three", "text"], scores(0, 9)
    )
    cosines[missing] = None
    legs = Legs(words=scores(3, 1), prior=scores(0, 0), **cosines)
    assert fuse(legs, BANK_WEIGHTS).tolist() == [1, -1]
