"""Clauses that make light of what is told: 應該沒事吧, 老毛病了, probably nothing.

They lower no tier. The first two nets score clauses by themselves and are not swayed; the vector of
a whole message is, so a message is read once more without them.
"""

from __future__ import annotations

from chatbot.triage.message import Message, read_message
from chatbot.triage.scope import load_scope


def without_minimisers(message: Message) -> Message | None:
    """Return what a message tells without such clauses; none where it has none, or nothing else."""
    kept = tuple(clause for clause in message.clauses if not _makes_light(clause))
    if len(kept) == len(message.clauses) or not kept:
        return None
    return read_message("。".join(kept))


def _makes_light(clause: str) -> bool:
    said = sum(len(match.group()) for match in load_scope().minimisers.finditer(clause))
    return 2 * said >= len(clause)
