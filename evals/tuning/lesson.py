"""What the encoder is taught by, cut into pieces, and what one step draws from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# Heads: a sign, one for today or now, one for now, a crisis, a request, a remark.
HEADS = ("any", "today", "emergency", "crisis", "request", "remark")
UNKNOWN = -1
VARIED = 0.5  # how often a text is drawn as one of its variants


@dataclass(frozen=True, slots=True)
class Lesson:
    """Texts and what is to be learnt of each.

    Attributes:
        pieces: Numbers of the pieces of all texts, one after the other, shape (n_pieces,).
        lengths: How many pieces each text has, shape (n_texts,).
        owners: For each text the passage or topic that it leads to, or -1, shape (n_texts,).
        labels: For each text 1, 0, or -1 where it is not known, shape (n_texts, n_heads).
        groups: The bank that each text is from, from 0 on, or -1 for keys, shape (n_texts,).
        origins: The text that a text is a variant of, or -1, shape (n_texts,).
        passages: How many of the owners, from the first, are passages, shape ().
    """

    pieces: NDArray[np.int32]
    lengths: NDArray[np.int32]
    owners: NDArray[np.int32]
    labels: NDArray[np.int8]
    groups: NDArray[np.int8]
    origins: NDArray[np.int32]
    passages: NDArray[np.int32]

    def save(self, path: Path) -> None:
        """Write everything into one file."""
        parts = {field.name: getattr(self, field.name) for field in fields(self)}
        np.savez_compressed(path, allow_pickle=False, **parts)

    @classmethod
    def load(cls, path: Path) -> Lesson:
        """Return what `save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            return cls(**{name: stored[name] for name in stored.files})


@dataclass(frozen=True, slots=True)
class Drawn:
    """What one step looks at: positions of texts, and how many, from the first, are keys."""

    positions: NDArray[np.int64]
    n_keys: int


class Sampler:
    """Draws what one step looks at; owners with more keys come somewhat more often."""

    def __init__(self, lesson: Lesson, owners: int, keys: int, messages: int, seed: int) -> None:
        self._chance = np.random.default_rng(seed)
        are_own = lesson.origins == UNKNOWN
        numbers = range(int(lesson.owners.max()) + 1)
        self._keys = [np.flatnonzero((lesson.owners == owner) & are_own) for owner in numbers]
        self._groups = [
            np.flatnonzero((lesson.groups == group) & are_own)
            for group in range(int(lesson.groups.max()) + 1)
        ]
        often = np.sqrt([len(own) for own in self._keys])
        self._often = often / often.sum()
        self._sizes = (min(owners, len(self._keys)), keys, messages)
        self._variants = _variants(lesson.origins)

    @property
    def owners(self) -> tuple[NDArray[np.int64], ...]:
        """The positions of the keys of each owner."""
        return tuple(self._keys)

    def draw(self) -> Drawn:
        """Return what the next step looks at."""
        owners, keys, messages = self._sizes
        found: list[int] = []
        for owner in self._chance.choice(len(self._keys), owners, replace=False, p=self._often):
            own = self._keys[owner]
            found += self._chance.choice(own, min(keys, len(own)), replace=False).tolist()
        n_keys = len(found)
        for group in self._groups:
            found += self._chance.choice(group, messages // len(self._groups)).tolist()
        return Drawn(np.array([self._varied(position) for position in found]), n_keys)

    def _varied(self, position: int) -> int:
        variants = self._variants.get(position, ())
        if not len(variants) or self._chance.random() >= VARIED:
            return position
        return variants[int(self._chance.integers(len(variants)))]


def _variants(origins: NDArray[np.int32]) -> dict[int, Sequence[int]]:
    """Return the variants of each text that has any."""
    found: dict[int, list[int]] = {}
    for position in np.flatnonzero(origins != UNKNOWN).tolist():
        found.setdefault(int(origins[position]), []).append(position)
    return dict(found)
