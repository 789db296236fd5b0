"""The trained parts of triage and decisions: weights, thresholds, and the hashes of their files."""

from __future__ import annotations

import hashlib
import io
import logging
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from chatbot.ngrams import ModelDamaged, NgramModel, check_file, read_model
from chatbot.triage.signs import FOLDER

WEIGHTS = FOLDER.parent / "weights"
MANIFEST = "manifest.toml"
NAMES = "names"
VECTORS = "-vectors.npy"  # behind a purpose: the file of its head over vectors
VECTOR_WEIGHT = "weight"  # how much the head over the vector counts beside the n-grams
NUMBERS = ("hidden", "hidden_bias", "weights", "bias")  # of a head over vectors
logger = logging.getLogger("bonehealth")
Trained = TypeVar("Trained")


@dataclass(frozen=True)
class VectorHead:
    """A small network over an encoder's question vectors, with one hidden layer (rectified).

    Attributes:
        heads: Names of the columns.
        hidden: Shape (dimension, n_hidden).
        hidden_bias: Shape (n_hidden,).
        weights: Shape (n_hidden, n_heads).
        bias: Shape (n_heads,).
    """

    heads: tuple[str, ...]
    hidden: NDArray[np.float32]
    hidden_bias: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def scores(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the log-odds of each head for each vector, shape (n_vectors, n_heads)."""
        active = np.maximum(vectors @ self.hidden + self.hidden_bias, 0)
        return np.asarray(active @ self.weights + self.bias, dtype=np.float32)

    def scores_of(self, heads: Sequence[str], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the log-odds of some heads in their order, shape (n_vectors, n_heads)."""
        columns = [self.heads.index(name) for name in heads]
        return np.asarray(self.scores(vectors)[:, columns], dtype=np.float32)


@dataclass(frozen=True)
class TrainedModels:
    """All that `make train` wrote for one purpose.

    Attributes:
        ngrams: The model over n-grams.
        vectors: The heads over question vectors, by the encoder's name.
        thresholds: By net and head, the log-odds from which a head speaks.
    """

    ngrams: NgramModel
    vectors: Mapping[str, VectorHead]
    thresholds: Mapping[str, Mapping[str, float]]

    def vector_scores(self, vector: NDArray[np.float32], encoder: str) -> NDArray[np.float32]:
        """Return what a vector adds to the scores of the n-grams, in the order of their heads.

        Args:
            vector: The encoder's vector of a message, shape (dimension,).
            encoder: Name of an encoder that there is a head for.
        """
        (scores,) = self.vectors[encoder].scores_of(self.ngrams.heads, vector[None])
        return np.asarray(scores, dtype=np.float32)

    def weighed(
        self, text: str, vector: NDArray[np.float32] | None, encoder: str
    ) -> tuple[NDArray[np.float32], str]:
        """Return a text's scores by n-grams and, where there is a head, by its vector; and the net.

        Args:
            text: The whole message, normalised.
            vector: The encoder's vector of it, shape (dimension,), where there is one.
            encoder: Name of the encoder.
        """
        scores = self.ngrams.scores([text])[0]
        if vector is None or encoder not in self.vectors:
            return scores, "sentences"
        weight = self.thresholds["vectors"][VECTOR_WEIGHT]
        return scores + weight * self.vector_scores(vector, encoder), "vectors"


@dataclass(frozen=True)
class Naming:
    """What names the sign of a message that has one; its n-grams are read when first needed.

    Attributes:
        path: File of the model over n-grams, a head for each sign.
        sha256: Its hash.
        vectors: The heads over question vectors, by the encoder's name.
    """

    path: Path
    sha256: str
    vectors: Mapping[str, VectorHead] = field(default_factory=dict)

    @cached_property
    def model(self) -> NgramModel:
        """The model over n-grams."""
        return read_model(self.path, self.sha256)

    def scores(
        self,
        texts: Sequence[str],
        vectors: NDArray[np.float32] | None = None,
        encoder: str = "",
    ) -> NDArray[np.float32]:
        """Return the log-odds of each sign for each text, shape (n_texts, n_signs).

        Args:
            texts: Whole messages or clauses, normalised.
            vectors: The encoder's vectors of them, shape (n_texts, dimension), where there are any.
            encoder: Name of the encoder.
        """
        scores = self.model.scores(texts)
        if vectors is None or encoder not in self.vectors:
            return scores
        return scores + self.vectors[encoder].scores_of(self.model.heads, vectors)


@cache
def load_naming(folder: Path = WEIGHTS) -> Naming:
    """Return the model that names signs; its file is checked now and read later.

    Raises:
        ModelDamaged: The file is not the one that was trained.
    """
    rows = read_manifest(folder)[NAMES]
    path = folder / f"{NAMES}.tsv"
    check_file(path, rows["sha256"])
    return Naming(path, rows["sha256"], _vector_heads(folder, NAMES, rows))


@cache
def load_models(purpose: str, folder: Path = WEIGHTS) -> TrainedModels:
    """Return the trained models for `signs`, `decisions` or `remarks`.

    Raises:
        ModelDamaged: A file is not the one that was trained.
    """
    rows = read_manifest(folder)[purpose]
    ngrams = read_model(folder / f"{purpose}.tsv", rows["sha256"])
    return TrainedModels(ngrams, _vector_heads(folder, purpose, rows), rows["thresholds"])


def _vector_heads(folder: Path, purpose: str, rows: Mapping[str, Any]) -> dict[str, VectorHead]:
    return {
        row["encoder"]: read_vector_head(folder / f"{purpose}{VECTORS}", row["sha256"])
        for row in rows.get("vectors", [])
    }


def loaded(load: Callable[[], Trained], without: str) -> tuple[Trained | None, str]:
    """Return what was trained and nothing, or none and what is wrong with it.

    Args:
        load: Reads it.
        without: What happens without it, for the log.
    """
    try:
        return load(), ""
    except ModelDamaged as problem:
        logger.error("%s: %s.", without, problem)
        return None, str(problem)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what `make train` wrote of hashes, weights and thresholds.

    Raises:
        ModelDamaged: It cannot be read or is not whole.
    """
    try:
        rows = tomllib.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ModelDamaged(f"{MANIFEST} cannot be read") from error
    if not {"signs", NAMES, "decisions", "remarks"} <= set(rows):
        raise ModelDamaged(f"{MANIFEST} is not whole")
    return rows


def write_vector_head(path: Path, head: VectorHead) -> str:
    """Write a head, its numbers in half precision; return its SHA-256."""
    content = io.BytesIO()
    np.save(content, np.array(head.heads))
    for name in NUMBERS:
        np.save(content, getattr(head, name).astype(np.float16))
    path.write_bytes(content.getvalue())
    return hashlib.sha256(content.getvalue()).hexdigest()


def read_vector_head(path: Path, sha256: str) -> VectorHead:
    """Return the head of a file.

    Raises:
        ModelDamaged: The file is missing, or not the one with that hash.
    """
    content = io.BytesIO(check_file(path, sha256))  # arrays behind each other, the names first
    heads, *numbers = (np.load(content, allow_pickle=False) for _ in ("heads", *NUMBERS))
    return VectorHead(tuple(heads.tolist()), *(n.astype(np.float32) for n in numbers))
