"""What went wrong with a case, in one word, and which of its facts were shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from evals.measures import normal_form, page_met
from evals.outcome import Outcome


class Miss(StrEnum):
    """How a case was missed, the first that holds. The last two are answered all the same."""

    ANSWERED = "answered, not in the guide"
    REFUSED = "refused"
    ASKED_BACK = "asked back"
    SMALL_TALK = "taken for small talk"
    HANDED_OVER = "handed to the team"
    NOTICE = "notice, no sign"
    NO_NOTICE = "no notice"
    NOT_HANDED_OVER = "not handed to the team"
    NO_EVIDENCE = "nothing shown"
    WRONG_PAGE = "no right page"
    FACTS_MISSING = "facts missing"
    NOT_IN_FIRST = "facts not in the first citation"
    PAGE_NOT_FIRST = "first citation on another page"

    @property
    def is_answered(self) -> bool:
        """Whether the case is met all the same, if not by the first citation alone."""
        return self in (Miss.NOT_IN_FIRST, Miss.PAGE_NOT_FIRST)


# What a reply of the wrong kind did, by its own kind, and by the case's where that says more.
BY_KIND = {
    "answer": Miss.ANSWERED,
    "out_of_scope": Miss.REFUSED,
    "clarify": Miss.ASKED_BACK,
    "smalltalk": Miss.SMALL_TALK,
    "ask_clinician": Miss.HANDED_OVER,
    "urgent": Miss.NOTICE,
}
BY_EXPECTED = {"urgent": Miss.NO_NOTICE, "personal_advice": Miss.NOT_HANDED_OVER}


def miss_of(outcome: Outcome) -> Miss | None:
    """Return how a case was missed, or none."""
    case = outcome.case
    if not outcome.right_kind:
        return BY_EXPECTED.get(case.kind) or BY_KIND[outcome.kind]
    if case.kind != "answer":
        return None
    if not outcome.met:
        return _evidence_miss(outcome)
    if not outcome.met_first:
        return Miss.NOT_IN_FIRST
    return None if outcome.page_first else Miss.PAGE_NOT_FIRST


def is_right(outcome: Outcome) -> bool:
    """Whether the reply is of the right kind and, of an answer, all facts and a page are shown."""
    miss = miss_of(outcome)
    return miss is None or miss.is_answered


def _evidence_miss(outcome: Outcome) -> Miss:
    if not outcome.evidence_shown:
        return Miss.NO_EVIDENCE
    pages = [page for shown in outcome.evidence_shown for page in shown.pages]
    return Miss.FACTS_MISSING if page_met(outcome.case.pages, pages) else Miss.WRONG_PAGE


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that must be shown: its wordings, and the one that was found, if any."""

    wordings: tuple[str, ...]
    found: str | None


def facts_of(outcome: Outcome) -> tuple[Fact, ...]:
    """Return the facts of a case and which of them stand in what was shown."""
    shown = normal_form("｜".join(shown.quote for shown in outcome.evidence_shown))
    return tuple(
        Fact(wordings, next((w for w in wordings if normal_form(w) in shown), None))
        for wordings in outcome.case.must
    )
