"""The whole search at a size, words and fusing included: `python -m evals.growth.whole JOB`.

A guide without a bank is made of the passages, two keys each, with the topics of the edition beside
it; it is searched by `PassageIndex` over an HNSW store, as the product would, with the vectors of
the questions given.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import faiss
import numpy as np

from corpus.passage import Guide, Passage, PassageKind, Section
from corpus.source import open_source
from evals.growth.step import memory, timed_search
from evals.growth.synthetic import drawn
from evals.measures import percentile
from evals.peers.known_vectors import KnownVectors
from index.candidates import sampled
from index.encoder import Vectors
from index.hnsw import HnswStores
from index.key import keys_of
from index.lexical import LexicalIndex
from index.owners import Owners
from index.passage_index import PassageIndex, Reading, owner_documents
from index.query import read_query

SHOWN = 8


@dataclass(frozen=True, slots=True)
class WholeJob:
    """What is searched.

    Attributes:
        count: How many passages.
        sentences: File of the sentences' vectors; `texts` holds the sentences.
        topics: File of the vectors of the topics' keys.
        asked: File of the questions and their vectors.
        folder: Where the store is written.
        threads: How many threads a search may use.
    """

    count: int
    sentences: str
    topics: str
    asked: str
    folder: str
    threads: int


@dataclass(frozen=True, slots=True)
class Whole:
    """What one size took. Times in ms but the build, memory in MiB.

    Attributes:
        count: How many passages.
        p50: Of one search, the encoder left out.
        p99: The same.
        processor: Of one search, over all threads, the mean.
        build_seconds: Cutting and counting words, and the graph.
        own_memory: Held by the process when it has searched, passages and words included.
    """

    count: int
    p50: float
    p99: float
    processor: float
    build_seconds: float
    own_memory: float


def guide_of(texts: Sequence[str], base: Vectors, count: int) -> tuple[Guide, Vectors]:
    """Return a guide of made passages, and a vector for each."""
    passages: list[Passage] = []
    vectors: list[Vectors] = []
    for block in drawn(base, count):
        vectors.append(block.vectors)
        for row in block.sentences.tolist():
            text = "".join(texts[i] for i in row if i >= 0)
            name = f"made-{len(passages)}"
            passages.append(Passage(name, "", (), PassageKind.PROSE, "", text, {}))
    return Guide("made", "made", (Section("", tuple(passages)),)), np.concatenate(vectors)


def measure(job: WholeJob) -> Whole:
    """Build the index of a made guide and search it."""
    faiss.omp_set_num_threads(job.threads)
    with np.load(job.sentences) as given:
        texts, base = given["texts"].tolist(), given["vectors"]
    with np.load(job.asked) as given:
        questions = dict(zip(given["texts"].tolist(), given["vectors"], strict=True))
    topics = open_source().topics
    guide, vectors = guide_of(texts, base, job.count)
    start = time.perf_counter()
    lexical = LexicalIndex.build(owner_documents(guide, topics))
    keys = keys_of(guide, topics)
    every = np.concatenate([np.repeat(vectors, 2, axis=0), np.load(job.topics)])
    folder = Path(job.folder)
    folder.mkdir(parents=True)
    HnswStores().write(every, folder)
    seconds = time.perf_counter() - start
    sample = every[sampled(Owners.of(keys), job.count).keys]
    encoder = KnownVectors("known", vectors.shape[1], questions, {})
    store = HnswStores().open(folder)
    index = PassageIndex(guide, topics, lexical, store, encoder, sample=sample)
    del every, vectors
    readings = [[Reading(read_query(question))] for question in questions]

    def search(row: int) -> list[int]:
        return [hit.rank for hit in index.search(readings[row], top_k=SHOWN).hits]

    _, wall, processor = timed_search(search, len(readings))
    return Whole(
        job.count,
        1000 * percentile(wall, 0.5),
        1000 * percentile(wall, 0.99),
        1000 * sum(processor) / len(processor),
        seconds,
        memory()[0],
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(measure(WholeJob(**json.loads(sys.argv[1]))))))
