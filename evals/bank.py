"""The banks that teach triage, decisions and remarks, and the edition's questions that are calm."""

from __future__ import annotations

import random
from dataclasses import dataclass

from chatbot.triage.signs import FOLDER, load_signs
from corpus.source import open_source
from corpus.subjects import asked_questions
from corpus.tables import table_rows

BANK = FOLDER / "bank"
# The columns of labels in each bank; the text stands behind them.
LABELS = {
    "signs": ("sign", "tier", "language"),
    "calm": ("why", "like", "language"),
    "decisions": ("label", "about", "language"),
    "remarks": ("label", "language"),
}


@dataclass(frozen=True, slots=True)
class Taught:
    """A message of a bank: its text, and its labels by column name."""

    text: str
    labels: dict[str, str]


def read_bank(name: str) -> tuple[Taught, ...]:
    """Return the messages of a bank."""
    source = (BANK / f"{name}.tsv").read_text(encoding="utf-8")
    return tuple(
        Taught(row[-1], dict(zip(LABELS[name], row, strict=False))) for _, row in table_rows(source)
    )


def taught_messages() -> tuple[str, ...]:
    """Return every message of the banks."""
    return tuple(taught.text for name in LABELS for taught in read_bank(name))


def calm_questions() -> list[str]:
    """Return questions of the edition that tell of no sign, in a seeded order."""
    source = open_source()
    of_signs = {name for sign in load_signs().values() for name in sign.passages}
    asked = [p.questions for p in source.guide.passages if p.passage_id not in of_signs]
    asked += [topic.questions for topic in source.topics]
    questions = sorted({question for own in asked for question in asked_questions(own)})
    random.Random(0).shuffle(questions)
    return questions
