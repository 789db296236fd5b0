"""The whole product with real messages: signs, crises, requests, and whatever fails meanwhile.

The index is that of the edition, by words alone; nothing is stubbed but what is to fail.
"""

from __future__ import annotations

from copy import copy

import pytest

from chatbot.bot import MOST_CHARACTERS, Chatbot
from chatbot.conversation import Conversation
from chatbot.reply import (
    Answer,
    AskClinician,
    Clarify,
    ClarifyReason,
    OutOfScope,
    Reply,
    SmallTalk,
    Urgent,
    citations_of,
)
from chatbot.triage.finding import Finding
from chatbot.triage.message import Message
from chatbot.triage.rules import rule_net
from chatbot.triage.signs import load_signs
from chatbot.triage.tier import Tier
from chatbot.triage.triage import Alarm, Triage
from corpus.source import Source
from index.hit import Found
from index.passage_index import PassageIndex
from tests.chatbot.reviewed import NUMBERS, SENTENCES, Audit
from tests.helpers import finding

SIGNS = load_signs()
FOOTER = SENTENCES["zh-Hant"]["mentioned"]["footer"].replace("{{ emergency }}", "119")
REMINDERS = {
    language: sentences["crisis"]["reminder"]
    .replace("{{ comfort }}", "1925")
    .replace("{{ emergency }}", "119")
    for language, sentences in SENTENCES.items()
}
# A plain message for each sign, with the least that its notice may ask for.
PRESENT = {
    "leg_arm_weakness": ("我媽攝護腺癌骨轉移,昨天開始兩腳沒力站不起來", Tier.TODAY),
    "unsteady_heavy_legs": ("這兩天走路像踩棉花，一直要扶牆", Tier.TODAY),
    "numbness_saddle": ("今天屁股跟會陰整片麻麻的沒感覺", Tier.TODAY),
    "bladder_bowel": ("從昨天開始尿不出來，大便也失禁", Tier.TODAY),
    "band_or_shooting_pain": ("這幾天背痛像束帶一樣從背繞到肚子，像被勒住", Tier.TODAY),
    "new_or_worse_bone_pain": ("背越來越痛，半夜會痛醒", Tier.TELL),
    "suspected_fracture": ("剛剛跌倒爬不起來，腳變形了", Tier.TODAY),
    "thigh_groin_pain_on_weight": ("這幾個禮拜大腿一踩地就痛", Tier.TELL),
    "high_calcium_body": ("這幾天一直口渴一直跑廁所，吃什麼吐什麼", Tier.TELL),
    "confusion_drowsy": ("我爸今天一直睡，講話顛三倒四", Tier.TODAY),
    "fever_rigors_infection": ("化療第十天燒到38度半", Tier.TODAY),
    "breathing_chest": ("我現在喘不過氣，胸口很痛", Tier.EMERGENCY),
    "bleeding_bruising_pallor": ("今天大便都是黑的，還吐血", Tier.TODAY),
    "jaw_mouth_signs": ("拔牙三個月了傷口還沒好，牙齦流膿", Tier.TELL),
    "low_calcium_cramps_tingling": ("打完癌骨瓦手腳一直抽筋嘴巴麻麻的", Tier.TODAY),
    "uncontrolled_pain": ("痛到受不了，嗎啡也沒效", Tier.TODAY),
    "allergy_after_drug": ("剛打完針臉整個腫起來，喉嚨也腫", Tier.EMERGENCY),
    "stroke_seizure_collapse": ("我爸剛剛嘴突然歪一邊，半邊沒力", Tier.EMERGENCY),
    "overdose_wrong_dose": ("我媽剛剛不小心把止痛藥多吃了兩倍", Tier.TODAY),
}
CRISES = (
    "我不想活了",
    "藥都存好了",
    "痛到不想活了",
    "我只會拖累家人，死了就好了",
    "I want to kill myself",
)


@pytest.fixture(scope="module")
def chatbot(edition_chatbot: Chatbot) -> Chatbot:
    assert edition_chatbot.problems == ()
    assert not edition_chatbot.index.searches_by_meaning
    return edition_chatbot


def urgent(reply: Reply) -> Urgent:
    assert isinstance(reply, Urgent), reply.text
    return reply


def ids(reply: Reply) -> list[str]:
    return [citation.passage.passage_id for citation in citations_of(reply)]


def lines(reply: Reply) -> list[str]:
    return reply.text.split("\n")


