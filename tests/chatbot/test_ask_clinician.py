"""The bot with a request that only the person's own team can decide."""

from __future__ import annotations

import pytest

from chatbot.bot import MOST_ON_DECISION, Chatbot
from chatbot.conversation import Conversation
from chatbot.reply import AbstainReason, Answer, AskClinician, OutOfScope, Reply, citations_of
from corpus.not_in_guide import Topic
from corpus.passage import Guide, Language, Section
from index.passage_index import words_only_index
from tests.chatbot.reviewed import SENTENCES
from tests.helpers import hearing, passage

GUIDE = Guide(
    "g",
    "指南",
    (
        Section(
            "藥物",
            (
                passage(
                    "p26-rebound-overview",
                    "停用以後骨質可能很快流失，請先討論。",
                    pages=(26,),
                    questions=("停用以後骨質可能流失嗎",),
                ),
                passage(
                    "ache",
                    "打針後痠痛很常見。",
                    pages=(25,),
                    questions=("打針後痠痛常見嗎",),
                    companions=("call",),
                ),
                passage("call", "越來越痛請聯絡團隊。", pages=(9,), questions=("越來越痛找誰",)),
                passage(
                    "teeth", "用 denosumab 前先看牙醫。", pages=(), questions=("用藥前看牙醫嗎",)
                ),
            ),
        ),
    ),
)

ASKED = {
    Language.TAIWAN: ("還能活多久", "存活期有多長"),
    Language.MAINLAND: ("还能活多久",),
    Language.ENGLISH: ("how long do i have",),
}
HERBS = {
    Language.TAIWAN: ("該選哪一種中藥",),
    Language.MAINLAND: ("该选哪一种中药",),
    Language.ENGLISH: ("which herbs",),
}
TOPICS = (
    Topic("prognosis", "預後", "預後與存活期", ASKED),
    Topic("herbs", "中藥", "中藥", HERBS),
)


@pytest.fixture(scope="module")
def chatbot() -> Chatbot:
    return hearing(Chatbot(words_only_index(GUIDE, TOPICS)))


def request(reply: Reply) -> AskClinician:
    assert isinstance(reply, AskClinician)
    return reply


def ids(reply: Reply) -> list[str]:
    return [citation.passage.passage_id for citation in citations_of(reply)]


def composed(language: str, about: str, last: str, pages: str = "") -> str:
    """Return what is said to a request, from the template files."""
    of = SENTENCES[language]
    lines = [
        of["ask_clinician"][about],
        of["ask_clinician"]["take_along"],
        of["take_along"][about],
        of["ask_clinician"][last].replace("{{ pages }}", pages),
    ]
    return "\n".join(lines)


def test_it_says_who_decides_and_what_to_ask_before_any_passage(chatbot: Chatbot) -> None:
    reply = request(chatbot.reply("骨質流失還能活多久").reply)
    assert reply.about == "prognosis"
    assert reply.suggestions == ()
    assert reply.text.startswith(composed("zh-Hant", "prognosis", "near", "25、26"))
    assert reply.text.startswith("您的病情會怎麼發展，只有您的醫療團隊能和您談，我不能預測。\n")


@pytest.mark.parametrize(
    ("question", "language", "pages"),
    [
        ("骨質流失我該選哪一種中藥", "zh-Hant", "25、26"),
        ("骨质流失我该选哪一种中药，医生没说", "zh-Hans", "25、26"),
        ("on denosumab, which herbs, which should i choose", "en", "26"),
    ],
)
def test_what_the_guide_does_not_hold_brings_the_nearest_and_says_so(
    chatbot: Chatbot, question: str, language: str, pages: str
) -> None:
    reply = request(chatbot.reply(question).reply)
    assert "p26-rebound-overview" in ids(reply)
    assert reply.text == composed(language, "choose", "near", pages)


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("阿嬤用藥前還能活多久", []),
        ("用藥多久，我該選哪一種中藥", ["long"]),
    ],
)
def test_how_long_a_drug_is_given_never_stands_under_how_long_somebody_lives(
    question: str, shown: list[str]
) -> None:
    long = passage("long", "用藥 36 個月後可以考慮暫停。", questions=("用藥要用多久",))
    guide = Guide("g", "指南", (Section("藥物", (long,)),))
    reply = request(hearing(Chatbot(words_only_index(guide, TOPICS))).reply(question).reply)
    assert ids(reply) == shown


