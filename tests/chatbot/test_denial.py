"""What a turn denies: the question before is asked again, for what holds instead."""

from __future__ import annotations

import pytest

from chatbot.conversation import Conversation, understand
from chatbot.denial import read_denial
from chatbot.mention import folded
from index.query import read_query


def understood_as(typed: str, question: str) -> str:
    return understand(read_query(typed), Conversation(question, "標題")).question


@pytest.mark.parametrize(
    ("typed", "denied", "said"),
    [
        ("她沒有骨轉移", ["骨轉移"], ("骨質流失",)),
        ("她沒轉移 只是骨鬆", ["骨轉移"], ("骨質疏鬆",)),
        ("佢冇骨轉移㗎 係骨質疏鬆", ["骨轉移"], ("骨質疏鬆",)),
        ("she has no bone mets", ["骨轉移"], ("骨質流失",)),
        ("im not on it for mets", ["骨轉移"], ("骨質流失",)),
        ("我還沒停經", ["停經"], ("停經前",)),
        ("不是 denosumab 是 zoledronate", ["denosumab"], ("zoledronate",)),
    ],
)
def test_what_is_denied_and_what_holds_instead(
    typed: str, denied: list[str], said: tuple[str, ...]
) -> None:
    found = read_denial(folded(typed))
    assert found is not None
    assert [mention.name for mention in found.denied] == denied
    assert found.said == said


@pytest.mark.parametrize(
    "typed",
    ["有沒有肺癌的病友會", "有冇骨轉移", "是不是骨轉移", "骨轉移有什麼症狀", "沒有", "no, thanks"],
)
def test_what_asks_or_names_nothing_denies_nothing(typed: str) -> None:
    assert read_denial(folded(typed)) is None


@pytest.mark.parametrize(
    ("before", "typed", "understood"),
    [
        (
            "乳癌骨轉移 ibandronate怎麼用",
            "她沒有骨轉移啦 只是怕骨鬆",
            "乳癌骨質疏鬆 ibandronate怎麼用",
        ),
        ("denosumab 多久打一次", "她沒有骨轉移", "骨質流失 denosumab 多久打一次"),
        (
            "denosumab 多久打一次",
            "寫錯了 我媽是骨轉移 不是骨鬆 那多久一針",
            "denosumab 骨轉移 寫錯了 我媽是骨轉移   那多久一針",
        ),
    ],
)
def test_the_question_before_is_put_right(before: str, typed: str, understood: str) -> None:
    assert understood_as(typed, before) == understood


def test_to_deny_what_nobody_asked_about_changes_nothing() -> None:
    before = "攝護腺癌打荷爾蒙針為什麼會骨鬆"
    assert "骨質流失" not in understood_as("我打兩年了 沒有轉移", before)
