"""Why a reply is what it is: the same reply, and numbers that are those of the stages."""

from __future__ import annotations

import re

import pytest

from chatbot.bot import Chatbot
from chatbot.choice import SEARCHED_PASSAGES
from chatbot.conversation import Conversation
from chatbot.doubt import FIELDS
from chatbot.reply import citations_of
from chatbot.triage.finding import Net
from chatbot.triage.tier import Tier
from chatbot.why import MOST_CANDIDATES, explain
from index.passage_index import Reading
from index.query import read_query

QUESTIONS = [
    "打骨針有什麼副作用",
    "我媽昨天開始兩腳沒力，站不起來",
    "健保有給付骨針嗎",
    "我可以停藥嗎",
    "我不想活了",
    "我沒有腳沒力",
    "骨針要打多久？還有會不會痛",
    "你好",
    "",
    "它要打多久",
    "x" * 3000,
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_it_is_the_reply_that_the_bot_gives(edition_chatbot: Chatbot, question: str) -> None:
    assert explain(edition_chatbot, question).turn == edition_chatbot.reply(question)


def test_a_follow_up_leans_on_what_was_asked(edition_chatbot: Chatbot) -> None:
    before = edition_chatbot.reply("denosumab 是什麼").conversation
    why = explain(edition_chatbot, "那多久打一次", before)
    assert why.turn == edition_chatbot.reply("那多久打一次", before)
    assert len(why.searched) > 1
    assert explain(edition_chatbot, "那多久打一次", Conversation()).searched != why.searched


def test_the_evidence_adds_up_to_the_doubt_of_the_turn(edition_chatbot: Chatbot) -> None:
    why = explain(edition_chatbot, "健保有給付骨針嗎")
    assert why.refusing is not None
    assert why.turn.doubt is not None
    total = why.refusing.bias + sum(piece.added for piece in why.refusing.pieces)
    assert total == pytest.approx(why.turn.doubt) == pytest.approx(why.refusing.doubt)
    assert {piece.name for piece in why.refusing.pieces} <= set(FIELDS)
    assert why.refusing.is_refused
    assert why.refusing.percent > 50
    strengths = [abs(piece.added) for piece in why.refusing.pieces]
    assert strengths == sorted(strengths, reverse=True)


def test_candidates_are_those_of_the_search_and_what_stands_behind_them(
    edition_chatbot: Chatbot,
) -> None:
    question = "打骨針有什麼副作用"
    why = explain(edition_chatbot, question)
    found = edition_chatbot.index.search([Reading(read_query(question))], top_k=SEARCHED_PASSAGES)
    assert len(why.candidates) == MOST_CANDIDATES
    assert tuple(c.hit for c in why.candidates[:SEARCHED_PASSAGES]) == found.hits
    assert [c.hit.rank for c in why.candidates] == list(range(1, MOST_CANDIDATES + 1))
    cited = {c.hit.passage.passage_id: c.cited for c in why.candidates if c.cited}
    shown = {c.passage.passage_id: c.number for c in citations_of(why.turn.reply)}
    assert cited
    assert cited.items() <= shown.items()
    best = max(why.candidates, key=lambda c: c.hit.support.word_score)
    assert best.by_words == 1
    assert {c.by_meaning for c in why.candidates} == {None}


def test_a_sign_is_told_with_net_words_and_rule(edition_chatbot: Chatbot) -> None:
    findings = explain(edition_chatbot, "我媽昨天開始兩腳沒力，站不起來").findings
    by_rules = next(finding for finding in findings if finding.net is Net.RULES)
    assert (by_rules.sign, by_rules.tier) == ("leg_arm_weakness", Tier.TODAY)
    assert (by_rules.words, by_rules.rule) == (("腳沒力",), "present")
    by_sentences = next(finding for finding in findings if finding.net is Net.SENTENCES)
    assert (by_sentences.sign, by_sentences.tier) == ("leg_arm_weakness", Tier.TODAY)
    assert "腳" in by_sentences.words


def test_a_sign_that_was_held_back_is_told_too(edition_chatbot: Chatbot) -> None:
    (held,) = explain(edition_chatbot, "我沒有腳沒力").findings
    assert (held.tier, held.rule) == (Tier.INFORMATIONAL, "held: negated")


def test_a_request_by_its_form_is_told(edition_chatbot: Chatbot) -> None:
    decision = explain(edition_chatbot, "我可以停藥嗎").decision
    assert decision is not None
    assert decision.rule.startswith("form: ")


@pytest.mark.model
def test_with_an_encoder_the_numbers_are_those_of_the_vectors(full_chatbot: Chatbot) -> None:
    why = explain(full_chatbot, "打骨針有什麼副作用")
    assert why.turn == full_chatbot.reply("打骨針有什麼副作用")
    assert why.by_meaning
    first = why.candidates[0]
    assert first.hit.support.similarity is not None
    assert first.hit.support.similarity > 0.9
    assert first.by_meaning == 1
    assert why.refusing is not None
    assert why.refusing.doubt == pytest.approx(why.turn.doubt)


@pytest.mark.model
def test_the_score_of_a_request_is_the_one_that_decided(full_chatbot: Chatbot) -> None:
    """The rule of a decision by score names the number; ours must be the same."""
    compared = 0
    for question in (
        "醫師要我打骨針，可是我不想打，該不該打",
        "以我的情況該選哪一種骨針比較好",
        "我還要不要繼續做放療",
        "我的骨密度報告 -2.8 是不是很嚴重",
    ):
        why = explain(full_chatbot, question)
        number = (
            re.fullmatch(r"(?:sentences|vectors): (-?[\d.]+)", why.decision.rule)
            if (why.decision)
            else None
        )
        if number is not None and why.request is not None:
            assert float(number[1]) == pytest.approx(why.request.score, abs=0.06)
            assert why.request.score >= why.request.threshold
            compared += 1
    assert compared
