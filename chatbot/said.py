"""Words of the assistant's own: lines of a template file, and proof of which.

Only `Templates.say` makes a `Said`; a reply takes nothing else for its text. So whatever is said
is known line by line, and `promise.py` can take it apart again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NewType

Asked = NewType("Asked", str)  # a question of the bank or a heading, offered to be asked
ENGLISH_ENDS = (".", "!", "?", ":", ";")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a template file, filled.

    Attributes:
        language: Of the file.
        group: Where it stands.
        name: Its name there.
        values: What it was filled with.
        text: The line.
    """

    language: str
    group: str
    name: str
    values: tuple[tuple[str, str], ...]
    text: str


class Said(str):
    """A text that consists of filled lines of a template file."""

    lines: tuple[Line, ...]

    def __new__(cls, text: str, lines: tuple[Line, ...]) -> Said:
        """Return the text with its lines; only this module and `Templates.say` call it."""
        said = super().__new__(cls, text)
        said.lines = lines
        return said

    def __reduce__(self) -> tuple[type[Said], tuple[str, tuple[Line, ...]]]:
        """Return what a copy is made from."""
        return Said, (str(self), self.lines)

    def then(self, *others: Said) -> Said:
        """Return the lines with others behind them, in the same paragraph."""
        text = str(self)
        for other in others:
            text += (" " if text.endswith(ENGLISH_ENDS) else "") + other
        return Said(text, _lines(self, *others))


def paragraphs(*parts: Said) -> Said:
    """Return parts as one text, each in a paragraph of its own."""
    return Said("\n".join(parts), _lines(*parts))


def _lines(*parts: Said) -> tuple[Line, ...]:
    return tuple(line for part in parts for line in part.lines)
