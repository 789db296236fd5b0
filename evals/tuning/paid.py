"""What the adapter pays: the encoder without and with it, by cosines alone.

A question is compared with every key; a passage or topic counts by its best key and the mean of
its best three. Shown are how often the first passage stands on a right page, and how many
questions that the guide does not answer are refused by the margin between the best passage and
the best topic, at a stated share of the answerable answered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from corpus.source import Source
from evals.case import SPLITS, Case, load_cases
from evals.report import share
from index.adapter import Adapter, load_adapter
from index.encoder import Encoder, Vectors
from index.head import through, train_head
from index.key import keys_of
from index.onnx_encoder import OnnxEncoder, build_onnx_model
from index.owners import Owners, key_scores
from index.query import read_query
from index.vector_cache import VectorCache, unwatched

ANSWERED = 0.93
Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Paid:
    """What cosines alone reach on one split: counts of cases."""

    right_page: int
    answerable: int
    refused: int
    unanswerable: int


def run_paid(source: Source, say: Say) -> None:
    """Tell what the encoder reaches without the adapter and with it, each with its own head."""
    keys = keys_of(source.guide, source.topics)
    pages = [frozenset(passage.pages) for passage in source.guide.passages]
    say(f"| adapter | split | right page first | refused at {ANSWERED} answered |")
    say("|---|---|---|---|")
    for name, adapter in (("without", Adapter({})), ("with", load_adapter())):
        with TemporaryDirectory() as folder:
            build_onnx_model(Path(folder) / "model", adapter)
            encoder = OnnxEncoder(Path(folder) / "model")
            vectors = VectorCache(Path(folder) / "none.npz").encode(encoder, keys, unwatched)
            head = train_head(keys, vectors)
            mapped = through(head, vectors)
            for split in SPLITS:
                asked = _asked(split)
                cosines = through(head, _encoded(encoder, asked)) @ mapped.T
                found = _paid(asked, cosines, Owners.of(keys), pages)
                first = share(found.right_page, found.answerable)
                refused = share(found.refused, found.unanswerable)
                say(
                    f"| {name} | {split} | {first} of {found.answerable} | "
                    f"{refused} of {found.unanswerable} |"
                )


def _asked(split: str) -> tuple[Case, ...]:
    """Return the single questions of a split that the guide answers, or does not."""
    kinds = ("answer", "out_of_scope")
    return tuple(c for c in load_cases(split) if not c.is_follow_up and c.kind in kinds)


def _encoded(encoder: Encoder, asked: Sequence[Case]) -> Vectors:
    return encoder.encode_questions([read_query(case.turns[-1]).asked for case in asked])


def _paid(
    asked: Sequence[Case],
    cosines: NDArray[np.float32],
    owners: Owners,
    pages: Sequence[frozenset[int]],
) -> Paid:
    """Return what cosines, shape (n_asked, n_keys), say of questions."""
    n_passages = len(pages)
    margins: list[float] = []
    right = 0
    for case, row in zip(asked, cosines, strict=True):
        scores = key_scores(row, owners)
        both = scores.best + scores.best_three
        first = int(np.argmax(both[:n_passages]))
        margins.append(float(both[first] - both[n_passages:].max()))
        right += case.kind == "answer" and bool(pages[first] & case.pages)
    is_answerable = np.array([case.kind == "answer" for case in asked])
    least = _threshold(np.array(margins)[is_answerable])
    refused = int((np.array(margins)[~is_answerable] < least).sum())
    return Paid(right, int(is_answerable.sum()), refused, int((~is_answerable).sum()))


def _threshold(margins: NDArray[np.float64]) -> float:
    """Return the margin that the stated share of the answerable reaches."""
    return float(np.quantile(margins, 1 - ANSWERED, method="lower"))
