"""Vectors of the edition's keys that come with the product, so that a first start encodes nothing.

They are those of the default encoder, in 8 bits a number. What was edited since, and every other
guide or model, is encoded on the machine: a vector is known by the hash of what it was made from.
`make vectors` writes them.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from corpus.storage import write_atomically
from index.encoder import Vectors, unit

DELIVERED = Path(__file__).parent / "edition_vectors.npz"
LARGEST = 127
NAME_BYTES = 16


def read_delivered(path: Path, model: str) -> Mapping[bytes, Vectors]:
    """Return unit vectors by name; none where the file is of another model, damaged or missing."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            if str(stored["model"]) != model:
                return {}
            names, steps, codes = stored["names"], stored["steps"], stored["codes"]
        vectors = unit(codes.astype(np.float32) * steps[:, None])
        return {bytes(name): vector for name, vector in zip(names, vectors, strict=True)}
    except (OSError, ValueError, KeyError, EOFError, IndexError, BadZipFile):
        return {}  # they save time and nothing else


def write_delivered(path: Path, model: str, names: Sequence[bytes], vectors: Vectors) -> None:
    """Write vectors, shape (n_names, dimension), each number in 8 bits of its vector's step."""
    order = sorted(range(len(names)), key=lambda i: names[i])
    ordered = np.asarray(vectors, dtype=np.float32)[order]
    steps = (np.abs(ordered).max(axis=1) / LARGEST).astype(np.float32)
    content = io.BytesIO()
    np.savez_compressed(
        content,
        model=np.array(model),
        names=np.frombuffer(b"".join(names[i] for i in order), np.uint8).reshape(-1, NAME_BYTES),
        steps=steps,
        codes=np.rint(ordered / steps[:, None]).astype(np.int8),
    )
    write_atomically(path, content.getvalue())
