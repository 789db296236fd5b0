"""Cases: what a person says, and what must be shown for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

CASES = Path(str(files("evals"))) / "cases"
SPLITS = ("dev", "test", "real", "real-test", "forum", "forum-test")
FACT_SPLITS = SPLITS[:4]  # their cases name facts: what peers and the ladder are compared on
NOT_ALL_ANSWERABLE = ("real", "forum")  # beginnings of splits whose tags say what is answerable
KINDS = ("answer", "out_of_scope", "urgent", "personal_advice")
LANGUAGES = ("hant", "hans", "hk", "en", "typo")

Row = TypeVar("Row")


class CaseError(Exception):
    """A case breaks the format. The message names file and line."""


@dataclass(frozen=True, slots=True)
class Case:
    """One conversation, judged by its last turn.

    Attributes:
        case_id: Unique name.
        split: File it stands in: `dev` to tune on, `test` to report (other subjects), `real` for
            questions that people asked in public, `real-test` for those of other sources that
            nothing is tuned on; `forum` to tune on and `forum-test` to report, written in the
            manner of forums.
        turns: What the person says, turn by turn.
        kind: The reply's kind that is right.
        pages: Printed pages on which the answer stands.
        must: The facts that must be shown; of each fact's wordings one must stand in the evidence.
        language: How it is asked.
        tags: Groups that it counts in.
        subject: What it is about; the written splits are split by it.
    """

    case_id: str
    split: str
    turns: tuple[str, ...]
    kind: str
    pages: frozenset[int]
    must: tuple[tuple[str, ...], ...]
    language: str
    tags: frozenset[str]
    subject: str = ""

    @property
    def is_follow_up(self) -> bool:
        """Whether the last turn leans on earlier ones."""
        return len(self.turns) > 1


def load_cases(split: str, folder: Path = CASES) -> tuple[Case, ...]:
    """Return the cases of a split.

    Raises:
        CaseError: A line breaks the format.
    """
    return load_rows(folder / f"{split}.jsonl", lambda row: _case(row, split))


def load_rows(path: Path, read: Callable[[dict[str, Any]], Row]) -> tuple[Row, ...]:
    """Return what `read` makes of each line of a file of cases.

    Raises:
        CaseError: A line is none of its cases, or has an id that stands twice.
    """
    found: dict[str, Row] = {}
    for number, line in enumerate(
        path.read_text(encoding="utf-8").removesuffix("\n").split("\n"), start=1
    ):
        try:
            row = json.loads(line)
            if not isinstance(row["turns"], list):
                raise TypeError("turns are no list")
            case_id, case = str(row["id"]), read(row)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise CaseError(f"{path.name}:{number}: {error!r}") from error
        if case_id in found:
            raise CaseError(f"{path.name}:{number}: id {case_id} stands twice")
        found[case_id] = case
    return tuple(found.values())


def _case(value: dict[str, object], split: str) -> Case:
    case = Case(
        case_id=str(value["id"]),
        split=split,
        turns=_texts(value["turns"]),
        kind=str(value["kind"]),
        pages=frozenset(_numbers(value["pages"])),
        must=tuple(_texts(fact) for fact in _list(value["must"])),
        language=str(value["lang"]),
        tags=frozenset(_texts(value["tags"])),
        subject=str(value.get("subject", "")),
    )
    if case.kind not in KINDS:
        raise ValueError(f"kind {case.kind} is none of {KINDS}")
    if case.language not in LANGUAGES:
        raise ValueError(f"language {case.language} is none of {LANGUAGES}")
    if not case.turns or any(not fact for fact in case.must):
        raise ValueError("a case needs turns, and each fact a wording")
    if case.kind == "answer" and not case.pages:
        raise ValueError("an answerable case needs pages")
    return case


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is not a list")
    return value


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in _list(value))


def _numbers(value: object) -> tuple[int, ...]:
    return tuple(int(str(item)) for item in _list(value))
