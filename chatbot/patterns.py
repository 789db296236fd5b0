"""Regular expressions that stand in data files."""

from __future__ import annotations

import re
from collections.abc import Iterable


def any_pattern(patterns: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that matches where any of the patterns does."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
