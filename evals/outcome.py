"""What became of a case: shown by us, or by the peer."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from chatbot.bot import Chatbot
from chatbot.citation import Citation
from chatbot.conversation import Conversation
from chatbot.doubt import probability
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
from evals.afternoon import Afternoon
from evals.case import Case
from evals.measures import facts_met, page_met

REPLY_KIND = {"personal_advice": "ask_clinician"}  # of a case's kind, where it is called otherwise


@dataclass(frozen=True, slots=True)
class Shown:
    """One piece of evidence as a person sees it: its name, printed pages and words."""

    name: str
    pages: tuple[int, ...]
    quote: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case and what was shown for it.

    Attributes:
        case: The case.
        system: Who answered.
        kind: Kind of the last reply.
        shown: Ids of what was cited, in order.
        evidence: Characters of evidence shown.
        met: Whether all facts and a right page are in the evidence.
        met_first: Whether all facts are in the first citation alone.
        page_first: Whether the first citation stands on a right page.
        seconds: Time of the last reply.
        evidence_shown: What was cited, in order, word for word.
        text: What the reply says in its own words.
        reason: Why it is of its kind: of a refusal or a question back the reason, of a request
            what it is about, of a notice its tier and signs; else empty.
        confidence: How sure the product is that what it found answers, the higher the surer; none
            where it does not say.
    """

    case: Case
    system: str
    kind: str
    shown: tuple[str, ...]
    evidence: int
    met: bool
    met_first: bool
    page_first: bool
    seconds: float
    evidence_shown: tuple[Shown, ...] = ()
    text: str = ""
    reason: str = ""
    confidence: float | None = None

    @property
    def right_kind(self) -> bool:
        """Whether the reply is of the kind that is right."""
        return self.kind == REPLY_KIND.get(self.case.kind, self.case.kind)


def conversation_before(chatbot: Chatbot, turns: Sequence[str]) -> Conversation:
    """Return the conversation as the last of some turns finds it."""
    conversation = Conversation()
    for question in turns[:-1]:
        conversation = chatbot.reply(question, conversation).conversation
    return conversation


def ask_chatbot(chatbot: Chatbot, case: Case, system: str) -> Outcome:
    """Return what the chatbot shows for a case."""
    conversation = conversation_before(chatbot, case.turns)
    start = time.perf_counter()
    turn = chatbot.reply(case.turns[-1], conversation)
    seconds = time.perf_counter() - start
    reply = turn.reply
    citations = citations_of(reply)
    evidence = [(c.quote, c.pages, c.passage.passage_id) for c in citations]
    outcome = judge(case, system, reply.kind, evidence, seconds)
    confidence = None if turn.doubt is None else probability(-turn.doubt)
    return replace(outcome, text=str(reply.text), reason=reason_of(reply), confidence=confidence)


def state(
    citations: Sequence[Citation], must: Sequence[Sequence[str]], pages: Iterable[int]
) -> bool:
    """Return whether citations state all facts, and one of them stands on a right page."""
    shown = "｜".join(citation.quote for citation in citations)
    cited = [page for citation in citations for page in citation.pages]
    return facts_met(must, shown) and page_met(pages, cited)


def reason_of(reply: Reply) -> str:
    """Return why a reply is of its kind, as its class tells it; empty where it tells nothing."""
    match reply:
        case OutOfScope() | Clarify():
            return reply.reason.value
        case AskClinician():
            return reply.about
        case Urgent():
            signs = dict.fromkeys(finding.sign for finding in reply.findings)
            return f"{reply.tier.value}: {', '.join(signs)}"
        case Answer() | SmallTalk():
            return ""
        case _:
            assert_never(reply)


def ask_afternoon(peer: Afternoon, case: Case) -> Outcome:
    """Return what the afternoon's peer shows for a case; it knows only the last turn."""
    start = time.perf_counter()
    chunks = peer.search(case.turns[-1])
    seconds = time.perf_counter() - start
    evidence = [(c.text, c.pages, f"chunk-{peer.chunks.index(c)}") for c in chunks]
    return judge(case, "afternoon", "answer", evidence, seconds)


def judge(
    case: Case,
    system: str,
    kind: str,
    evidence: list[tuple[str, tuple[int, ...], str]],
    seconds: float,
) -> Outcome:
    """Return what became of a case, by the evidence shown: text, pages and name of each."""
    texts = [text for text, _, _ in evidence]
    pages = [page for _, shown, _ in evidence for page in shown]
    first_text, first_pages, _ = evidence[0] if evidence else ("", (), "")
    answered = bool(evidence)
    return Outcome(
        case=case,
        system=system,
        kind=kind,
        shown=tuple(name for _, _, name in evidence),
        evidence=sum(map(len, texts)),
        met=answered and facts_met(case.must, "｜".join(texts)) and page_met(case.pages, pages),
        met_first=answered and facts_met(case.must, first_text),
        page_first=page_met(case.pages, first_pages),
        seconds=seconds,
        evidence_shown=tuple(Shown(name, tuple(own), text) for text, own, name in evidence),
    )
