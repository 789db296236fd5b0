"""The afternoon's build as a peer. It has no score of its own: the best cosine stands for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from corpus.source import open_source
from evals.afternoon import Afternoon
from evals.peers.job import Ranking, SearchJob
from evals.peers.known_vectors import KnownVectors
from index.words import prepare_words

prepare_words()  # the dictionary is loaded with the packages


def index(job: SearchJob) -> Callable[[int], Ranking]:
    """Index the chunks, which must be the units of the job."""
    afternoon = Afternoon(open_source(Path(job.original)).guide, KnownVectors.of(job))
    positions = {chunk: position for position, chunk in enumerate(afternoon.chunks)}
    nearest = (job.question_vectors @ job.unit_vectors.T).max(axis=1)

    def search(question: int) -> Ranking:
        found = afternoon.search(job.questions[question])
        return tuple((positions[chunk], float(nearest[question])) for chunk in found)

    return search