def starts(language: str, name: str) -> str:
    """Return how a notice begins in a language."""
    return SENTENCES[language]["urgent"][name].split("{{")[0]


FIRST_LINE = {Tier.EMERGENCY: "emergency", Tier.TODAY: "today", Tier.TELL: "tell"}


# A sign


def test_every_sign_but_a_crisis_has_a_message() -> None:
    assert set(PRESENT) == {name for name, sign in SIGNS.items() if sign.tier is not Tier.CRISIS}


@pytest.mark.parametrize("sign", PRESENT)
def test_a_sign_brings_a_notice_with_what_the_guide_says_on_it_first(
    chatbot: Chatbot, edition: Source, sign: str
) -> None:
    typed, tier = PRESENT[sign]
    turn = chatbot.reply(typed)
    reply = urgent(turn.reply)
    assert reply.tier.urgency >= tier.urgency
    assert reply.tier is not Tier.CRISIS
    assert reply.text.startswith(starts("zh-Hant", FIRST_LINE[reply.tier]))
    first = next(found.sign for found in reply.findings if found.tier is reply.tier)
    assert ids(reply)[0] in SIGNS[first].passages
    assert reply.supporting == 1
    assert edition.guide.by_id[ids(reply)[0]].companions == ()
    assert reply.suggestions == ()
    assert sign in turn.conversation.signs
    assert not turn.conversation.in_crisis


REASSURED = (
    "昨天開始兩腳沒力，電療後這樣正常嗎",
    "打針後發燒到38度半，類流感症狀正常嗎",
    "第一次放射治療後骨頭痛得更厲害，今天腳也麻得沒感覺",
    "打完癌骨瓦手腳一直抽筋嘴巴麻麻的，副作用常見嗎",
    "一直想吐吃什麼吐什麼，是類流感症狀嗎",
    "皮膚紅又喘不過氣，現在胸口很痛，放療後正常嗎",
    "flu-like symptoms after the injection, now fever 38.5 and shivering",
)


@pytest.mark.parametrize("typed", REASSURED)
def test_what_reassures_is_never_first_nor_alone_with_a_sign(
    chatbot: Chatbot, edition: Source, typed: str
) -> None:
    """Hazard H1: passages that have companions reassure."""
    reply = urgent(chatbot.reply(typed).reply)
    shown = [edition.guide.by_id[name] for name in ids(reply)]
    assert shown[0].companions == ()
    assert shown[0].passage_id in {p for sign in SIGNS.values() for p in sign.passages}
    assert all(passage.companions == () for passage in shown[: reply.supporting])


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        ("我妈昨天开始两脚没力站不起来", "zh-Hans"),
        ("My legs have been numb and weak since this morning", "en"),
        ("阿媽今日企唔起身，兩隻腳冇力", "zh-Hant"),
    ],
)
def test_the_notice_is_in_the_language_of_the_message(
    chatbot: Chatbot, typed: str, language: str
) -> None:
    reply = urgent(chatbot.reply(typed).reply)
    assert reply.text.startswith(starts(language, FIRST_LINE[reply.tier]))


@pytest.mark.parametrize("talk", ["謝謝", "你好", "你是誰", "再見"])
def test_a_sign_comes_before_small_talk(chatbot: Chatbot, talk: str) -> None:
    assert isinstance(chatbot.reply(talk).reply, SmallTalk)
    reply = chatbot.reply(f"{talk}。我現在喘不過氣，胸口很痛").reply
    assert urgent(reply).tier is Tier.EMERGENCY


def test_a_sign_behind_a_question_is_not_missed(chatbot: Chatbot) -> None:
    question = "denosumab 多久打一次"
    assert isinstance(chatbot.reply(question).reply, Answer)
    reply = urgent(chatbot.reply(f"{question}？還有我昨天開始兩腳沒力站不起來").reply)
    assert ids(reply)[0] == "p9-sccsigns"
    assert len(reply.folded) <= 2


def test_a_sign_comes_before_a_request(chatbot: Chatbot) -> None:
    reply = urgent(chatbot.reply("我昨天開始兩腳沒力站不起來，我可以停打癌骨瓦嗎").reply)
    assert ids(reply)[0] == "p9-sccsigns"


# Over a conversation


