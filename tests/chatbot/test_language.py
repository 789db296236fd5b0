from __future__ import annotations

import pytest

from chatbot.bot import Chatbot
from chatbot.language import english_words, spoken
from corpus.passage import Language
from index.query import read_query

TW, CN, HK, EN = (Language.TAIWAN, Language.MAINLAND, Language.HONG_KONG, Language.ENGLISH)


def language_of(question: str, before: Language | None = None) -> Language:
    return spoken(read_query(question), before)


@pytest.mark.parametrize(
    "question",
    [
        *("Prolia", "ONJ", "Zometa呢", "ibandronate 多久", "Z-score呢", "DXA?", "tamoxifen會嗎"),
        *("alendronate 跟 risedronate 差在哪", "-2.5", "", "D3 跟 D2"),
    ],
)
def test_names_and_abbreviations_are_no_english(question: str) -> None:
    assert language_of(question) is TW
    assert language_of(question, CN) is (CN if question in NEUTRAL else TW)


NEUTRAL = {
    *("Prolia", "ONJ", "Zometa呢", "ibandronate 多久", "Z-score呢", "DXA?", "-2.5", ""),
    *("alendronate 跟 risedronate 差在哪", "D3 跟 D2"),
}


@pytest.mark.parametrize(
    ("question", "before", "expected"),
    [
        ("What is Prolia?", None, EN),
        ("xgeva dose", None, EN),
        ("hi", None, EN),
        ("I'M SO TIRED", None, EN),
        ("How often is 癌骨瓦 given?", TW, EN),
        ("and how often?", TW, EN),
        ("OK", TW, TW),
        ("OK", EN, EN),
        ("Prolia", EN, EN),
        ("多久打一次", CN, CN),
        ("多久打一次", HK, HK),
        ("多久打一次", EN, TW),
        ("骨轉移會痛嗎", CN, TW),
        ("骨转移会痛吗", TW, CN),
        ("幾耐打一次", TW, HK),
    ],
)
def test_a_turn_without_a_language_of_its_own_keeps_that_before(
    question: str, before: Language | None, expected: Language
) -> None:
    assert language_of(question, before) is expected


def test_words_that_say_something_are_counted() -> None:
    assert english_words("What is Prolia?") == 2
    assert english_words("ONJ DXA MRI") == 0
    assert english_words("T score") == 1


def test_a_conversation_keeps_its_script(edition_chatbot: Chatbot) -> None:
    first = edition_chatbot.reply("唑来膦酸多久打一次")
    assert first.conversation.language is CN
    then = edition_chatbot.reply("多久打一次", first.conversation)
    assert then.conversation.language is CN
    assert "说明" in then.reply.text
