from __future__ import annotations

import json
from pathlib import Path

import pytest

from chatbot.bot import Chatbot
from evals.case import CaseError
from evals.conversation_case import load_conversations
from evals.conversations import hold

TURN: dict[str, object] = {
    "text": "癌骨瓦幾週打一針",
    "kind": "answer",
    "pages": [16],
    "must": [["4 週"]],
}


def write(folder: Path, *turns: dict[str, object], language: str = "hant") -> Path:
    row = {
        "id": "V1",
        "lang": language,
        "tags": ["pronoun"],
        "turns": [{"follow_up": False, **turn} for turn in turns],
    }
    (folder / "conversations-dev.jsonl").write_text(json.dumps(row), encoding="utf-8")
    return folder


def test_a_turn_is_right_where_kind_facts_and_page_are(
    tmp_path: Path, calm_chatbot: Chatbot
) -> None:
    turns: list[dict[str, object]] = [
        TURN,
        {**TURN, "must": [["每天"]]},
        {**TURN, "pages": [9]},
        {"text": "謝謝", "kind": "smalltalk", "pages": [], "must": []},
        {"text": "謝謝", "kind": "clarify", "pages": [], "must": []},
    ]
    judged = hold(calm_chatbot, load_conversations("dev", write(tmp_path, *turns)))
    assert [one.right for one in judged] == [True, False, False, True, False]
    assert [one.right_kind for one in judged] == [True, True, True, True, False]


def test_a_turn_that_does_not_count_still_leads_on(tmp_path: Path, calm_chatbot: Chatbot) -> None:
    turns: list[dict[str, object]] = [
        {**TURN, "counts": False},
        {**TURN, "text": "那多久打一次", "follow_up": True},
    ]
    (judged,) = hold(calm_chatbot, load_conversations("dev", write(tmp_path, *turns)))
    assert judged.turn.is_follow_up
    assert judged.right


@pytest.mark.parametrize(
    "wrong",
    [
        {**TURN, "kind": "guess"},
        {**TURN, "must": []},
        {**TURN, "pages": []},
        {**TURN, "kind": "smalltalk"},
        {"text": "謝謝"},
    ],
)
def test_a_line_that_breaks_the_format_is_named(tmp_path: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(CaseError, match=r"conversations-dev\.jsonl:1"):
        load_conversations("dev", write(tmp_path, wrong))


def test_the_written_conversations_can_be_read() -> None:
    assert [len(load_conversations(split)) for split in ("dev", "test")] == [455, 130]
