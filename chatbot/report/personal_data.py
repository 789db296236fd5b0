"""Take personal data out of a question before it is kept; the patterns are data.

It finds what has a form of its own or a typical word before it. A name alone, a nickname, a rare
story that only one person can have lived: those it cannot find (docs/staff.md).
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

FILE = Path(str(files("chatbot"))) / "report" / "personal_data.toml"
INVISIBLE = ("Cc", "Cf")  # categories of characters that would only break a pattern up


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of personal data.

    Attributes:
        name: What it is called.
        shown: What stands in its place.
        patterns: How it is recognised.
    """

    name: str
    shown: str
    patterns: tuple[re.Pattern[str], ...]


@cache
def load_kinds(path: Path = FILE) -> tuple[Kind, ...]:
    """Return the kinds, in the order in which they are taken out."""
    source = tomllib.loads(path.read_text(encoding="utf-8"))
    words: Mapping[str, str] = source["words"]
    return tuple(
        Kind(row["name"], row["shown"], tuple(_compiled(p, words) for p in row["patterns"]))
        for row in source["kind"]
    )


def _compiled(pattern: str, words: Mapping[str, str]) -> re.Pattern[str]:
    for name, value in words.items():
        pattern = pattern.replace(f"{{{name}}}", value)
    return re.compile(pattern)


def without_personal_data(question: str) -> str:
    """Return a question in NFKC and on one line, personal data replaced by what it was."""
    text = unicodedata.normalize("NFKC", question)
    text = "".join(
        " " if c.isspace() else c
        for c in text
        if c.isspace() or unicodedata.category(c) not in INVISIBLE
    )
    for kind in load_kinds():
        for pattern in kind.patterns:
            text = pattern.sub(kind.shown, text)
    return " ".join(text.split())
