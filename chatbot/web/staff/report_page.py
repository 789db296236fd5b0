"""The report as volunteers read it: from the database, or from memory where there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chatbot.report.errors import ReportUnavailable
from chatbot.report.keeper import Keeper
from chatbot.report.rows import Flagged, Unanswered
from chatbot.report.spreadsheet import as_csv
from chatbot.templates import Templates, page_list
from chatbot.web.flags import Flags
from corpus.passage import Guide

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Report:
    """What is known just now.

    Attributes:
        unanswered: Questions without an answer, the most frequent first.
        flagged: Flagged passages, the most often flagged first.
        failed: Whether the database did not answer; then flags are those of memory.
    """

    unanswered: tuple[Unanswered, ...] = ()
    flagged: tuple[Flagged, ...] = ()
    failed: bool = False


def read_report(keeper: Keeper, flags: Flags) -> Report:
    """Return the report; it never fails."""
    if keeper.store is None or not keeper.store.is_there:
        return Report(flagged=flags.flagged)
    try:
        keeper.purge()
        kept = keeper.store.flagged()
        flagged = kept if keeper.keeps_flags else flags.flagged
        return Report(keeper.store.unanswered(), flagged)
    except ReportUnavailable:
        return Report(flagged=flags.flagged, failed=True)


def passages_of(report: Report, guide: Guide) -> list[dict[str, Any]]:
    """Return the flagged passages with what the guide calls them, where it has them still."""
    return [
        {"row": row, "passage": guide.by_id.get(row.passage_id)}
        for row in report.flagged[:MOST_SHOWN]
    ]


def reason_in(templates: Templates, reason: str) -> str:
    """Return why a question got no answer, in a few words."""
    name = f"reason_{reason}"
    return str(templates.say("staff", name)) if templates.holds("staff", name) else reason


def unanswered_csv(report: Report, templates: Templates) -> bytes:
    """Return the questions as a table for a spreadsheet."""
    rows = (
        (r.question, reason_in(templates, r.reason), r.subject, r.count, r.first, r.last)
        for r in report.unanswered
    )
    names = ("question", "reason", "subject", "count", "first", "last")
    return as_csv(_heads(templates, names), rows)


def flags_csv(report: Report, guide: Guide, templates: Templates) -> bytes:
    """Return the flagged passages as a table for a spreadsheet."""
    rows = []
    for row in report.flagged:
        passage = guide.by_id.get(row.passage_id)
        heading, pages, text = ("", "", "")
        if passage is not None:
            heading, pages, text = passage.heading, page_list(passage.pages), passage.text
        rows.append((row.passage_id, heading, pages, row.count, row.first, row.last, text))
    names = ("passage", "heading", "pages", "count", "first", "last", "text")
    return as_csv(_heads(templates, names), rows)


def _heads(templates: Templates, names: Sequence[str]) -> list[str]:
    return [str(templates.say("staff", f"col_{name}")) for name in names]
