"""A turn that puts off what a notice asked for: 「等明天門診可以嗎」「先吃止痛藥睡一覺看看」."""

from __future__ import annotations

import re
import tomllib
from functools import cache

from chatbot.patterns import any_pattern
from chatbot.triage.message import Message
from chatbot.triage.signs import FOLDER
from index.script import fold_script


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    source = tomllib.loads((FOLDER / "putting_off.toml").read_text(encoding="utf-8"))
    waits, acts = (any_pattern(map(fold_script, source[name])) for name in ("waits", "acts"))
    return waits, acts


def puts_off(message: Message) -> str:
    """Return the words by which a message puts off what is to be done, or nothing."""
    waits, acts = _patterns()
    found = waits.search(message.text)
    return found.group() if found and not acts.search(message.text) else ""
