"""Search by meaning."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dense import BLOCK, FEWEST_SHARED, DenseIndex
from index.encoder import Vectors


def unit_vectors(count: int, dimension: int, seed: int) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(count, dimension))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def test_a_key_has_similarity_one_with_itself_alone() -> None:
    vectors = unit_vectors(50, 16, seed=1)
    similarities = DenseIndex.build(vectors).similarities(vectors)
    np.testing.assert_allclose(np.diag(similarities), 1, atol=1e-6)
    assert float((similarities - np.eye(50, dtype=np.float32) * 2).max()) < 0.999


def test_similarities_by_hand() -> None:
    vectors = np.array([[1, 0], [0.6, 0.8], [0, -1]], dtype=np.float32)
    similarities = DenseIndex.build(vectors).similarities(np.array([[0, 1]], dtype=np.float32))
    np.testing.assert_allclose(similarities, [[0, 0.8, -1]], atol=1e-6)


@given(st.integers(1, 40), st.integers(2, 12), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_agrees_with_numpy(count: int, dimension: int, asked: int, seed: int) -> None:
    keys, questions = unit_vectors(count, dimension, seed), unit_vectors(asked, dimension, seed + 1)
    similarities = DenseIndex.build(keys).similarities(questions)
    assert similarities.shape == (asked, count)
    np.testing.assert_allclose(similarities, questions @ keys.T, atol=1e-5)


@pytest.mark.parametrize("count", [FEWEST_SHARED - 1, FEWEST_SHARED, FEWEST_SHARED + BLOCK + 1])
def test_threads_share_the_keys_of_a_large_index_and_leave_none_out(count: int) -> None:
    keys, questions = unit_vectors(count, 8, seed=6), unit_vectors(3, 8, seed=7)
    similarities = DenseIndex.build(keys).similarities(questions)
    np.testing.assert_allclose(similarities, questions @ keys.T, atol=1e-6)


def test_a_cosine_does_not_depend_on_what_else_is_asked() -> None:
    index = DenseIndex.build(unit_vectors(FEWEST_SHARED, 384, seed=8))
    questions = unit_vectors(3, 384, seed=9)
    together = index.similarities(questions)
    for question, similarities in zip(questions, together, strict=True):
        np.testing.assert_array_equal(index.similarities(question[None])[0], similarities)


def test_a_question_that_is_no_number_is_refused() -> None:
    questions = unit_vectors(2, 8, seed=10)
    questions[1, 3] = np.nan
    with pytest.raises(ValueError, match="no length"):
        DenseIndex.build(unit_vectors(5, 8, seed=11)).similarities(questions)


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
    np.testing.assert_array_equal(index.similarities(questions), loaded.similarities(questions))
