"""An encoder that only looks up: for our own systems where vectors are given, as to every peer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evals.peers.job import SearchJob
from index.encoder import Vectors


@dataclass(frozen=True)
class KnownVectors:
    """Vectors by text, of questions and of passages.

    Encoding raises `KeyError` for a text that is not known.
    """

    name: str
    dimension: int
    questions: Mapping[str, Vectors]
    passages: Mapping[str, Vectors]

    @classmethod
    def of(cls, job: SearchJob) -> KnownVectors:
        """Return the vectors of a job."""
        return cls(
            "known",
            job.question_vectors.shape[1],
            dict(zip(job.questions, job.question_vectors, strict=True)),
            dict(zip(job.units, job.unit_vectors, strict=True)),
        )

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of questions, float32, shape (n_texts, dimension)."""
        return np.stack([self.questions[text] for text in texts])

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of passages, float32, shape (n_texts, dimension)."""
        return np.stack([self.passages[text] for text in texts])