def test_signs_of_two_turns_are_combined(chatbot: Chatbot) -> None:
    alone = urgent(chatbot.reply("肋骨有點痛").reply)
    assert alone.tier is Tier.TELL
    first = chatbot.reply("昨天開始兩腳沒力站不起來")
    then = chatbot.reply("肋骨有點痛", first.conversation)
    assert urgent(then.reply).tier is Tier.TODAY
    assert set(then.conversation.signs) == {"leg_arm_weakness", "new_or_worse_bone_pain"}


@pytest.mark.parametrize(
    "put_off",
    [
        "現在半夜 等禮拜一門診再講可以吧",
        "應該是老毛病吧 明天再看",
        "先吃止痛藥睡一覺看看",
        "一定要現在去嗎",
    ],
)
def test_who_puts_off_what_a_notice_asked_for_gets_it_again(chatbot: Chatbot, put_off: str) -> None:
    first = chatbot.reply("昨天開始兩腳沒力站不起來")
    harmless = chatbot.reply("骨轉移用的 denosumab 多久打一次，打在哪裡", first.conversation)
    again = urgent(chatbot.reply(put_off, harmless.conversation).reply)
    assert again.text.splitlines()[0] == urgent(first.reply).text.splitlines()[0]
    assert again.tier is urgent(first.reply).tier
    assert again.support == urgent(first.reply).support
    assert chatbot.reply(put_off).reply.kind != "urgent"


def test_who_acts_on_a_notice_does_not_get_it_again(chatbot: Chatbot) -> None:
    after = chatbot.reply("昨天開始兩腳沒力站不起來").conversation
    assert chatbot.reply("好我等等就打去門診", after).reply.kind != "urgent"


def test_a_crisis_that_is_put_off_is_one_still(chatbot: Chatbot) -> None:
    after = chatbot.reply("我不想活了").conversation
    assert urgent(chatbot.reply("沒事 我睡一覺就好", after).reply).tier is Tier.CRISIS


def test_a_harmless_turn_after_a_sign_is_answered(chatbot: Chatbot) -> None:
    after = chatbot.reply("昨天開始兩腳沒力站不起來").conversation
    turn = chatbot.reply("骨轉移用的 denosumab 多久打一次，打在哪裡", after)
    assert isinstance(turn.reply, Answer)
    assert turn.conversation.signs == after.signs


# Crisis


@pytest.mark.parametrize("typed", CRISES)
def test_a_crisis_shows_numbers_who_can_help_and_nothing_else(chatbot: Chatbot, typed: str) -> None:
    turn = chatbot.reply(typed)
    reply = urgent(turn.reply)
    assert reply.tier is Tier.CRISIS
    assert ids(reply) == ["p29-emotion-help"]
    assert (reply.folded, reply.suggestions) == ((), ())
    assert [dial.number for dial in reply.dials] == ["1925", "1995", "1980", "119"]
    assert turn.conversation.in_crisis


@pytest.mark.parametrize(
    "typed",
    [
        "我不想活了，而且我現在喘不過氣，胸口很痛",
        "兩腳完全動不了，我不想活了",
        "denosumab 多久打一次？藥都存好了",
        "謝謝。我不想活了",
        "我不想活了，我可以停打癌骨瓦嗎",
    ],
)
def test_a_crisis_is_hidden_by_nothing_else(chatbot: Chatbot, typed: str) -> None:
    reply = urgent(chatbot.reply(typed).reply)
    assert reply.tier is Tier.CRISIS
    assert reply.text.startswith(SENTENCES["zh-Hant"]["crisis"]["numbers"].split("{{")[0])


def test_after_a_crisis_the_numbers_stand_in_every_later_reply(chatbot: Chatbot) -> None:
    conversation = chatbot.reply("我不想活了").conversation
    kinds: set[str] = set()
    for question in (
        *("denosumab 多久打一次", "謝謝", "？", "健保有給付嗎", "我可以停打癌骨瓦嗎"),
        *("背越來越痛，半夜會痛醒", "它要打多久？", "好" * (MOST_CHARACTERS + 1), "量子電腦"),
    ):
        turn = chatbot.reply(question, conversation)
        kinds.add(turn.reply.kind)
        assert REMINDERS["zh-Hant"] in lines(turn.reply), question
        conversation = turn.conversation
        assert conversation.in_crisis
    assert {"answer", "smalltalk", "clarify", "out_of_scope", "ask_clinician", "urgent"} == kinds
    last = chatbot.reply("what is denosumab", conversation).reply
    assert REMINDERS["en"] in lines(last)


