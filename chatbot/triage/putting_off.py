"""A turn that puts off what a notice asked for: 「等明天門診可以嗎」「先吃止痛藥睡一覺看看」."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache

from chatbot.patterns import any_pattern
from chatbot.triage.message import Message
from chatbot.triage.signs import FOLDER
from index.script import fold_script


@dataclass(frozen=True, slots=True)
class _Patterns:
    waits: re.Pattern[str]
    acts: re.Pattern[str]
    wonders: re.Pattern[str]
    besides: re.Pattern[str]
    unreached: re.Pattern[str]
    helps: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    source = tomllib.loads((FOLDER / "putting_off.toml").read_text(encoding="utf-8"))
    names = ("waits", "acts", "wonders", "besides", "unreached", "helps")
    return _Patterns(*(any_pattern(map(fold_script, source[name])) for name in names))


def is_on_the_way(message: Message) -> bool:
    """Return whether a message tells that somebody is called, or on the way."""
    return _patterns().acts.search(message.text) is not None


def wonders(message: Message) -> bool:
    """Return whether a message asks about what was just told: 「要不要緊」「是不是藥的反應」."""
    return _patterns().wonders.search(message.text) is not None


def is_beside(message: Message) -> bool:
    """Return whether a message is about something that no sign is: money, a carer, parking."""
    return _patterns().besides.search(message.text) is not None


def cannot_be_reached(message: Message) -> bool:
    """Return whether a message tells that whoever was called does not answer."""
    return _patterns().unreached.search(message.text) is not None


def asks_for_help(message: Message) -> bool:
    """Return whether a message after a crisis asks how to help, or says that a line did not."""
    return _patterns().helps.search(message.text) is not None


def puts_off(message: Message) -> str:
    """Return the words by which a message puts off what is to be done, or nothing."""
    found = _patterns().waits.search(message.text)
    return found.group() if found and not is_on_the_way(message) else ""
