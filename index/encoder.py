"""What an encoder is to everyone else: two verbs, a name and a dimension."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Turns texts into vectors of length 1, so that an inner product is a cosine.

    Questions and passages have verbs of their own because many models put another prompt before
    each. Both return float32, shape (n_texts, dimension), in the order of `texts`.
    """

    @property
    def name(self) -> str:
        """Name and version of the model: vectors of different names are not comparable."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Return a vector for each question."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return a vector for each passage."""


def unit(vectors: Vectors) -> Vectors:
    """Return vectors brought to length 1, float32; none of them may have length 0."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / lengths, dtype=np.float32)
