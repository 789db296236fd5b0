"""What one open page remembers, in the server's memory only, and how it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from chatbot.conversation import Conversation
from chatbot.reply import Reply
from chatbot.templates import Templates
from chatbot.web.markdown import folded_markdown, literal, questions_markdown, reply_markdown
from chatbot.web.script import in_script, sentences
from chatbot.web.service import Service
from chatbot.web.unreadable import told_what_cannot_be_read

KEPT_TURNS = 30
Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PageTurn:
    """A question as it was typed, and what was said to it.

    Attributes:
        question: The question.
        reply: What was said.
        above: How it is shown above later turns, by whether in Simplified characters. With each
            answer Gradio sends all of them again, so they are put into words only once.
    """

    question: str
    reply: Reply
    above: dict[bool, tuple[Message, ...]] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A conversation on a page.

    Attributes:
        turns: The last of them, oldest first.
        conversation: What the chatbot carries from turn to turn.
        is_simplified: Whether the person wants to read Simplified characters.
        can_dial: Whether numbers are links; on a kiosk they are not.
    """

    turns: tuple[PageTurn, ...] = ()
    conversation: Conversation = field(default_factory=Conversation)
    is_simplified: bool = False
    can_dial: bool = True

    @property
    def sentences(self) -> Templates:
        """The sentences around its replies."""
        return sentences(simplified=self.is_simplified)

    @property
    def messages(self) -> tuple[Message, ...]:
        """The conversation as Gradio's chat log takes it."""
        shown: list[Message] = []
        for turn in self.turns[:-1]:
            if self.is_simplified not in turn.above:
                turn.above[self.is_simplified] = tuple(_messages(self, turn, is_last=False))
            shown += turn.above[self.is_simplified]
        for turn in self.turns[-1:]:
            shown += _messages(self, turn, is_last=True)
        return tuple(shown)


def add_turn(service: Service, dialogue: Dialogue, question: str) -> Dialogue:
    """Return the dialogue with a question and its reply added."""
    turn = service.reply(question, dialogue.conversation)
    reply = told_what_cannot_be_read(question, turn.reply, service.chatbot)
    turns = (*dialogue.turns, PageTurn(question, reply))[-KEPT_TURNS:]
    return replace(dialogue, turns=turns, conversation=turn.conversation)


def _messages(dialogue: Dialogue, turn: PageTurn, *, is_last: bool) -> Iterator[Message]:
    """Yield a question, its reply, and what is folded away; only the last can be asked on."""
    reply, templates = turn.reply, dialogue.sentences
    if turn.question.strip():
        yield {"role": "user", "content": literal(turn.question)}
    questions = questions_markdown(reply, templates, can_be_pressed=is_last)
    said = reply_markdown(reply, templates, can_dial=dialogue.can_dial)
    content = "\n\n".join(filter(None, (said, questions)))
    offered = reply.suggestions if is_last else ()
    options = [{"value": q, "label": in_script(q, templates)} for q in offered]
    yield {"role": "assistant", "content": content, "options": options}
    folded = folded_markdown(reply, templates)
    if folded:
        yield {"role": "assistant", "content": folded, "options": []}
