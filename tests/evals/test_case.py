from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from evals.case import SPLITS, Case, CaseError, load_cases

GOOD: dict[str, object] = {
    "id": "A1",
    "turns": ["血鈣太高怎麼了"],
    "kind": "answer",
    "pages": [9, 26],
    "must": [["血鈣", "鈣"], ["便祕"]],
    "lang": "hant",
    "tags": ["fact", "broad"],
    "subject": "tests",
}


def written(folder: Path, *lines: str) -> Path:
    (folder / "dev.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def line(**changed: object) -> str:
    return json.dumps({**GOOD, **changed}, ensure_ascii=False)


def test_a_line_is_read_as_a_case(tmp_path: Path) -> None:
    (case,) = load_cases("dev", written(tmp_path, line()))
    assert case == Case(
        case_id="A1",
        split="dev",
        turns=("血鈣太高怎麼了",),
        kind="answer",
        pages=frozenset({9, 26}),
        must=(("血鈣", "鈣"), ("便祕",)),
        language="hant",
        tags=frozenset({"fact", "broad"}),
        subject="tests",
    )
    assert not case.is_follow_up


def test_cases_keep_their_order_and_a_second_turn_is_a_follow_up(tmp_path: Path) -> None:
    folder = written(tmp_path, line(), line(id="A2", turns=["骨針有哪些", "那多久打一次"]))
    first, second = load_cases("dev", folder)
    assert (first.case_id, second.case_id) == ("A1", "A2")
    assert second.is_follow_up


BAD = {
    "not JSON": "{",
    "blank": "",
    "array": "[]",
    "null": "null",
    "text": '"A1"',
    "unknown kind": line(id="B", kind="perhaps"),
    "unknown language": line(id="B", lang="fr"),
    "no turns": line(id="B", turns=[]),
    "turns are a text": line(id="B", turns="血鈣"),
    "a fact without a wording": line(id="B", must=[["血鈣"], []]),
    "a fact that is a text": line(id="B", must=["血鈣"]),
    "answerable without pages": line(id="B", pages=[]),
    "a page that is no number": line(id="B", pages=["九"]),
    "pages are a number": line(id="B", pages=9),
    "tags are missing": json.dumps({k: v for k, v in GOOD.items() if k != "tags"}),
    "id is missing": json.dumps({k: v for k, v in GOOD.items() if k != "id"}),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_bad_line_is_named_by_file_and_line(tmp_path: Path, bad: str) -> None:
    folder = written(tmp_path, line(), line(id="A2"), bad, line(id="A4"))
    with pytest.raises(CaseError, match=r"^dev\.jsonl:3: "):
        load_cases("dev", folder)


def test_an_id_that_stands_twice_is_named(tmp_path: Path) -> None:
    folder = written(tmp_path, line(), line(id="A2"), line())
    with pytest.raises(CaseError, match=r"^dev\.jsonl:3: id A1 stands twice$"):
        load_cases("dev", folder)


@pytest.mark.parametrize("kind", ["out_of_scope", "urgent", "personal_advice"])
def test_only_an_answerable_case_needs_pages(tmp_path: Path, kind: str) -> None:
    (case,) = load_cases("dev", written(tmp_path, line(kind=kind, pages=[], must=[])))
    assert case.pages == frozenset()


@pytest.mark.parametrize("separator", ["\u2028", "\x85", "\x0c"])
def test_only_a_line_feed_ends_a_line(tmp_path: Path, separator: str) -> None:
    asked = f"血鈣{separator}太高"
    text = line(turns=["@"]).replace("@", asked if separator != "\x0c" else "血鈣\\f太高")
    (case,) = load_cases("dev", written(tmp_path, text))
    assert case.turns == (asked,)


def test_the_real_cases_are_whole() -> None:
    cases = [case for split in SPLITS for case in load_cases(split)]
    assert len(cases) > 300
    assert [name for name, count in Counter(c.case_id for c in cases).items() if count > 1] == []
    assert {case.split for case in cases} == set(SPLITS)
    pages = {page for case in cases for page in case.pages}
    assert min(pages) >= 1
    assert max(pages) <= 35


def test_no_question_is_in_both_the_development_and_the_test_split() -> None:
    asked = {case.turns for case in load_cases("dev")}
    assert asked
    assert asked & {case.turns for case in load_cases("test")} == set()
