"""What is said back. One class for each kind of reply; `Reply` is their union.

Handle a `Reply` with `match` and `assert_never`, so that a new kind fails the type check until
every reader of it has an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, assert_never

from chatbot.citation import Citation
from chatbot.said import Asked, Said
from chatbot.triage.finding import Finding
from chatbot.triage.tier import Tier


class AbstainReason(StrEnum):
    """Why no passage is shown as the answer."""

    NOT_IN_GUIDE = "not_in_guide"
    UNRELATED = "unrelated"
    TOO_FAR = "too_far"
    STEP_BESIDE = "step_beside"  # the subject is there, what is asked of it is not
    CLOSE_CALL = "close_call"  # a passage may answer it, but not surely
    NOTHING_SHARED = "nothing_shared"
    UNSAFE = "unsafe"  # what was to be said broke the promise
    NO_GUIDE = "no_guide"  # nothing can be searched


class ClarifyReason(StrEnum):
    """Why a question cannot be read as it stands."""

    EMPTY = "empty"
    NO_SUBJECT = "no_subject"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Answer:
    """The guide answers it.

    Attributes:
        text: A template's lead-in.
        citations: What answers, then what must stand beside it; never empty.
        suggestions: Questions that the guide answers too.
    """

    kind: ClassVar[str] = "answer"
    text: Said
    citations: tuple[Citation, ...]
    suggestions: tuple[Asked, ...] = ()

    def __post_init__(self) -> None:
        if not self.citations:
            raise ValueError("An answer needs a citation.")
        if [citation.number for citation in self.citations] != list(
            range(1, len(self.citations) + 1)
        ):
            raise ValueError("Citations must be numbered from 1 without gaps.")


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """The guide does not answer it."""

    kind: ClassVar[str] = "out_of_scope"
    text: Said
    reason: AbstainReason
    suggestions: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class Clarify:
    """There is nothing to hold on to, or too much."""

    kind: ClassVar[str] = "clarify"
    text: Said
    reason: ClarifyReason
    suggestions: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """A greeting, thanks, a remark, or a question about the assistant itself.

    Attributes:
        text: What is said.
        suggestions: Questions that are offered.
        topic: What kind of small talk it was, as the templates name it.
    """

    kind: ClassVar[str] = "smalltalk"
    text: Said
    suggestions: tuple[Asked, ...] = ()
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Dial:
    """A number to call, and what it is."""

    label: Said
    number: str


@dataclass(frozen=True, slots=True)
class Urgent:
    """A sign that needs someone soon, or a crisis.

    Attributes:
        text: The notice: what to do, whom to call.
        tier: How soon.
        citations: What the guide says on the sign, then what else answers.
        supporting: How many of the citations are on the sign; the rest is folded away.
        findings: What was found and why; for volunteers, never for patients.
        dials: The numbers of the notice, the first one first.
        suggestions: Always empty: nothing here may read like a menu.
    """

    kind: ClassVar[str] = "urgent"
    text: Said
    tier: Tier
    citations: tuple[Citation, ...]
    supporting: int
    findings: tuple[Finding, ...]
    dials: tuple[Dial, ...] = ()
    suggestions: tuple[Asked, ...] = ()

    @property
    def support(self) -> tuple[Citation, ...]:
        """What the guide says on the sign."""
        return self.citations[: self.supporting]

    @property
    def folded(self) -> tuple[Citation, ...]:
        """What else answers; shown only on request."""
        return self.citations[self.supporting :]

    def __post_init__(self) -> None:
        if not 0 <= self.supporting <= len(self.citations):
            raise ValueError(f"{self.supporting} of {len(self.citations)} cannot be on the sign.")
        if self.suggestions:
            raise ValueError("A notice offers nothing to ask: it must not read like a menu.")
        if self.citations and not self.supporting:  # hazard H1
            raise ValueError("Nothing may be cited for a sign before what the guide says on it.")
        if self.tier is Tier.CRISIS and len(self.citations) > self.supporting:
            raise ValueError("A crisis shows no other passages.")


@dataclass(frozen=True, slots=True)
class AskClinician:
    """It asks for what only the person's own team can decide.

    Attributes:
        text: What cannot be decided here, and what to ask the team.
        about: What the decision is about.
        citations: What the guide says on it in general; empty where it says nothing.
    """

    kind: ClassVar[str] = "ask_clinician"
    text: Said
    about: str
    citations: tuple[Citation, ...] = ()
    suggestions: tuple[Asked, ...] = ()


Reply = Answer | OutOfScope | Clarify | SmallTalk | Urgent | AskClinician


def citations_of(reply: Reply) -> tuple[Citation, ...]:
    """Return a reply's citations, where its kind has any."""
    match reply:
        case Answer() | Urgent() | AskClinician():
            return reply.citations
        case OutOfScope() | Clarify() | SmallTalk():
            return ()
        case _:
            assert_never(reply)
