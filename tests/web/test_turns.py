"""A turn as the page keeps it: the reply, and behind a notice what is folded away."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chatbot.bot import Chatbot
from chatbot.opening import Mode, Opened
from chatbot.settings import Settings
from chatbot.triage.tier import Tier
from chatbot.web.dialogue import Dialogue, add_turn
from chatbot.web.service import Service, State
from corpus.passage import Guide, Section
from corpus.source import Source
from index.models import NO_MODEL
from index.passage_index import words_only_index
from tests.helpers import finding, hearing, passage

GUIDE = Guide(
    "g",
    "指南",
    (
        Section(
            "症狀",
            (
                passage("p9-sccsigns", "手腳沒力，請立即就醫。", questions=("哪些徵兆",)),
                passage("walk", "每天走路半小時。", heading="運動", questions=("怎麼運動",)),
            ),
        ),
    ),
)
SIGN = finding("leg_arm_weakness", Tier.TODAY)


def service_of(chatbot: Chatbot, monkeypatch: pytest.MonkeyPatch) -> Service:
    monkeypatch.setattr("chatbot.opening.open_source", lambda _: Source(GUIDE, ()))
    monkeypatch.setattr("chatbot.opening.open_words_only", lambda *_, **__: None)
    service = Service(Settings(model=NO_MODEL))
    service.state = State(Opened(chatbot, Mode.WORDS_ONLY), building=False)
    return service


@pytest.fixture(scope="module")
def chatbot() -> Chatbot:
    return Chatbot(words_only_index(GUIDE, ()))


def test_an_answer_is_one_message_with_its_questions(
    chatbot: Chatbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = service_of(hearing(chatbot), monkeypatch)
    dialogue = add_turn(service, Dialogue(), "怎麼運動")
    asked, reply = dialogue.messages
    assert asked == {"role": "user", "content": "怎麼運動"}
    assert "每天走路半小時" in reply["content"]
    assert [option["value"] for option in reply["options"]] == ["哪些徵兆"]
    assert reply["content"].endswith("\n\n**相關的問題**")
    assert "metadata" not in reply


def test_what_else_answers_is_folded_behind_a_notice(
    chatbot: Chatbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = service_of(hearing(chatbot, SIGN), monkeypatch)
    dialogue = add_turn(service, Dialogue(), "怎麼運動")
    _, notice, folded = dialogue.messages
    assert notice["content"].startswith("#### 請現在就聯絡您的醫療團隊")
    assert "手腳沒力，請立即就醫" in notice["content"]
    assert "每天走路半小時" not in notice["content"]
    assert notice["options"] == folded["options"] == []
    title, slip = folded["content"].split("\n\n")
    assert title == "[其他和問題有關的段落](#unfold)"
    assert slip.startswith("> 每天走路半小時。")
    assert "metadata" not in folded
    assert dialogue.conversation.signs == ("leg_arm_weakness",)


def test_nothing_of_the_findings_is_kept_in_the_log(
    chatbot: Chatbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = service_of(hearing(chatbot, SIGN), monkeypatch)
    dialogue = add_turn(service, Dialogue(), "怎麼運動")
    said = " ".join(message["content"] for message in dialogue.messages)
    assert SIGN.sign not in said
    assert SIGN.rule not in said


def test_a_crisis_shows_nothing_to_tap_but_numbers(
    chatbot: Chatbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    crisis = finding("suicide_explicit", Tier.CRISIS)
    service = service_of(hearing(chatbot, crisis), monkeypatch)
    dialogue = add_turn(service, Dialogue(), "怎麼運動")
    _, notice = dialogue.messages
    assert notice["options"] == []
    assert notice["content"].count("](tel:") == notice["content"].count("](") == 4
    assert "#card" not in notice["content"]


def test_what_stands_above_is_put_into_words_once_and_follows_the_characters(
    chatbot: Chatbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = service_of(hearing(chatbot), monkeypatch)
    dialogue = Dialogue()
    for _ in range(3):
        dialogue = add_turn(service, dialogue, "怎麼運動")
        first = dialogue.messages[0]
    assert dialogue.messages[0] is first
    simplified = replace(dialogue, is_simplified=True)
    for shown in (simplified, dialogue):
        anew = replace(shown, turns=tuple(replace(turn, above={}) for turn in shown.turns))
        assert shown.messages == anew.messages
    assert "每天走路半小时" in simplified.messages[1]["content"]
    assert "每天走路半小時" in dialogue.messages[1]["content"]


def test_older_messages_lose_their_questions(
    chatbot: Chatbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = service_of(hearing(chatbot), monkeypatch)
    dialogue = add_turn(service, add_turn(service, Dialogue(), "怎麼運動"), "怎麼運動")
    assert [bool(message.get("options")) for message in dialogue.messages] == [
        *(False, False, False, True)
    ]
    assert ["相關的問題" in message["content"] for message in dialogue.messages] == [
        *(False, False, False, True)
    ]


def test_questions_of_an_older_refusal_are_left_to_be_read(
    chatbot: Chatbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = service_of(hearing(chatbot), monkeypatch)
    first = add_turn(service, Dialogue(), "")
    (asked_back,) = first.messages
    questions = [option["value"] for option in asked_back["options"]]
    assert questions
    older = add_turn(service, first, "怎麼運動").messages[0]
    assert older["content"].endswith("\n".join(f"- {question}" for question in questions))
    assert older["options"] == []


def test_on_request_everything_is_simplified_but_what_was_typed(
    chatbot: Chatbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = service_of(hearing(chatbot), monkeypatch)
    dialogue = replace(add_turn(service, Dialogue(), "怎麼運動"), is_simplified=True)
    asked, reply = dialogue.messages
    assert asked["content"] == "怎麼運動"
    assert "> 每天走路半小时。" in reply["content"]
    assert "（根据指南改写；由 OpenCC 转成简体，按页码看繁体原文）" in reply["content"]
    assert "指南第 9 页的说明：" in reply["content"]
    assert "这是一般说明，不能代替您的治疗团队。" in reply["content"]
    assert reply["options"] == [{"value": "哪些徵兆", "label": "哪些征兆"}]
    assert replace(dialogue, is_simplified=False).messages[1]["content"].startswith("指南第 9 頁")


def test_a_conversation_keeps_its_last_turns_only(
    chatbot: Chatbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = service_of(hearing(chatbot), monkeypatch)
    monkeypatch.setattr("chatbot.web.dialogue.KEPT_TURNS", 2)
    dialogue = Dialogue()
    for question in ("怎麼運動", "哪些徵兆", "怎麼運動"):
        dialogue = add_turn(service, dialogue, question)
    assert [turn.question for turn in dialogue.turns] == ["哪些徵兆", "怎麼運動"]
