"""A floor under the quality, so that a leg that died is noticed."""

from __future__ import annotations

import pytest

from chatbot.bot import Chatbot
from corpus.source import Source
from evals.case import load_cases
from evals.outcome import Outcome, ask_chatbot
from index.passage_index import words_only_index


def ran(chatbot: Chatbot, *splits: str) -> tuple[list[Outcome], list[Outcome]]:
    """Return the outcomes of answerable and of unanswerable cases."""
    outcomes = [ask_chatbot(chatbot, case, "test") for s in splits for case in load_cases(s)]
    answerable = [o for o in outcomes if o.case.kind == "answer"]
    unanswerable = [o for o in outcomes if o.case.kind == "out_of_scope"]
    assert len(answerable) > 50
    assert len(unanswerable) > 20
    return answerable, unanswerable


def share(hits: list[bool]) -> float:
    return sum(hits) / len(hits)


@pytest.mark.model
def test_with_the_encoder_facts_are_met_and_the_rest_is_refused(full_chatbot: Chatbot) -> None:
    assert full_chatbot.index.searches_by_meaning
    answerable, unanswerable = ran(full_chatbot, "test")
    assert share([o.met for o in answerable]) >= 0.85
    assert share([o.kind == "out_of_scope" for o in unanswerable]) >= 0.7
    development, refused = ran(full_chatbot, "dev", "test")
    assert share([o.met for o in development]) >= 0.85
    assert share([o.kind == "out_of_scope" for o in refused]) >= 0.7


def test_by_words_alone_facts_are_met_and_the_rest_is_refused(edition: Source) -> None:
    chatbot = Chatbot(words_only_index(edition.guide, edition.topics))
    answerable, unanswerable = ran(chatbot, "dev", "test")
    assert share([o.met for o in answerable]) >= 0.8
    assert share([o.kind == "out_of_scope" for o in unanswerable]) >= 0.7
