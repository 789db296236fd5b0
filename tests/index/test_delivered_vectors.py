"""Vectors that come with the product: they save encoding, and what does not fit is left aside."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus.source import Source
from evals.deliver import deliver_vectors
from index.delivered_vectors import DELIVERED, read_delivered, write_delivered
from index.encoder import Encoder
from index.key import Key, KeyKind
from index.onnx_encoder import MODEL_NAME
from index.sentences import encoded_keys
from index.vector_cache import VectorCache, is_text, names_of, unwatched
from tests.helpers import FakeEncoder, small_guide, small_topics

KEYS = [Key(0, KeyKind.QUESTION, text) for text in ("骨轉移會痛嗎", "什麼是骨轉移", "顎骨壞死")]


@pytest.fixture
def delivered(tmp_path: Path) -> Path:
    """Return a file with the vectors of the first two keys."""
    encoder, path = FakeEncoder(), tmp_path / "delivered.npz"
    vectors = encoder.encode_questions([key.text for key in KEYS[:2]])
    write_delivered(path, encoder.name, names_of(encoder, KEYS[:2]), vectors)
    return path


def test_only_what_is_not_delivered_is_encoded(delivered: Path, tmp_path: Path) -> None:
    encoder = FakeEncoder()
    vectors = VectorCache(tmp_path / "own.npz", delivered).encode(encoder, KEYS, unwatched)
    assert encoder.encoded == 1
    exact = FakeEncoder().encode_questions([key.text for key in KEYS])
    assert (vectors * exact).sum(axis=1).min() > 0.9999
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_what_is_delivered_comes_before_what_the_machine_has(
    delivered: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own.npz"
    exact = VectorCache(own).encode(FakeEncoder(), KEYS, unwatched)
    vectors = VectorCache(own, delivered).encode(FakeEncoder(), KEYS, unwatched)
    assert not np.array_equal(vectors[:2], exact[:2])
    np.testing.assert_array_equal(vectors[2], exact[2])


def test_vectors_of_another_model_are_left_aside(delivered: Path, tmp_path: Path) -> None:
    other = FakeEncoder("other")
    VectorCache(tmp_path / "own.npz", delivered).encode(other, KEYS, unwatched)
    assert other.encoded == len(KEYS)


@pytest.mark.parametrize("damage", ["cut", "flip", "text", "remove"])
def test_a_damaged_file_costs_time_and_nothing_else(
    damage: str, delivered: Path, tmp_path: Path
) -> None:
    content = bytearray(delivered.read_bytes())
    if damage == "cut":
        delivered.write_bytes(content[:-100])
    elif damage == "flip":
        content[len(content) // 2] ^= 1
        delivered.write_bytes(content)
    elif damage == "text":
        delivered.write_text("not a file of vectors", encoding="utf-8")
    else:
        delivered.unlink()
    assert read_delivered(delivered, FakeEncoder().name) == {}
    encoder = FakeEncoder()
    VectorCache(tmp_path / "own.npz", delivered).encode(encoder, KEYS, unwatched)
    assert encoder.encoded == len(KEYS)


def test_delivering_writes_every_key_of_a_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BONEHEALTH_DATA", str(tmp_path))
    source = Source(small_guide(), small_topics())
    path = tmp_path / "delivered.npz"
    count = deliver_vectors(source, FakeEncoder(), path)
    found = read_delivered(path, FakeEncoder().name)
    assert set(found) == set(names_of(FakeEncoder(), encoded_keys(source.guide, source.topics)))
    assert len(found) == count


@pytest.mark.model
def test_nearly_all_of_the_edition_is_delivered_as_the_encoder_has_it(
    edition: Source, encoder: Encoder
) -> None:
    keys = encoded_keys(edition.guide, edition.topics)
    found = read_delivered(DELIVERED, MODEL_NAME)
    named = list(zip(names_of(encoder, keys), keys, strict=True))
    held = [(found[name], key) for name, key in named if name in found]
    assert len(held) > 0.95 * len(named), "make vectors"
    some = held[:: len(held) // 60]
    vectors = np.stack([vector for vector, _ in some])
    exact = np.concatenate(
        [
            (encoder.encode_passages if is_text(key.kind) else encoder.encode_questions)([key.text])
            for _, key in some
        ]
    )
    assert (vectors * exact).sum(axis=1).min() > 0.9998
