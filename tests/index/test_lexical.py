"""Search by words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.lexical import LexicalIndex
from index.script import normalise
from index.synonyms import fold_synonyms
from index.words import terms

WORDS = ["骨轉移", "顎骨壞死", "疼痛", "denosumab", "xgeva", "鈣", "多久", "的"]
DOCUMENTS = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join), min_size=1, max_size=8
)


def counted(text: str) -> list[str]:
    """Return what is counted of a text: terms of its normal form, synonyms made one."""
    return terms(fold_synonyms(normalise(text)))


def lucene_bm25(
    documents: Sequence[Sequence[str]], wanted: Sequence[str], k1: float = 1.2, b: float = 0.75
) -> list[float]:
    """Return BM25 as Lucene defines it, each term of the question once."""
    average = sum(map(len, documents)) / len(documents)
    scores = []
    for words in documents:
        score = 0.0
        for term in set(wanted):
            holding = sum(term in other for other in documents)
            if not holding:
                continue
            idf = math.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
            count = words.count(term)
            score += idf * count / (count + k1 * (1 - b + b * len(words) / average))
        scores.append(score)
    return scores


@settings(deadline=None)
@given(DOCUMENTS, st.lists(st.sampled_from([*WORDS, "沒有人寫過"]), min_size=1, max_size=6))
def test_scores_agree_with_lucenes_formula(documents: list[str], asked: list[str]) -> None:
    wanted = counted(" ".join(asked))
    found = LexicalIndex.build(documents).search(wanted)
    expected = lucene_bm25([counted(text) for text in documents], wanted)
    np.testing.assert_allclose(found.scores, expected, rtol=1e-4, atol=1e-5)


@pytest.fixture
def letters() -> LexicalIndex:
    return LexicalIndex.build(["alpha beta", "beta beta", "gamma"])


RARE = math.log(1 + 2.5 / 1.5)  # in one document of three
COMMON = math.log(1 + 1.5 / 2.5)  # in two
UNKNOWN = math.log(1 + 3.5 / 0.5)  # in none


def test_coverage_by_hand(letters: LexicalIndex) -> None:
    coverage = letters.search(["alpha", "beta"]).coverage
    np.testing.assert_allclose(coverage, [1, COMMON / (RARE + COMMON), 0], rtol=1e-6)


def test_unknown_words_lower_the_coverage(letters: LexicalIndex) -> None:
    coverage = letters.search(["alpha", "beta", "omega", "psi"]).coverage
    whole = RARE + COMMON + 2 * UNKNOWN
    np.testing.assert_allclose(coverage, [(RARE + COMMON) / whole, COMMON / whole, 0], rtol=1e-6)


def test_unknown_words_leave_the_scores_alone(letters: LexicalIndex) -> None:
    known, more = letters.search(["alpha"]), letters.search(["alpha", "omega"])
    np.testing.assert_array_equal(known.scores, more.scores)
    assert known.scores[0] > 0


def test_a_word_said_twice_counts_once(letters: LexicalIndex) -> None:
    once, twice = letters.search(["alpha", "beta"]), letters.search(["alpha", "beta", "beta"])
    np.testing.assert_array_equal(once.scores, twice.scores)
    np.testing.assert_array_equal(once.coverage, twice.coverage)


@pytest.mark.parametrize("asked", [[], ["omega"], ["#骨", "psi"]])
def test_a_question_without_known_words_gives_zeros(
    letters: LexicalIndex, asked: list[str]
) -> None:
    found = letters.search(asked)
    assert found.scores.tolist() == [0, 0, 0]
    assert found.coverage.tolist() == [0, 0, 0]


@settings(deadline=None)
@given(DOCUMENTS, st.lists(st.sampled_from([*WORDS, "沒有人寫過"]), min_size=1, max_size=6))
def test_coverage_is_a_share(documents: list[str], asked: list[str]) -> None:
    wanted = counted(" ".join(asked))
    found = LexicalIndex.build(documents).search(wanted)
    assert float(found.coverage.min()) >= 0
    assert float(found.coverage.max()) <= 1 + 1e-6
    held = [set(wanted) <= set(counted(text)) for text in documents]
    assert [share > 1 - 1e-5 for share in found.coverage.tolist()] == held


def test_documents_are_normalised() -> None:
    index = LexicalIndex.build(["颚骨坏死 \uff38-ray", "疼痛"])
    assert index.search(["顎骨壞死", "x", "ray"]).coverage.tolist() == [1, 0]


def test_synonyms_are_counted_as_one() -> None:
    index = LexicalIndex.build(["Xgeva 和疼痛", "癌骨瓦", "denosumab", "鈣"])
    assert index.search(["denosumab"]).coverage.tolist() == [1, 1, 1, 0]
    assert index.search(["xgeva"]).coverage.tolist() == [0, 0, 0, 0]


def test_synonyms_are_told_apart_on_request() -> None:
    index = LexicalIndex.build(["Xgeva 和疼痛", "denosumab"], synonyms=False)
    assert index.search(["denosumab"]).coverage.tolist() == [0, 1]
    assert index.search(["xgeva"]).coverage.tolist() == [1, 0]


def test_a_document_without_words_is_found_by_none() -> None:
    index = LexicalIndex.build(["。", "疼痛"])
    assert len(index) == 2
    assert index.search(terms("疼痛")).coverage.tolist() == [0, 1]


def test_a_loaded_index_finds_what_the_saved_one_found(tmp_path: Path) -> None:
    index = LexicalIndex.build(["骨轉移 疼痛", "denosumab 顎骨壞死", "疼痛 疼痛 xgeva"])
    index.save(tmp_path)
    loaded = LexicalIndex.load(tmp_path)
    assert len(loaded) == len(index) == 3
    for asked in ["骨轉移疼痛", "xgeva 多久", "顎骨壞死", "沒有"]:
        ours, theirs = index.search(terms(asked)), loaded.search(terms(asked))
        np.testing.assert_array_equal(ours.scores, theirs.scores)
        np.testing.assert_array_equal(ours.coverage, theirs.coverage)
