"""What may be counted of a reply: its kind and what tells replies of one kind apart."""

from __future__ import annotations

from typing import assert_never

from chatbot.reply import Answer, AskClinician, Clarify, OutOfScope, Reply, SmallTalk, Urgent


def detail_of(reply: Reply) -> str:
    """Return the reason, the tier, or the subject of a decision; nothing for other kinds."""
    match reply:
        case OutOfScope() | Clarify():
            return reply.reason.value
        case Urgent():
            return reply.tier.value
        case AskClinician():
            return reply.about
        case Answer() | SmallTalk():
            return ""
        case _:
            assert_never(reply)
