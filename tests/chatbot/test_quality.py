"""A floor under the quality, so that a leg that died is noticed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chatbot.bot import Chatbot
from chatbot.reply import AbstainReason, Answer, OutOfScope
from corpus.passage import Guide, Section
from corpus.source import Source
from evals.case import load_cases
from evals.outcome import Outcome, ask_chatbot
from index.encoder import Encoder
from index.passage_index import PassageIndex
from index.script import to_simplified
from index.store import IndexStore
from tests.web.test_kiosk import unanswered

NOT_ANSWERED = {"out_of_scope", "ask_clinician"}  # refused, or handed to the person's own team
EVERY = 3  # one case of three is enough for a floor; `make eval` asks them all


def ran(chatbot: Chatbot) -> tuple[list[Outcome], list[Outcome]]:
    """Return the outcomes of answerable and of unanswerable cases."""
    cases = [case for split in ("dev", "test") for case in load_cases(split)][::EVERY]
    outcomes = [ask_chatbot(chatbot, case, "test") for case in cases]
    answerable = [o for o in outcomes if o.case.kind == "answer"]
    unanswerable = [o for o in outcomes if o.case.kind == "out_of_scope"]
    assert len(answerable) > 150
    assert len(unanswerable) > 40
    return answerable, unanswerable


def share(hits: list[bool]) -> float:
    return sum(hits) / len(hits)


@pytest.mark.model
def test_with_the_encoder_facts_are_met_and_the_rest_is_refused(full_chatbot: Chatbot) -> None:
    assert full_chatbot.index.searches_by_meaning
    answerable, unanswerable = ran(full_chatbot)
    assert share([o.met for o in answerable]) >= 0.92
    assert share([o.met_first for o in answerable]) >= 0.88
    assert share([o.kind in NOT_ANSWERED for o in unanswerable]) >= 0.86


def test_by_words_alone_facts_are_met_and_the_rest_is_refused(
    edition_chatbot: Chatbot,
) -> None:
    answerable, unanswerable = ran(edition_chatbot)
    assert share([o.met for o in answerable]) >= 0.88
    assert share([o.kind in NOT_ANSWERED for o in unanswerable]) >= 0.77


@pytest.mark.model
@pytest.mark.parametrize(
    ("message", "passage", "places"),
    [
        ("請外籍看護政府有補助嗎？骨轉移的病人可能會用到什麼輔具？", "p23-aids", "1"),
        ("骨轉移最常發生在哪些骨頭？另外我在大陸住院台灣健保可以報銷嗎？", "p8-where", "2"),
        ("拔牙之前骨針要停幾個月，還有嘴巴出現什麼症狀要懷疑顎骨壞死", "p26-onj-symptoms", "1"),
    ],
)
def test_one_of_two_questions_is_answered_and_the_other_is_named(
    full_chatbot: Chatbot, message: str, passage: str, places: str
) -> None:
    reply = full_chatbot.reply(message).reply
    assert isinstance(reply, Answer)
    assert reply.text.startswith(f"您問的第 {places} 個問題，指南沒有回答")
    assert passage in {citation.passage.passage_id for citation in reply.citations}


@pytest.mark.parametrize("typed", ["貴嗎", "健保有給付嗎", "哪個便宜", "貴唔貴㗎"])
def test_what_it_costs_is_refused_whatever_was_answered_before(
    full_chatbot: Chatbot, typed: str
) -> None:
    before = full_chatbot.reply("骨轉移打 denosumab 和 zoledronate 有什麼不一樣").conversation
    reply = full_chatbot.reply(typed, before).reply
    assert isinstance(reply, OutOfScope)


def test_two_questions_outside_the_guide_stay_refused(full_chatbot: Chatbot) -> None:
    reply = full_chatbot.reply("台大跟榮總哪間骨腫瘤比較強？順便問有沒有推薦的醫生").reply
    assert isinstance(reply, OutOfScope)


def test_a_refusal_names_no_cancer_that_was_not_asked_for(full_chatbot: Chatbot) -> None:
    beside = full_chatbot.reply("骨轉移以後還能不能提重物").reply
    assert beside.kind == "out_of_scope"
    assert "乳癌" not in beside.text
    assert "乳癌術後的淋巴水腫" in full_chatbot.reply("乳癌手術後能提重物嗎").reply.text


@pytest.mark.model
@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ("乳癌手术后能提重物吗", AbstainReason.NOT_IN_GUIDE),
        ("双膦酸盐要多少钱", AbstainReason.STEP_BESIDE),
    ],
)
def test_a_refusal_in_simplified_characters_holds_no_others(
    full_chatbot: Chatbot, asked: str, reason: AbstainReason
) -> None:
    reply = full_chatbot.reply(asked).reply
    assert isinstance(reply, OutOfScope)
    assert reply.reason is reason
    assert to_simplified(reply.text) == reply.text


@pytest.mark.model
def test_what_a_follow_up_adds_is_weighed_by_itself(full_chatbot: Chatbot) -> None:
    first = full_chatbot.reply("鐳223 是怎麼用的")
    beside = full_chatbot.reply("打完要隔離幾天", first.conversation)
    assert beside.reply.kind == "out_of_scope"
    assert full_chatbot.reply("副作用呢", first.conversation).reply.kind == "answer"


@pytest.mark.model
def test_each_question_of_the_kiosk_is_answered_with_the_model_too(
    edition: Source, full_chatbot: Chatbot
) -> None:
    assert unanswered(full_chatbot, edition.guide) == []


@pytest.mark.model
def test_a_guide_without_a_bank_is_answered_by_meaning_too(
    full_index: PassageIndex, edition: Source, encoder: Encoder
) -> None:
    sections = tuple(
        Section(section.title, tuple(replace(p, questions={}) for p in section.passages))
        for section in edition.guide.sections
    )
    bare = Guide("bare", edition.guide.title, sections)
    store = IndexStore.of(bare, encoder)
    answerable, unanswerable = ran(Chatbot(store.build(bare, edition.topics, encoder)))
    assert share([o.kind == "answer" for o in answerable]) > 0.85
    assert share([o.page_first for o in answerable]) > 0.7
    assert share([o.kind in NOT_ANSWERED for o in unanswerable]) > 0.5