def test_a_crisis_after_harmless_turns_is_heard(chatbot: Chatbot) -> None:
    conversation = Conversation()
    for question in ("denosumab 多久打一次", "謝謝", "那要打多久"):
        turn = chatbot.reply(question, conversation)
        assert not isinstance(turn.reply, Urgent)
        conversation = turn.conversation
    assert urgent(chatbot.reply("藥都存好了", conversation).reply).tier is Tier.CRISIS


# What is only spoken of


@pytest.mark.parametrize(
    "typed", ["如果以後尿不出來要找誰", "去年開刀前腳沒力,現在都好了", "怎麼知道腳沒力是脊髓壓迫"]
)
def test_a_sign_that_is_held_back_gives_a_line_of_contact(chatbot: Chatbot, typed: str) -> None:
    turn = chatbot.reply(typed)
    assert not isinstance(turn.reply, Urgent)
    assert FOOTER in lines(turn.reply)
    assert turn.conversation.signs == ()


def test_without_a_sign_there_is_no_such_line(chatbot: Chatbot) -> None:
    assert "119" not in chatbot.reply("denosumab 多久打一次").reply.text


# Requests


@pytest.mark.parametrize(
    "typed",
    [
        "我可以停打 denosumab 嗎",
        "我媽能不能先不打癌骨瓦",
        "保骼麗打兩年了我可以直接停掉嗎",
        "Can I stop Xgeva?",
        "我可以延后打骨针吗",
    ],
)
def test_to_stop_denosumab_brings_the_warning_of_rebound_first(
    chatbot: Chatbot, typed: str
) -> None:
    reply = chatbot.reply(typed).reply
    assert isinstance(reply, AskClinician)
    assert reply.about == "stop_delay"
    assert ids(reply)[0] == "p26-rebound-overview"
    assert 26 in reply.citations[0].passage.pages


def test_a_request_may_be_the_second_turn(chatbot: Chatbot) -> None:
    first = chatbot.reply("denosumab 是什麼藥")
    assert isinstance(first.reply, Answer)
    second = chatbot.reply("那我可以直接停掉嗎", first.conversation)
    assert isinstance(second.reply, AskClinician)
    assert second.reply.about == "stop_delay"
    assert ids(second.reply)[0] == "p26-rebound-overview"


@pytest.mark.parametrize("typed", ["媽媽還能活多久", "我还能活多久", "How long do I have?"])
def test_how_long_to_live_is_for_the_team(chatbot: Chatbot, typed: str) -> None:
    reply = chatbot.reply(typed).reply
    assert isinstance(reply, AskClinician)
    assert reply.about == "prognosis"


# Long messages

FILLER = "今天天氣很好，早上去市場買了菜。"


