"""What a net found: the sign, the words that spoke for it, and the rule that raised or held it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from chatbot.triage.tier import Tier


class Net(StrEnum):
    """Which net found a sign."""

    RULES = "rules"
    SENTENCES = "sentences"
    VECTORS = "vectors"
    CONVERSATION = "conversation"


@dataclass(frozen=True, slots=True)
class Finding:
    """A sign in a message. Volunteers see all of it, patients only its notice.

    Attributes:
        sign: Name of the sign.
        tier: How soon it needs someone; `I` where it was spoken of and held back.
        net: Which net found it.
        words: The words or n-grams that spoke for it.
        rule: What raised or held it.
    """

    sign: str
    tier: Tier
    net: Net
    words: tuple[str, ...]
    rule: str


def told_again(heard: Iterable[Finding], rule: str, words: tuple[str, ...] = ()) -> Finding:
    """Return the most urgent of what was heard before, as it is told once more."""
    first = max(heard, key=lambda finding: finding.tier.urgency)
    return Finding(first.sign, first.tier, Net.CONVERSATION, words, rule)
