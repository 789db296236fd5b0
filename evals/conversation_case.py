"""Conversations turn by turn: what is said, and what a good reply to each turn is.

Written by people who saw the guide alone, not the edition, its bank or the code.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.case import CASES, LANGUAGES, load_rows

SPLITS = ("dev", "test")
KINDS = ("answer", "out_of_scope", "ask_clinician", "urgent", "smalltalk", "clarify")


@dataclass(frozen=True, slots=True)
class TurnCase:
    """One turn of a conversation.

    Attributes:
        text: What is said.
        kind: The reply's kind that is right.
        pages: Printed pages on which the answer stands; empty where it is none.
        must: The facts that must be shown, each with its wordings.
        is_follow_up: Whether it can only be understood with earlier turns.
        counts: Whether it is judged; a turn that stands nearly so in the bank only leads on.
    """

    text: str
    kind: str
    pages: frozenset[int]
    must: tuple[tuple[str, ...], ...]
    is_follow_up: bool
    counts: bool = True


@dataclass(frozen=True, slots=True)
class ConversationCase:
    """A conversation of several turns, with the phenomena that it holds."""

    case_id: str
    language: str
    tags: frozenset[str]
    turns: tuple[TurnCase, ...]


def load_conversations(split: str, folder: Path = CASES) -> tuple[ConversationCase, ...]:
    """Return the conversations of a split.

    Raises:
        CaseError: A line breaks the format.
    """
    return load_rows(folder / f"conversations-{split}.jsonl", _conversation)


def _conversation(row: dict[str, Any]) -> ConversationCase:
    case = ConversationCase(
        str(row["id"]),
        str(row["lang"]),
        frozenset(map(str, row["tags"])),
        tuple(_turn(turn) for turn in row["turns"]),
    )
    if case.language not in LANGUAGES:
        raise ValueError(f"language {case.language} is none of {LANGUAGES}")
    return case


def _turn(row: dict[str, Any]) -> TurnCase:
    turn = TurnCase(
        str(row["text"]),
        str(row["kind"]),
        frozenset(map(int, row["pages"])),
        tuple(tuple(map(str, fact)) for fact in row["must"]),
        bool(row["follow_up"]),
        bool(row.get("counts", True)),
    )
    if turn.kind not in KINDS:
        raise ValueError(f"kind {turn.kind} is none of {KINDS}")
    if (turn.kind == "answer") != bool(turn.pages and turn.must):
        raise ValueError("an answer needs pages and facts, and nothing else has any")
    return turn


def conversation_messages() -> tuple[tuple[str, str], ...]:
    """Return every turn that asks something, with a name, for the check against the bank."""
    return tuple(
        (f"{case.case_id}.{number}", turn.text)
        for split in SPLITS
        for case in load_conversations(split)
        for number, turn in enumerate(case.turns, start=1)
        if turn.kind == "answer" and turn.counts and not turn.is_follow_up
    )
