from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evals.peers.job import (
    JOB_FILE,
    Mode,
    SearchJob,
    SearchResult,
    read_job,
    read_search_result,
    read_spans,
    write_search_job,
    write_search_result,
    write_spans,
    write_split_job,
)

UNITS = np.eye(3, 4, dtype=np.float32)
QUESTIONS = np.eye(2, 4, dtype=np.float32)


def job(**changed: object) -> SearchJob:
    values = {
        "mode": Mode.HYBRID,
        "segmented": True,
        "top_k": 7,
        "units": ("骨頭 痛", "牙齒", ""),
        "questions": ("骨頭", "🦴"),
        "unit_vectors": UNITS,
        "question_vectors": QUESTIONS,
        "original": "/a/指南.txt",
    }
    return SearchJob(**{**values, **changed})  # type: ignore[arg-type]


def test_a_search_job_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_search_job(job(), tmp_path)
    read = read_job(tmp_path)
    assert isinstance(read, SearchJob)
    assert read.mode is Mode.HYBRID
    assert read.segmented
    assert read.top_k == 7
    assert read.units == ("骨頭 痛", "牙齒", "")
    assert read.questions == ("骨頭", "🦴")
    assert read.original == "/a/指南.txt"
    assert np.array_equal(read.unit_vectors, UNITS)
    assert np.array_equal(read.question_vectors, QUESTIONS)
    assert read.unit_vectors.dtype == np.float32


def test_a_text_to_split_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_split_job("第一頁\n\n第二頁\n", tmp_path)
    assert read_job(tmp_path) == "第一頁\n\n第二頁\n"


def test_an_unknown_task_is_refused(tmp_path: Path) -> None:
    (tmp_path / JOB_FILE).write_text('{"task": "sing"}', encoding="utf-8")
    with pytest.raises(ValueError, match="sing"):
        read_job(tmp_path)


@pytest.mark.parametrize("changed", [{"units": ("甲",)}, {"questions": ("甲", "乙", "丙")}])
def test_every_text_has_a_vector(changed: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(ValueError, match="vectors"):
        job(**changed)


def test_a_result_is_read_as_it_was_written(tmp_path: Path) -> None:
    result = SearchResult((((2, 0.5), (0, -1.25)), ()), 0.75, 12.5, (1.5, 2.5), (1.0, 2.0), 99.0)
    write_search_result(result, tmp_path)
    assert read_search_result(tmp_path) == result


def test_spans_are_read_as_they_were_written(tmp_path: Path) -> None:
    write_spans([(0, 5), (3, 9)], tmp_path)
    assert read_spans(tmp_path) == ((0, 5), (3, 9))
