"""Outcomes that tests build by hand."""

from __future__ import annotations

from evals.case import Case
from evals.outcome import Outcome, Shown


def outcome(
    name: str = "A1",
    *,
    expected: str = "answer",
    kind: str = "answer",
    met: bool = True,
    met_first: bool = True,
    page_first: bool = True,
    evidence: int = 100,
    language: str = "hant",
    tags: tuple[str, ...] = (),
    turns: tuple[str, ...] = ("骨轉移會痛嗎",),
    split: str = "dev",
    system: str = "ours",
    subject: str = "",
    must: tuple[tuple[str, ...], ...] = (),
    evidence_shown: tuple[Shown, ...] = (),
    reason: str = "",
    text: str = "",
    confidence: float | None = None,
    seconds: float = 0.0123456,
) -> Outcome:
    """Return an outcome, of a case on page 9 that was answered and met unless told otherwise."""
    case = Case(
        name, split, turns, expected, frozenset({9}), must, language, frozenset(tags), subject
    )
    return Outcome(
        case,
        system,
        kind,
        ("p1",),
        evidence,
        met,
        met_first,
        page_first,
        seconds,
        evidence_shown,
        text,
        reason,
        confidence,
    )


def abstained(name: str, *, language: str = "hant", split: str = "dev") -> Outcome:
    """Return the outcome of an answerable case that was refused."""
    return outcome(
        name,
        kind="out_of_scope",
        met=False,
        met_first=False,
        page_first=False,
        evidence=0,
        language=language,
        split=split,
    )
