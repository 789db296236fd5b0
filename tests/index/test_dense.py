"""Search by meaning."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dense import DenseIndex
from index.encoder import Vectors


def unit_vectors(count: int, dimension: int, seed: int) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(count, dimension))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def test_a_key_is_its_own_best_hit_with_similarity_one() -> None:
    vectors = unit_vectors(50, 16, seed=1)
    similarities, positions = DenseIndex.build(vectors).search(vectors, top_k=3)
    assert positions[:, 0].tolist() == list(range(50))
    np.testing.assert_allclose(similarities[:, 0], 1, atol=1e-6)
    assert float(similarities[:, 1].max()) < 0.999


def test_similarities_by_hand() -> None:
    vectors = np.array([[1, 0], [0.6, 0.8], [0, -1]], dtype=np.float32)
    similarities, positions = DenseIndex.build(vectors).search(np.array([[0, 1]], dtype=np.float32))
    assert positions.tolist() == [[1, 0, 2]]
    np.testing.assert_allclose(similarities, [[0.8, 0, -1]], atol=1e-6)


@given(st.integers(1, 40), st.integers(2, 12), st.integers(1, 60), st.integers(0, 2**32 - 1))
def test_agrees_with_numpy(count: int, dimension: int, top_k: int, seed: int) -> None:
    keys, questions = unit_vectors(count, dimension, seed), unit_vectors(3, dimension, seed + 1)
    similarities, positions = DenseIndex.build(keys).search(questions, top_k=top_k)
    products = questions @ keys.T
    expected = -np.sort(-products, axis=1)[:, :top_k]
    assert similarities.shape == positions.shape == (3, min(top_k, count))
    np.testing.assert_allclose(similarities, expected, atol=1e-5)
    np.testing.assert_allclose(
        np.take_along_axis(products, positions, axis=1), similarities, atol=1e-5
    )
    assert all(len(set(row)) == len(row) for row in positions.tolist())


@pytest.mark.parametrize("length", [0.0, 0.99, 1.01, float("nan")])
def test_vectors_of_another_length_are_refused(length: float) -> None:
    vectors = unit_vectors(5, 8, seed=3)
    vectors[2] *= np.float32(length)
    with pytest.raises(ValueError, match="length 1"):
        DenseIndex.build(vectors)


def test_a_loaded_index_finds_what_the_saved_one_found(tmp_path: Path) -> None:
    index = DenseIndex.build(unit_vectors(30, 8, seed=4))
    index.save(tmp_path / "dense.faiss")
    loaded = DenseIndex.load(tmp_path / "dense.faiss")
    assert (len(loaded), loaded.dimension) == (len(index), index.dimension) == (30, 8)
    questions = unit_vectors(4, 8, seed=5)
    for ours, theirs in zip(index.search(questions), loaded.search(questions), strict=True):
        np.testing.assert_array_equal(ours, theirs)
