"""The signs that triage knows, read from `signs.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from chatbot.triage.tier import Tier

FOLDER = Path(str(files("chatbot"))) / "triage"


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign that needs someone.

    Attributes:
        name: As files name it.
        row: Its row in the table of signs (docs/safety.md).
        tier: Its usual tier.
        label: What volunteers read.
        passages: Ids of what the guide says on it, the first one first.
        silent: Whether the guide does not name the sign itself.
    """

    name: str
    row: str
    tier: Tier
    label: str
    passages: tuple[str, ...]
    silent: bool


@cache
def load_signs(path: Path = FOLDER / "signs.toml") -> Mapping[str, Sign]:
    """Return the signs by name, in the order of the file."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        name: Sign(
            name,
            row["row"],
            Tier(row["tier"]),
            row["name"],
            tuple(row["passages"]),
            bool(row.get("silent", False)),
        )
        for name, row in rows.items()
    }


@cache
def crises() -> frozenset[str]:
    """Return the names of the signs that are a crisis."""
    return frozenset(name for name, sign in load_signs().items() if sign.tier is Tier.CRISIS)
