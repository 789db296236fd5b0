"""The bot with a sign: its notice before all else, whatever fails, and what is remembered."""

from __future__ import annotations

from copy import copy

import pytest

from chatbot.bot import MOST_CHARACTERS, MOST_FOLDED, Chatbot
from chatbot.contacts import Team
from chatbot.conversation import Conversation
from chatbot.reply import (
    Answer,
    AskClinician,
    Clarify,
    OutOfScope,
    Reply,
    SmallTalk,
    Urgent,
    citations_of,
)
from chatbot.triage.finding import Finding
from chatbot.triage.tier import Tier
from corpus.passage import Guide, Section
from index.hit import Found
from index.passage_index import PassageIndex, words_only_index
from tests.chatbot.reviewed import SENTENCES
from tests.helpers import finding, hearing, passage

GUIDE = Guide(
    "g",
    "指南",
    (
        Section(
            "症狀",
            (
                passage("p9-sccsigns", "手腳沒力，請立即就醫。", questions=("哪些徵兆",)),
                passage("p29-emotion-help", "難過時請找人談。", pages=(29,), questions=("難過",)),
                passage("p9-marrow", "容易感染。", questions=("感染",)),
                *(
                    passage(f"walk{n}", f"每天走路，方式 {n}。", questions=(f"怎麼運動{n}",))
                    for n in range(4)
                ),
            ),
        ),
    ),
)
TODAY = finding("leg_arm_weakness", Tier.TODAY)
EMERGENCY = finding("breathing_chest", Tier.EMERGENCY)
FEVER = finding("fever_rigors_infection", Tier.TODAY)  # the guide does not name it itself
CRISIS = finding("suicide_explicit", Tier.CRISIS)
HELD = finding("leg_arm_weakness", Tier.INFORMATIONAL)
REMINDER = "難受的時候，請打 1925 安心專線（24 小時）；有立即的危險，請撥 119。"
FOOTER = (
    "如果這個情形是現在發生的，請立刻聯絡您的醫療團隊；聯絡不上，請到急診。有生命危險，請撥 119。"
)


@pytest.fixture(scope="module")
def chatbot() -> Chatbot:
    return Chatbot(words_only_index(GUIDE, ()), team=Team("個管師", "02-2345-6789"))


def urgent(reply: Reply) -> Urgent:
    assert isinstance(reply, Urgent)
    return reply


def ids(reply: Reply) -> list[str]:
    return [citation.passage.passage_id for citation in citations_of(reply)]


def test_the_notice_of_the_most_urgent_sign_is_said(chatbot: Chatbot) -> None:
    reply = urgent(hearing(chatbot, TODAY, EMERGENCY).reply("怎麼運動0").reply)
    assert reply.tier is Tier.EMERGENCY
    assert reply.text.startswith("這可能需要緊急處理。請立即撥打 119")
    assert ids(reply)[0] == "p9-marrow"
    assert [dial.number for dial in reply.dials] == ["119", "02-2345-6789"]
    assert [f.sign for f in reply.findings] == ["breathing_chest", "leg_arm_weakness"]


def test_what_else_answers_follows_what_the_guide_says_on_the_sign(chatbot: Chatbot) -> None:
    reply = urgent(hearing(chatbot, TODAY).reply("怎麼運動").reply)
    assert [c.passage.passage_id for c in reply.support] == ["p9-sccsigns"]
    assert 0 < len(reply.folded) <= MOST_FOLDED == 2
    assert all(c.passage.passage_id.startswith("walk") for c in reply.folded)
    assert SENTENCES["zh-Hant"]["urgent"]["folded"] in reply.text
    assert reply.text.endswith("指南第 9 頁和這個症狀有關的說明：")
    assert reply.suggestions == ()


def test_the_passage_on_the_sign_is_not_doubled_behind_it(chatbot: Chatbot) -> None:
    assert ids(hearing(chatbot, TODAY).reply("哪些徵兆").reply) == ["p9-sccsigns"]


def test_where_the_guide_is_silent_on_the_sign_the_notice_says_so(chatbot: Chatbot) -> None:
    silent = SENTENCES["zh-Hant"]["urgent"]["silent"]
    assert silent in hearing(chatbot, FEVER).reply("怎麼運動0").reply.text
    assert silent not in hearing(chatbot, TODAY).reply("怎麼運動0").reply.text


