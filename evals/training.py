"""Train the models of triage, decisions and remarks (`make train`); seeded.

The banks in `chatbot/triage/bank/` teach. Thresholds are set on the cases of the split `dev` that
nobody copied from a bank, for a stated share of calm messages. What is written are tables of
weights over n-grams that a person can read, small networks over vectors, and a manifest with their
SHA-256, the thresholds and how they were reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from warnings import catch_warnings, simplefilter

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from chatbot.ngrams import NgramModel, grams
from chatbot.triage.model import VectorHead

UNKNOWN = -1  # label of a text that does not count for a head
FEWEST = 2  # texts that an n-gram must stand in
INVERSE_PENALTY = 24.0  # scikit-learn's C, over n-grams
SEED = 0
# Over vectors, which are standardised first.
NETWORKS = 2
HIDDEN = 64
PENALTY = 1.0  # scikit-learn's alpha
ROUNDS = 16  # through all texts
BATCH = 500
RATE = 2e-3
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Target:
    """What one head learns: for each text 1, 0, or `UNKNOWN`."""

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
        rows = np.flatnonzero(target.labels != UNKNOWN)
        fitted = _regression(INVERSE_PENALTY).fit(
            matrix[rows], target.labels[rows], sample_weight=counted[rows]
        )
        learnt[:, column] = fitted.coef_[0]
        bias[column] = fitted.intercept_[0]
    learnt *= rarity[:, None]
    return NgramModel(tuple(t.name for t in targets), bias, vocabulary, rarity, learnt)


def fit_vectors(vectors: Vectors, targets: Sequence[Target]) -> VectorHead:
    """Return what learns every target over vectors, shape (n_texts, dimension).

    Targets that the same texts teach share their networks; each network has one hidden layer, and
    what a few of them say, begun differently, is averaged. Put side by side they are one network.
    """
    mean, spread = vectors.mean(axis=0), vectors.std(axis=0)
    standard = ((vectors - mean) / spread).astype(np.float32)
    alike: dict[bytes, list[int]] = {}
    for column, target in enumerate(targets):
        alike.setdefault((target.labels != UNKNOWN).tobytes(), []).append(column)
    fitted = [
        (columns, network)
        for columns in alike.values()
        for network in _networks(standard, [targets[column].labels for column in columns])
    ]
    layers = [network.coefs_[0] for _, network in fitted]
    hidden = np.concatenate(layers, axis=1) / spread[:, None]
    hidden_bias = np.concatenate([n.intercepts_[0] for _, n in fitted]) - mean @ hidden
    weights = np.zeros((hidden.shape[1], len(targets)), dtype=np.float32)
    bias = np.zeros(len(targets), dtype=np.float32)
    start = 0
    for columns, network in fitted:
        end = start + network.coefs_[0].shape[1]
        weights[start:end, columns] = network.coefs_[1] / NETWORKS
        bias[columns] += network.intercepts_[1] / NETWORKS
        start = end
    numbers = (np.asarray(n, dtype=np.float32) for n in (hidden, hidden_bias, weights, bias))
    return VectorHead(tuple(t.name for t in targets), *numbers)


def _networks(vectors: Vectors, labels: Sequence[NDArray[np.int8]]) -> list[MLPClassifier]:
    """Return networks that learn some labels, of which the same are known."""
    rows = np.flatnonzero(labels[0] != UNKNOWN)
    known = np.stack([own[rows] for own in labels], axis=1)
    with catch_warnings(), threadpool_limits(1):  # one thread: sums are the same each time
        simplefilter("ignore", ConvergenceWarning)  # the rounds are counted, on purpose
        return [
            MLPClassifier(
                (HIDDEN,),
                alpha=PENALTY,
                batch_size=min(BATCH, len(rows)),
                learning_rate_init=RATE,
                max_iter=ROUNDS,
                random_state=SEED + number,
            ).fit(vectors[rows], known if len(labels) > 1 else known[:, 0])
            for number in range(NETWORKS)
        ]


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
