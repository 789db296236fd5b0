"""Which safety texts a clinician has signed. A changed text loses its signature."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from corpus.audit.safety_texts import CHATBOT, SafetyText, load_notices
from corpus.audit.sign_offs import SignOff, holding_under, load_sign_offs
from corpus.errors import GuideError

SAFETY_SIGN_OFFS_FILE = Path(str(files("corpus"))) / "safety_sign_offs.tsv"
logger = logging.getLogger("bonehealth")


@dataclass(frozen=True, slots=True)
class Reviewed:
    """How many texts are signed, of how many."""

    signed: int
    total: int


def holding_texts(
    texts: Iterable[SafetyText], sign_offs: Iterable[SignOff]
) -> Mapping[str, SignOff]:
    """Return the latest signature of each safety text that still holds, by its id."""
    return holding_under({text.text_id: text.text_hash for text in texts}, sign_offs)


def notices_reviewed(folder: Path = CHATBOT, path: Path = SAFETY_SIGN_OFFS_FILE) -> Reviewed:
    """Return how many notices and requests are signed; for the page.

    Signatures that cannot be read sign nothing: the page says less, and is there all the same.
    """
    texts = load_notices(folder)
    try:
        signed = holding_texts(texts, load_sign_offs(path))
    except (OSError, UnicodeDecodeError, GuideError) as problem:
        logger.error("Signatures cannot be read: %s", problem)
        signed = {}
    return Reviewed(len(signed), len(texts))
