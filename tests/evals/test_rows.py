from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.case import KINDS, LANGUAGES, Case
from evals.outcome import Outcome, Shown
from evals.rows import RowError, outcome_of, previous_of, read_rows, row_of, write_rows
from tests.evals.outcomes import abstained, outcome

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NUMBERS = st.frozensets(st.integers(1, 40), max_size=3)
CASES = st.builds(
    Case,
    TEXTS,
    st.sampled_from(("dev", "real-test")),
    st.lists(TEXTS, min_size=1, max_size=3).map(tuple),
    st.sampled_from(KINDS),
    NUMBERS,
    st.lists(st.lists(TEXTS, min_size=1, max_size=2).map(tuple), max_size=2).map(tuple),
    st.sampled_from(LANGUAGES),
    st.frozensets(TEXTS, max_size=3),
    TEXTS,
)
OUTCOMES = st.builds(
    Outcome,
    CASES,
    TEXTS,
    TEXTS,
    st.lists(TEXTS, max_size=3).map(tuple),
    st.integers(0, 900),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.integers(0, 10**6).map(lambda n: n / 10**5),
    st.lists(st.builds(Shown, TEXTS, NUMBERS.map(tuple), TEXTS), max_size=2).map(tuple),
    TEXTS,
    TEXTS,
    st.none() | st.floats(-5, 5),
)

ADDED = ("lang", "tags", "subject", "pages", "must", "text", "reason", "confidence", "evidence")


def test_a_row_is_written_for_each_outcome(tmp_path: Path) -> None:
    path = tmp_path / "new" / "rows.jsonl"
    shown = (Shown("p1", (9, 26), "骨頭痛時，請聯絡醫師。"),)
    full = outcome(
        "A1",
        evidence=42,
        language="hans",
        tags=("fact", "broad"),
        subject="symptoms",
        must=(("痛", "疼"), ("醫師",)),
        evidence_shown=shown,
        text="指南第 9 頁：",
        reason="T2: fever",
        confidence=0.25,
    )
    write_rows([full, abstained("A2")], path)
    first, second = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    assert first == {
        "id": "A1",
        "split": "dev",
        "system": "ours",
        "turns": ["骨轉移會痛嗎"],
        "expected": "answer",
        "kind": "answer",
        "met": True,
        "met_first": True,
        "page_first": True,
        "shown": ["p1"],
        "characters": 42,
        "seconds": 0.01235,
        "lang": "hans",
        "tags": ["broad", "fact"],
        "subject": "symptoms",
        "pages": [9],
        "must": [["痛", "疼"], ["醫師"]],
        "text": "指南第 9 頁：",
        "reason": "T2: fever",
        "confidence": 0.25,
        "evidence": [{"name": "p1", "pages": [9, 26], "quote": "骨頭痛時，請聯絡醫師。"}],
    }
    assert (second["id"], second["kind"], second["met"]) == ("A2", "out_of_scope", False)
    assert second["confidence"] is None
    assert "骨轉移" in path.read_text(encoding="utf-8")


@given(OUTCOMES)
def test_what_is_written_is_read_again(before: Outcome) -> None:
    assert outcome_of(json.loads(json.dumps(row_of(before)))) == before


def test_a_line_separator_inside_a_text_ends_no_row(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    odd = [outcome("A1", seconds=0.5, text="一\u2028二\x85三\n四"), outcome("A2", seconds=0.5)]
    write_rows(odd, path)
    assert list(read_rows(path)) == odd


def test_a_row_of_an_older_run_has_no_facts_and_no_quotations(tmp_path: Path) -> None:
    older = {
        key: value
        for key, value in row_of(outcome("A1", tags=("fact",), must=(("痛",),))).items()
        if key not in ADDED
    }
    read = outcome_of(older)
    assert (read.case.case_id, read.case.kind, read.met, read.evidence) == (
        "A1",
        "answer",
        True,
        100,
    )
    assert (read.case.must, read.case.tags, read.evidence_shown) == ((), frozenset(), ())
    assert read.confidence is None


def test_the_last_run_is_kept_and_only_that(tmp_path: Path) -> None:
    path = tmp_path / "edition.jsonl"
    previous = tmp_path / "edition.previous.jsonl"
    assert previous_of(path) == previous
    write_rows([outcome("A1")], path)
    assert not previous.exists()
    write_rows([outcome("A2")], path)
    write_rows([outcome("A3")], path)
    assert [o.case.case_id for o in read_rows(previous)] == ["A2"]
    assert [o.case.case_id for o in read_rows(path)] == ["A3"]


@pytest.mark.parametrize("line", ["{", "[]", "3", '{"id": "A1"}', '{"id": "A1", "turns": null}'])
def test_a_line_that_is_no_row_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "rows.jsonl"
    write_rows([outcome("A1")], path)
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(RowError, match=r"^rows\.jsonl:2: "):
        read_rows(path)


def test_an_empty_file_has_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    write_rows([], path)
    assert read_rows(path) == ()
