"""What speaks for another medicine than the one that was asked about is no answer."""

from __future__ import annotations

import pytest

from chatbot.bot import Chatbot
from chatbot.medicines import of_the_named
from chatbot.reply import Answer
from index.hit import Hit, Support
from index.key import Key, KeyKind
from tests.helpers import passage


def hit(name: str, text: str, heading: str, key: str) -> Hit:
    own = passage(name, text, heading=heading, questions=(key,))
    return Hit(own, 1, Support(0.9, 1.0, 1.0, Key(0, KeyKind.QUESTION, key)))


RISEDRONATE = hit("rise", "Risedronate 是雙磷酸鹽。", "是什麼", "risedronate 屬於哪一類")
KIDNEY = hit("kidney", "雙磷酸鹽可能影響腎功能。", "骨藥和腎臟", "雙磷酸鹽傷腎嗎")
HORMONE = hit("ai", "芳香環酶抑制劑讓雌激素變少。", "荷爾蒙治療", "AI 是什麼")
PLAIN = hit("plain", "骨頭藥有好幾種。", "骨頭藥", "骨頭藥有哪些")


def names(question: str, *shown: Hit) -> list[str]:
    return [found.passage.passage_id for found in of_the_named(shown, question)]


@pytest.mark.parametrize("question", ["letrozole 屬於哪一類", "tamoxifen 呢", "denosumab 呢"])
def test_what_speaks_first_for_another_medicine_is_taken_off(question: str) -> None:
    assert names(question, RISEDRONATE, PLAIN) == []


def test_what_names_the_medicine_stays() -> None:
    assert names("letrozole 屬於哪一類", RISEDRONATE, HORMONE, PLAIN) == ["ai"]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("risedronate 屬於哪一類", RISEDRONATE),
        ("zoledronate 傷腎嗎", KIDNEY),  # what is said of the class is said of it
        ("骨頭藥屬於哪一類", RISEDRONATE),  # names none
        ("letrozole 屬於哪一類", PLAIN),  # the first speaks for none
        ("tamoxifen 會骨鬆嗎", HORMONE),
    ],
)
def test_otherwise_nothing_changes(question: str, first: Hit) -> None:
    assert names(question, first, PLAIN) == [first.passage.passage_id, "plain"]


@pytest.mark.model
def test_a_hormone_drug_is_not_answered_with_a_bone_drug(full_chatbot: Chatbot) -> None:
    reply = full_chatbot.reply("tamoxifen會骨質流失嗎").reply
    assert isinstance(reply, Answer)
    assert reply.citations[0].passage.passage_id.startswith("p19-bl")
