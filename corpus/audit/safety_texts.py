"""The safety texts that a clinician reads and signs: notices, requests, signs, contacts.

They stand in the data files of `chatbot`, which `corpus` must not import. So the files are read
by path, from the folder `chatbot` that lies beside the folder of this package, in the repository
as well as where it is installed. Only their form is known here; what they do is decided there.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any

from corpus.audit.accepted import HASH_LENGTH
from corpus.errors import SafetyTextsUnreadable
from corpus.messages import say
from corpus.passage import Guide

CHATBOT = Path(str(files("corpus"))).parent / "chatbot"
LANGUAGES = ("zh-Hant", "zh-Hans", "en")
NOTICE_GROUPS = ("urgent", "crisis", "mentioned", "dial")
# Lines of other groups that say when and where to find help.
NOTICE_LINES = {
    "out_of_scope": ("unsafe", "care"),
    "answer": ("foot",),
    "clarify": ("other_language", "only_symbols"),
    "smalltalk": ("feeling", "told", "person"),
    "page": ("not_a_doctor", "call", "emergency", "offline"),
    "down": ("sentence", "staff", "desk"),
}
REQUEST, QUESTIONS = "ask_clinician", "take_along"
PLACEHOLDER = re.compile(r"\{\{ (\w+) \}\}")
GROUP_LINE = re.compile(r"\[(\w+)\]")


class Kind(StrEnum):
    """What a safety text is."""

    NOTICE = "notice"
    REQUEST = "request"
    BROUGHT = "brought"
    SIGN = "sign"
    WORDS = "words"
    SCOPE = "scope"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a safety text, under a label: a language, a field, a passage's id."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class SafetyText:
    """What is read and signed as one."""

    kind: Kind
    name: str
    parts: tuple[Part, ...]

    @property
    def text_id(self) -> str:
        """Its name among all of them, as signatures give it."""
        return f"{self.kind}.{self.name}"

    @property
    def text_hash(self) -> str:
        """The hash over all that a reader of it sees."""
        seen = [self.text_id, *(f"{part.label}\x1f{part.text}" for part in self.parts)]
        return hashlib.sha256("\x1e".join(seen).encode()).hexdigest()[:HASH_LENGTH]


def load_safety_texts(guide: Guide, folder: Path = CHATBOT) -> tuple[SafetyText, ...]:
    """Return all safety texts, with what the guide says on each sign.

    Raises:
        SafetyTextsUnreadable: A file is missing or damaged.
    """
    triage = folder / "triage"
    rows = _toml(triage / "signs.toml")
    return (
        *load_notices(folder),
        *_contacts(_toml(folder / "contacts.toml")),
        *_brought(_toml(folder / "decisions.toml"), guide),
        *(_sign(name, row, guide) for name, row in rows.items()),
        *(_words(name, row, triage / "expressions" / f"{name}.txt") for name, row in rows.items()),
        *_scope(_toml(triage / "scope.toml")),
    )


def load_notices(folder: Path = CHATBOT) -> tuple[SafetyText, ...]:
    """Return the texts that people are shown: notices, then requests with what to take along.

    Raises:
        SafetyTextsUnreadable: A file is missing or damaged.
    """
    contacts = _toml(folder / "contacts.toml")
    numbers = {name: str(row.get("number", "")) for name, row in contacts.items()}
    languages = {name: _toml(folder / "templates" / f"{name}.toml") for name in LANGUAGES}
    first = languages[LANGUAGES[0]]
    about = first[QUESTIONS]
    wanted = [(group, name) for group in NOTICE_GROUPS for name in first[group]]
    wanted += [(REQUEST, name) for name in first[REQUEST] if name not in about]
    wanted += [
        (group, name)
        for group, own in NOTICE_LINES.items()
        for name in own
        if name in first.get(group, ())
    ]

    def lines(*names: tuple[str, str]) -> tuple[Part, ...]:
        return tuple(
            Part(
                language, "\n".join(_filled(groups[group][name], numbers) for group, name in names)
            )
            for language, groups in languages.items()
            if all(name in groups.get(group, {}) for group, name in names)
        )

    notices = [SafetyText(Kind.NOTICE, f"{g}.{name}", lines((g, name))) for g, name in wanted]
    return (
        *notices,
        *(SafetyText(Kind.REQUEST, n, lines((REQUEST, n), (QUESTIONS, n))) for n in about),
    )


def _filled(line: str, numbers: Mapping[str, str]) -> str:
    """Return a line with the numbers to call in it; what is known later stays as it is."""
    return PLACEHOLDER.sub(lambda found: numbers.get(found[1]) or found[0], line)


def _contacts(rows: Mapping[str, Any]) -> Iterator[SafetyText]:
    for name, row in rows.items():
        yield SafetyText(Kind.CONTACT, name, _fields(row))


def _brought(rows: Mapping[str, Any], guide: Guide) -> Iterator[SafetyText]:
    """Yield the passages that a request must bring."""
    for row in rows.get("brings", ()):
        parts = (*_fields({"when": row["when"]}), _passage(row["passage"], guide))
        yield SafetyText(Kind.BROUGHT, f"{row['about']}.{row['passage']}", parts)


def _sign(name: str, row: Mapping[str, Any], guide: Guide) -> SafetyText:
    own = {key: value for key, value in row.items() if key != "passages"}
    passages = (_passage(passage_id, guide) for passage_id in row["passages"])
    return SafetyText(Kind.SIGN, name, (*_fields(own), *passages))


def _passage(passage_id: str, guide: Guide) -> Part:
    passage = guide.by_id.get(passage_id)
    if passage is None:
        return Part(passage_id, "")
    pages = ", ".join(map(str, passage.pages))
    return Part(passage_id, f"{passage.heading} (p. {pages})\n{passage.text}")


def _words(name: str, row: Mapping[str, Any], path: Path) -> SafetyText:
    """Return the expressions of a sign by variety; remarks are left out."""
    found: dict[str, list[str]] = {}
    own: list[str] = []
    for line in filter(None, map(str.strip, _text(path).splitlines())):
        heading = GROUP_LINE.fullmatch(line)
        if heading:
            own = found.setdefault(heading[1], [])
        elif not line.startswith("#"):
            own.append(line)
    parts = (Part(group, "\n".join(lines)) for group, lines in found.items())
    return SafetyText(Kind.WORDS, name, (Part("name", row["name"]), *parts))


def _scope(rows: Mapping[str, Any]) -> Iterator[SafetyText]:
    for name, value in rows.items():
        parts = _fields(value) if isinstance(value, dict) else (Part("", _written(value)),)
        yield SafetyText(Kind.SCOPE, name, parts)


def _fields(row: Mapping[str, Any]) -> tuple[Part, ...]:
    return tuple(Part(key, _written(value)) for key, value in row.items())


def _written(value: Any, between: str = "\n") -> str:
    """Return a value as it stands on the sheet: items on lines of their own."""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_written(own, ' + ')}" for key, own in value.items())
    if isinstance(value, list):
        return between.join(_written(own, between) for own in value)
    return str(value)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> SafetyTextsUnreadable:
    return SafetyTextsUnreadable(say("tables", "safety_text", file=path.name, reason=error))
