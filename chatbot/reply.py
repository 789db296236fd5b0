"""What is said back. One class for each kind of reply; `Reply` is their union.

Handle a `Reply` with `match` and `assert_never`, so that a new kind fails the type check until
every reader of it has an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from chatbot.citation import Citation


class AbstainReason(StrEnum):
    """Why no passage is shown as the answer."""

    NOT_IN_GUIDE = "not_in_guide"
    UNRELATED = "unrelated"
    TOO_FAR = "too_far"
    NOTHING_SHARED = "nothing_shared"


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
    text: str
    citations: tuple[Citation, ...]
    suggestions: tuple[str, ...] = ()

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
    text: str
    reason: AbstainReason
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clarify:
    """There is nothing to hold on to, or too much."""

    kind: ClassVar[str] = "clarify"
    text: str
    reason: ClarifyReason
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """A greeting, thanks, or a question about the assistant itself."""

    kind: ClassVar[str] = "smalltalk"
    text: str
    suggestions: tuple[str, ...] = ()


Reply = Answer | OutOfScope | Clarify | SmallTalk


def citations_of(reply: Reply) -> tuple[Citation, ...]:
    """Return a reply's citations; only an answer has any."""
    return reply.citations if isinstance(reply, Answer) else ()
