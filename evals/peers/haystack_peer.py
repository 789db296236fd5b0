"""haystack: in-memory store, its BM25 and embedding retrievers, ranks joined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from haystack import Document
from haystack.components.joiners import DocumentJoiner
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.retrievers.in_memory import (
    InMemoryBM25Retriever,
    InMemoryEmbeddingRetriever,
)
from haystack.document_stores.in_memory import InMemoryDocumentStore

from evals.peers.job import Mode, Ranking, SearchJob


def split(text: str) -> Sequence[tuple[int, int]]:
    """Return where `DocumentSplitter()` cuts: every 200 "words", which white space parts."""
    splitter = DocumentSplitter()
    splitter.warm_up()
    pieces = splitter.run([Document(content=text)])["documents"]
    return [(p.meta["split_idx_start"], p.meta["split_idx_start"] + len(p.content)) for p in pieces]


def index(job: SearchJob) -> Callable[[int], Ranking]:
    """Write all units into a store; cosine, since vectors are of length 1."""
    options = {"bm25_tokenization_regex": r"\S+"} if job.segmented else {}
    store = InMemoryDocumentStore(embedding_similarity_function="cosine", shared=False, **options)
    units = zip(job.units, job.unit_vectors.tolist(), strict=True)
    store.write_documents(
        [
            Document(id=str(i), content=text, embedding=vector)
            for i, (text, vector) in enumerate(units)
        ]
    )
    words = InMemoryBM25Retriever(store, top_k=job.top_k)
    dense = InMemoryEmbeddingRetriever(store, top_k=job.top_k)
    joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion")
    vectors = job.question_vectors.tolist()

    def by_words(question: int) -> Any:
        text = job.questions[question]
        return words.run(query=text)["documents"] if text else []

    def by_meaning(question: int) -> Any:
        return dense.run(query_embedding=vectors[question])["documents"]

    def joined(question: int) -> Any:
        found = [by_words(question), by_meaning(question)]
        return joiner.run(documents=found, top_k=job.top_k)["documents"]

    search = {Mode.WORDS: by_words, Mode.DENSE: by_meaning, Mode.HYBRID: joined}[job.mode]
    return lambda question: tuple((int(d.id), float(d.score)) for d in search(question))
