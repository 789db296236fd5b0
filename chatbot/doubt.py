"""How much speaks against the guide holding an answer: evidence, weighed by a linear model.

The evidence is cosines, shares of words, a score over n-grams, and what the question asks that no
passage found states. Each piece has a weight of its own in the manifest of `make train`, fitted on
the cases of dev and on real people's questions; the fused order of the passages plays no part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from chatbot.ngrams import ModelDamaged, NgramModel, read_model
from chatbot.triage.message import read_message
from chatbot.triage.model import WEIGHTS, loaded, read_manifest
from corpus.aspects import Aspect, hard_aspects
from index.hit import Found
from index.script import normalise

OUTSIDE = "outside"
ANSWERING = 3  # passages that may state what is asked
# Log-odds below the threshold of refusing, from which on an answer is sure: that of one of several
# questions, or of a turn that only asks how long.
SURE = 1.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found for a question, in numbers of their own scales.

    Attributes:
        similarity: Cosine of the best key of all hits; 0 by words alone.
        margin: That minus the cosine of the closest topic outside the guide; 0 by words alone.
        nearest_margin: The same of the best three keys of the closest hit and of the topic.
        coverage: Share of the question's weight in words that the first hits hold.
        topic_coverage: The same for the topic.
        word_margin: BM25 of the first hit minus that of the topic.
        words: BM25 of the first hit for each term of the question.
        outside: Log-odds by n-grams that the guide does not hold it.
        unmet: Hard aspects that are asked and that none of the first passages states.
        unmet_first: The same of the first passage alone.
    """

    similarity: float
    margin: float
    nearest_margin: float
    coverage: float
    topic_coverage: float
    word_margin: float
    words: float
    outside: float
    unmet: float
    unmet_first: float

    def as_row(self) -> list[float]:
        """Return the numbers in the order of the fields."""
        return list(asdict(self).values())


FIELDS = tuple(Evidence.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Leaning:
    """How a turn that leans on earlier ones is weighed a second time, by itself.

    What it leans on is in the guide as a rule; what it adds may not be.

    Attributes:
        together: What a unit of the doubt about the turn as it was understood counts.
        alone: What a unit of the doubt about its own words counts.
        threshold: From here on the guide is said not to hold it.
    """

    together: float
    alone: float
    threshold: float

    def refuses(self, together: float, alone: float) -> bool:
        """Return whether both doubts are too much, in log-odds."""
        return self.together * together + self.alone * alone >= self.threshold


@dataclass(frozen=True, slots=True)
class Weighing:
    """A linear model over evidence.

    Attributes:
        weights: By field of `Evidence`, what a unit of it adds to the log-odds.
        bias: The log-odds of no evidence.
        threshold: From here on the guide is said not to hold it.
        leaning: How a turn that leans on earlier ones is weighed again, or none.
    """

    weights: Mapping[str, float]
    bias: float
    threshold: float
    leaning: Leaning | None = None

    def doubt(self, evidence: Evidence) -> float:
        """Return the log-odds that the guide does not hold what is asked."""
        row: dict[str, float] = asdict(evidence)
        return self.bias + sum(self.weights[name] * row[name] for name in self.weights)

    def surely_holds(self, doubt: float) -> bool:
        """Return whether a doubt lies so far below the threshold that the answer is sure."""
        return doubt <= self.threshold - SURE

    def reasons(self, evidence: Evidence) -> tuple[tuple[str, float], ...]:
        """Return what each piece adds, the strongest first; for volunteers."""
        row: dict[str, float] = asdict(evidence)
        added = ((name, weight * row[name]) for name, weight in self.weights.items())
        return tuple(sorted(added, key=lambda item: -abs(item[1])))


@dataclass(frozen=True)
class Doubts:
    """The weighings with and without an encoder, and the score over n-grams that they use."""

    ngrams: NgramModel
    with_vectors: Weighing
    by_words: Weighing

    def evidence(self, question: str, n_terms: int, found: Found) -> Evidence:
        """Return what was found for a question; see `evidence_of`."""
        return evidence_of(self.ngrams, question, n_terms, found)

    def weighing(self, *, by_meaning: bool) -> Weighing:
        """Return the weighing for a search by meaning, or by words alone."""
        return self.with_vectors if by_meaning else self.by_words


def evidence_of(ngrams: NgramModel, question: str, n_terms: int, found: Found) -> Evidence:
    """Return what was found for a question.

    Args:
        ngrams: The score over n-grams that the guide does not hold a question.
        question: What was asked, as it was understood.
        n_terms: Number of its terms.
        found: What a search found; at least one hit.
    """
    first, topic = found.hits[0].support, found.topic
    margin = nearest_margin = word_margin = topic_coverage = 0.0
    if topic is not None:
        margin = found.similarity - (topic.support.similarity or 0.0)
        nearest_margin = found.nearest - (topic.support.nearest or 0.0)
        word_margin = first.word_score - topic.support.word_score
        topic_coverage = topic.support.coverage
    return Evidence(
        similarity=found.similarity,
        margin=margin,
        nearest_margin=nearest_margin,
        coverage=max(hit.support.coverage for hit in found.hits[:ANSWERING]),
        topic_coverage=topic_coverage,
        word_margin=word_margin,
        words=first.word_score / max(n_terms, 1),
        outside=float(ngrams.scores([read_message(question).whole])[0, 0]),
        unmet=float(len(unmet_aspects(question, found))),
        unmet_first=float(len(unmet_aspects(question, found, answering=1))),
    )


def unmet_aspects(question: str, found: Found, *, answering: int = ANSWERING) -> tuple[Aspect, ...]:
    """Return the hard aspects that a question asks and that none of the first passages states."""
    passages = [hit.passage for hit in found.hits[:answering]]
    asked = hard_aspects(normalise(question))
    return tuple(a for a in asked if not any(a.is_met_by(passage) for passage in passages))


@cache
def load_doubts(folder: Path = WEIGHTS) -> Doubts:
    """Return the trained weighings.

    Raises:
        ModelDamaged: A file is not the one that was trained.
    """
    rows = read_manifest(folder).get(OUTSIDE)
    if rows is None:
        raise ModelDamaged("the manifest holds no weights for refusing")
    ngrams = read_model(folder / f"{OUTSIDE}.tsv", rows["sha256"])
    return Doubts(ngrams, _weighing(rows["with_vectors"]), _weighing(rows["by_words"]))


def load_weighing() -> tuple[Doubts | None, str]:
    """Return the trained weighings, or none and what is wrong with them."""
    return loaded(load_doubts, "Refusing is decided by gates alone")


def _weighing(row: Mapping[str, Any]) -> Weighing:
    weights = {name: float(row[name]) for name in FIELDS if name in row}
    leaning = Leaning(**row["leaning"]) if "leaning" in row else None
    return Weighing(weights, float(row["bias"]), float(row["threshold"]), leaning)


def probability(log_odds: float) -> float:
    """Return the probability that log-odds stand for, 0 to 1."""
    return float(1 / (1 + np.exp(-log_odds)))
