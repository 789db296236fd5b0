"""A reply in Simplified characters: our own lines from their file, the guide's words converted."""

from __future__ import annotations

import pytest

from chatbot.bot import Chatbot
from chatbot.citation import cite
from chatbot.contacts import Team
from chatbot.notices import Notices
from chatbot.reply import AbstainReason, Answer, OutOfScope
from chatbot.said import Said, paragraphs
from chatbot.templates import Templates, load_languages, templates_in
from chatbot.triage.tier import Tier
from chatbot.web.markdown import reply_markdown
from chatbot.web.script import language_of, own_words, sentences
from corpus.passage import Language, PublisherSentence
from tests.helpers import passage

HANT = Templates()
HANS = sentences(simplified=True)


def test_lines_are_said_as_the_other_file_says_them() -> None:
    text = HANT.say("answer", "lead", pages="9、26").then(HANT.say("answer", "foot"))
    expected = HANS.say("answer", "lead", pages="9、26") + HANS.say("answer", "foot")
    assert own_words(text, HANS) == expected
    assert own_words(text, HANT) == text


def test_paragraphs_stay_paragraphs_and_lists_stay_lists() -> None:
    text = paragraphs(HANT.say("ask_clinician", "dental"), HANT.say("take_along", "dental"))
    said = own_words(text, HANS).split("\n")
    assert said == [
        HANS.say("ask_clinician", "dental"),
        *HANS.say("take_along", "dental").split("\n"),
    ]


@pytest.mark.parametrize("tier", [Tier.EMERGENCY, Tier.TODAY, Tier.TELL])
@pytest.mark.parametrize("team", [Team(), Team("腫瘤個管師", "02-2345-6789"), Team("", "119")])
def test_a_notice_says_the_same_as_if_it_had_been_asked_for_in_simplified(
    tier: Tier, team: Team
) -> None:
    notices = Notices(load_languages(HANT), team)
    support = (passage(),)
    one, other = (
        notices.urgent(tier, language, support, silent=False, folded=True)
        for language in (Language.TAIWAN, Language.MAINLAND)
    )
    assert own_words(one, HANS) == other
    for one_dial, other_dial in zip(
        *(notices.dials(tier, language) for language in (Language.TAIWAN, Language.MAINLAND)),
        strict=True,
    ):
        assert own_words(one_dial.label, HANS) == other_dial.label


def test_a_topic_is_converted_and_the_sentence_is_of_the_file() -> None:
    text = HANT.say("out_of_scope", "not_in_guide", topic="健保給付與費用")
    assert own_words(text, HANS) == HANS.say("out_of_scope", "not_in_guide", topic="健保给付与费用")


def test_what_a_passage_does_not_state_is_named_as_the_other_file_names_it() -> None:
    for name in ("cost", "frequency"):
        text = HANT.say(
            "out_of_scope", "step_beside", heading="骨頭痛", aspect=HANT.say("aspect", name)
        )
        assert own_words(text, HANS) == HANS.say(
            "out_of_scope", "step_beside", heading="骨头痛", aspect=HANS.say("aspect", name)
        )


def test_what_was_understood_is_converted() -> None:
    text = HANT.say("answer", "understood", asked="骨針多久打一次")
    assert own_words(text, HANS) == HANS.say("answer", "understood", asked="骨针多久打一次")


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_what_was_said_in_another_language_stays(language: str) -> None:
    text = templates_in(language).say("answer", "lead", pages="9")
    assert own_words(text, HANS) == text
    assert language_of(text, HANS) == language


def test_a_text_without_lines_is_converted() -> None:
    broken = Said("說明。", HANT.say("answer", "foot").lines)
    assert own_words(broken, HANS) == "说明。"


def test_the_language_of_a_traditional_line_is_that_of_the_page() -> None:
    text = HANT.say("answer", "foot")
    assert (language_of(text, HANT), language_of(text, HANS)) == ("zh-Hant", "zh-Hans")


def test_a_quotation_is_converted_and_called_so_and_the_publishers_words_are_not() -> None:
    own = passage(text="骨頭痛時，請聯絡醫師。", publisher=(PublisherSentence("散步有益。", (9,)),))
    text = reply_markdown(Answer(HANT.say("answer", "lead", pages="9"), cite([own])), HANS)
    quotation, _, foot, _, publisher = text.split("\n\n")[1].split("\n")
    assert quotation == "> 骨头痛时，请联络医师。"
    assert "由 OpenCC 转成简体" in foot
    assert "](/source/p1)" in foot  # where the original stands
    assert publisher == "> 出版者原句（繁体）请按页码查看。"


def test_a_refusal_quotes_nothing_and_names_no_conversion() -> None:
    refusal = OutOfScope(HANT.say("out_of_scope", "too_far"), AbstainReason.TOO_FAR)
    assert reply_markdown(refusal, HANS) == HANS.say("out_of_scope", "too_far")


FILLED = {"topic", "heading", "aspect", "asked", "name"}


@pytest.mark.parametrize(
    "question", ["打骨針有什麼副作用", "可以先停打骨針嗎", "兩腳突然沒力", "今天天氣如何", "你好"]
)
def test_every_line_of_a_real_reply_is_said_anew(edition_chatbot: Chatbot, question: str) -> None:
    text = edition_chatbot.reply(question).reply.text
    shown = own_words(text, HANS)
    plain = [line for line in text.lines if not FILLED & dict(line.values).keys()]
    assert all(line.language == "zh-Hant" for line in text.lines)
    for line in plain:
        assert HANS.say(line.group, line.name, **dict(line.values)).strip() in shown
    assert shown.count("\n") == text.count("\n")


def test_the_chatbots_own_sentences_are_the_default(small_chatbot: Chatbot) -> None:
    assert sentences(simplified=False).language == small_chatbot.templates.language
