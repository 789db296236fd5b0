"""Messages of which nothing can be made: another language, or only symbols."""

from __future__ import annotations

import pytest

from chatbot.bot import Chatbot
from chatbot.opening import Mode, Opened
from chatbot.reply import Clarify, ClarifyReason, Reply
from chatbot.settings import Settings
from chatbot.web.dialogue import Dialogue, add_turn
from chatbot.web.service import Service, State
from chatbot.web.unreadable import Unreadable, told_what_cannot_be_read, unreadable
from index.models import NO_MODEL
from tests.helpers import said

OTHER = (
    "ปวดกระดูกทำยังไง",
    "Bà tôi bị đau xương phải làm sao",
    "ba toi bi dau xuong lam sao",
    "Nenek saya sakit tulang, apakah boleh suntik?",
    "Masakit po ang buto ni lola, ano ang gawin?",
    "骨のがんはどうなりますか",
    "뼈가 아파요",
    "¿Qué hago si me duelen los huesos?",
)
READABLE = (
    "骨轉移會痛嗎",
    "骨头疼怎么办",
    "骨頭の痛",
    "ㄍㄨˇ ㄊㄡˊ",
    "\u03b1 射線是什麼",
    "What is a bone scan?",
    "who is Svetlana Jezdic",
    "André Deschamps",
    "denosumab",
    "Will it rain tomorrow?",
    "123",
    "119",
    "",
    "   ",
)


@pytest.mark.parametrize("text", OTHER)
def test_a_language_that_is_not_read_is_recognised(text: str) -> None:
    assert unreadable(text) is Unreadable.OTHER_LANGUAGE


@pytest.mark.parametrize("text", ["😀😀", "？？？", "...", "❤️‍🩹", "！！ ～"])
def test_symbols_alone_are_recognised(text: str) -> None:
    assert unreadable(text) is Unreadable.ONLY_SYMBOLS


@pytest.mark.parametrize("text", READABLE)
def test_whatever_can_be_read_is_left(text: str) -> None:
    assert unreadable(text) is None


def reply_to(question: str, chatbot: Chatbot) -> tuple[Reply, Reply]:
    reply = chatbot.reply(question).reply
    return reply, told_what_cannot_be_read(question, reply, chatbot)


@pytest.mark.parametrize("question", OTHER)
def test_it_is_told_in_chinese_and_english_with_numbers(
    edition_chatbot: Chatbot, question: str
) -> None:
    _, told = reply_to(question, edition_chatbot)
    chinese, english = told.text.split("\n")
    assert chinese.startswith("我只看得懂中文和英文")
    assert english.startswith("I can read Chinese and English only")
    assert all(number in line for number in ("119", "1925") for line in (chinese, english))
    assert told.suggestions == edition_chatbot.examples()
    assert edition_chatbot.promise.holds(told)


def test_symbols_get_a_sentence_of_their_own(edition_chatbot: Chatbot) -> None:
    _, told = reply_to("😭😭😭", edition_chatbot)
    assert told.text.startswith("我只看到符號")
    assert "1925" in told.text


@pytest.mark.parametrize(
    "question", ["骨轉移會痛嗎", "明天會下雨嗎", "我爸突然腳沒力", "謝謝", "我不想活了", ""]
)
def test_what_the_bot_has_read_is_left_as_it_said_it(
    edition_chatbot: Chatbot, question: str
) -> None:
    reply, told = reply_to(question, edition_chatbot)
    assert told is reply


def test_after_a_crisis_its_numbers_stay_first(edition_chatbot: Chatbot) -> None:
    after = edition_chatbot.reply("我不想活了").conversation
    reply = edition_chatbot.reply("😭😭", after).reply
    assert told_what_cannot_be_read("😭😭", reply, edition_chatbot) is reply
    assert "1925" in reply.text.split("\n")[0]


def test_a_sentence_that_breaks_the_promise_is_not_shown(
    edition_chatbot: Chatbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edition_chatbot.promise, "holds", lambda _: False)
    reply = Clarify(said("請用一句話寫下。"), ClarifyReason.EMPTY, ())
    assert told_what_cannot_be_read("😀", reply, edition_chatbot) is reply


def test_the_page_says_it(edition_chatbot: Chatbot) -> None:
    service = Service(Settings(model=NO_MODEL))
    service.state = State(Opened(edition_chatbot, Mode.WORDS_ONLY), building=False)
    _, reply = add_turn(service, Dialogue(), "😀😀").messages
    assert reply["content"].startswith("我只看到符號")
    assert len(reply["options"]) == len(edition_chatbot.examples())
