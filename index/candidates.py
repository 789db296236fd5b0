"""For a store too large to compare every key: which owners are worth a closer look.

The store gives the closest keys, the words give the documents that share rare ones; their owners
are then judged by all their keys, exactly. What is usual among all passages is learnt from a
sample of them, so that the scores of the legs can be added as they are for a small guide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.encoder import Vectors
from index.lexical import LexicalIndex
from index.owners import Owners, Positions
from index.vector_store import NO_KEY, VectorStore

FEWEST_KEYS, MOST_KEYS = 128, 1_024  # that the store is asked for, for each reading
BY_MEANING = 64  # passages looked at for their keys
BY_WORDS = 32  # and for their words
TOPICS = 16  # of each
SAMPLED = 256  # passages


@dataclass(frozen=True, slots=True)
class Sample:
    """Passages that stand for all.

    Attributes:
        owners: Which.
        vectors: Of their keys, unit vectors, shape (n_keys, dimension).
    """

    owners: Owners
    vectors: Vectors


def sampled(owners: Owners, n_passages: int) -> Owners:
    """Return passages at even distances: all of them where there are few."""
    count = min(SAMPLED, n_passages)
    return owners.some(np.unique(np.linspace(0, n_passages - 1, count).astype(np.int64)))


def candidates(
    owners: Owners,
    n_passages: int,
    store: VectorStore,
    words: LexicalIndex,
    mapped: Vectors,
    terms: Sequence[Sequence[str]],
) -> Owners:
    """Return the owners that any reading leads to: passages, then topics.

    Args:
        owners: All owners.
        n_passages: How many of them are passages.
        store: Vectors of all keys.
        words: The words of all owners.
        mapped: Vectors of the readings, shape (n_readings, dimension).
        terms: Terms of each reading.

    Raises:
        StoreUnavailable: The store does not answer.
    """
    n_keys, n_owners = len(owners.keys), len(owners)
    first_topic_key = int(owners.starts[n_passages]) if n_passages < n_owners else n_keys
    found: list[Positions] = []
    for stretch, of_words, most, most_by_words in (
        (range(first_topic_key), range(n_passages), BY_MEANING, BY_WORDS),
        (range(first_topic_key, n_keys), range(n_passages, n_owners), TOPICS, TOPICS),
    ):
        if not stretch:
            continue
        keys_each = len(stretch) / len(of_words)
        top_k = int(np.clip(most * keys_each, FEWEST_KEYS, MOST_KEYS))
        neighbours = store.closest(mapped, top_k=top_k, within=stretch)
        for keys in neighbours.keys:
            own = owners.owner_of[keys[keys != NO_KEY]]
            _, first = np.unique(own, return_index=True)
            found.append(own[np.sort(first)[:most]])
        found += [words.closest(own, top_k=most_by_words, within=of_words) for own in terms]
    return owners.some(np.unique(np.concatenate(found)))
