"""Our own product beside its peers: as it is served, and with its deciding alone."""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.abstain import (
    BANK_HOW_MUCH,
    TEXT_HOW_MUCH,
    gates_for,
    hits_to_show,
    reason_to_abstain,
)
from chatbot.bot import SEARCHED_PASSAGES, Chatbot
from chatbot.conversation import Conversation, readings_of
from evals.case import Case
from evals.outcome import Outcome, ask_chatbot, judge
from evals.peers.standing import REFUSED, Scored, System
from index.passage_index import PassageIndex
from index.query import read_query


def served_system(text: str, chatbot: Chatbot, cases: Sequence[Case]) -> System:
    """Return what people get: signs first, requests handed to the team, refusals."""
    name = "ours, as served"
    ran = (ask_chatbot(chatbot, case, f"{text}: {name}") for case in cases)
    return System(text, name, tuple(map(Scored, ran)))


def refusing_system(text: str, index: PassageIndex, cases: Sequence[Case]) -> System:
    """Return what is shown where neither signs nor requests are looked for."""
    name = "ours, search and refusing alone"
    shown = (Scored(_searched(index, case, f"{text}: {name}")) for case in cases)
    return System(text, name, tuple(shown))


def _searched(index: PassageIndex, case: Case, system: str) -> Outcome:
    readings = readings_of(read_query(case.turns[-1]), Conversation())
    found = index.search(readings, top_k=SEARCHED_PASSAGES)
    if reason_to_abstain(found, gates_for(found, has_bank=index.has_bank)) is not None:
        return judge(case, system, REFUSED, [], 0.0)
    how_much = BANK_HOW_MUCH if index.has_bank else TEXT_HOW_MUCH
    passages = [hit.passage for hit in hits_to_show(found, how_much)]
    evidence = [(p.text, p.pages, p.passage_id) for p in passages]
    return judge(case, system, "answer", evidence, 0.0)
