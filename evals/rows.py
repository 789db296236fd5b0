"""Rows: one JSON object for each outcome, written by a run and read by the report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evals.case import Case
from evals.outcome import Outcome, Shown


class RowError(Exception):
    """A line is no row of a run. The message names file and line."""


def previous_of(path: Path) -> Path:
    """Return where the rows of the run before the last are kept: `edition.previous.jsonl`."""
    return path.with_name(f"{path.stem}.previous{path.suffix}")


def write_rows(outcomes: Sequence[Outcome], path: Path) -> None:
    """Write one JSON object for each outcome; the rows of the last run are kept beside them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(row_of(outcome), ensure_ascii=False) + "\n" for outcome in outcomes]
    if path.exists():
        path.replace(previous_of(path))
    path.write_text("".join(lines), encoding="utf-8")


def read_rows(path: Path) -> tuple[Outcome, ...]:
    """Return the outcomes that a run wrote, in its order.

    Older rows, which have neither facts nor quotations, are read too; these are then empty.

    Raises:
        RowError: A line is no row.
        OSError: The file cannot be read.
    """
    found: list[Outcome] = []
    source = path.read_text(encoding="utf-8").removesuffix("\n")
    for number, line in enumerate(source.split("\n") if source else (), start=1):
        try:
            found.append(outcome_of(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise RowError(f"{path.name}:{number}: {error!r}") from error
    return tuple(found)


def row_of(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as it is written."""
    case = outcome.case
    return {
        "id": case.case_id,
        "split": case.split,
        "system": outcome.system,
        "turns": list(case.turns),
        "expected": case.kind,
        "kind": outcome.kind,
        "met": outcome.met,
        "met_first": outcome.met_first,
        "page_first": outcome.page_first,
        "shown": list(outcome.shown),
        "characters": outcome.evidence,
        "seconds": round(outcome.seconds, 5),
        "lang": case.language,
        "tags": sorted(case.tags),
        "subject": case.subject,
        "pages": sorted(case.pages),
        "must": [list(fact) for fact in case.must],
        "text": outcome.text,
        "reason": outcome.reason,
        "confidence": outcome.confidence,
        "evidence": [
            {"name": shown.name, "pages": list(shown.pages), "quote": shown.quote}
            for shown in outcome.evidence_shown
        ],
    }


def outcome_of(row: dict[str, Any]) -> Outcome:
    """Return the outcome that a row was written from.

    Raises:
        KeyError, TypeError, ValueError: It is no row.
    """
    case = Case(
        case_id=str(row["id"]),
        split=str(row["split"]),
        turns=tuple(row["turns"]),
        kind=str(row["expected"]),
        pages=frozenset(row.get("pages", ())),
        must=tuple(tuple(fact) for fact in row.get("must", ())),
        language=str(row.get("lang", "")),
        tags=frozenset(row.get("tags", ())),
        subject=str(row.get("subject", "")),
    )
    confidence = row.get("confidence")
    return Outcome(
        case=case,
        system=str(row["system"]),
        kind=str(row["kind"]),
        shown=tuple(row["shown"]),
        evidence=int(row["characters"]),
        met=bool(row["met"]),
        met_first=bool(row["met_first"]),
        page_first=bool(row["page_first"]),
        seconds=float(row["seconds"]),
        evidence_shown=tuple(
            Shown(shown["name"], tuple(shown["pages"]), shown["quote"])
            for shown in row.get("evidence", ())
        ),
        text=str(row.get("text", "")),
        reason=str(row.get("reason", "")),
        confidence=None if confidence is None else float(confidence),
    )
