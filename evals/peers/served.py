"""Our own product beside its peers: as it is served, and with its deciding alone."""

from __future__ import annotations

from collections.abc import Sequence

from chatbot.bot import Chatbot
from chatbot.choice import SEARCHED_PASSAGES
from chatbot.conversation import Conversation, understand
from evals.case import Case
from evals.outcome import ask_chatbot, judge
from evals.peers.standing import REFUSED, Scored, System
from index.query import read_query


def served_system(text: str, chatbot: Chatbot, cases: Sequence[Case]) -> System:
    """Return what people get: signs first, requests handed to the team, refusals."""
    name = "ours, as served"
    ran = (ask_chatbot(chatbot, case, f"{text}: {name}") for case in cases)
    return System(text, name, tuple(map(Scored, ran)), decides=True)


def refusing_system(text: str, chatbot: Chatbot, cases: Sequence[Case]) -> System:
    """Return what is shown where neither signs nor requests are looked for.

    Its score is what speaks for the guide holding an answer, where a model has weighed it.
    """
    name = "ours, search and refusing alone"
    shown = tuple(_searched(chatbot, case, f"{text}: {name}") for case in cases)
    return System(text, name, shown, decides=True)


def _searched(chatbot: Chatbot, case: Case, system: str) -> Scored:
    query = read_query(case.turns[-1])
    understood = understand(query, Conversation())
    found = chatbot.index.search(understood.readings, top_k=SEARCHED_PASSAGES)
    choice = chatbot.chooser.choose(query, understood, found)
    passages = [hit.passage for hit in choice.shown]
    evidence = [(p.text, p.pages, p.passage_id) for p in passages]
    kind = REFUSED if choice.refusal is not None else "answer"
    score = None if choice.doubt is None else -choice.doubt
    return Scored(judge(case, system, kind, evidence, 0.0), score)
