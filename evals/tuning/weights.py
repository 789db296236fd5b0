"""The encoder's weights as tuning needs them: read from the data file, or carried elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.e5_file import Blocks, E5File, packed

WORDS = "emb.word"
POSITIONS = "emb.pos"
FIRST_TYPE = "emb.type"
EMBEDDING_NORM = ("emb.ln.w", "emb.ln.b")
LINEAR = ("q", "k", "v", "ao", "fi", "fo")
NORMS = ("aln", "oln")
CODES, SCALES, VECTOR, SIZES = "codes/", "scales/", "vector/", "sizes"


@dataclass(frozen=True)
class EncoderWeights:
    """Sizes and tensors of multilingual-e5-small, its word pieces those that are kept.

    Attributes:
        layers: How many layers there are.
        heads: Heads of attention in each.
        epsilon: Of the normalisation.
        blocks: Matrices in 4-bit blocks, by name.
        vectors: All other tensors, float32, flat, by name.
    """

    layers: int
    heads: int
    epsilon: float
    blocks: Mapping[str, Blocks]
    vectors: Mapping[str, NDArray[np.float32]]

    @property
    def hidden(self) -> int:
        """How many numbers a state has."""
        return int(self.blocks[WORDS].codes.shape[1])

    def matrix(self, name: str) -> NDArray[np.float32]:
        """Return a matrix, shape (rows, columns)."""
        return self.blocks[name].dequantised()

    def save(self, path: Path) -> None:
        """Write everything into one file."""
        parts: dict[str, NDArray[np.generic]] = {
            SIZES: np.array([self.layers, self.heads, self.epsilon])
        }
        for name, blocks in self.blocks.items():
            parts[CODES + name], parts[SCALES + name] = packed(blocks.codes), blocks.scales
        parts |= {VECTOR + name: values for name, values in self.vectors.items()}
        np.savez_compressed(path, allow_pickle=False, **parts)

    @classmethod
    def load(cls, path: Path) -> EncoderWeights:
        """Return what `save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            parts = {name: stored[name] for name in stored.files}
        layers, heads, epsilon = parts[SIZES].tolist()
        blocks = {
            name.removeprefix(SCALES): Blocks(
                _unpacked(parts[CODES + name.removeprefix(SCALES)]), scales
            )
            for name, scales in parts.items()
            if name.startswith(SCALES)
        }
        vectors = {
            name.removeprefix(VECTOR): values
            for name, values in parts.items()
            if name.startswith(VECTOR)
        }
        return cls(int(layers), int(heads), epsilon, blocks, vectors)


def _unpacked(pairs: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the codes that were written two in a byte, shape (rows, columns)."""
    return np.stack([pairs & 15, pairs >> 4], axis=2).reshape(len(pairs), -1)


def read_weights(file: E5File, kept: NDArray[np.int64]) -> EncoderWeights:
    """Return the weights of the data file, with the word pieces that are kept."""
    words = file.blocks(WORDS, file.hidden)
    blocks = {WORDS: Blocks(words.codes[kept], words.scales[kept])}
    names = [POSITIONS, FIRST_TYPE, *EMBEDDING_NORM]
    for layer in (f"l{number}" for number in range(file.layers)):
        for linear in LINEAR:
            columns = file.feed_forward if linear == "fo" else file.hidden
            blocks[f"{layer}.{linear}"] = file.blocks(f"{layer}.{linear}.w", columns)
            names.append(f"{layer}.{linear}.b")
        names += [f"{layer}.{norm}.{part}" for norm in NORMS for part in "wb"]
    vectors = {name: file.vector(name) for name in names}
    return EncoderWeights(file.layers, file.heads, file.epsilon, blocks, vectors)
