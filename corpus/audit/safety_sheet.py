"""A sheet for a clinician: every safety text, to be read and signed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from corpus.audit.safety_texts import LANGUAGES, SafetyText
from corpus.audit.sheet import render_sheet
from corpus.audit.sign_offs import SignOff


def safety_sheet(texts: Iterable[SafetyText], signed: Mapping[str, SignOff]) -> str:
    """Return the sheet as one HTML page that needs nothing else.

    Args:
        texts: All safety texts; those of a kind stand together.
        signed: The signatures that hold, by text id.
    """
    chapters = [(kind, tuple(own)) for kind, own in groupby(texts, key=lambda text: text.kind)]
    return render_sheet(
        "safety_sheet.html",
        chapters=chapters,
        languages=LANGUAGES,
        signed=signed,
        total=sum(len(own) for _, own in chapters),
    )
