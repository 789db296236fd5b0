from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.bot import Chatbot, Turn
from chatbot.conversation import Conversation
from evals.case import LANGUAGES, Case, load_cases
from evals.rows import RowError
from evals.twins import (
    AGAIN,
    TwinReply,
    ask_twins,
    consistency,
    consistency_table,
    read_twins,
    twins_of,
    write_twins,
)
from index.script import to_simplified, to_traditional


def case(*turns: str, language: str = "hant", name: str = "A1", must: Sequence[str] = ()) -> Case:
    facts = tuple((fact,) for fact in must)
    return Case(name, "test", turns, "answer", frozenset({9}), facts, language, frozenset())


def by_change(of: Case) -> dict[str, tuple[str, ...]]:
    return {twin.change: twin.turns for twin in twins_of(of)}


ALL = {"other script", "typo", "polite", "third person", "emoji"}


@pytest.mark.parametrize(
    ("language", "text", "changes"),
    [
        ("hant", "骨轉移會痛嗎", ALL),
        ("hk", "骨轉移會唔會痛", ALL),
        ("hans", "骨转移会痛吗", ALL),
        ("typo", "骨轉宜會痛嗎", ALL - {"typo"}),
        ("en", "Do bone metastases hurt?", ALL - {"other script"}),
        ("hant", "ALP?", ALL - {"typo", "other script"}),
    ],
)
def test_each_language_has_its_twins(language: str, text: str, changes: set[str]) -> None:
    assert set(by_change(case(text, language=language))) == changes


def test_the_other_script_changes_every_turn_and_the_rest_only_the_last() -> None:
    found = by_change(case("骨轉移是什麼", "那會痛嗎"))
    assert found["other script"] == ("骨转移是什么", "那会痛吗")
    for change in ALL - {"other script"}:
        assert found[change][0] == "骨轉移是什麼"
        assert found[change][1] != "那會痛嗎"
    assert by_change(case("骨转移会痛吗", language="hans"))["other script"] == (
        to_traditional("骨转移会痛吗"),
    )


def test_a_slip_is_one_word_of_the_same_sound() -> None:
    slips = {by_change(case("骨轉移", name=f"A{i}"))["typo"] for i in range(9)}
    assert slips == {("骨轉宜",)}
    in_simplified = by_change(case("骨转移", language="hans"))["typo"]
    assert in_simplified == (to_simplified("骨轉宜"),)


def test_a_slip_in_english_swaps_two_letters_inside_a_long_word() -> None:
    for i in range(20):
        (slipped,) = by_change(case("is denosumab a drug", language="en", name=f"A{i}"))["typo"]
        word = slipped.split()[1]
        assert slipped.replace(word, "denosumab") == "is denosumab a drug"
        assert word != "denosumab"
        assert (word[0], word[-1], sorted(word)) == ("d", "b", sorted("denosumab"))


def test_what_is_added_leaves_the_question_whole() -> None:
    for test_case in load_cases("test")[::7]:
        for twin in twins_of(test_case):
            assert len(twin.turns) == len(test_case.turns)
            if twin.change not in ("other script", "typo"):
                assert test_case.turns[-1] in twin.turns[-1]
            assert twin.turns != test_case.turns


def test_the_same_case_has_the_same_twins() -> None:
    for language in LANGUAGES:
        asked = case("骨轉移會痛嗎 metastases", language=language)
        assert list(twins_of(asked)) == list(twins_of(asked))


def test_most_written_cases_have_a_slip() -> None:
    cases = [c for c in load_cases("test") if c.language != "typo"]
    with_slip = sum("typo" in by_change(c) for c in cases)
    assert with_slip / len(cases) > 0.9


def test_twins_are_compared_with_the_reply_to_their_case(calm_chatbot: Chatbot) -> None:
    asked = case("骨頭痛怎麼辦", must=["聯絡醫師"])
    found = {reply.change: reply for reply in ask_twins(calm_chatbot, [asked], "ours")}
    assert set(found) == {AGAIN, *ALL}
    for reply in found.values():
        assert (reply.case_id, reply.system, reply.turns) == ("A1", "ours", asked.turns)
        assert (reply.kind, reply.first, reply.right) == ("answer", "pain", True)
    again = found[AGAIN]
    assert again.same_bytes
    assert (again.twin_turns, again.twin_kind, again.twin_first) == (asked.turns, "answer", "pain")
    simplified = found["other script"]
    assert simplified.is_consistent
    assert not simplified.same_bytes  # the lead-in is in the other script


class Forgetful(Chatbot):
    """A chatbot that says something else every other time."""

    asked = 0

    def reply(self, question: str, conversation: Conversation = Conversation()) -> Turn:  # noqa: B008
        self.asked += 1
        turn = super().reply(question, conversation)
        return turn if self.asked % 2 else replace(turn, reply=super().reply("你好").reply)


def test_a_reply_that_depends_on_what_was_asked_before_is_found(small_chatbot: Chatbot) -> None:
    forgetful = Forgetful(small_chatbot.index)
    cases = [case("骨轉移是什麼", name="A1"), case("骨頭痛怎麼辦", name="A2")]
    again = [r for r in ask_twins(forgetful, cases, "ours") if r.change == AGAIN]
    assert [reply.same_bytes for reply in again] == [False, False]
    assert not any(reply.is_consistent for reply in again)


def reply(change: str = "polite", **more: object) -> TwinReply:
    plain: dict[str, object] = {
        "kind": "answer",
        "twin_kind": "answer",
        "first": "p1",
        "twin_first": "p1",
        "right": True,
        "twin_right": True,
        "same_bytes": False,
    }
    return TwinReply("A1", "ours", change, ("問",), ("請問",), **(plain | more))  # type: ignore[arg-type]


REPLIES = [
    reply(AGAIN, same_bytes=True),
    reply(AGAIN, same_bytes=False),
    reply(),
    reply(twin_first="p2", twin_right=False),
    reply(twin_kind="out_of_scope", twin_first="", right=False, twin_right=False),
    reply(twin_kind="urgent"),
]


def test_consistency_needs_kind_and_first_citation_and_asked_again_the_bytes() -> None:
    again, polite = consistency(REPLIES)
    assert (again.change, again.count, again.same_kind, again.same_first) == (AGAIN, 2, 2, 2)
    assert again.consistent == 1
    assert (polite.count, polite.same_kind, polite.same_first, polite.consistent) == (4, 2, 2, 1)
    assert (polite.right, polite.twin_right) == (3, 2)


def test_the_table_has_a_line_for_each_change() -> None:
    lines = consistency_table(REPLIES).splitlines()
    assert len(lines) == 4
    assert lines[3].startswith("| polite | 4 | 0.50 (0.15–0.85) | 0.50 (0.15–0.85) | 0.25 (")
    assert {line.count("|") for line in lines} == {8}


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "twins.jsonl"
    write_twins(REPLIES, path)
    assert list(read_twins(path)) == REPLIES
    path.write_text("{}\n", encoding="utf-8")
    with pytest.raises(RowError, match=r"^twins\.jsonl:1: "):
        read_twins(path)
