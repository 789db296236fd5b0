"""The texts of the banks as people post them: a situation beside the question, marks left out.

Real messages hold what nobody asks about: who is ill since when, what was done, where one lives.
What a text leads to stays the same, so the encoder learns to hear the question through it.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.passage import Language
from evals.bank import read_bank
from index.query import detect_language
from index.script import to_simplified

SITUATION = "situation"  # label of the remarks that only tell how things stand
MARKS = " ?？!！.。…~～"
JOINTS = {True: (". ", " ", "\n", ", "), False: ("，", "。", " ", "\n", "，", "...")}
ASKED = {True: ("?", "", "??", "."), False: ("？", "", "?", "？？", "。", "...")}
BOTH_SIDES, BEFORE = 0.15, 0.75  # how often a situation stands on both sides, or before
CONVERTED = 0.15  # how often a text in Traditional characters is written in Simplified ones
LONGEST = 300  # characters of a text that a situation is put beside
SEED = 0


@dataclass(frozen=True, slots=True)
class Situations:
    """What people tell of themselves, by language."""

    told: Mapping[Language, Sequence[str]]

    def draw(self, language: Language, chance: random.Random) -> str:
        """Return one, in the variety that is asked for."""
        return chance.choice(self.told[language])


def read_situations() -> Situations:
    """Return the situations of the bank of remarks."""
    told: dict[Language, list[str]] = {language: [] for language in Language}
    for taught in read_bank("remarks"):
        if taught.labels["label"] == SITUATION:
            told[Language(taught.labels["language"])].append(taught.text)
    return Situations(
        {**told, Language.HONG_KONG: told[Language.HONG_KONG] + told[Language.TAIWAN]}
    )


def remarked(text: str, chance: random.Random) -> str:
    """Return a text with other marks at its end, and now and then in Simplified characters."""
    language = detect_language(text)
    bare = text.rstrip(MARKS) or text
    marks = bare + chance.choice(ASKED[language is Language.ENGLISH])
    is_traditional = language in (Language.TAIWAN, Language.HONG_KONG)
    return to_simplified(marks) if is_traditional and chance.random() < CONVERTED else marks


def beside_a_situation(text: str, situations: Situations, chance: random.Random) -> str:
    """Return a text with what somebody tells of themselves before or behind it, or both.

    A long one tells enough, and stays as it is.
    """
    if len(text) > LONGEST:
        return text
    language = detect_language(text)
    joint = chance.choice(JOINTS[language is Language.ENGLISH])
    drawn = chance.random()
    parts = [text]
    if drawn < BOTH_SIDES + BEFORE:
        parts.insert(0, situations.draw(language, chance).rstrip(MARKS))
    if drawn < BOTH_SIDES or drawn >= BOTH_SIDES + BEFORE:
        parts.append(situations.draw(language, chance))
    return joint.join(parts)


def all_beside_situations(texts: Sequence[str]) -> list[str]:
    """Return each text beside what somebody tells of themselves, seeded."""
    situations, chance = read_situations(), random.Random(SEED)
    return [beside_a_situation(text, situations, chance) for text in texts]


def composed(
    text: str, situations: Situations, chance: random.Random, *, variants: int
) -> list[str]:
    """Return a text as others might have typed it: with other marks first, then beside stories."""
    told = [remarked(text, chance)]
    while len(told) < variants:
        told.append(beside_a_situation(remarked(text, chance), situations, chance))
    return told
