"""Several questions in one message, and questions that compare two things."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from chatbot.follow_up import looks_like_follow_up
from chatbot.mention import Mention, folded, named, named_by_kind
from chatbot.patterns import any_pattern
from index.query import Query, read_query
from index.script import fold_script, normalise
from index.words import HAN_RUN, count_han

MOST_PARTS = 4
MOST_PLACES = 9  # questions that are counted
MOST_WITH_PAUSES = 60  # characters
FEWEST_CHARACTERS = 4  # Han characters of a part
FEWEST_WORDS = 3  # words of English
HAN = HAN_RUN.pattern.removesuffix("+")
# Where a question ends, or a numbered one begins: 「1. 要看牙嗎 2. 會發燒嗎」, not T10、L2 or 2.5.
END = re.compile(r"(?<=[?？])|[;；\n]+|(?<![\w.、])\d{1,2}[.、)\uff0e\uff09](?!\d)\s*|[①-⑳]\s*")
PAUSE = re.compile(rf"(?<=[,，。])|(?<={HAN}) +(?={HAN})")


@dataclass(frozen=True, slots=True)
class Part:
    """One question of a message that asks several.

    Attributes:
        place: Which question of the message it is, from 1.
        text: As it was typed.
    """

    place: int
    text: str


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


def parts_of(query: Query) -> tuple[Part, ...]:
    """Return the questions of a message that asks several; nothing where it asks one."""
    return _counted([piece for part in END.split(query.asked) for piece in _joined(part)])


def parts_at_commas(query: Query) -> tuple[Part, ...]:
    """Return the questions of a short message with no more than commas or spaces between them."""
    if len(query.asked) > MOST_WITH_PAUSES:  # a story
        return ()
    return _counted(_at_commas(query.asked))


def _counted(pieces: Iterable[str]) -> tuple[Part, ...]:
    asking = [piece.strip() for piece in pieces if asks_on(piece)]
    counted = enumerate(asking[:MOST_PLACES], 1)
    parts = [Part(place, text) for place, text in counted if _says_enough(text)]
    return tuple(parts[:MOST_PARTS]) if len(parts) > 1 else ()


def asks_on(piece: str) -> bool:
    """Return whether a text asks something."""
    return _signs().asks.search(normalise(piece)) is not None


def _at_commas(text: str) -> list[str]:
    """Return a text cut where a comma or a space stands between questions that stand alone."""
    found = [""]
    for clause in PAUSE.split(text):
        if found[-1] and asks_on(found[-1]) and asks_on(clause) and not _leans(clause):
            found.append(clause)
        else:
            found[-1] += clause
    return found


def _leans(piece: str) -> bool:
    return looks_like_follow_up(read_query(piece)) and not named(piece)


def _joined(part: str) -> list[str]:
    """Return a part cut where another question is joined on: 「…，還有…」."""
    text = fold_script(part.casefold())
    if len(text) != len(part):
        return [part]
    cuts = [match.start() for match in _signs().joins.finditer(text)]
    edges = [0, *cuts, len(part)]
    return [part[a:b] for a, b in itertools.pairwise(edges)]


def _says_enough(piece: str) -> bool:
    han = count_han(piece)
    return han >= FEWEST_CHARACTERS or (not han and len(piece.split()) >= FEWEST_WORDS)


def compares(text: str) -> bool:
    """Return whether a folded text asks for a difference."""
    return _signs().compares.search(text) is not None


def compared(question: str) -> tuple[Mention, ...]:
    """Return the two or more things of one kind that a question compares, or nothing."""
    if not compares(folded(question)):
        return ()
    return next((own for own in named_by_kind(question).values() if len(own) > 1), ())
