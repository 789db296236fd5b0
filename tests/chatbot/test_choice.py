from __future__ import annotations

import pytest

from chatbot.bot import Chatbot
from chatbot.choice import Chooser
from chatbot.conversation import Conversation, understand
from chatbot.reply import Answer
from corpus.passage import Guide, Section
from index.passage_index import words_only_index
from index.query import read_query
from tests.helpers import hearing, passage

PAIN = passage("pain", "骨轉移會痛。", heading="骨轉移會痛嗎", questions=("骨轉移會痛嗎",))
TESTS = passage(
    "tests", "骨骼掃描能找到骨轉移。", heading="做什麼檢查", questions=("骨轉移要做什麼檢查",)
)
DENO = passage(
    "deno", "Denosumab 打在皮下。", heading="denosumab 怎麼打", questions=("denosumab 怎麼打",)
)
ZOLE = passage(
    "zole", "Zoledronate 從靜脈滴。", heading="zoledronate 怎麼打", questions=("zometa 怎麼打",)
)
GUIDE = Guide("g", "指南", (Section("節", (PAIN, TESTS, DENO, ZOLE)),))
INDEX = words_only_index(GUIDE, ())
CHATBOT = hearing(Chatbot(INDEX))


def shown(question: str) -> list[str]:
    query = read_query(question)
    understood = understand(query, Conversation())
    found = INDEX.search(understood.readings, top_k=8)
    choice = Chooser(INDEX, None).choose(query, understood, found)
    return [hit.passage.passage_id for hit in choice.shown]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("骨轉移會痛嗎？骨轉移要做什麼檢查", ["pain", "tests"]),
        ("骨轉移要做什麼檢查？骨轉移會痛嗎", ["tests", "pain"]),
        ("骨轉移會痛嗎？會不會很痛啊骨轉移", ["pain"]),
    ],
)
def test_several_questions_are_answered_side_by_side(question: str, names: list[str]) -> None:
    assert sorted(shown(question)) == sorted(names)


def test_a_question_without_an_answer_leaves_the_others_theirs() -> None:
    reply = CHATBOT.reply("骨轉移會痛嗎？天氣晴朗陽光普照萬里無雲嗎？").reply
    assert isinstance(reply, Answer)
    assert [c.passage.passage_id for c in reply.citations] == ["pain"]
    assert reply.text.splitlines()[0] == "您問的第 2 個問題，指南沒有回答，請問您的醫療團隊。"


def test_a_comparison_brings_both_sides() -> None:
    assert set(shown("denosumab 跟 zometa 怎麼打，差在哪")) == {"deno", "zole"}
