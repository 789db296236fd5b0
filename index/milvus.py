"""Search by meaning in Milvus, by pymilvus: a server by its URL, or Milvus Lite by a path.

What differs between Lite, server 2.3 and later ones is left alone: no text functions, no sparse
search of theirs, no hybrid search, no half precision. One collection a build, named by chance, so
that a new one is filled beside the one in use.
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors
from index.errors import RecallTooLow, StoreUnavailable
from index.messages import say
from index.recall import LEAST_RECALL, RecallCheck
from index.vector_store import (
    NO_KEY,
    STORE_FILE,
    Keys,
    Neighbours,
    VectorStore,
    check_unit_length,
    clipped,
)

if TYPE_CHECKING:
    from pymilvus import MilvusClient

logger = logging.getLogger("bonehealth")
COLLECTION = "bonehealth_"
KEY = "id"  # what pymilvus calls a key where the server is too old to name it
GRAPH_FROM = 100_000  # keys; below, the server compares them all
LINKS = 16
WIDTH_WHEN_BUILT = 100
WIDTH = 128  # keys held in mind while searching, at least
MOST_AT_ONCE = 16_384  # a server gives no more in one answer
ROWS_AT_ONCE = 2_000
SECONDS = 2.0  # a question waits no longer
SECONDS_TO_OPEN = 10.0
SECONDS_TO_BUILD = 600.0
PAUSE = 10.0  # seconds without a further try after one that failed


@dataclass(frozen=True, slots=True)
class MilvusPlace:
    """Where a Milvus is: `http://…` for a server, a path for Milvus Lite."""

    uri: str
    token: str = field(default="", repr=False)


class MilvusStore:
    """One collection, written before and only read."""

    def __init__(self, client: MilvusClient, collection: str, count: int, dimension: int) -> None:
        self._client = client
        self._collection = collection
        self._count = count
        self._dimension = dimension
        self._silent_until = 0.0

    def __len__(self) -> int:
        """Return the number of keys."""
        return self._count

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    def closest(self, questions: Vectors, *, top_k: int, within: range | None = None) -> Neighbours:
        """Return the `top_k` closest keys of each question; see `VectorStore`."""
        stretch = clipped(within, self._count)
        top_k = min(top_k, len(stretch), MOST_AT_ONCE)
        keys = np.full((len(questions), top_k), NO_KEY, dtype=np.int64)
        similarities = np.full(keys.shape, -1, dtype=np.float32)
        if not top_k:
            return Neighbours(keys, similarities)
        only = ""
        if len(stretch) < self._count:
            only = f"{KEY} >= {stretch.start} and {KEY} < {stretch.stop}"
        for row, hits in enumerate(self._search(questions, top_k, only)):
            keys[row, : len(hits)] = [hit[KEY] for hit in hits]
            similarities[row, : len(hits)] = [hit["distance"] for hit in hits]
        return Neighbours(keys, similarities)

    def similarities_of(self, questions: Vectors, keys: Keys) -> NDArray[np.float32]:
        """Return the cosines of every question and some keys; see `VectorStore`."""
        unique, place = np.unique(keys, return_inverse=True)
        found = np.full((len(questions), len(unique)), -1, dtype=np.float32)
        for start in range(0, len(unique), MOST_AT_ONCE):
            part = unique[start : start + MOST_AT_ONCE]
            only = f"{KEY} in {part.tolist()}"
            for row, hits in enumerate(self._search(questions, len(part), only)):
                at = np.searchsorted(unique, [hit[KEY] for hit in hits])
                found[row, at] = [hit["distance"] for hit in hits]
        return found[:, place]

    def _search(self, questions: Vectors, limit: int, only: str) -> list[list[Any]]:
        hits: list[list[Any]] = self._answered(
            lambda: self._client.search(
                self._collection,
                data=np.asarray(questions, dtype=np.float32).tolist(),
                anns_field="vector",
                limit=limit,
                filter=only,
                search_params={"metric_type": "IP", "params": {"ef": max(WIDTH, limit)}},
                consistency_level="Bounded",  # written once: nothing newer is there to be seen
                timeout=SECONDS,
            )
        )
        return hits

    def _answered(self, ask: Callable[[], Any]) -> Any:
        """Return what the server says; after a failure it is left in peace for a while.

        Raises:
            StoreUnavailable: It does not answer.
        """
        if time.monotonic() < self._silent_until:
            raise StoreUnavailable(say("store", "no_answer", problem="…"))
        try:
            return ask()
        except Exception as error:
            self._silent_until = time.monotonic() + PAUSE
            problem = type(error).__name__
            logger.warning("The vector database does not answer: %s", problem)
            raise StoreUnavailable(say("store", "no_answer", problem=problem)) from error


@dataclass(frozen=True, slots=True)
class MilvusStores:
    """The kind for who has outgrown one machine."""

    place: MilvusPlace
    graph_from: int = GRAPH_FROM
    suffix: str = "-milvus"

    @property
    def facts(self) -> Mapping[str, object]:
        """The kind, and where it is, as a hash: an address may hold a password."""
        place = hashlib.sha256(self.place.uri.encode()).hexdigest()[:16]
        return {"store": "milvus", "place": place}

    def write(self, vectors: Vectors, folder: Path) -> None:
        """Fill a collection of its own, and write its name into a folder.

        Raises:
            RecallTooLow: The server's graph misses too much.
            StoreUnavailable: pymilvus is not installed, or the server does not answer.
        """
        check_unit_length(vectors)
        client = client_of(self.place)
        name = COLLECTION + secrets.token_hex(8)
        is_graph = len(vectors) >= self.graph_from
        try:
            fill(client, name, vectors, is_graph=is_graph)
            said: dict[str, object] = {"collection": name}
            if is_graph:
                store = MilvusStore(client, name, *vectors.shape)
                recall = RecallCheck(vectors).of(lambda q, k: store.closest(q, top_k=k))
                said.update(asdict(recall))
                if recall.share < LEAST_RECALL:
                    sentence = say("store", "recall", found=recall.share, least=LEAST_RECALL)
                    raise RecallTooLow(sentence)
            (folder / STORE_FILE).write_text(json.dumps(said), encoding="utf-8")
        except BaseException as error:
            _drop(client, name)
            if isinstance(error, RecallTooLow | OSError) or not isinstance(error, Exception):
                raise
            problem = type(error).__name__
            raise StoreUnavailable(say("store", "no_answer", problem=problem)) from error

    def open(self, folder: Path) -> VectorStore:
        """Return the store over the collection that a folder names.

        Raises:
            StoreUnavailable: pymilvus is not installed, or the server does not answer.
            LookupError: The server has no such collection.
        """
        client = client_of(self.place)
        name = str(json.loads((folder / STORE_FILE).read_text(encoding="utf-8"))["collection"])
        try:
            if not client.has_collection(name, timeout=SECONDS_TO_OPEN):
                raise LookupError(name)
            client.load_collection(name, timeout=SECONDS_TO_OPEN)
            fields = client.describe_collection(name, timeout=SECONDS_TO_OPEN)["fields"]
            count = count_of(client, name)
        except LookupError:
            raise
        except Exception as error:
            problem = type(error).__name__
            raise StoreUnavailable(say("store", "no_answer", problem=problem)) from error
        (dimension,) = (int(f["params"]["dim"]) for f in fields if f["name"] == "vector")
        return MilvusStore(client, name, count, dimension)

    def compares_all(self, n_keys: int) -> bool:  # noqa: ARG002
        """Return that it never does."""
        return False

    def forget(self, folder: Path) -> None:
        """Drop the collection that a folder names, where the server answers."""
        try:
            said = json.loads((folder / STORE_FILE).read_text(encoding="utf-8"))
            _drop(client_of(self.place), str(said["collection"]))
        except (OSError, ValueError, KeyError, TypeError, StoreUnavailable):
            return  # there is nothing to drop, or nobody to be told


def fill(client: MilvusClient, name: str, vectors: Vectors, *, is_graph: bool) -> None:
    """Make a collection, put all vectors into it, and wait until they can be searched."""
    from pymilvus import DataType

    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field(KEY, DataType.INT64, is_primary=True)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=vectors.shape[1])
    client.create_collection(
        name, schema=schema, consistency_level="Strong", timeout=SECONDS_TO_BUILD
    )
    for start in range(0, len(vectors), ROWS_AT_ONCE):
        part = vectors[start : start + ROWS_AT_ONCE]
        rows = [
            {KEY: key, "vector": vector} for key, vector in enumerate(part.tolist(), start=start)
        ]
        client.insert(name, rows, timeout=SECONDS_TO_BUILD)
    client.flush(name, timeout=SECONDS_TO_BUILD)
    index = client.prepare_index_params()
    if is_graph:
        made = {"M": LINKS, "efConstruction": WIDTH_WHEN_BUILT}
        index.add_index("vector", index_type="HNSW", metric_type="IP", params=made)
    else:
        index.add_index("vector", index_type="FLAT", metric_type="IP", params={})
    client.create_index(name, index, timeout=SECONDS_TO_BUILD)
    client.load_collection(name, timeout=SECONDS_TO_BUILD)
    count = count_of(client, name)
    if count != len(vectors):
        raise RuntimeError(f"{count} of {len(vectors)} vectors arrived.")


def count_of(client: MilvusClient, name: str) -> int:
    """Return how many keys a collection holds, whatever was written last included."""
    rows = client.query(
        name,
        filter="",
        output_fields=["count(*)"],
        consistency_level="Strong",
        timeout=SECONDS_TO_OPEN,
    )
    return int(rows[0]["count(*)"])


@cache
def client_of(place: MilvusPlace) -> MilvusClient:
    """Return the one connection of this process to a Milvus.

    Raises:
        StoreUnavailable: pymilvus is not installed, or nothing answers there.
    """
    if not place.uri:
        raise StoreUnavailable(say("store", "no_uri"))
    if find_spec("pymilvus") is None:
        raise StoreUnavailable(say("store", "not_installed"))
    from pymilvus import MilvusClient

    logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # one line a cause is ours to say
    try:
        return MilvusClient(place.uri, token=place.token, timeout=SECONDS_TO_OPEN)
    except Exception as error:
        problem = type(error).__name__
        raise StoreUnavailable(say("store", "no_answer", problem=problem)) from error


def _drop(client: MilvusClient, name: str) -> None:
    try:
        client.drop_collection(name, timeout=SECONDS_TO_OPEN)
    except Exception as error:  # noqa: BLE001 - a collection that is left over does no harm
        logger.warning("The collection %s was left over: %s", name, type(error).__name__)