def at(place: str, sign: str, length: int) -> str:
    filler = FILLER * (length // len(FILLER) + 1)
    half = len(filler) // 2 // len(FILLER) * len(FILLER)
    match place:
        case "first":
            return f"{sign}。{filler}"
        case "middle":
            return f"{filler[:half]}{sign}。{filler[half:]}"
        case _:
            return f"{filler}{sign}"


@pytest.mark.parametrize("place", ["first", "middle", "last"])
@pytest.mark.parametrize("length", [500, MOST_CHARACTERS + 500, 15_000])
def test_a_sign_in_a_long_message_is_found(chatbot: Chatbot, place: str, length: int) -> None:
    typed = at(place, "我昨天開始兩腳沒力站不起來", length)
    reply = urgent(chatbot.reply(typed).reply)
    assert reply.tier.urgency >= Tier.TODAY.urgency
    assert ids(reply)[0] == "p9-sccsigns"


@pytest.mark.parametrize("place", ["first", "last"])
def test_of_a_very_long_message_both_ends_are_heard(chatbot: Chatbot, place: str) -> None:
    reply = urgent(chatbot.reply(at(place, "我不想活了", 60_000)).reply)
    assert reply.tier is Tier.CRISIS


def test_over_the_limit_a_message_without_a_sign_is_not_searched(chatbot: Chatbot) -> None:
    reply = chatbot.reply(FILLER * (MOST_CHARACTERS // len(FILLER) + 1)).reply
    assert isinstance(reply, Clarify)
    assert reply.reason is ClarifyReason.TOO_LONG


def test_over_the_limit_a_notice_shows_what_the_guide_says_and_nothing_else(
    chatbot: Chatbot,
) -> None:
    typed = at("last", "背越來越痛，半夜會痛醒", MOST_CHARACTERS + 1)
    reply = urgent(chatbot.reply(typed).reply)
    assert len(ids(reply)) == reply.supporting == 1


class HearsAlone(Triage):
    """Nets over an encoder that they know: the second is stricter where a vector follows."""

    def knows(self, encoder: str) -> bool:  # noqa: ARG002
        return True

    def check(
        self,
        message: Message,  # noqa: ARG002
        heard: tuple[Finding, ...] = (),  # noqa: ARG002
        *,
        alone: bool = True,
    ) -> Alarm:
        return Alarm((finding("leg_arm_weakness", Tier.TODAY),)) if alone else Alarm()


@pytest.mark.parametrize("typed", [FILLER * 200, "謝謝", "它要打多久？"])
def test_a_message_that_is_not_searched_is_heard_as_without_an_encoder(
    chatbot: Chatbot, typed: str
) -> None:
    """No vector follows where there is no search, so the second net must not wait for one."""
    made = copy(chatbot)
    made.triage = HearsAlone(rule_net(), None)
    assert urgent(made.reply(typed).reply).tier is Tier.TODAY


# Whatever fails


class FailingIndex(PassageIndex):
    """An index that cannot be searched."""

    def search(self, *_: object, **__: object) -> Found:
        raise RuntimeError("no search")


@pytest.fixture(scope="module")
def failing(chatbot: Chatbot) -> Chatbot:
    made = copy(chatbot)
    made.index = copy(chatbot.index)
    made.index.__class__ = FailingIndex
    return made


@pytest.mark.parametrize("sign", PRESENT)
def test_where_search_fails_the_notice_is_said_all_the_same(failing: Chatbot, sign: str) -> None:
    typed, tier = PRESENT[sign]
    turn = failing.reply(typed)
    reply = urgent(turn.reply)
    assert reply.tier.urgency >= tier.urgency
    assert len(reply.citations) == reply.supporting == 1
    assert sign in turn.conversation.signs


@pytest.mark.parametrize("typed", CRISES)
def test_where_search_fails_a_crisis_is_answered(failing: Chatbot, typed: str) -> None:
    assert urgent(failing.reply(typed).reply).tier is Tier.CRISIS


def test_where_search_fails_the_notice_keeps_language_and_reminder(failing: Chatbot) -> None:
    english = urgent(failing.reply("My legs have been numb and weak since this morning").reply)
    assert english.text.startswith(starts("en", FIRST_LINE[english.tier]))
    after = Conversation(in_crisis=True)
    assert REMINDERS["zh-Hant"] in lines(failing.reply("昨天開始兩腳沒力站不起來", after).reply)


def test_without_a_sign_a_failure_is_a_failure(failing: Chatbot) -> None:
    with pytest.raises(RuntimeError, match="no search"):
        failing.reply("denosumab 多久打一次")


# What is said


def test_whatever_is_said_with_a_sign_stands_in_a_reviewed_file(
    chatbot: Chatbot, edition: Source
) -> None:
    audit = Audit(edition)
    typed = [*(text for text, _ in PRESENT.values()), *CRISES, *REASSURED]
    for question in typed:
        reply = chatbot.reply(question).reply
        assert audit.stray(reply) == [], question
        if isinstance(reply, Urgent):
            assert {dial.number for dial in reply.dials} <= set(NUMBERS.values())
    assert chatbot.promise.broken == 0


def test_a_refusal_says_what_to_do_where_a_sign_was_not_recognised(chatbot: Chatbot) -> None:
    reply = chatbot.reply("藍色噴泉的水花").reply
    assert isinstance(reply, OutOfScope)
    care = SENTENCES["zh-Hant"]["out_of_scope"]["care"]
    assert care.replace("{{ emergency }}", "119").replace("{{ comfort }}", "1925") in reply.text


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        *((q, "out_of_scope") for q in ("今天台北的天氣如何", "我叫王小明，股票現在可以買嗎")),
        *((q, "out_of_scope") for q in ("要不要買股票", "明天要帶傘嗎", "幫我寫一封信")),
        ("我下個月那針可以不打了嗎", "ask_clinician"),
    ],
)
def test_by_words_alone_what_is_about_something_else_is_not_sent_to_the_team(
    chatbot: Chatbot, question: str, kind: str
) -> None:
    assert chatbot.reply(question).reply.kind == kind
