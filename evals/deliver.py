"""Write the vectors that are delivered with the product (`index/delivered_vectors.py`)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from corpus.progress_bar import progress_bar
from corpus.source import Source
from index.delivered_vectors import DELIVERED, write_delivered
from index.encoder import Encoder
from index.sentences import encoded_keys
from index.store import IndexStore
from index.vector_cache import VectorCache, names_of


def deliver_vectors(source: Source, encoder: Encoder, path: Path = DELIVERED) -> int:
    """Write the vectors of all keys of a source; return how many they are.

    Vectors that this machine encoded before are taken, those that were delivered before are not.
    """
    keys = encoded_keys(source.guide, source.topics)
    cache = VectorCache(IndexStore.of(source.guide, encoder).vectors)
    with progress_bar("vectors") as progress:
        vectors = cache.encode(encoder, keys, progress)
    by_name = dict(zip(names_of(encoder, keys), vectors, strict=True))
    write_delivered(path, encoder.name, list(by_name), np.stack([*by_name.values()]))
    return len(by_name)