def test_to_stop_a_bone_drug_brings_what_the_guide_says_on_rebound_first(
    chatbot: Chatbot,
) -> None:
    reply = request(chatbot.reply("我可以停打骨針嗎").reply)
    assert reply.about == "stop_delay"
    assert ids(reply)[0] == "p26-rebound-overview"
    assert len(ids(reply)) <= MOST_ON_DECISION == 2
    assert reply.text.startswith(SENTENCES["zh-Hant"]["ask_clinician"]["stop_delay"])
    assert "指南第 26 頁和這件事有關的一般說明：" in reply.text


def test_the_drug_may_have_been_named_the_question_before(chatbot: Chatbot) -> None:
    without = request(chatbot.reply("媽媽可以直接停掉嗎").reply)
    assert "p26-rebound-overview" not in ids(without)[:1]
    after = Conversation("denosumab 是什麼")
    assert ids(chatbot.reply("媽媽可以直接停掉嗎", after).reply)[0] == "p26-rebound-overview"


def test_what_was_read_a_moment_ago_stands_behind_what_is_new() -> None:
    teeth = passage("teeth", "用藥前先看牙醫。", heading="牙齒", questions=("用藥前看牙醫嗎",))
    jaw = passage("jaw", "用藥後牙痛要說。", heading="顎骨", questions=("用藥後牙痛怎麼辦",))
    bot = hearing(Chatbot(words_only_index(Guide("g", "指南", (Section("藥", (teeth, jaw)),)), ())))
    question = "用藥前看牙醫嗎，我該選哪一種"
    assert ids(request(bot.reply(question).reply)) == ["teeth", "jaw"]
    read = Conversation("用藥前要做什麼", "牙齒")
    assert ids(request(bot.reply(question, read).reply)) == ["jaw", "teeth"]


def test_a_reassuring_passage_keeps_its_companion_here_too(chatbot: Chatbot) -> None:
    reply = request(chatbot.reply("打針後痠痛常見嗎，我可以停藥嗎").reply)
    assert {"ache", "call"} <= {*ids(reply)}


@pytest.mark.parametrize(
    ("question", "about", "last"),
    [
        ("用藥前看牙醫嗎，我該選哪一種", "choose", "cited_no_page"),
        ("用藥前我該選哪一種中藥", "choose", "near_no_page"),
    ],
)
def test_a_passage_without_pages_is_led_to_without_them(
    question: str, about: str, last: str
) -> None:
    teeth = GUIDE.by_id["teeth"]
    guide = Guide("g", "指南", (Section("藥物", (teeth,)),))
    reply = request(hearing(Chatbot(words_only_index(guide, TOPICS))).reply(question).reply)
    assert ids(reply) == ["teeth"]
    assert reply.text == composed("zh-Hant", about, last)


def test_what_is_asked_in_general_is_answered(chatbot: Chatbot) -> None:
    assert isinstance(chatbot.reply("停用以後骨質可能流失嗎").reply, Answer)


def test_a_request_that_has_nothing_to_do_with_the_guide_is_refused() -> None:
    strange = hearing(Chatbot(words_only_index(GUIDE, ())))
    reply = strange.reply("還能活多久").reply
    assert isinstance(reply, OutOfScope)
    assert reply.reason is AbstainReason.NOTHING_SHARED


def test_a_request_is_remembered_for_a_follow_up(chatbot: Chatbot) -> None:
    after = chatbot.reply("我可以停打骨針嗎").conversation
    assert after.question == "我可以停打骨針嗎"
