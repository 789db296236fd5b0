"""Wordings that mean the same, made one before words are counted. Never shown."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from corpus.tables import table_rows
from index.script import normalise

LATIN = re.compile(r"[a-z0-9]")


def read_synonyms() -> dict[str, str]:
    """Return what each wording is read as, both normalised.

    Raises:
        ValueError: A line does not have its four columns, or a wording stands twice.
    """
    source = (files("corpus") / "lexicon" / "synonyms.tsv").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for number, parts in table_rows(source):
        if len(parts) != 4 or not all(parts):
            raise ValueError(f"synonyms.tsv:{number}: four columns are needed.")
        wording = normalise(parts[1])
        if wording in found:
            raise ValueError(f"synonyms.tsv:{number}: {parts[1]} stands twice.")
        found[wording] = normalise(parts[0])
    return found


@cache
def _table() -> tuple[re.Pattern[str], dict[str, str]]:
    table = read_synonyms()
    # What a wording is read as stays whole where it already stands there.
    wordings = sorted({*table, *table.values()}, key=len, reverse=True)
    return re.compile("|".join(map(_bounded, wordings))), table


def _bounded(wording: str) -> str:
    """Return a pattern that finds Latin wordings as whole words only."""
    before = r"(?<![a-z0-9])" if LATIN.match(wording[0]) else ""
    after = r"(?![a-z0-9])" if LATIN.match(wording[-1]) else ""
    return before + re.escape(wording) + after


def fold_synonyms(text: str) -> str:
    """Return normalised text with each wording replaced by what it is read as."""
    pattern, table = _table()
    return pattern.sub(lambda match: table.get(match.group(), match.group()), text)
