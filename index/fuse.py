"""Merge what the legs say of each passage into one order. Pure; nothing here is a threshold.

The weights are those of the first measurements (docs/retrieval.md): standard scores of the best
key, the mean of the best three, the text, and BM25. The sum orders passages of one question; it
means nothing between questions and is never stored.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LegWeights:
    """How much each leg counts."""

    best_key: float = 1.0
    best_three: float = 0.5
    text: float = 0.3
    words: float = 0.6
    prior: float = 0.0
    prior_by_words: float = 0.0  # where words alone are searched

    def for_english(self) -> LegWeights:
        """Return the weights for English questions, which the Chinese words mislead."""
        return replace(self, words=self.words * ENGLISH_WORDS)


ENGLISH_WORDS = 0.15
BANK_WEIGHTS = LegWeights(prior=0.9, prior_by_words=0.15)
# Without a bank the words count less, and short passages (labels, glossary entries) would stand
# before the ones that explain: their vectors are close to any short question.
TEXT_WEIGHTS = LegWeights(
    best_key=0.0, best_three=1.0, text=0.5, words=0.3, prior=1.0, prior_by_words=0.25
)


@dataclass(frozen=True, slots=True)
class Legs:
    """What each leg says of every passage; arrays of shape (n_passages,).

    The cosines are `None` where there is no encoder. `prior` speaks for a passage whatever is
    asked.
    """

    words: Scores
    prior: Scores
    best_key: Scores | None = None
    best_three: Scores | None = None
    text: Scores | None = None


def standardised(scores: Scores, among: Scores | None = None) -> Scores:
    """Return scores with mean 0 and deviation 1; all 0 where they do not differ.

    Mean and deviation are those of `among`, where it is given: of more passages than `scores`.
    """
    among = scores if among is None else among
    deviation = float(among.std())
    if deviation < 1e-9:
        return np.zeros_like(scores)
    return np.asarray((scores - among.mean()) / deviation, dtype=np.float32)


def fuse(legs: Legs, weights: LegWeights, sample: Legs | None = None) -> Scores:
    """Return one number a passage, higher is better; only their order has a meaning.

    Args:
        legs: What each leg says of the passages.
        weights: How much each leg counts.
        sample: What each leg says of passages that stand for all, where `legs` are not of all.
    """
    among = legs if sample is None else sample
    if legs.best_key is None or legs.best_three is None or legs.text is None:
        return np.asarray(
            standardised(legs.words) + weights.prior_by_words * legs.prior,
            dtype=np.float32,
        )
    return np.asarray(
        weights.best_key * standardised(legs.best_key, among.best_key)
        + weights.best_three * standardised(legs.best_three, among.best_three)
        + weights.text * standardised(legs.text, among.text)
        + weights.words * standardised(legs.words, among.words)
        + weights.prior * legs.prior,
        dtype=np.float32,
    )
