"""A linear map over the encoder's vectors, learnt from the bank when an index is built.

Two ways of asking for one passage are drawn together, and apart from those of others (InfoNCE).
It starts as the identity and stays near it. Seconds on two cores, seeded; half a megabyte;
questions and keys pass through it alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors
from index.key import Key, KeyKind

STEPS = 200
BATCH = 256  # owners a step
RATE = 7e-4
TEMPERATURE = 0.03
PULL = 0.003  # towards the identity
TEXT_SHARE = 0.3  # how often a question is paired with the text instead of another question
FEWEST_OWNERS = 64  # with fewer there is nothing to learn
SEED = 0


@dataclass(frozen=True)
class Head:
    """The map; `matrix` is float32, shape (dimension, dimension)."""

    matrix: NDArray[np.float32]

    def apply(self, vectors: Vectors) -> Vectors:
        """Return the vectors mapped and of length 1 again, same shape."""
        mapped = vectors @ self.matrix.T
        return np.asarray(_unit(mapped)[0], dtype=np.float32)

    def save(self, path: Path) -> None:
        """Write the matrix."""
        np.save(path, self.matrix, allow_pickle=False)

    @classmethod
    def load(cls, path: Path) -> Head:
        """Return the head that `save` wrote.

        Raises:
            ValueError: The file holds no square matrix.
        """
        matrix = np.load(path, allow_pickle=False)
        if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
            raise ValueError(f"{path} holds no square matrix.")
        return cls(np.asarray(matrix, dtype=np.float32))


def through(head: Head | None, vectors: Vectors) -> Vectors:
    """Return the vectors mapped by the head, or as they are where there is none."""
    return vectors if head is None else head.apply(vectors)


def train_head(keys: tuple[Key, ...], vectors: Vectors) -> Head | None:
    """Return a head learnt from keys and their vectors, or none where the bank is too small."""
    pairs = _Pairs(keys)
    if len(pairs.owners) < FEWEST_OWNERS:
        return None
    chance = np.random.default_rng(SEED)
    identity: NDArray[Any] = np.eye(vectors.shape[1], dtype=np.float32)
    matrix, mean, square = identity.copy(), np.zeros_like(identity), np.zeros_like(identity)
    for step in range(1, STEPS + 1):
        left, right = pairs.draw(chance)
        slope = _slope(matrix, vectors[left], vectors[right]) + PULL * (matrix - identity)
        mean = 0.9 * mean + 0.1 * slope  # Adam (Kingma and Ba 2015)
        square = 0.999 * square + 0.001 * slope * slope
        move = (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
        matrix = matrix - RATE * move
    return Head(np.asarray(matrix, dtype=np.float32))


class _Pairs:
    """Draws pairs of keys that lead to one owner."""

    def __init__(self, keys: tuple[Key, ...]) -> None:
        questions: dict[int, list[int]] = {}
        self._texts: dict[int, int] = {}
        for position, key in enumerate(keys):
            if key.kind is KeyKind.QUESTION:
                questions.setdefault(key.owner, []).append(position)
            elif key.kind is KeyKind.TEXT:
                self._texts[key.owner] = position
        self._questions = {owner: np.array(q) for owner, q in questions.items() if len(q) > 1}
        self.owners = np.array(sorted(self._questions))

    def draw(self, chance: np.random.Generator) -> tuple[list[int], list[int]]:
        """Return positions of two keys for each of some owners."""
        left: list[int] = []
        right: list[int] = []
        for owner in chance.choice(self.owners, min(BATCH, len(self.owners)), replace=False):
            first, second = chance.choice(self._questions[owner], 2, replace=False)
            if owner in self._texts and chance.random() < TEXT_SHARE:
                second = self._texts[owner]
            left.append(int(first))
            right.append(int(second))
        return left, right


def _slope(matrix: NDArray[np.float32], a: Vectors, b: Vectors) -> NDArray[np.float32]:
    """Return the gradient of the InfoNCE loss, both ways round, by the matrix."""
    u, u_length = _unit(a @ matrix.T)
    v, v_length = _unit(b @ matrix.T)
    logits = u @ v.T / TEMPERATURE
    error = _softmax(logits) + _softmax(logits.T).T - 2 * np.eye(len(a), dtype=np.float32)
    error /= 2 * len(a) * TEMPERATURE
    du, dv = error @ v, error.T @ u
    du = (du - u * (du * u).sum(1, keepdims=True)) / u_length
    dv = (dv - v * (dv * v).sum(1, keepdims=True)) / v_length
    return np.asarray(du.T @ a + dv.T @ b, dtype=np.float32)


def _unit(vectors: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / lengths, lengths


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)
