"""What can be wrong with the data of triage."""

from __future__ import annotations

from pathlib import Path


class TriageDataError(Exception):
    """A file that an editor changed cannot be used; the message names file and line."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        self.path, self.line = path, line
        super().__init__(f"{path.name}:{line}: {problem}")
