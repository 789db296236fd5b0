"""The head that is learnt from the bank."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.encoder import Vectors
from index.head import FEWEST_OWNERS, Head, train_head
from index.key import Key, KeyKind

DIMENSION = 16
ASKED = 4


def bank(owners: int, *, seed: int = 0, noise: float = 1.2) -> tuple[tuple[Key, ...], Vectors]:
    """Return keys whose owner shows in the first half of a vector; the rest is noise."""
    chance = np.random.default_rng(seed)
    meaning = chance.normal(size=(owners, DIMENSION // 2))
    keys: list[Key] = []
    rows: list[np.ndarray] = []
    for owner in range(owners):
        for number in range(ASKED + 1):
            kind = KeyKind.QUESTION if number else KeyKind.TEXT
            keys.append(Key(owner, kind, f"{owner}/{number}"))
            own = meaning[owner] + chance.normal(size=DIMENSION // 2) * 0.3
            rows.append(np.concatenate([own, chance.normal(size=DIMENSION // 2) * noise]))
    vectors = np.array(rows, dtype=np.float32)
    return tuple(keys), vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def share_found(keys: tuple[Key, ...], vectors: Vectors) -> float:
    """Return how many keys have another key of their owner as the closest one."""
    similarities = vectors @ vectors.T
    np.fill_diagonal(similarities, -2)
    closest = similarities.argmax(axis=1)
    return float(np.mean([keys[i].owner == keys[j].owner for i, j in enumerate(closest)]))


def test_what_is_learnt_from_one_bank_helps_with_other_questions_of_its_owners() -> None:
    keys, vectors = bank(120)
    head = train_head(keys, vectors)
    assert head is not None
    chance = np.random.default_rng(9)
    new = vectors.copy()
    new[:, DIMENSION // 2 :] = chance.permutation(new[:, DIMENSION // 2 :])  # the same owners
    new /= np.linalg.norm(new, axis=1, keepdims=True)
    assert share_found(keys, head.apply(new)) > share_found(keys, new) + 0.1


def test_vectors_keep_shape_type_and_length_one() -> None:
    keys, vectors = bank(FEWEST_OWNERS)
    head = train_head(keys, vectors)
    assert head is not None
    mapped = head.apply(vectors)
    assert mapped.shape == vectors.shape
    assert mapped.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(mapped, axis=1), 1, atol=1e-5)
    assert head.matrix.dtype == np.float32


def test_the_same_bank_gives_the_same_head() -> None:
    keys, vectors = bank(FEWEST_OWNERS)
    first, second = train_head(keys, vectors), train_head(keys, vectors)
    assert first is not None
    assert second is not None
    np.testing.assert_array_equal(first.matrix, second.matrix)


def test_it_stays_near_the_identity() -> None:
    keys, vectors = bank(FEWEST_OWNERS)
    head = train_head(keys, vectors)
    assert head is not None
    moved = np.abs(head.matrix - np.eye(DIMENSION))
    assert 0.001 < float(moved.max()) < 0.3


def test_a_small_bank_teaches_nothing() -> None:
    assert train_head(*bank(FEWEST_OWNERS - 1)) is None
    keys, vectors = bank(FEWEST_OWNERS)
    texts = tuple(Key(key.owner, KeyKind.TEXT, key.text) for key in keys)
    assert train_head(texts, vectors) is None


def test_a_saved_head_is_the_same_when_loaded(tmp_path: Path) -> None:
    head = Head(np.arange(16, dtype=np.float32).reshape(4, 4))
    head.save(tmp_path / "head.npy")
    np.testing.assert_array_equal(Head.load(tmp_path / "head.npy").matrix, head.matrix)


def test_a_file_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "head.npy", np.zeros((3, 4), dtype=np.float32))
    with pytest.raises(ValueError, match="square"):
        Head.load(tmp_path / "head.npy")
