"""Choose a kind of store by name."""

from __future__ import annotations

from enum import StrEnum

from index.dense import ExactStores
from index.errors import StoreUnavailable
from index.hnsw import HnswStores
from index.messages import say
from index.milvus import MilvusPlace, MilvusStores
from index.vector_store import StoreKind


class StoreName(StrEnum):
    """The kinds, by the names that settings give them."""

    EXACT = "exact"
    HNSW = "hnsw"
    MILVUS = "milvus"


def store_kind(name: str = StoreName.EXACT, uri: str = "", token: str = "") -> StoreKind:
    """Return the kind of that name.

    Args:
        name: `exact` compares all keys, `hnsw` follows a graph, `milvus` asks a server.
        uri: Where Milvus is, as pymilvus takes it.
        token: What it is asked with, where it wants one.

    Raises:
        StoreUnavailable: There is no such kind.
    """
    match name:
        case "exact":
            return ExactStores()
        case "hnsw":
            return HnswStores()
        case "milvus":
            return MilvusStores(MilvusPlace(uri, token))
        case _:
            raise StoreUnavailable(say("store", "unknown", name=name))
