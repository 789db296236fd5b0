"""Whom to call: the numbers of `contacts.toml`, and the clinic's own from the settings."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path

CONTACTS_FILE = Path(str(files("chatbot"))) / "contacts.toml"
WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Team:
    """The treating team of the place that runs the product; empty where it is not set.

    Attributes:
        name: Whom the number reaches: 「腫瘤個管師」.
        phone: The number as it is dialled.
    """

    name: str = ""
    phone: str = ""


NO_TEAM = Team()


@cache
def load_numbers(path: Path = CONTACTS_FILE) -> Mapping[str, str]:
    """Return the numbers that may be shown, by their use."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: row["number"] for name, row in rows.items() if name != WITHDRAWN}


@cache
def day_checked(path: Path = CONTACTS_FILE) -> date:
    """Return since when all numbers have been checked: the day of the one checked longest ago."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))
    days: list[date] = [row["checked"] for name, row in rows.items() if name != WITHDRAWN]
    return min(days)
