"""A reply as patients get it, with all that led to it, made ready for the page."""

from __future__ import annotations

from dataclasses import dataclass

from chatbot.choice import SEARCHED_PASSAGES
from chatbot.conversation import Conversation
from chatbot.reply import Clarify, OutOfScope, Reply, Urgent, citations_of
from chatbot.templates import Templates
from chatbot.triage.finding import Finding
from chatbot.triage.signs import load_signs
from chatbot.triage.tier import Tier
from chatbot.web.script import own_words
from chatbot.web.service import Service
from chatbot.web.staff.passage_view import PassageView, has_publisher, passage_view
from chatbot.web.unreadable import told_what_cannot_be_read
from chatbot.why import Candidate, Why, explain
from corpus.aspects import hard_aspects
from index.script import normalise


@dataclass(frozen=True, slots=True)
class SignView:
    """A finding of triage in words.

    Attributes:
        sign: What volunteers call it.
        tier: How soon, as the notice says it; or that it was held back.
        net: Which net found it.
        words: The words or n-grams that spoke for it.
        rule: What raised or held it.
        is_held: Whether it was held back.
    """

    sign: str
    tier: str
    net: str
    words: tuple[str, ...]
    rule: tuple[str, ...]
    is_held: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage that is shown, and why.

    Attributes:
        number: Under which it is quoted.
        view: The passage.
        candidate: How it was found; none where it stands there as a companion, for a sign, or for
            a decision.
        marked: The sentences of it that answer.
        is_folded: Whether it is folded away behind a notice.
    """

    number: int
    view: PassageView
    candidate: Candidate | None
    marked: tuple[str, ...]
    is_folded: bool


@dataclass(frozen=True, slots=True)
class AnswerView:
    """All that the page tells of a turn.

    Attributes:
        why: What led to the reply.
        reply: The reply, as the page of patients has it.
        text: What it says itself, in lines.
        reason: Name of the sentence that tells why it is of its kind, or nothing.
        signs: What triage found.
        shown: The passages that are quoted.
        aspects: Hard aspects that the question asks.
        has_publisher: Whether the publisher's guide was imported.
        n_considered: How many candidates the bot chose among.
    """

    why: Why
    reply: Reply
    text: tuple[str, ...]
    reason: str
    signs: tuple[SignView, ...]
    shown: tuple[Shown, ...]
    aspects: tuple[str, ...]
    has_publisher: bool
    n_considered: int = SEARCHED_PASSAGES


def answer_view(
    service: Service, templates: Templates, question: str, before: Conversation
) -> AnswerView:
    """Ask the bot that the page asks; return its reply and why."""
    chatbot, guide = service.chatbot, service.source.guide
    why = explain(chatbot, question, before)
    reply = told_what_cannot_be_read(question, why.turn.reply, chatbot)
    by_id = {c.hit.passage.passage_id: c for c in why.candidates}
    folded = reply.folded if isinstance(reply, Urgent) else ()
    shown = tuple(
        Shown(
            citation.number,
            passage_view(guide, citation.passage, templates),
            by_id.get(citation.passage.passage_id),
            tuple(citation.passage.text[s.start : s.end] for s in citation.marked),
            citation in folded,
        )
        for citation in citations_of(reply)
    )
    return AnswerView(
        why,
        reply,
        tuple(own_words(reply.text, templates).split("\n")),
        _reason(reply),
        tuple(_sign(finding, templates) for finding in why.findings),
        shown,
        tuple(aspect.name for aspect in hard_aspects(normalise(question))),
        has_publisher(guide),
    )


def _reason(reply: Reply) -> str:
    """Return the name of the reason behind a reply, where its kind has one."""
    if isinstance(reply, OutOfScope):
        return f"reason_{reply.reason.value}"
    if isinstance(reply, Clarify):
        return f"reason_{reply.reason.value}"
    return ""


def _sign(finding: Finding, templates: Templates) -> SignView:
    return SignView(
        _label(finding.sign),
        str(templates.say("staff", f"tier_{finding.tier.value}")),
        str(templates.say("staff", f"net_{finding.net.value}")),
        finding.words,
        tuple(_rule(part, templates) for part in finding.rule.split(", ")),
        finding.tier is Tier.INFORMATIONAL,
    )


def _rule(part: str, templates: Templates) -> str:
    """Return what raised or held a finding in words, as far as they are known."""
    head, _, told = part.replace("score ", "score: ", 1).partition(": ")
    if not told:
        head, told = "scope", head
    if templates.holds("staff", f"scope_{told}"):
        told = str(templates.say("staff", f"scope_{told}"))
    told = " + ".join(map(_label, told.split(" + ")))
    name = f"rule_{head}"
    return str(templates.say("staff", name, told=told)) if templates.holds("staff", name) else part


def _label(sign: str) -> str:
    known = load_signs().get(sign)
    return known.label if known else sign