def test_where_the_guide_has_nothing_on_the_sign_nothing_is_cited(small_chatbot: Chatbot) -> None:
    reply = urgent(hearing(small_chatbot, TODAY).reply("骨轉移是什麼").reply)
    assert reply.citations == ()
    assert SENTENCES["zh-Hant"]["urgent"]["folded"] not in reply.text


@pytest.mark.parametrize("question", ["謝謝", "你是誰", "它要打多久？", "？", "怎麼運動0"])
def test_a_sign_comes_before_small_talk_and_clarifying(chatbot: Chatbot, question: str) -> None:
    assert urgent(hearing(chatbot, TODAY).reply(question).reply).tier is Tier.TODAY


def test_a_sign_in_a_message_that_is_too_long_is_still_answered(chatbot: Chatbot) -> None:
    reply = urgent(hearing(chatbot, TODAY).reply("怎麼運動0" + "，" * MOST_CHARACTERS).reply)
    assert ids(reply) == ["p9-sccsigns"]


@pytest.mark.parametrize(
    ("question", "start"),
    [
        ("怎麼運動0", "請現在就聯絡您的醫療團隊，說出這個情形"),
        ("怎么运动呢，医生说过吗", "请现在就联系您的治疗团队，说出这个情况"),
        ("how do i exercise", "Please contact your care team now and tell them about this."),
    ],
)
def test_the_notice_is_in_the_language_of_the_message(
    chatbot: Chatbot, question: str, start: str
) -> None:
    assert hearing(chatbot, TODAY).reply(question).reply.text.startswith(start)


# Crisis


def test_a_crisis_shows_numbers_and_who_can_help_and_nothing_else(chatbot: Chatbot) -> None:
    turn = hearing(chatbot, CRISIS, EMERGENCY).reply("怎麼運動0")
    reply = urgent(turn.reply)
    assert reply.tier is Tier.CRISIS
    assert reply.text.startswith("如果現在有危險，或手邊有會傷害自己的東西，請立刻撥打 119。")
    assert [dial.number for dial in reply.dials] == ["1925", "1995", "1980", "119"]
    assert ids(reply) == ["p29-emotion-help"]
    assert reply.folded == ()
    assert reply.suggestions == ()
    assert turn.conversation.in_crisis


def test_after_a_crisis_the_numbers_stand_over_every_reply_and_under_a_notice(
    chatbot: Chatbot,
) -> None:
    after = hearing(chatbot, CRISIS).reply("怎麼運動0").conversation
    calm = hearing(chatbot)
    for question in ("怎麼運動0", "謝謝", "？", "量子電腦", "媽媽還能活多久"):
        turn = calm.reply(question, after)
        assert turn.reply.text.startswith(f"{REMINDER}\n"), question
        assert turn.conversation.in_crisis
    reply = urgent(hearing(chatbot, TODAY).reply("怎麼運動0", after).reply)
    assert reply.text.endswith(f"\n{REMINDER}")


def test_without_a_crisis_there_is_no_reminder(chatbot: Chatbot) -> None:
    after = hearing(chatbot, EMERGENCY).reply("怎麼運動0").conversation
    assert not after.in_crisis
    assert REMINDER not in hearing(chatbot).reply("怎麼運動0", after).reply.text


# What is remembered


def test_signs_are_remembered_each_once_and_held_ones_are_not(chatbot: Chatbot) -> None:
    first = hearing(chatbot, TODAY, HELD).reply("怎麼運動0").conversation
    assert first.signs == ("leg_arm_weakness",)
    second = hearing(chatbot, EMERGENCY, TODAY).reply("怎麼運動0", first).conversation
    assert second.signs == ("leg_arm_weakness", "breathing_chest")
    third = hearing(chatbot, HELD).reply("怎麼運動0", second).conversation
    assert third.signs == second.signs


def test_the_question_of_a_notice_is_remembered_for_a_follow_up(chatbot: Chatbot) -> None:
    after = hearing(chatbot, TODAY).reply("怎麼運動0").conversation
    assert after.question == "怎麼運動0"


