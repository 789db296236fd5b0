from __future__ import annotations

import pytest

from chatbot.parts import compared, parts_at_commas, parts_of
from index.query import read_query


def taken_apart(message: str) -> tuple[str, ...]:
    return tuple(part.text for part in parts_of(read_query(message)))


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
        (
            "有人問：1. 打骨針前要先看牙醫嗎 2. 打完發燒正常嗎 3. 得了顎骨壞死會好嗎 4、可以吃中藥嗎",
            ("打骨針前要先看牙醫嗎", "打完發燒正常嗎", "得了顎骨壞死會好嗎", "可以吃中藥嗎"),
        ),
        ("①骨轉移會痛嗎②要做什麼檢查呢", ("骨轉移會痛嗎", "要做什麼檢查呢")),
    ],
)
def test_several_questions_are_taken_apart_as_typed(message: str, parts: tuple[str, ...]) -> None:
    assert taken_apart(message) == parts


@pytest.mark.parametrize(
    "message",
    [
        "骨轉移會痛嗎",
        "我媽乳癌轉移到骨頭。醫師說要打 Xgeva。多久打一次？",
        "會痛嗎？真的很擔心",
        "什麼？骨轉移會痛嗎？",
        "Mum has bone mets. How often is Xgeva given?",
        "T值點睇㗎？份報告得幾個負數，睇到我一頭煙",
        "我T10、L2都有轉移 這樣要做什麼檢查",
        "T值 -2.5 是骨質疏鬆嗎",
        "我60、她58 多久驗一次骨密度",
        "",
    ],
)
def test_one_question_is_not_taken_apart(message: str) -> None:
    assert taken_apart(message) == ()


def test_a_short_question_is_counted_but_not_taken_up() -> None:
    parts = parts_of(read_query("會痛嗎？骨轉移要做什麼檢查？打骨針要多少錢？"))
    assert [part.place for part in parts] == [2, 3]


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        (
            "zoledronate健保有給付嗎，zoledronate是用打的還是用吃的",
            ["zoledronate健保有給付嗎，", "zoledronate是用打的還是用吃的"],
        ),
        ("骨髓瘤用的藥會不會長血栓，平時怎麼防", []),  # the second leans on the first
        ("骨轉移會痛嗎，" + "我真的很擔心。" * 9 + "，骨轉移要做什麼檢查呢", []),  # a story
    ],
)
def test_a_comma_parts_questions_that_stand_by_themselves(message: str, parts: list[str]) -> None:
    assert [part.text for part in parts_at_commas(read_query(message))] == parts


def test_no_more_than_four_questions_are_taken_up() -> None:
    message = "骨轉移會痛嗎？要做什麼檢查？怎麼治療比較好？可以運動嗎？可以吃中藥嗎？"
    assert len(parts_of(read_query(message))) == 4


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
