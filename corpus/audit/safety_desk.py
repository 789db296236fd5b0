"""The safety texts with their signatures: what `audit`, `review` and `sign` work on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.audit.safety_sheet import safety_sheet
from corpus.audit.safety_sign_offs import SAFETY_SIGN_OFFS_FILE, holding_texts
from corpus.audit.safety_texts import CHATBOT, SafetyText, load_safety_texts
from corpus.audit.sign_offs import SignOff, add_sign_offs, load_sign_offs
from corpus.messages import say
from corpus.passage import Guide


@dataclass(frozen=True, slots=True)
class SafetyDesk:
    """The safety texts, and where their signatures are kept."""

    texts: tuple[SafetyText, ...]
    sign_offs: tuple[SignOff, ...]
    path: Path

    @property
    def signed(self) -> Mapping[str, SignOff]:
        """The signatures that hold, by text id."""
        return holding_texts(self.texts, self.sign_offs)

    def figures(self) -> str:
        """Return how many are signed, as a sentence."""
        return say("safety", "figures", signed=len(self.signed), total=len(self.texts))

    def sheet(self) -> str:
        """Return the sheet for the clinician."""
        return safety_sheet(self.texts, self.signed)

    def sign(self, new: tuple[SignOff, ...]) -> Mapping[str, SignOff]:
        """Keep those of the signatures that hold, and return them by text id."""
        held = holding_texts(self.texts, new)
        add_sign_offs(held.values(), self.path)
        return held


def open_safety_desk(
    guide: Guide, folder: Path = CHATBOT, path: Path = SAFETY_SIGN_OFFS_FILE
) -> SafetyDesk:
    """Return the desk over an edition.

    Raises:
        GuideError: A file is missing or damaged.
    """
    return SafetyDesk(load_safety_texts(guide, folder), load_sign_offs(path), path)
