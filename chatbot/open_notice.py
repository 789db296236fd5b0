"""What follows a notice: it stays in sight for some turns, and is said again rather than lost.

People play down or ask on right after a notice: 「他說睡一下就好」「是不是躺久了」. Read on its own
words such a turn finds a passage that reassures (hazard H33).
"""

from __future__ import annotations

from collections.abc import Callable

from chatbot.follow_up import looks_like_follow_up
from chatbot.mention import named
from chatbot.parts import asks_on
from chatbot.remarks import FEELING
from chatbot.reply import (
    AbstainReason,
    Answer,
    AskClinician,
    Clarify,
    OutOfScope,
    Reply,
    SmallTalk,
)
from chatbot.triage.finding import Finding, Net
from chatbot.triage.message import Message
from chatbot.triage.putting_off import (
    cannot_be_reached,
    is_beside,
    is_on_the_way,
    wonders,
)
from chatbot.triage.tier import Tier
from index.query import Query

TURNS_AFTER_NOTICE = 3
# Of what is known not to be in the guide; anything else that is refused may be about the sign.
NAMED_REASONS = (AbstainReason.NOT_IN_GUIDE, AbstainReason.UNRELATED)
URGENT_TIERS = (Tier.EMERGENCY, Tier.TODAY)


def is_due_again(
    reply: Reply,
    message: Message,
    query: Query,
    heard: tuple[Finding, ...],
    stands_alone: Callable[[], bool],
) -> bool:
    """Return whether a turn after a notice gets it again instead of its own reply.

    Args:
        reply: What the turn would get by itself; small talk that was recognised by its form is
            not asked about.
        message: The turn, as it is read for signs.
        query: The same, as it is read for search.
        heard: What was present when the notice was given.
        stands_alone: Tells whether the guide surely answers the turn without what was said
            before; a search, asked for where nothing else decides.
    """
    if cannot_be_reached(message):
        return True
    if isinstance(reply, SmallTalk) and reply.topic == FEELING:
        return wonders(message)  # 「嗚嗚 我好怕」 plays nothing down
    if isinstance(reply, SmallTalk | Clarify) or not asks_on(query.question):
        return True
    if not isinstance(reply, Answer | AskClinician | OutOfScope) or named(query.question):
        return False
    if not any(finding.tier in URGENT_TIERS for finding in heard):
        return wonders(message) and not isinstance(reply, AskClinician)
    if wonders(message):
        return True
    if isinstance(reply, OutOfScope) and (reply.reason in NAMED_REASONS or is_beside(message)):
        return False  # 「看護一天多少錢」
    return looks_like_follow_up(query) and not stands_alone()


def is_heard_wrongly(findings: tuple[Finding, ...], message: Message) -> bool:
    """Return whether a crisis was heard by likeness alone in a turn that follows a notice.

    「叫咗車喇，好驚」「救護車來了，謝謝」 do what the notice said, and sound like a farewell.
    """
    nets = {finding.net for finding in findings if finding.tier is Tier.CRISIS}
    return Net.RULES not in nets and is_on_the_way(message)
