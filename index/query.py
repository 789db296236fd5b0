"""A question, made ready once for every stage after it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.passage import Language
from index.courtesy import bare
from index.script import fold_variants, normalise, to_simplified, to_traditional
from index.stages import stage
from index.synonyms import fold_synonyms
from index.words import count_han, terms

HONG_KONG_WORDS = re.compile("[嘅咗唔冇咩啲喺嚟佢哋嗰噉]|邊個|點樣|點解|幾耐")


@dataclass(frozen=True, slots=True)
class Query:
    """A question as all stages read it.

    Attributes:
        question: What was typed, untouched but for characters that are none.
        asked: The same without courtesies and emoji around it.
        text: The normal form of that, for matching only.
        terms: Words and character pairs of `text`, synonyms made one.
        language: In which variety it was asked.
    """

    question: str
    asked: str
    text: str
    terms: tuple[str, ...]
    language: Language

    @property
    def is_english(self) -> bool:
        """Whether the question was asked in English."""
        return self.language is Language.ENGLISH


def detect_language(question: str) -> Language:
    """Return the variety of Chinese, or English where letters outnumber Han characters by far."""
    han = count_han(question)
    letters = sum(character.isascii() and character.isalpha() for character in question)
    if letters > 4 * han:
        return Language.ENGLISH
    if HONG_KONG_WORDS.search(question):
        return Language.HONG_KONG
    if to_simplified(question) == question and fold_variants(to_traditional(question)) != (
        fold_variants(question)
    ):
        return Language.MAINLAND
    return Language.TAIWAN


@stage("read")
def read_query(question: str, *, synonyms: bool = True) -> Query:
    """Return the query that a question asks, its synonyms made one unless told not to."""
    question = question.encode("utf-8", "replace").decode()  # half a surrogate pair encodes to "?"
    asked = bare(question)
    text = normalise(asked)
    counted = fold_synonyms(text) if synonyms else text
    return Query(question, asked, text, tuple(terms(counted)), detect_language(question))
