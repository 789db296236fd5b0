"""Our own search as a peer: the same vectors, nothing decided; units are the index's keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from corpus.source import open_source
from evals.peers.job import Ranking, SearchJob
from evals.peers.known_vectors import KnownVectors
from index.dense import DenseIndex
from index.head import through, train_head
from index.lexical import LexicalIndex
from index.passage_index import PassageIndex, Reading, owner_documents
from index.query import read_query
from index.words import prepare_words

prepare_words()  # the dictionary is loaded with the packages, as it is when the product starts


def index(job: SearchJob) -> Callable[[int], Ranking]:
    """Build words, head and vectors over the keys, which must be the units of the job.

    The vectors of the questions must be those without the courtesies around them.

    The score of every passage found is the best cosine through the head: one number, to be
    compared with the peers' own. The product decides by more than that.
    """
    source = open_source(Path(job.original) if job.original else None)
    lexical = LexicalIndex.build(owner_documents(source.guide, source.topics))
    keys = PassageIndex(source.guide, source.topics, lexical).keys
    if tuple(key.text for key in keys) != job.units:
        raise ValueError(f"{len(job.units)} units are not the {len(keys)} keys.")
    queries = [read_query(question) for question in job.questions]
    known = KnownVectors.of(replace(job, questions=tuple(query.asked for query in queries)))
    vectors = job.unit_vectors
    head = train_head(keys, vectors) if any(p.questions for p in source.guide.passages) else None
    dense = DenseIndex.build(through(head, vectors))
    built = PassageIndex(source.guide, source.topics, lexical, dense, known, head)
    first_key: dict[int, int] = {}
    for position, key in enumerate(keys):
        first_key.setdefault(key.owner, position)
    unit_of = {
        passage.passage_id: first_key[owner] for owner, passage in enumerate(source.guide.passages)
    }

    def search(question: int) -> Ranking:
        hits = built.search([Reading(queries[question])], top_k=job.top_k).hits
        best = max(hit.support.similarity or 0.0 for hit in hits)
        return tuple((unit_of[hit.passage.passage_id], best) for hit in hits)

    return search
