"""Cases for triage and decisions: messages with signs, look-alikes, requests and general twins.

Written by people and helpers who saw neither the expressions nor the banks (docs/safety.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chatbot.triage.signs import load_signs
from chatbot.triage.tier import Tier
from evals.case import CASES, load_rows

SPLITS = ("dev", "test")


@dataclass(frozen=True, slots=True)
class SignCase:
    """A message with a sign.

    Attributes:
        case_id: Unique name.
        text: What was typed.
        sign: The sign.
        tier: How soon it needs someone, at least.
        clear: Whether the words alone leave no doubt.
        language: hant, hans, hk, en or taigi.
        tags: carer, minimiser, typo, after_question, voice, long, story.
    """

    case_id: str
    text: str
    sign: str
    tier: Tier
    clear: bool
    language: str
    tags: frozenset[str]


@dataclass(frozen=True, slots=True)
class CalmCase:
    """A message that looks like a sign and needs no notice.

    Attributes:
        case_id: Unique name.
        text: What was typed.
        why: Why it needs no notice.
        language: hant, hans, hk or en.
        answerable: Whether the guide answers it.
        outside: Whether somebody judged by the guide that it does not hold what is asked.
    """

    case_id: str
    text: str
    why: str
    language: str
    answerable: bool
    outside: bool = False


@dataclass(frozen=True, slots=True)
class DecisionCase:
    """A conversation whose last turn asks for a decision, or for something general.

    Attributes:
        case_id: Unique name.
        turns: What was said.
        is_request: Whether only the person's own team can answer.
        about: What it is about.
        language: hant, hans, hk or en.
        pages: Printed pages on which the guide speaks of it.
    """

    case_id: str
    turns: tuple[str, ...]
    is_request: bool
    about: str
    language: str
    pages: frozenset[int]


def load_sign_cases(split: str, folder: Path = CASES) -> tuple[SignCase, ...]:
    """Return the messages with signs of a split.

    Raises:
        CaseError: A line breaks the format.
    """
    return load_rows(folder / f"signs-{split}.jsonl", _sign_case)


def load_calm_cases(split: str, folder: Path = CASES) -> tuple[CalmCase, ...]:
    """Return the look-alikes of a split.

    Raises:
        CaseError: A line breaks the format.
    """
    return load_rows(folder / f"calm-{split}.jsonl", _calm_case)


def load_decision_cases(split: str, folder: Path = CASES) -> tuple[DecisionCase, ...]:
    """Return the requests and their general twins of a split.

    Raises:
        CaseError: A line breaks the format.
    """
    return load_rows(folder / f"decisions-{split}.jsonl", _decision_case)


def triage_messages() -> tuple[tuple[str, str], ...]:
    """Return the last turn of every case of both splits, with its id."""
    found: list[tuple[str, str]] = []
    for split in SPLITS:
        found += [(case.case_id, case.text) for case in load_sign_cases(split)]
        found += [(case.case_id, case.text) for case in load_calm_cases(split)]
        found += [(case.case_id, case.turns[-1]) for case in load_decision_cases(split)]
    return tuple(found)


def _sign_case(row: dict[str, Any]) -> SignCase:
    if row["sign"] not in load_signs():
        raise ValueError(f"no sign is called {row['sign']}")
    return SignCase(
        row["id"],
        row["turns"][0],
        row["sign"],
        Tier(row["tier"]),
        bool(row["clear"]),
        row["lang"],
        frozenset(row["tags"]),
    )


def _calm_case(row: dict[str, Any]) -> CalmCase:
    return CalmCase(
        row["id"],
        row["turns"][0],
        row["why"],
        row["lang"],
        bool(row["answerable"]),
        bool(row.get("outside", False)),
    )


def _decision_case(row: dict[str, Any]) -> DecisionCase:
    if row["label"] not in ("request", "general"):
        raise ValueError(f"label {row['label']}")
    return DecisionCase(
        row["id"],
        tuple(row["turns"]),
        row["label"] == "request",
        row["about"],
        row["lang"],
        frozenset(row["pages"]),
    )
