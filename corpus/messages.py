"""Sentences for people beside the answers (errors, help, messages), kept in data files."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path


class Messages:
    """Sentences by group and name; their {placeholders} are filled by name."""

    def __init__(self, path: Path) -> None:
        self._groups = tomllib.loads(path.read_text(encoding="utf-8"))

    def say(self, group: str, name: str, /, **values: object) -> str:
        """Return a sentence.

        Raises:
            KeyError: There is no such sentence, or a value is missing.
        """
        sentence: str = self._groups[group][name]
        return sentence.format(**values)


say = Messages(Path(str(files("corpus"))) / "messages.toml").say
