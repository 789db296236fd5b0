"""The rows of the report: what was asked without an answer, and which passages were flagged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from corpus.storage import data_folder

FILE = "report.sqlite"


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that got no answer, as often as it was asked in the same words.

    Attributes:
        question: Its words, personal data taken out.
        reason: Why it got none: a name of `chatbot.reply.AbstainReason`, or `team`.
        subject: The topic or heading that the refusal named, or nothing.
        count: How often.
        first: The first day that is kept.
        last: The last day.
    """

    question: str
    reason: str
    subject: str
    count: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Flagged:
    """A passage whose quotation people called wrong.

    Attributes:
        passage_id: Its id.
        count: How often.
        first: The first day that is known.
        last: The last day.
    """

    passage_id: str
    count: int
    first: date
    last: date


def report_file() -> Path:
    """Return the file that holds the rows where no other database is named."""
    return data_folder().absolute() / FILE
