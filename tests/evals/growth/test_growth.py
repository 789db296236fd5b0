"""Passages made for the growth curves, and how they are measured."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from corpus.source import Source
from evals.growth import run as run_module
from evals.growth import synthetic
from evals.growth import whole as whole_module
from evals.growth.run import Likeness, closest_by_numpy, table, text_of, write
from evals.growth.step import Job, Step, build, measure, recall_at, timed_search
from evals.growth.synthetic import directions, drawn, write_vectors
from evals.growth.whole import Whole, WholeJob, guide_of
from evals.growth.whole import measure as measure_whole
from evals.written import MarkMissing, replace_figures
from index.encoder import Vectors, unit
from index.key import Key, KeyKind, keys_of
from index.query import read_query
from tests.helpers import small_guide, small_topics

STEP = Step("hnsw", 1_000, 0.996, 0.12, 0.34, 0.2, 1.5, 2.0, 3.0, 1700.4, 128)


def base(count: int = 40, dimension: int = 32) -> Vectors:
    chance = np.random.default_rng(9)
    return unit(chance.standard_normal((count, dimension), dtype=np.float32))


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synthetic, "AT_ONCE", 300)


@pytest.mark.usefixtures("small_blocks")
def test_the_same_passages_come_from_the_same_seed_however_many_are_wanted(tmp_path: Path) -> None:
    write_vectors(tmp_path / "few.npy", base(), 450)
    write_vectors(tmp_path / "more.npy", base(), 1000)
    few, more = np.load(tmp_path / "few.npy"), np.load(tmp_path / "more.npy")
    assert (few.shape, more.shape) == ((450, 32), (1000, 32))
    np.testing.assert_array_equal(few, more[:450])
    np.testing.assert_allclose(np.linalg.norm(more, axis=1), 1, atol=1e-5)
    write_vectors(tmp_path / "other.npy", base(), 450, seed=1)
    assert not np.array_equal(few, np.load(tmp_path / "other.npy"))
    assert len(np.unique(more, axis=0)) == 1000


@pytest.mark.usefixtures("small_blocks")
def test_a_passage_is_two_to_four_sentences_and_its_vector_near_their_sum() -> None:
    (block,) = drawn(base(), 300)
    counts = (block.sentences >= 0).sum(axis=1)
    assert set(counts.tolist()) == {2, 3, 4}
    (plain,) = drawn(base(), 300, noise=0.0)
    np.testing.assert_array_equal(plain.sentences, block.sentences)
    cosines = (plain.vectors * block.vectors).sum(axis=1)
    assert float(np.median(cosines)) == pytest.approx(1 / np.sqrt(1 + 0.6**2), abs=0.05)
    own = base()[plain.sentences[0][plain.sentences[0] >= 0]] @ plain.vectors[0]
    others = np.delete(base(), plain.sentences[0], axis=0) @ plain.vectors[0]
    assert own.min() > np.median(others)


def test_directions_are_counted() -> None:
    assert directions(np.eye(8, dtype=np.float32)) == pytest.approx(7)  # their mean takes one
    line = np.outer(np.arange(5), np.ones(4)).astype(np.float32)
    assert directions(line) == pytest.approx(1, abs=1e-4)
    (block,) = drawn(base(), 300)
    (plain,) = drawn(base(), 300, noise=0.0)
    assert directions(block.vectors) > directions(plain.vectors)


def test_the_text_of_a_passage_leaves_the_headings_out() -> None:
    keys = [Key(0, KeyKind.SENTENCE, text) for text in ("題。甲。", "題。乙。", "旁。丙。丁")]
    assert text_of(keys, np.array([2, 0, -1, -1])) == "丙。丁甲。"


@pytest.mark.parametrize("at_once", [7, 1000])
def test_the_closest_are_those_of_a_plain_sort(at_once: int) -> None:
    vectors, questions = base(100), base(9)[::-1]
    expected = np.argsort(-(questions @ vectors.T), axis=1, kind="stable")[:, :3]
    np.testing.assert_array_equal(closest_by_numpy(vectors, questions, at_once=at_once), expected)


def test_recall_counts_what_was_found_whatever_the_order() -> None:
    truth = np.array([[1, 2, 3], [4, 5, 6]])
    assert recall_at(np.array([[3, 2, 1], [4, 9, 8]]), truth) == pytest.approx(4 / 6)
    assert recall_at(truth, truth) == 1


def test_every_search_is_timed_after_a_round_that_is_not_counted() -> None:
    asked: list[int] = []

    def search(row: int) -> Sequence[int]:
        asked.append(row)
        return [row, row + 1]

    found, wall, processor = timed_search(search, 3)
    assert asked == [0, 1, 2] * 3
    assert found.tolist() == [[0, 1], [1, 2], [2, 3]]
    assert len(wall) == len(processor) == 6


@pytest.mark.parametrize("store", ["exact", "hnsw"])
def test_a_step_measures_what_was_built(
    tmp_path: Path, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.nice", lambda _: 0)
    vectors = unit(np.random.default_rng(3).standard_normal((500, 32), dtype=np.float32))
    for name, array in (
        ("vectors", vectors),
        ("questions", base(10)),
        ("truth", closest_by_numpy(vectors[:400], base(10))),
    ):
        np.save(tmp_path / f"{name}.npy", array)
    job = Job(
        store,
        vectors=str(tmp_path / "vectors.npy"),
        questions=str(tmp_path / "questions.npy"),
        truth=str(tmp_path / "truth.npy"),
        folder=str(tmp_path / "store"),
        count=400,
        threads=1,
    )
    build(job)
    step = measure(job)
    assert (step.store, step.count, step.recall) == (store, 400, 1.0)
    assert 0 < step.p50 <= step.p99
    assert step.bytes_each > 32 * 4
    assert step.width == (64 if store == "hnsw" else 0)
    worse = replace(job, truth=str(tmp_path / "wrong.npy"))
    np.save(worse.truth, np.full((10, 3), 450))
    assert measure(worse).recall == 0


def test_the_whole_search_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    topics = small_topics()
    monkeypatch.setattr(whole_module, "open_source", lambda: Source(small_guide(), topics))
    texts = [f"第{i}種藥物每{i}週注射一次。" for i in range(40)]
    guide, vectors = guide_of(texts, base(), 60)
    assert len(guide.passages) == len(vectors) == 60
    asked = [read_query(guide.passages[i].text).asked for i in (7, 30)]
    keys = [key for key in keys_of(guide, topics) if key.owner >= 60]
    np.savez(tmp_path / "sentences.npz", texts=np.array(texts), vectors=base())
    np.savez(tmp_path / "asked.npz", texts=np.array(asked), vectors=vectors[[7, 30]])
    np.save(tmp_path / "topics.npy", base()[: len(keys)])
    paths = [str(tmp_path / n) for n in ("sentences.npz", "topics.npy", "asked.npz", "store")]
    whole = measure_whole(WholeJob(60, paths[0], paths[1], paths[2], paths[3], 1))
    assert whole.count == 60
    assert 0 < whole.p50 <= whole.p99
    assert whole.own_memory > 10


def test_the_report_goes_into_the_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = tmp_path / "growth.md"
    document.write_text("before\n<!-- growth -->old<!-- /growth -->\nafter\n", encoding="utf-8")
    monkeypatch.setattr(run_module, "DOCUMENT", document)
    monkeypatch.setattr(run_module, "PICTURE", tmp_path / "growth.png")
    monkeypatch.setattr(run_module, "RESULTS", tmp_path / "results" / "growth.json")
    steps = [STEP, replace(STEP, count=10_000, recall=0.9)]
    wholes = [Whole(1_000, 1.25, 3.5, 1.1, 9.6, 210.2)]
    text = write(steps, wholes, Likeness(300, 0.86, 0.85, 0.7, 0.65, 44.0, 47.2))
    row = "| HNSW, width 128 | 1,000 | 0.996 | 0.12 | 0.34 | 0.20 | 1.5 | 2 | 3 | 1700 |"
    assert row in text.splitlines()
    assert "| 1,000 passages, 2,000 keys | 1.2 | 3.5 | 1.1 | 10 | 210 |" in text.splitlines()
    assert "0.85 and 0.86" in text
    assert "spread over 47 and 44 directions" in text
    assert document.read_text(encoding="utf-8") == (
        f"before\n<!-- growth -->\n\n{text}\n\n<!-- /growth -->\nafter\n"
    )
    kept = json.loads((tmp_path / "results" / "growth.json").read_text(encoding="utf-8"))
    assert kept["steps"] == [asdict(step) for step in steps]
    assert (tmp_path / "growth.png").read_bytes().startswith(b"\x89PNG")
    assert len(table(steps).splitlines()) == 4


def test_a_document_without_the_place_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.write_text("<!-- growth --> no end", encoding="utf-8")
    with pytest.raises(MarkMissing, match=r"x\.md has no place for growth"):
        replace_figures(path, "growth", "new")
    assert path.read_text(encoding="utf-8") == "<!-- growth --> no end"
