"""Names that a turn denies: 「她沒有骨轉移，只是骨鬆」 asks again, for the other purpose."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from chatbot.mention import Mention, mentions
from chatbot.patterns import any_pattern
from index.script import fold_script


@dataclass(frozen=True, slots=True)
class Denial:
    """What a folded text says of its subjects.

    Attributes:
        denied: What it denies, in order.
        said: The names that hold: those that it does not deny, and what holds in place of those
            that it does, where it says nothing of that kind itself.
        rest: The text without what is denied.
    """

    denied: tuple[Mention, ...]
    said: tuple[str, ...]
    rest: str


@dataclass(frozen=True, slots=True)
class _Words:
    before: re.Pattern[str]
    instead: Mapping[str, str]
    short: tuple[tuple[re.Pattern[str], str], ...]


@cache
def _words() -> _Words:
    source = tomllib.loads((files("chatbot") / "denial.toml").read_text(encoding="utf-8"))
    before = any_pattern(f"(?:{fold_script(words)}) ?$" for words in source["before"])
    short = tuple((re.compile(words), name) for words, name in source["short"].items())
    return _Words(before, source["instead"], short)


def read_denial(folded_text: str) -> Denial | None:
    """Return what a text denies, or none where it denies nothing that it names."""
    words = _words()
    for short, name in words.short:
        folded_text = short.sub(name, folded_text)
    own = mentions(folded_text)
    found = {mention: words.before.search(folded_text[: mention.start]) for mention in own}
    starts = {mention: before.start() for mention, before in found.items() if before}
    if not starts:
        return None
    held = [m for m in own if m not in starts]
    kinds = {m.kind for m in held}
    instead = [words.instead[m.name] for m in starts if m.name in words.instead]
    other = [name for name in instead if not kinds & {m.kind for m in mentions(name)}]
    said = tuple(dict.fromkeys([*(m.name for m in held), *other]))
    return Denial(tuple(starts), said, _cut(folded_text, starts.items()))


def _cut(text: str, denied: Iterable[tuple[Mention, int]]) -> str:
    for mention, start in reversed(tuple(denied)):
        text = f"{text[:start]} {text[mention.end :]}"
    return text.strip(" ,。")
