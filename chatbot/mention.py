"""Find the cancers, drugs, treatments, tests and purposes that a text names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from chatbot.follow_up import names_by_kind
from corpus.subjects import load_subjects
from index.script import normalise
from index.synonyms import fold_synonyms

LATIN_EDGE = re.compile(r"[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Mention:
    """A subject where a text names it.

    Attributes:
        name: The name as the texts are compared: normalised, synonyms made one.
        kind: cancer, drug, treatment, or one of `follow_up.toml`.
        start: First character, in the folded text.
        end: One past the last.
    """

    name: str
    kind: str
    start: int
    end: int


def folded(text: str) -> str:
    """Return a text in the form in which names are looked for."""
    return fold_synonyms(normalise(text))


def mentions(folded_text: str) -> tuple[Mention, ...]:
    """Return what a folded text names, in order."""
    pattern, kinds = _names()
    return tuple(
        Mention(found.group(), kinds[found.group()], found.start(), found.end())
        for found in pattern.finditer(folded_text)
    )


def named(text: str) -> tuple[Mention, ...]:
    """Return what a text names, each name once, in order of first mention."""
    found: dict[str, Mention] = {}
    for mention in mentions(folded(text)):
        found.setdefault(mention.name, mention)
    return tuple(found.values())


def named_by_kind(text: str) -> dict[str, tuple[Mention, ...]]:
    """Return what a text names, each name once, by kind; kinds in order of first mention."""
    found = named(text)
    kinds = dict.fromkeys(mention.kind for mention in found)
    return {kind: tuple(mention for mention in found if mention.kind == kind) for kind in kinds}


@cache
def _names() -> tuple[re.Pattern[str], dict[str, str]]:
    kinds: dict[str, str] = {}
    for subject in load_subjects():
        fillers = [name for names in subject.fillers.values() for name in names]
        for name in (subject.name, *fillers):
            kinds.setdefault(folded(name), subject.kind)
    for kind, names in names_by_kind().items():
        for name in names:
            kinds.setdefault(folded(name), kind)
    longest_first = sorted(kinds, key=len, reverse=True)
    return re.compile("|".join(map(_bounded, longest_first))), kinds


def _bounded(name: str) -> str:
    before = r"(?<![a-z0-9])" if LATIN_EDGE.match(name[0]) else ""
    after = r"(?![a-z0-9])" if LATIN_EDGE.match(name[-1]) else ""
    return before + re.escape(name) + after
