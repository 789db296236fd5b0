"""Vectors kept by what they were made from, so that an edited passage costs one vector."""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from corpus.storage import write_atomically
from index.delivered_vectors import read_delivered
from index.encoder import Encoder, Vectors
from index.key import Key, KeyKind

KEPT = 100_000  # vectors in the file; the oldest go first
STEP = 512  # texts encoded between two looks at the clock
SAVED_EVERY = 10.0  # seconds of work that a crash may cost
Progress = Callable[[int, int], None]


def unwatched(done: int, todo: int) -> None:
    """Take note of nothing: the progress of work that nobody watches."""


class VectorCache:
    """A file of vectors by the hash of model, prompt and text.

    Those that are delivered come first, so that every machine has the same.
    """

    def __init__(self, path: Path, delivered: Path | None = None) -> None:
        self._path = path
        self._delivered = delivered
        self._vectors: dict[bytes, Vectors] = {}
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
                names, vectors = stored["names"], stored["vectors"]
            self._vectors = {
                bytes(name): vector for name, vector in zip(names, vectors, strict=True)
            }
        except (OSError, ValueError, KeyError, EOFError, RuntimeError, BadZipFile):
            pass  # no cache, or a damaged one: everything is encoded again

    def encode(self, encoder: Encoder, keys: Sequence[Key], progress: Progress) -> Vectors:
        """Return a unit vector for each key, float32, shape (n_keys, dimension)."""
        self._vectors = {
            name: vector
            for name, vector in self._vectors.items()
            if vector.shape == (encoder.dimension,)
        }
        names = names_of(encoder, keys)
        delivered = read_delivered(self._delivered, encoder.name) if self._delivered else {}
        missing = {
            name: key
            for name, key in zip(names, keys, strict=True)
            if name not in delivered and name not in self._vectors
        }
        todo = list(missing.items())
        saved = time.monotonic()
        try:
            for start in range(0, len(todo), STEP):
                progress(start, len(todo))
                self._encode_some(encoder, todo[start : start + STEP])
                if time.monotonic() - saved > SAVED_EVERY:
                    self._save()
                    saved = time.monotonic()
        finally:  # what was encoded before something failed is kept too
            if todo and self._vectors:
                self._save()
        progress(len(todo), len(todo))
        known = {**self._vectors, **delivered}
        return np.stack([known[name] for name in names])

    def _encode_some(self, encoder: Encoder, todo: list[tuple[bytes, Key]]) -> None:
        for encode, wanted in (
            (encoder.encode_passages, True),
            (encoder.encode_questions, False),
        ):
            part = [(name, key) for name, key in todo if is_text(key.kind) is wanted]
            if part:
                vectors = encode([key.text for _, key in part])
                self._vectors.update(zip((name for name, _ in part), vectors, strict=True))

    def _save(self) -> None:
        kept = list(self._vectors.items())[-KEPT:]
        content = io.BytesIO()
        np.savez(
            content,
            names=np.array([np.frombuffer(name, dtype=np.uint8) for name, _ in kept]),
            vectors=np.stack([vector for _, vector in kept]),
        )
        write_atomically(self._path, content.getvalue())


def is_text(kind: KeyKind) -> bool:
    """Return whether a key is encoded as what answers, not as what is asked."""
    return kind in (KeyKind.TEXT, KeyKind.BODY, KeyKind.SENTENCE)


def names_of(encoder: Encoder, keys: Sequence[Key]) -> list[bytes]:
    """Return what the vector of each key is known by."""
    return [_name(encoder, key) for key in keys]


def _name(encoder: Encoder, key: Key) -> bytes:
    prompt = "passage" if is_text(key.kind) else "question"
    parts = "\x1f".join((encoder.name, str(encoder.dimension), prompt, key.text))
    return hashlib.sha256(parts.encode()).digest()[:16]
