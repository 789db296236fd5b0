"""A linear model over character n-grams: its weights are a file that can be read.

A text counts by the distinct runs of one to four characters in it, weighted by rarity and scaled
to length one; a score is a weighted sum, so each decision is a sum of named n-grams. Trained by
`chatbot/training.py` (scikit-learn); read and scored here with a table and numpy only.
"""

from __future__ import annotations

import hashlib
import io
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import marisa_trie
import numpy as np
from numpy.typing import NDArray

LONGEST = 4
HUNDREDTHS = 100.0
ROWS_AT_ONCE = 4_096  # of a file: what is read of it at a time
Scores = NDArray[np.float32]


class ModelDamaged(Exception):
    """A file of weights is not the one that was trained."""


def grams(text: str) -> set[str]:
    """Return the distinct n-grams of a text, its edges marked by spaces."""
    edged = f" {text} "
    return {
        edged[start : start + length]
        for length in range(1, LONGEST + 1)
        for start in range(len(edged) - length + 1)
    }


@dataclass(frozen=True)
class NgramModel:
    """The weights of several heads over one vocabulary.

    Attributes:
        heads: Their names, in the order of the columns.
        bias: Shape (n_heads,).
        vocabulary: Row of each n-gram; a trie where it was read from a file, which takes a
            twentieth of the memory of a dictionary.
        rarity: Inverse document frequency, shape (n_grams,).
        weights: What each n-gram adds to each head, before the scaling to length one; its rarity
            is in it already. Shape (n_grams, n_heads).
    """

    heads: tuple[str, ...]
    bias: Scores
    vocabulary: Mapping[str, int] | marisa_trie.Trie
    rarity: Scores
    weights: Scores

    @cached_property
    def _squares(self) -> Scores:
        return np.asarray(self.rarity**2, dtype=np.float32)

    def scores(self, texts: Sequence[str]) -> Scores:
        """Return the log-odds of each head for each text, shape (n_texts, n_heads)."""
        found = [self._rows(text) for text in texts]
        result = np.empty((len(texts), len(self.heads)), dtype=np.float32)
        result[:] = self.bias
        for i, rows in enumerate(found):
            if rows:
                length = float(np.sqrt(self._squares[rows].sum()))
                result[i] += self.weights[rows].sum(axis=0) / length
        return result

    def _rows(self, text: str) -> list[int]:
        row_of = self.vocabulary.get
        rows = [row for row in map(row_of, grams(text)) if row is not None]
        rows.sort()  # so that sums are the same each time
        return rows

    def spoke_for(self, text: str, head: str, most: int = 5) -> tuple[str, ...]:
        """Return the n-grams of a text that speak most for a head, the strongest first."""
        column = self.heads.index(head)
        rows = self._rows(text)
        strongest = sorted(rows, key=lambda row: -float(self.weights[row, column]))[:most]
        by_row = {
            row: gram for gram in grams(text) if (row := self.vocabulary.get(gram)) is not None
        }
        return tuple(by_row[r].strip() for r in strongest if self.weights[r, column] > 0)


def write_model(path: Path, model: NgramModel) -> str:
    """Write a model as a table, weights in hundredths; return its SHA-256."""
    lines = ["\t".join(["ngram", "rarity", *model.heads])]
    lines.append("\t".join(["<bias>", "0", *map(_hundredths, model.bias)]))
    for gram, row in model.vocabulary.items():
        numbers = [_hundredths(model.rarity[row]), *map(_hundredths, model.weights[row])]
        lines.append("\t".join([gram.replace(" ", "␣"), *numbers]))
    content = ("\n".join(lines) + "\n").encode()
    path.write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def _hundredths(value: float) -> str:
    return str(round(float(value) * HUNDREDTHS))


def check_file(path: Path, sha256: str) -> bytes:
    """Return the bytes of a file of weights.

    Raises:
        ModelDamaged: The file is missing, or not the one with that hash.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelDamaged(f"{path.name} cannot be read") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ModelDamaged(f"{path.name} is not the file that was trained")
    return content


def read_model(path: Path, sha256: str) -> NgramModel:
    """Return the model of a file.

    Raises:
        ModelDamaged: The file is missing, or not the one with that hash.
    """
    content = check_file(path, sha256)
    lines = (line.decode() for line in io.BytesIO(content))  # one by one: they take less memory
    names = tuple(next(lines).rstrip("\n").split("\t")[2:])
    biases = _numbers([next(lines).partition("\t")[2]], len(names))[0, 1:].copy()
    written: list[str] = []
    read = [_numbers([], len(names))]
    while rows := [row.partition("\t") for row in itertools.islice(lines, ROWS_AT_ONCE)]:
        written += [gram.replace("␣", " ") for gram, _, _ in rows]
        read.append(_numbers([numbers for _, _, numbers in rows], len(names)))
    vocabulary = marisa_trie.Trie(written)
    numbers = np.empty((len(written), len(names) + 1), dtype=np.float32)
    numbers[[vocabulary[gram] for gram in written]] = np.concatenate(read)
    return NgramModel(names, biases, vocabulary, numbers[:, 0].copy(), numbers[:, 1:].copy())


def _numbers(rows: list[str], n_heads: int) -> Scores:
    """Return rarity and weights of some rows, shape (n_rows, 1 + n_heads)."""
    whole = np.fromstring("\t".join(rows), dtype=np.int32, sep="\t")  # as integers: much faster
    return (whole.astype(np.float32) / np.float32(HUNDREDTHS)).reshape(len(rows), n_heads + 1)
