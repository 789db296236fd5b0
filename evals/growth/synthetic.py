"""Passages made from the edition's sentences, as many as are wanted, the same from the same seed.

A passage is two to four sentences of the edition, drawn by chance. Its vector is the sum of theirs,
each with a weight by chance, and noise: as far from that sum as the vector of a text really
encoded is, and spread over about as many directions (`python -m evals growth` prints both). Most of
the noise lies where the sentences differ, and a part of it anywhere: all of it anywhere would
make every passage lonely, which is hard for a graph as no real text is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors, unit

SENTENCES = (2, 4)  # of a passage, the least and the most
NOISE = 0.6  # length of it beside a sum of length 1
ANYWHERE = 0.2  # of its square, what lies in any direction
AT_ONCE = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """Passages, a block of them.

    Attributes:
        sentences: Which sentences, int64, shape (n, 4); -1 where there are fewer than four.
        vectors: Unit vectors, float32, shape (n, dimension).
    """

    sentences: NDArray[np.int64]
    vectors: Vectors


def drawn(base: Vectors, count: int, *, seed: int = 0, noise: float = NOISE) -> Iterator[Drawn]:
    """Yield `count` passages in blocks; the first ones are the same for every `count`.

    Args:
        base: Vectors of the sentences, of length 1, shape (n_sentences, dimension).
        count: How many passages.
        seed: What they are drawn by.
        noise: Length of the noise beside a sum of length 1.
    """
    least, most = SENTENCES
    apart = base - base.mean(axis=0)
    for block, start in enumerate(range(0, count, AT_ONCE)):
        chance = np.random.default_rng((seed, block))
        sentences = chance.integers(len(base), size=(AT_ONCE, most))
        sentences[np.arange(most) >= chance.integers(least, most + 1, size=(AT_ONCE, 1))] = -1
        weights = chance.uniform(0.5, 1.5, size=sentences.shape).astype(np.float32)
        weights[sentences < 0] = 0
        vectors = np.einsum("ns,nsd->nd", weights, base[sentences])
        vectors = unit(vectors)
        mixed = chance.standard_normal((AT_ONCE, len(base)), dtype=np.float32) @ apart
        plain = chance.standard_normal(vectors.shape, dtype=np.float32)
        added = np.sqrt(1 - ANYWHERE) * unit(mixed) + np.sqrt(ANYWHERE) * unit(plain)
        vectors = unit(vectors + np.float32(noise) * added.astype(np.float32))
        kept = min(AT_ONCE, count - start)
        yield Drawn(sentences[:kept], vectors[:kept])


def write_vectors(path: Path, base: Vectors, count: int, *, seed: int = 0) -> None:
    """Write the vectors of `count` passages as an array that can be mapped."""
    array = np.lib.format.open_memmap(
        path, mode="w+", dtype=np.float32, shape=(count, base.shape[1])
    )
    start = 0
    for block in drawn(base, count, seed=seed):
        array[start : start + len(block.vectors)] = block.vectors
        start += len(block.vectors)
    array.flush()


def directions(vectors: Vectors) -> float:
    """Return over how many directions vectors are spread: the participation ratio.

    Where all directions carry the same, it is their number; where one carries all, 1.
    """
    parts = np.linalg.svd(vectors - vectors.mean(axis=0), compute_uv=False) ** 2
    return float(parts.sum() ** 2 / (parts**2).sum())
