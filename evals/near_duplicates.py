"""Refuse evaluation questions that stand almost word for word in the bank."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from corpus.not_in_guide import Topic
from corpus.passage import Guide
from corpus.progress_bar import watched
from corpus.subjects import asked_questions
from evals.case import Case
from index.script import normalise

MOST_SIMILAR = 85.0  # percent of characters alike (normalised Indel similarity)


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """A case too close to a question of the bank."""

    case_id: str
    question: str
    bank_question: str
    similarity: float


def bank_of(guide: Guide, topics: tuple[Topic, ...]) -> tuple[str, ...]:
    """Return every question of the bank, slots filled."""
    owners = [passage.questions for passage in guide.passages] + [t.questions for t in topics]
    return tuple(q for questions in owners for q in asked_questions(questions))


def near_duplicates(cases: Iterable[Case], bank: tuple[str, ...]) -> tuple[NearDuplicate, ...]:
    """Return the cases whose last turn is nearer than allowed to a question of the bank."""
    return near_messages(((case.case_id, case.turns[-1]) for case in cases), bank)


def near_messages(
    messages: Iterable[tuple[str, str]], bank: Sequence[str]
) -> tuple[NearDuplicate, ...]:
    """Return the messages, each with its case's id, that are nearer than allowed to the bank.

    Punctuation, script and variants make no difference.
    """
    bare_bank = [_bare(question) for question in bank]
    found: list[NearDuplicate] = []
    for case_id, question in watched(list(messages), "messages"):
        closest = process.extractOne(
            _bare(question), bare_bank, scorer=fuzz.ratio, score_cutoff=MOST_SIMILAR
        )
        if closest is not None and closest[1] >= MOST_SIMILAR:
            found.append(NearDuplicate(case_id, question, bank[closest[2]], closest[1]))
    return tuple(found)


def _bare(text: str) -> str:
    return re.sub(r"\W", "", normalise(text))
