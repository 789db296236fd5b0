"""`python -m evals conversations`: every turn judged by the kind of reply, facts and page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chatbot.bot import Chatbot
from chatbot.conversation import Conversation
from chatbot.reply import Reply, citations_of
from corpus.progress_bar import watched
from evals.conversation_case import ConversationCase, TurnCase, load_conversations
from evals.outcome import state
from evals.report import share

Chosen = Callable[["Judged"], bool]


@dataclass(frozen=True, slots=True)
class Judged:
    """A turn and the reply that it got.

    Attributes:
        case: The conversation.
        turn: The turn.
        kind: Kind of the reply.
        right: Whether it is of the right kind and, where an answer is, shows all facts and a right
            page.
        shown: Ids of what was cited.
    """

    case: ConversationCase
    turn: TurnCase
    kind: str
    right: bool
    shown: tuple[str, ...]

    @property
    def right_kind(self) -> bool:
        """Whether the reply is of the right kind."""
        return self.kind == self.turn.kind


def hold(chatbot: Chatbot, cases: Sequence[ConversationCase]) -> tuple[Judged, ...]:
    """Return every turn that counts of some conversations, judged."""
    judged: list[Judged] = []
    for case in watched(cases, "conversations"):
        conversation = Conversation()
        for turn in case.turns:
            answered = chatbot.reply(turn.text, conversation)
            conversation = answered.conversation
            if turn.counts:
                judged.append(_judged(case, turn, answered.reply))
    return tuple(judged)


def _judged(case: ConversationCase, turn: TurnCase, reply: Reply) -> Judged:
    citations = citations_of(reply)
    right = reply.kind == turn.kind
    if right and turn.kind == "answer":
        right = state(citations, turn.must, turn.pages)
    ids = tuple(citation.passage.passage_id for citation in citations)
    return Judged(case, turn, reply.kind, right, ids)


def run_conversations(chatbot: Chatbot, split: str, *, misses: bool = False) -> str:
    """Return the table over the conversations of a split, and what was missed where asked for."""
    judged = hold(chatbot, load_conversations(split))
    head = "| turns | n | right | of the right kind |\n|---|---|---|---|"
    groups: list[tuple[str, Chosen]] = [
        ("all", lambda _: True),
        ("follow-ups", lambda j: j.turn.is_follow_up),
        ("with an answer", lambda j: j.turn.kind == "answer"),
    ]
    for tag in sorted({tag for one in judged for tag in one.case.tags}):
        groups.append((f"in conversations with {tag}", _with(tag)))
    lines = [f"## conversations: {split}\n", head]
    for name, chosen in groups:
        own = [one for one in judged if chosen(one)]
        if own:
            right = share(sum(one.right for one in own), len(own))
            kind = share(sum(one.right_kind for one in own), len(own))
            lines.append(f"| {name} | {len(own)} | {right} | {kind} |")
    if misses:
        lines += [""] + [_miss(one) for one in judged if not one.right]
    return "\n".join(lines)


def _with(tag: str) -> Chosen:
    return lambda judged: tag in judged.case.tags


def _miss(one: Judged) -> str:
    wanted, got = one.turn.kind, one.kind
    facts = " + ".join(fact[0] for fact in one.turn.must)
    return f"- {one.case.case_id} {one.turn.text}: {wanted} {facts} → {got} {', '.join(one.shown)}"
