"""Train the linear models of triage and decisions (`make train`); seconds, seeded.

The banks in `chatbot/triage/bank/` teach. Thresholds are set on the cases of the split `dev` that
nobody copied from a bank, for a stated share of calm messages. What is written is a table of
weights that a person can read, and a manifest with its SHA-256, the thresholds and how they were
reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from chatbot.ngrams import NgramModel, grams
from chatbot.triage.model import VectorHead

FEWEST = 2  # texts that an n-gram must stand in
INVERSE_PENALTY = 24.0  # scikit-learn's C, over n-grams
VECTOR_INVERSE_PENALTY = 0.01  # and over vectors, which are standardised first
SEED = 0
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Target:
    """What one head learns: for each text 1, 0, or -1 where it does not count."""

    name: str
    labels: NDArray[np.int8]


def fit_ngrams(
    texts: Sequence[str],
    targets: Sequence[Target],
    weights: NDArray[np.float32] | None = None,
    n_wholes: int | None = None,
) -> NgramModel:
    """Return the model that learns every target over the texts' n-grams.

    Args:
        texts: What is learnt from.
        targets: What each head learns, an entry for each text.
        weights: How much each text counts, shape (n_texts,); all alike by default.
        n_wholes: How many of the texts, from the first, are whole messages: an n-gram that
            stands in one message only is not made frequent by the clauses cut from it.
    """
    counted = np.ones(len(texts), dtype=np.float32) if weights is None else weights
    found = [sorted(grams(text)) for text in texts]
    counts: dict[str, int] = {}
    for own in found[:n_wholes]:
        for gram in own:
            counts[gram] = counts.get(gram, 0) + 1
    kept = sorted(gram for gram, count in counts.items() if count >= FEWEST)
    vocabulary = {gram: row for row, gram in enumerate(kept)}
    rarity = np.array(
        [np.log((1 + len(found[:n_wholes])) / (1 + counts[gram])) + 1 for gram in kept],
        dtype=np.float32,
    )
    matrix = _matrix(found, vocabulary, rarity)
    bias = np.zeros(len(targets), dtype=np.float32)
    learnt = np.zeros((len(kept), len(targets)), dtype=np.float32)
    for column, target in enumerate(targets):
        rows = np.flatnonzero(target.labels >= 0)
        fitted = _regression(INVERSE_PENALTY).fit(
            matrix[rows], target.labels[rows], sample_weight=counted[rows]
        )
        learnt[:, column] = fitted.coef_[0]
        bias[column] = fitted.intercept_[0]
    learnt *= rarity[:, None]
    return NgramModel(tuple(t.name for t in targets), bias, vocabulary, rarity, learnt)


def fit_vectors(vectors: Vectors, targets: Sequence[Target], share: float) -> VectorHead:
    """Return a linear head over vectors, shape (n_texts, dimension), scaled by `share`.

    Its scores are added to those of the n-grams; `share` says how much they count beside them.
    """
    mean, spread = vectors.mean(axis=0), vectors.std(axis=0)
    standard = (vectors - mean) / spread
    bias = np.zeros(len(targets), dtype=np.float32)
    weights = np.zeros((vectors.shape[1], len(targets)), dtype=np.float32)
    for column, target in enumerate(targets):
        rows = np.flatnonzero(target.labels >= 0)
        fitted = _regression(VECTOR_INVERSE_PENALTY).fit(standard[rows], target.labels[rows])
        learnt = fitted.coef_[0] / spread
        weights[:, column] = share * learnt
        bias[column] = share * (fitted.intercept_[0] - float(mean @ learnt))
    return VectorHead(tuple(t.name for t in targets), bias, weights)


def least_above(scores: Vectors, rate: float) -> float:
    """Return the score that just leaves the stated share of `scores` below it."""
    return float(np.quantile(scores, rate, method="higher")) + 0.01


def _regression(inverse_penalty: float) -> LogisticRegression:
    return LogisticRegression(
        C=inverse_penalty,
        class_weight="balanced",
        solver="liblinear",
        random_state=SEED,
        max_iter=1000,
    )


def without_small(model: NgramModel, smallest: float) -> NgramModel:
    """Return the model without the n-grams that weigh next to nothing for every head.

    Args:
        model: A model.
        smallest: The least weight that is kept, as a share of the strongest of its head.
    """
    strength = np.abs(model.weights)
    rows = np.flatnonzero((strength / strength.max(axis=0)).max(axis=1) >= smallest)
    weights = model.weights[rows]
    grams_of = list(model.vocabulary)
    vocabulary = {grams_of[row]: i for i, row in enumerate(rows.tolist())}
    return NgramModel(model.heads, model.bias, vocabulary, model.rarity[rows], weights)


def _matrix(
    found: list[list[str]], vocabulary: dict[str, int], rarity: NDArray[np.float32]
) -> csr_matrix:
    starts, columns, values = [0], [], []
    for own in found:
        rows = [vocabulary[gram] for gram in own if gram in vocabulary]
        weights = rarity[rows]
        length = float(np.linalg.norm(weights)) or 1.0
        columns += rows
        values += (weights / length).tolist()
        starts.append(len(columns))
    return csr_matrix((values, columns, starts), shape=(len(found), len(vocabulary)))
