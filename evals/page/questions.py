"""What is typed into the page to bring it into its states, and whom it names there."""

from __future__ import annotations

import tomllib
from pathlib import Path

_FILE = tomllib.loads(Path(__file__).with_name("questions.toml").read_text(encoding="utf-8"))
TO_STATES: dict[str, str] = _FILE["states"]
TO_COST: list[str] = _FILE["cost"]["questions"]
TEAM: dict[str, str] = _FILE["team"]
