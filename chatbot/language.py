"""In which language a turn is answered: its own, or that of the conversation where it has none.

「Prolia」「ONJ 機率」「OK」 are no English, and 「多久打一次」 is written alike in both scripts.
"""

from __future__ import annotations

import re

from chatbot.mention import folded, mentions
from corpus.passage import Language
from index.query import HONG_KONG_WORDS, Query
from index.script import to_simplified, to_traditional
from index.words import count_han

WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")
ABBREVIATION = re.compile(r"\b[A-Z][A-Z0-9-]{0,5}\b")
MOST_LETTERS_OF_NONE = 1  # 「T 值」, "D3"
UNITS = frozenset({"mg", "iu", "ml", "vs"})
FEW = 2  # English words beside Chinese
ALONE = 1  # English word in a Chinese conversation: "ok", a name that nobody knows


def spoken(query: Query, before: Language | None = None) -> Language:
    """Return the language in which a turn is answered.

    Args:
        query: The turn.
        before: The language of the turns before, where there were any.
    """
    han = count_han(query.question)
    words = english_words(query.question)
    if not han:
        is_kept = words <= ALONE if before is not None else not words
        return (before or Language.TAIWAN) if is_kept else Language.ENGLISH
    if words > max(FEW, han):
        return Language.ENGLISH
    if HONG_KONG_WORDS.search(query.question):
        return Language.HONG_KONG
    if query.language in (Language.MAINLAND, Language.HONG_KONG):
        return query.language
    is_of_both = to_simplified(query.question) == to_traditional(query.question)
    if is_of_both and before in (Language.MAINLAND, Language.HONG_KONG):
        return before
    return Language.TAIWAN


def english_words(question: str) -> int:
    """Return how many English words a question holds that are no names and no abbreviations."""
    all_words = WORD.findall(question)
    shouted = len(all_words) > FEW and question.upper() == question
    rest = question if shouted else ABBREVIATION.sub(" ", question)
    text = folded(rest)
    for mention in reversed(mentions(text)):
        text = text[: mention.start] + " " + text[mention.end :]
    return sum(
        len(word) > MOST_LETTERS_OF_NONE and word.casefold() not in UNITS
        for word in WORD.findall(text)
    )