# Signs that are only spoken of


def test_a_sign_that_is_spoken_of_brings_the_answer_and_a_line_of_contact(
    chatbot: Chatbot,
) -> None:
    reply = hearing(chatbot, HELD).reply("怎麼運動0").reply
    assert isinstance(reply, Answer)
    assert reply.text == f"{FOOTER}\n指南第 9 頁的說明："


def test_a_crisis_that_is_spoken_of_brings_the_numbers_of_a_crisis(chatbot: Chatbot) -> None:
    spoken = finding("suicide_explicit", Tier.INFORMATIONAL)
    turn = hearing(chatbot, spoken).reply("怎麼運動0")
    assert isinstance(turn.reply, Answer)
    assert turn.reply.text == f"{REMINDER}\n指南第 9 頁的說明："
    assert not turn.conversation.in_crisis


def test_a_notice_has_the_numbers_of_a_crisis_where_one_is_spoken_of(chatbot: Chatbot) -> None:
    spoken = finding("suicide_explicit", Tier.INFORMATIONAL)
    reply = urgent(hearing(chatbot, TODAY, spoken).reply("怎麼運動0").reply)
    assert reply.tier is Tier.TODAY
    assert reply.text.endswith(f"\n{REMINDER}")
    again = urgent(
        hearing(chatbot, TODAY, spoken).reply("怎麼運動0", Conversation(in_crisis=True)).reply
    )
    assert again.text.count(REMINDER) == 1


def test_after_a_crisis_the_numbers_are_said_once(chatbot: Chatbot) -> None:
    spoken = finding("suicide_explicit", Tier.INFORMATIONAL)
    after = Conversation(in_crisis=True)
    reply = hearing(chatbot, spoken).reply("怎麼運動0", after).reply
    assert reply.text.count(REMINDER) == 1


def test_a_request_with_it_has_the_line_too_and_small_talk_has_not(chatbot: Chatbot) -> None:
    spoken = hearing(chatbot, HELD)
    request = spoken.reply("怎麼運動0，媽媽還能活多久").reply
    refusal = spoken.reply("量子電腦").reply
    assert isinstance(request, AskClinician)
    assert isinstance(refusal, OutOfScope)
    assert request.text.startswith(f"{FOOTER}\n")
    assert refusal.text.startswith(f"{FOOTER}\n")
    talk, empty = spoken.reply("謝謝").reply, spoken.reply("？").reply
    assert isinstance(talk, SmallTalk)
    assert isinstance(empty, Clarify)
    assert FOOTER not in talk.text + empty.text


# Whatever fails


class FailingIndex(PassageIndex):
    """An index that cannot be searched."""

    def search(self, *_: object, **__: object) -> Found:
        raise OSError("the disk is gone")


def failing(chatbot: Chatbot) -> Chatbot:
    made = copy(chatbot)
    made.index = copy(chatbot.index)
    made.index.__class__ = FailingIndex
    return made


@pytest.mark.parametrize(
    ("sign", "tier", "support"),
    [(TODAY, Tier.TODAY, "p9-sccsigns"), (EMERGENCY, Tier.EMERGENCY, "p9-marrow")],
)
def test_where_search_fails_the_notice_is_said_with_its_passage(
    chatbot: Chatbot, sign: Finding, tier: Tier, support: str
) -> None:
    turn = failing(hearing(chatbot, sign)).reply("怎麼運動0", Conversation("前一題"))
    reply = urgent(turn.reply)
    assert reply.tier is tier
    assert ids(reply) == [support]
    assert turn.conversation.signs == (sign.sign,)


def test_a_crisis_needs_no_search(chatbot: Chatbot) -> None:
    reply = urgent(failing(hearing(chatbot, CRISIS)).reply("怎麼運動0").reply)
    assert reply.tier is Tier.CRISIS
    assert ids(reply) == ["p29-emotion-help"]


def test_without_a_sign_a_failure_is_a_failure(chatbot: Chatbot) -> None:
    with pytest.raises(OSError, match="the disk is gone"):
        failing(hearing(chatbot)).reply("怎麼運動0")
