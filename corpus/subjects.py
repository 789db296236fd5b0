"""What passages are about, and the slots of questions that their names fill.

A question of the bank may hold one slot, {癌} or {藥}: it stands for the same question with the
name of each cancer or each drug. `corpus/subjects.toml` holds the names.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from corpus.passage import Language

SUBJECTS_FILE = Path(str(files("corpus"))) / "subjects.toml"
GENERAL = "一般"
SLOT = re.compile(r"\{([^{}]*)\}")
BRACE = re.compile("[{}\uff5b\uff5d]")
SLOT_OF_KIND = {"cancer": "癌", "drug": "藥"}


@dataclass(frozen=True, slots=True)
class Subject:
    """A cancer, drug or treatment.

    Attributes:
        name: As the field 主題 names it.
        kind: cancer, drug or treatment.
        fillers: By language, the names that fill a slot.
    """

    name: str
    kind: str
    fillers: Mapping[Language, tuple[str, ...]]


@cache
def load_subjects(path: Path = SUBJECTS_FILE) -> tuple[Subject, ...]:
    """Return the closed list of subjects, in the order of the file."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["subject"]
    return tuple(_subject(row) for row in rows)


def _subject(row: dict[str, object]) -> Subject:
    def names(field: str) -> tuple[str, ...]:
        value = row.get(field, ())
        return tuple(map(str, value)) if isinstance(value, list) else ()

    fillers = {
        Language.TAIWAN: names("names"),
        Language.MAINLAND: names("hans"),
        Language.HONG_KONG: names("names"),
        Language.ENGLISH: names("en"),
    }
    return Subject(str(row["name"]), str(row["kind"]), fillers)


def slots_of(subjects: tuple[Subject, ...]) -> frozenset[str]:
    """Return the slots that the subjects can fill."""
    return frozenset(SLOT_OF_KIND[s.kind] for s in subjects if s.kind in SLOT_OF_KIND)


def has_good_slots(question: str, subjects: tuple[Subject, ...]) -> bool:
    """Whether a question holds no slot or one that can be filled, and no other brace."""
    if BRACE.search(question) is None:
        return True
    slots = SLOT.findall(question)
    stray = BRACE.search(SLOT.sub("", question))
    return len(slots) <= 1 and slots_of(subjects).issuperset(slots) and stray is None


def fill_slots(question: str, language: Language) -> tuple[str, ...]:
    """Return the questions that one of the bank stands for: itself where it holds no slot."""
    slot = SLOT.search(question)
    if slot is None:
        return (question,)
    return tuple(
        question.replace(slot[0], name)
        for subject in load_subjects()
        if SLOT_OF_KIND.get(subject.kind) == slot[1]
        for name in subject.fillers[language]
    )


def asked_questions(questions: Mapping[Language, tuple[str, ...]]) -> Iterator[str]:
    """Yield every way of asking, slots filled."""
    for language, asked in questions.items():
        for question in asked:
            yield from fill_slots(question, language)


def without_slots(questions: Mapping[Language, tuple[str, ...]]) -> Iterator[str]:
    """Yield every way of asking once, its slot left out; for counting words."""
    for asked in questions.values():
        for question in asked:
            yield SLOT.sub("", question)
