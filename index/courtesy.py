"""Take off what people say around a question and that asks nothing. For matching only."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from corpus.tables import table_rows
from index.script import fold_script, normalise

MARKS = r"[\s,。!?;:~、.\-]*"
DECORATION = re.compile(
    r"[^\w\s\u3000-\u303f\uff00-\uffef!-~\u2013-\u2026\u2103°·]|[\u0300-\u036f\ufe00-\ufe0f\u200d]"
)
MOST = 4  # courtesies on each side
LONGEST = 60  # characters of one, with the marks around it


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    source = (files("corpus") / "lexicon" / "courtesies.tsv").read_text(encoding="utf-8")
    words: dict[str, list[str]] = {"before": [], "after": []}
    for number, row in table_rows(source):
        if len(row) != 2 or row[0] not in words:
            raise ValueError(f"courtesies.tsv:{number}: before or after and a pattern are needed.")
        words[row[0]].append(f"(?:{fold_script(row[1])})")
    before, after = "|".join(words["before"]), "|".join(words["after"])
    return (
        re.compile(rf"{MARKS}(?:{before})(?![a-z]){MARKS}"),
        re.compile(rf"[\s,。!?;:~、.]{MARKS}(?:{after}){MARKS}$"),
    )


def bare(question: str) -> str:
    """Return a question without emoji and courtesies, as typed otherwise.

    It stays whole where nothing would be left, and where its characters change in number when it
    is normalised, so that a cut would not be where it is meant.
    """
    plain = " ".join(DECORATION.sub(" ", question).split())
    text = normalise(plain)
    if len(text) != len(plain):
        return plain or question
    before, after = _patterns()
    start, end = 0, len(text)
    for _ in range(MOST):
        found = before.match(text, start, min(end, start + LONGEST))
        if not found or found.end() == start or found.end() >= end:
            break
        start = found.end()
    for _ in range(MOST):
        found = after.search(text, max(start, end - LONGEST), end)
        if not found or found.start() <= start:
            break
        end = found.start() + (text[found.start()] in "?!")
    return plain[start:end].strip(" ,，。、") or plain or question
