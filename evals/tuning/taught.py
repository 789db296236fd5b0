"""What the encoder is taught by: keys of the edition and of the topics beside it, and the banks.

No case of any split is among them, so that thresholds and figures are set on texts it never saw.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from chatbot.decisions import REQUEST
from chatbot.triage.tier import Tier
from corpus.source import Source
from evals.bank import read_bank
from evals.composed import Situations, composed, read_situations
from evals.train_remarks import QUESTION
from evals.tuning.lesson import UNKNOWN, Lesson
from index.key import keys_of
from index.onnx_encoder import PASSAGE_PROMPT, QUESTION_PROMPT
from index.vector_cache import is_text

OWN_SYMPTOM = "own_symptom"  # requests about it may tell of a sign
BANKS = ("signs", "calm", "decisions", "remarks")
NO_GROUP = -1
KEY = (UNKNOWN, 0, 0, 0, 0, 0)  # a question of the bank may be about a sign
CALM = (0, 0, 0, 0, UNKNOWN, UNKNOWN)
VARIANTS = 3  # of a text that is asked or told
SEED = 0
Cut = Callable[[Sequence[str]], Sequence[Sequence[int]]]


@dataclass
class _Writing:
    """A lesson while it is put together."""

    situations: Situations
    chance: random.Random
    texts: list[str] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    labels: list[Sequence[int]] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    origins: list[int] = field(default_factory=list)

    def add_passage(self, text: str, owner: int) -> None:
        self._add(PASSAGE_PROMPT + text, owner, KEY, NO_GROUP, UNKNOWN)

    def add_asked(self, text: str, owner: int, labels: Sequence[int], group: int) -> None:
        """Add what is asked or told, and its variants."""
        origin = len(self.texts)
        self._add(QUESTION_PROMPT + text, owner, labels, group, UNKNOWN)
        for variant in composed(text, self.situations, self.chance, variants=VARIANTS):
            self._add(QUESTION_PROMPT + variant, owner, labels, group, origin)

    def _add(self, text: str, owner: int, labels: Sequence[int], group: int, origin: int) -> None:
        self.texts.append(text)
        self.owners.append(owner)
        self.labels.append(labels)
        self.groups.append(group)
        self.origins.append(origin)


def read_lesson(source: Source, cut: Cut) -> Lesson:
    """Return all that the encoder is taught by, cut into the numbers of its pieces."""
    writing = _written(source)
    cuts = cut(writing.texts)
    return Lesson(
        pieces=np.array([piece for own in cuts for piece in own], dtype=np.int32),
        lengths=np.array([len(own) for own in cuts], dtype=np.int32),
        owners=np.array(writing.owners, dtype=np.int32),
        labels=np.array(writing.labels, dtype=np.int8),
        groups=np.array(writing.groups, dtype=np.int8),
        origins=np.array(writing.origins, dtype=np.int32),
        passages=np.array(len(source.guide.passages), dtype=np.int32),
    )


def taught_texts(source: Source) -> list[str]:
    """Return every text of the lesson, with the prompt before each."""
    return _written(source).texts


def _written(source: Source) -> _Writing:
    writing = _Writing(read_situations(), random.Random(SEED))
    for key in keys_of(source.guide, source.topics):
        if is_text(key.kind):
            writing.add_passage(key.text, key.owner)
        else:
            writing.add_asked(key.text, key.owner, KEY, NO_GROUP)
    for group, bank in enumerate(BANKS):
        for taught in read_bank(bank):
            writing.add_asked(taught.text, UNKNOWN, _labels(bank, taught.labels), group)
    return writing


def _labels(bank: str, labels: dict[str, str]) -> Sequence[int]:
    if bank == "signs":
        tier = labels["tier"]
        soon = tier in (Tier.TODAY, Tier.EMERGENCY)
        crisis = int(tier == Tier.CRISIS)
        return (1, int(soon), int(tier == Tier.EMERGENCY), crisis, UNKNOWN, 0)
    if bank == "calm":
        return CALM
    if bank == "remarks":
        return (*[UNKNOWN] * 5, int(labels["label"] != QUESTION))
    about_sign = UNKNOWN if labels["about"] == OWN_SYMPTOM else 0
    return (about_sign, 0, 0, 0, int(labels["label"] == REQUEST), 0)
