"""llama-index: FAISS store, BM25 retriever, ranks fused."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import faiss
from llama_index.core import Document, MockEmbedding, StorageContext, VectorStoreIndex
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.llms import MockLLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.schema import QueryBundle, TextNode
from llama_index.retrievers.bm25 import BM25Retriever
from llama_index.vector_stores.faiss import FaissVectorStore

from evals.peers.job import Mode, Ranking, SearchJob


def split(text: str) -> Sequence[tuple[int, int]]:
    """Return where `SentenceSplitter()` cuts: 1,024 tokens, 200 of them overlapping."""
    nodes = SentenceSplitter().get_nodes_from_documents([Document(text=text)])
    return [(node.start_char_idx, node.end_char_idx) for node in nodes]


def index(job: SearchJob) -> Callable[[int], Ranking]:
    """Index all units as nodes that bring their vectors.

    Ranks are fused by a hash of text and metadata: the position keeps units of one text apart.
    """
    nodes = [
        TextNode(
            id_=str(i),
            text=text,
            embedding=vector,
            metadata={"unit": i},
            excluded_embed_metadata_keys=["unit"],
        )
        for i, (text, vector) in enumerate(zip(job.units, job.unit_vectors.tolist(), strict=True))
    ]
    found: list[BaseRetriever] = []
    if job.mode is not Mode.DENSE:
        options = {"token_pattern": r"\S+", "skip_stemming": True} if job.segmented else {}
        found.append(
            BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=job.top_k, **options)
        )
    if job.mode is not Mode.WORDS:
        dimension = job.unit_vectors.shape[1]
        store = FaissVectorStore(faiss_index=faiss.IndexFlatIP(dimension))
        vectors = VectorStoreIndex(
            nodes,
            storage_context=StorageContext.from_defaults(vector_store=store),
            embed_model=MockEmbedding(embed_dim=dimension),  # never asked: vectors are given
        )
        found.append(vectors.as_retriever(similarity_top_k=job.top_k))
    retriever = found[0]
    if len(found) > 1:
        retriever = QueryFusionRetriever(
            found,
            llm=MockLLM(),  # never asked: one query is not rewritten
            similarity_top_k=job.top_k,
            num_queries=1,
            mode="reciprocal_rerank",
            use_async=False,
        )
    asked = job.question_vectors.tolist()

    def search(question: int) -> Ranking:
        bundle = QueryBundle(job.questions[question], embedding=asked[question])
        return tuple((int(h.node.node_id), float(h.score)) for h in retriever.retrieve(bundle))

    return search
