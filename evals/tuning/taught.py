"""What the encoder is taught by: keys of the edition and of the topics beside it, and the banks.

No case of any split is among them, so that thresholds and figures are set on texts it never saw.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chatbot.decisions import REQUEST
from chatbot.triage.tier import Tier
from corpus.source import Source
from evals.bank import read_bank
from index.key import keys_of
from index.onnx_encoder import PASSAGE_PROMPT, QUESTION_PROMPT
from index.vector_cache import is_text

# Heads: a sign, one for today or now, one for now, a crisis, a request.
HEADS = ("any", "today", "emergency", "crisis", "request")
UNKNOWN = -1
OWN_SYMPTOM = "own_symptom"  # requests about it may tell of a sign
CALM = (0, 0, 0, 0, UNKNOWN)
KEY = (UNKNOWN, 0, 0, 0, 0)  # a question of the bank may be about a sign


@dataclass(frozen=True, slots=True)
class Lesson:
    """Texts and what is to be learnt of each.

    Attributes:
        texts: With the prompt before each.
        owners: For each text the passage or topic that it leads to, or -1, shape (n_texts,).
        labels: For each text 1, 0, or -1 where it is not known, shape (n_texts, n_heads).
        groups: Positions of messages with signs, of calm ones, and of requests and their twins.
    """

    texts: tuple[str, ...]
    owners: NDArray[np.int64]
    labels: NDArray[np.int8]
    groups: tuple[NDArray[np.int64], ...]


def read_lesson(source: Source) -> Lesson:
    """Return all that the encoder is taught by."""
    keys = keys_of(source.guide, source.topics)
    texts = [(PASSAGE_PROMPT if is_text(key.kind) else QUESTION_PROMPT) + key.text for key in keys]
    owners = [key.owner for key in keys]
    labels: list[Sequence[int]] = [KEY] * len(keys)
    groups: list[NDArray[np.int64]] = []
    for bank in ("signs", "calm", "decisions"):
        start = len(texts)
        for taught in read_bank(bank):
            texts.append(QUESTION_PROMPT + taught.text)
            owners.append(UNKNOWN)
            labels.append(_labels(bank, taught.labels))
        groups.append(np.arange(start, len(texts)))
    return Lesson(tuple(texts), np.array(owners), np.array(labels, dtype=np.int8), tuple(groups))


def _labels(bank: str, labels: dict[str, str]) -> Sequence[int]:
    if bank == "signs":
        tier = labels["tier"]
        soon = tier in (Tier.TODAY, Tier.EMERGENCY)
        return (1, int(soon), int(tier == Tier.EMERGENCY), int(tier == Tier.CRISIS), UNKNOWN)
    if bank == "calm":
        return CALM
    about_sign = UNKNOWN if labels["about"] == OWN_SYMPTOM else 0
    return (about_sign, 0, 0, 0, int(labels["label"] == REQUEST))


class Sampler:
    """Draws what one step looks at; owners with more keys come somewhat more often."""

    def __init__(self, lesson: Lesson, owners: int, keys: int, messages: int, seed: int) -> None:
        self._chance = np.random.default_rng(seed)
        self._groups = lesson.groups
        held = lesson.owners[lesson.owners != UNKNOWN]
        self._keys = [np.flatnonzero(lesson.owners == owner) for owner in range(held.max() + 1)]
        often = np.sqrt([len(own) for own in self._keys])
        self._often = often / often.sum()
        self._sizes = (owners, keys, messages)

    @property
    def owners(self) -> tuple[NDArray[np.int64], ...]:
        """The positions of the keys of each owner."""
        return tuple(self._keys)

    def draw(self) -> tuple[NDArray[np.int64], int]:
        """Return positions of texts, and how many of them, from the first, are keys."""
        owners, keys, messages = self._sizes
        found: list[int] = []
        for owner in self._chance.choice(len(self._keys), owners, replace=False, p=self._often):
            own = self._keys[owner]
            found += self._chance.choice(own, min(keys, len(own)), replace=False).tolist()
        n_keys = len(found)
        for group in self._groups:
            found += self._chance.choice(group, messages // len(self._groups)).tolist()
        return np.array(found), n_keys
