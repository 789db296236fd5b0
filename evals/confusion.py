"""Which passages' questions lead to another passage: where the bank is to be worked on.

Every question of the bank is asked with its own key left out, by meaning alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from corpus.progress_bar import watched
from corpus.source import Source
from index.encoder import Encoder
from index.key import Key, KeyKind, keys_of
from index.store import IndexStore
from index.vector_cache import unwatched

STEP = 512
SHOWN_PAIRS = 40


@dataclass(frozen=True, slots=True)
class Confused:
    """Questions of one owner that lead to another.

    Attributes:
        owner: Whose questions they are: a passage's or a topic's id.
        other: Where they lead.
        questions: The questions.
    """

    owner: str
    other: str
    questions: tuple[str, ...]


def confusions(source: Source, encoder: Encoder) -> tuple[int, tuple[Confused, ...]]:
    """Return how many questions the bank has, and those that lead elsewhere, most first."""
    keys = keys_of(source.guide, source.topics)
    vectors = IndexStore.of(source.guide, encoder).vector_cache().encode(encoder, keys, unwatched)
    asked = np.array([i for i, key in enumerate(keys) if key.kind is KeyKind.QUESTION])
    found: dict[tuple[int, int], list[str]] = {}
    for start in watched(range(0, len(asked), STEP), "questions of the bank"):
        rows = asked[start : start + STEP]
        similarities = vectors[rows] @ vectors.T
        similarities[np.arange(len(rows)), rows] = -1.0
        for row, best in zip(rows, similarities.argmax(axis=1), strict=True):
            a, b = keys[row].owner, keys[int(best)].owner
            if a != b:
                found.setdefault((a, b), []).append(keys[row].text)
    names = _owner_names(source, keys)
    pairs = [Confused(names[a], names[b], tuple(texts)) for (a, b), texts in found.items()]
    return len(asked), tuple(sorted(pairs, key=lambda pair: -len(pair.questions)))


def _owner_names(source: Source, keys: tuple[Key, ...]) -> list[str]:
    names = [p.passage_id for p in source.guide.passages] + [t.topic_id for t in source.topics]
    assert max(key.owner for key in keys) < len(names)
    return names


def run_confusion(source: Source, encoder: Encoder) -> str:
    """Return the table."""
    count, pairs = confusions(source, encoder)
    lost = sum(len(pair.questions) for pair in pairs)
    by_owner = Counter[str]()
    for pair in pairs:
        by_owner[pair.owner] += len(pair.questions)
    lines = [
        f"{count} questions; {lost} ({lost / count:.1%}) lead to another owner first.\n",
        "| owner | leads to | questions | for example |\n|---|---|---|---|",
    ]
    for pair in pairs[:SHOWN_PAIRS]:
        example = pair.questions[0].replace("|", "/")
        lines.append(f"| {pair.owner} | {pair.other} | {len(pair.questions)} | {example} |")
    most = ", ".join(f"{name} {n}" for name, n in by_owner.most_common(15))
    lines.append(f"\nMost questions lost: {most}.")
    return "\n".join(lines)
