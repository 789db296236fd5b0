from __future__ import annotations

import pytest

from chatbot.parts import compared, parts_of
from index.query import read_query


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("骨轉移會痛嗎？要做什麼檢查", ("骨轉移會痛嗎？", "要做什麼檢查")),
        ("骨鬆針Prolia幾耐打一次？喺邊度打？", ("骨鬆針Prolia幾耐打一次？", "喺邊度打？")),
        ("骨轉移會痛嗎，還有要做什麼檢查", ("骨轉移會痛嗎，", "還有要做什麼檢查")),
        (
            "How often is Xgeva given? Does it hurt the kidneys?",
            ("How often is Xgeva given?", "Does it hurt the kidneys?"),
        ),
        ("骨转移会痛吗？要做什么检查？", ("骨转移会痛吗？", "要做什么检查？")),
    ],
)
def test_several_questions_are_taken_apart_as_typed(message: str, parts: tuple[str, ...]) -> None:
    assert parts_of(read_query(message)) == parts


@pytest.mark.parametrize(
    "message",
    [
        "骨轉移會痛嗎",
        "我媽乳癌轉移到骨頭。醫師說要打 Xgeva。多久打一次？",
        "會痛嗎？真的很擔心",
        "什麼？骨轉移會痛嗎？",
        "Mum has bone mets. How often is Xgeva given?",
        "T值點睇㗎？份報告得幾個負數，睇到我一頭煙",
        "",
    ],
)
def test_one_question_is_not_taken_apart(message: str) -> None:
    assert parts_of(read_query(message)) == ()


def test_no_more_than_three_questions_are_taken_up() -> None:
    message = "骨轉移會痛嗎？要做什麼檢查？怎麼治療比較好？可以運動嗎？"
    assert len(parts_of(read_query(message))) == 3


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ("denosumab 跟 Zometa 差在哪", ["denosumab", "zoledronate"]),
        ("乳癌打保骼麗和雙磷酸鹽哪一種好", ["denosumab", "雙磷酸鹽"]),
        ("Xgeva or Zometa, what is the difference?", ["denosumab", "zoledronate"]),
        ("denosumab 差在哪", []),
        ("denosumab 和 Zometa 都會傷腎嗎", []),
        ("乳癌打 denosumab 哪一種", []),
    ],
)
def test_what_is_compared_is_of_one_kind(message: str, names: list[str]) -> None:
    assert [mention.name for mention in compared(message)] == names
