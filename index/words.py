"""Cut normalised text into the terms that lexical search counts: words and character pairs.

jieba's dictionary is in Simplified characters and cuts Traditional text badly, so the cutting is
done on a Simplified twin of the same length and its boundaries are applied to the text itself.
"""

from __future__ import annotations

import logging
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from index.dictionary import load_dictionary
from index.script import normalise, to_simplified

if TYPE_CHECKING:
    from jieba import Tokenizer

HAN_RUN = re.compile(r"[㐀-䶿一-鿿\uf900-\ufaff\U00020000-\U0003ffff]+")
VISIBLE = re.compile(r"\w")
PAIR_MARK = "#"  # keeps a pair apart from a word of the same two characters


def read_terms() -> tuple[str, ...]:
    """Return the guide's terms that must be cut as one word, normalised."""
    lines = (files("corpus") / "lexicon" / "terms.txt").read_text(encoding="utf-8").splitlines()
    return tuple(normalise(line) for line in lines if line and not line.startswith("#"))


@cache
def _cutter() -> Tokenizer:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    cutter = jieba.Tokenizer()
    load_dictionary(cutter)
    for term in read_terms():
        cutter.add_word(to_simplified(term))
    return cutter


def prepare_words() -> None:
    """Load the dictionary now, so that the first question does not wait for it."""
    _cutter()


def cut(text: str) -> list[str]:
    """Return the words of normalised text, long ones also in their parts; no punctuation."""
    twin = to_simplified(text)
    if len(twin) != len(text):
        twin = text
    pieces = _cutter().tokenize(twin, mode="search")
    return [text[a:b] for _, a, b in pieces if VISIBLE.search(text[a:b])]


def count_han(text: str) -> int:
    """Return how many Han characters a text holds."""
    return sum(map(len, HAN_RUN.findall(text)))


def pairs(text: str) -> list[str]:
    """Return neighbouring Han characters two by two; a single one between others stays alone."""
    found: list[str] = []
    for run in HAN_RUN.findall(text):
        found += [run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)]
    return [PAIR_MARK + pair for pair in found]


def terms(text: str) -> list[str]:
    """Return all terms of normalised text: words, then character pairs."""
    return cut(text) + pairs(text)
