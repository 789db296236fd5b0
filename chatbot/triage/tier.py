"""How soon a sign needs someone."""

from __future__ import annotations

from enum import StrEnum


class Tier(StrEnum):
    """What a notice asks for (docs/safety.md); no clinician has signed it yet."""

    INFORMATIONAL = "I"  # spoken of, not present: a line of contact under the answer
    TELL = "T3"  # tell the team within a day or two
    TODAY = "T2"  # call the team now, else the emergency department
    EMERGENCY = "T1"  # life may be in danger: 119
    CRISIS = "C"  # a wish to die, a farewell

    @property
    def urgency(self) -> int:
        """Return a number that is greater for what is more urgent; a crisis is kept apart."""
        return _URGENCY[self]


_URGENCY = {
    Tier.INFORMATIONAL: 0,
    Tier.TELL: 1,
    Tier.TODAY: 2,
    Tier.CRISIS: 3,
    Tier.EMERGENCY: 4,
}
