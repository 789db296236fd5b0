from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chatbot.bot import Chatbot
from evals.case import CaseError
from evals.several import judge_several
from evals.several_case import SPLITS, load_several

INTERVAL = {"text": "癌骨瓦幾週打一針？", "pages": [16], "must": [["4 週"]]}
OUTSIDE = {"text": "量子電腦怎麼運作？", "pages": [], "must": []}


def write(folder: Path, *parts: dict[str, Any], text: str = "") -> Path:
    row = {"id": "P1", "turns": [text or "".join(p["text"] for p in parts)], "parts": list(parts)}
    (folder / "several-dev.jsonl").write_text(json.dumps(row), encoding="utf-8")
    return folder


def test_each_question_is_judged_by_its_own_facts_and_pages(
    tmp_path: Path, calm_chatbot: Chatbot
) -> None:
    wrong_page = {**INTERVAL, "pages": [9]}
    wrong_fact = {**INTERVAL, "must": [["每天"]]}
    cases = load_several("dev", write(tmp_path, INTERVAL, wrong_page, wrong_fact))
    (judged,) = judge_several(calm_chatbot, cases)
    assert judged.met == (True, False, False)
    assert not judged.is_right


def test_what_the_reply_leaves_out_is_read_from_it(full_chatbot: Chatbot, tmp_path: Path) -> None:
    aids = {"text": "骨轉移的病人可能會用到什麼輔具？", "pages": [23], "must": [["矯正器"]]}
    outside = {"text": "請外籍看護政府有補助嗎？", "pages": [], "must": []}
    (judged,) = judge_several(full_chatbot, load_several("dev", write(tmp_path, outside, aids)))
    assert judged.case.left_out == judged.left_out == (1,)
    assert judged.is_right


def test_where_nothing_is_in_the_guide_no_answer_is_right(
    full_chatbot: Chatbot, tmp_path: Path
) -> None:
    (judged,) = judge_several(full_chatbot, load_several("dev", write(tmp_path, OUTSIDE, OUTSIDE)))
    assert judged.met == ()
    assert judged.is_right


@pytest.mark.parametrize(
    "parts",
    [
        [INTERVAL],
        [INTERVAL, {**OUTSIDE, "pages": [9]}],
        [INTERVAL, {**OUTSIDE, "must": [["4 週"]]}],
        [INTERVAL, {**INTERVAL, "must": [[]]}],
    ],
)
def test_a_broken_case_is_named_by_its_line(parts: list[dict[str, Any]], tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"several-dev.jsonl:1"):
        load_several("dev", write(tmp_path, *parts))


def test_a_part_must_stand_in_its_message(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="does not stand"):
        load_several("dev", write(tmp_path, INTERVAL, OUTSIDE, text="癌骨瓦幾週打一針？"))


@pytest.mark.parametrize("split", SPLITS)
def test_the_messages_of_the_repository_hold_each_kind(split: str) -> None:
    left_out = [len(case.left_out) / len(case.parts) for case in load_several(split)]
    assert left_out.count(0) == 30
    assert left_out.count(1) == 15
    assert len(left_out) == 80
