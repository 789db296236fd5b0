"""Several questions in one message, and questions that compare two things."""

from __future__ import annotations

import itertools
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from chatbot.mention import Mention, folded, named
from chatbot.patterns import any_pattern
from index.query import Query
from index.script import fold_script, normalise
from index.words import HAN_RUN

MOST_PARTS = 3
FEWEST_CHARACTERS = 4  # Han characters of a part
FEWEST_WORDS = 3  # words of English
END = re.compile(r"(?<=[?？])|[;；\n]+")
CLAUSE = re.compile(r"[,，。.!！、 ]+")


@dataclass(frozen=True, slots=True)
class _Signs:
    asks: re.Pattern[str]
    joins: re.Pattern[str]
    compares: re.Pattern[str]


@cache
def _signs() -> _Signs:
    source = tomllib.loads((files("chatbot") / "parts.toml").read_text(encoding="utf-8"))
    return _Signs(
        *(any_pattern(map(fold_script, source[n])) for n in ("asks", "joins", "compares"))
    )


def parts_of(query: Query) -> tuple[str, ...]:
    """Return the questions of a message that asks several, as typed; nothing where it asks one."""
    signs = _signs()
    pieces = [piece for part in END.split(query.asked) for piece in _joined(part)]
    asking = [piece.strip() for piece in pieces if signs.asks.search(normalise(piece))]
    long_enough = [piece for piece in asking if _says_enough(piece)]
    if len(long_enough) < 2:
        return ()
    return tuple(long_enough[:MOST_PARTS])


def _joined(part: str) -> list[str]:
    """Return a part cut where another question is joined on: 「…，還有…」."""
    text = fold_script(part.casefold())
    if len(text) != len(part):
        return [part]
    cuts = [match.start() for match in _signs().joins.finditer(text)]
    edges = [0, *cuts, len(part)]
    return [part[a:b] for a, b in itertools.pairwise(edges)]


def _says_enough(piece: str) -> bool:
    han = sum(len(run) for run in HAN_RUN.findall(piece))
    return han >= FEWEST_CHARACTERS or (not han and len(piece.split()) >= FEWEST_WORDS)


def compares(text: str) -> bool:
    """Return whether a folded text asks for a difference."""
    return _signs().compares.search(text) is not None


def compared(question: str) -> tuple[Mention, ...]:
    """Return the two or more things of one kind that a question compares, or nothing."""
    if not compares(folded(question)):
        return ()
    found = named(question)
    for kind in dict.fromkeys(mention.kind for mention in found):
        own = tuple(mention for mention in found if mention.kind == kind)
        if len(own) > 1:
            return own
    return ()
