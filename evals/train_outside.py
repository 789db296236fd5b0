"""Train what refusing is decided by: a score over n-grams, and the weights of the evidence.

The edition's bank against the topics outside the guide teach the score; the cases of dev and the
questions of real people set the weights and thresholds (logistic regression, cross-validated),
with the look-alikes of signs that somebody judged by the guide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from chatbot.choice import SEARCHED_PASSAGES
from chatbot.conversation import Conversation, Understood, after_answer, understand
from chatbot.doubt import FIELDS, OUTSIDE, Leaning, Weighing, evidence_of
from chatbot.ngrams import NgramModel
from chatbot.triage.message import read_message
from corpus.source import Source
from corpus.subjects import asked_questions
from evals.case import load_cases
from evals.conversation_case import load_conversations
from evals.training import Target, fit_ngrams, without_small
from evals.triage_case import load_calm_cases
from index.hit import Found
from index.passage_index import PassageIndex, Reading
from index.query import Query, read_query

SPLITS = ("dev", "real", "forum")
SMALLEST = 0.1
INVERSE_PENALTY = 0.3
FOLDS = 10
JUDGED = ("answer", "out_of_scope")  # kinds of turns that teach what the guide does not hold
# Of the answerable questions stay below the threshold.
ANSWERED = 0.945
LEANING_ANSWERED = 0.98  # the same of turns that lean on earlier ones
BY_WORDS = ("coverage", "topic_coverage", "word_margin", "words", "outside", "unmet", "unmet_first")


@dataclass(frozen=True, slots=True)
class Weighed:
    """Conversations with the evidence found for their last turns.

    Attributes:
        evidence: Shape (n_conversations, n_fields).
        is_outside: Whether the guide does not hold what is asked, shape (n_conversations,).
    """

    evidence: NDArray[np.float64]
    is_outside: NDArray[np.bool_]


def fit_outside(source: Source) -> NgramModel:
    """Return the model over n-grams: questions of the topics against those of the edition."""
    held = [q for p in source.guide.passages for q in asked_questions(p.questions)]
    left_out = [q for topic in source.topics for q in asked_questions(topic.questions)]
    texts = [read_message(question).whole for question in (*held, *left_out)]
    labels = np.array([0] * len(held) + [1] * len(left_out), dtype=np.int8)
    return without_small(fit_ngrams(texts, [Target(OUTSIDE, labels)]), SMALLEST)


def weigh(ngrams: NgramModel, index: PassageIndex) -> Weighed:
    """Return the evidence that an index finds for what dev and real people ask."""
    judged = judged_conversations()
    rows = [_evidence(ngrams, index, turns) for turns, _ in judged]
    return Weighed(np.array(rows, dtype=np.float64), np.array([outside for _, outside in judged]))


def judged_conversations() -> tuple[tuple[tuple[str, ...], bool], ...]:
    """Return the turns of what thresholds are set on, and whether the guide does not hold it."""
    cases = [
        (case.turns, case.kind == "out_of_scope")
        for split in SPLITS
        for case in load_cases(split)
        if case.kind in JUDGED and "partly" not in case.tags
    ]
    calm = [
        ((case.text,), not case.answerable)
        for case in load_calm_cases("dev")
        if case.answerable or case.outside
    ]
    return (*cases, *calm)


@dataclass(frozen=True, slots=True)
class Read:
    """A turn as it is read with those before it, and what was found for it."""

    query: Query
    understood: Understood
    found: Found


def _read(index: PassageIndex, turns: Sequence[str]) -> Iterator[Read]:
    """Yield the turns of a conversation, each after the passage that comes first for the others."""
    conversation = Conversation()
    for turn in turns:
        query = read_query(turn)
        understood = understand(query, conversation)
        found = index.search(understood.readings, top_k=SEARCHED_PASSAGES)
        yield Read(query, understood, found)
        conversation = after_answer(conversation, understood, [found.hits[0].passage])


def _evidence(ngrams: NgramModel, index: PassageIndex, turns: Sequence[str]) -> list[float]:
    *_, last = _read(index, turns)
    n_terms = len(last.query.terms)
    return evidence_of(ngrams, last.understood.question, n_terms, last.found).as_row()


def _held_back(
    model: BaseEstimator, rows: NDArray[np.float64], labels: NDArray[np.bool_], answered: float
) -> tuple[float, float]:
    """Return the threshold for a share of the answerable, and the share refused of the rest.

    Both are taken from scores of folds that a row was not fitted on.
    """
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    scores = cross_val_predict(model, rows, labels, cv=folds, method="decision_function")
    threshold = float(np.quantile(scores[~labels], answered, method="higher"))
    return threshold, float(np.mean(scores[labels] >= threshold))


def fit_weighing(weighed: Weighed, fields: Sequence[str] = FIELDS) -> tuple[Weighing, float]:
    """Return the weighing of some evidence, and the share refused of what is outside.

    The threshold is set on scores of folds that a case was not fitted on.
    """
    columns = [FIELDS.index(name) for name in fields]
    rows, labels = weighed.evidence[:, columns], weighed.is_outside
    model = make_pipeline(StandardScaler(), LogisticRegression(C=INVERSE_PENALTY, max_iter=2000))
    threshold, refused = _held_back(model, rows, labels, ANSWERED)
    model.fit(rows, labels)
    scaler, regression = model[0], model[1]
    weights = regression.coef_[0] / scaler.scale_
    bias = float(regression.intercept_[0] - weights @ scaler.mean_)
    by_name = {name: round(float(w), 3) for name, w in zip(fields, weights, strict=True)}
    return Weighing(by_name, round(bias, 3), round(threshold, 3)), refused


def fit_leaning(
    ngrams: NgramModel, index: PassageIndex, weighing: Weighing
) -> tuple[Weighing, float]:
    """Return the weighing with what turns of conversations teach of those that lean on others."""
    rows: list[tuple[float, float]] = []
    labels: list[bool] = []
    for case in load_conversations("dev"):
        read_turns = _read(index, [turn.text for turn in case.turns])
        for turn, read in zip(case.turns, read_turns, strict=True):
            if not read.understood.leans or turn.kind not in JUDGED:
                continue
            own = index.search((Reading(read.query),), top_k=SEARCHED_PASSAGES)
            asked = ((read.understood.question, read.found), (read.query.text, own))
            together, alone = (
                weighing.doubt(evidence_of(ngrams, question, len(read.query.terms), found))
                for question, found in asked
            )
            rows.append((together, alone))
            labels.append(turn.kind == "out_of_scope")
    evidence, outside = np.array(rows), np.array(labels)
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=2000)
    least, refused = _held_back(model, evidence, outside, LEANING_ANSWERED)
    model.fit(evidence, outside)
    of_together, of_alone = map(float, model.coef_[0])
    leaning = Leaning(
        round(of_together, 3), round(of_alone, 3), round(least - float(model.intercept_[0]), 3)
    )
    return replace(weighing, leaning=leaning), refused


def manifest_part(sha256: str, with_vectors: Weighing, by_words: Weighing) -> list[str]:
    """Return the lines of the manifest."""
    lines = ["", f"[{OUTSIDE}]", f'sha256 = "{sha256}"']
    for name, weighing in (("with_vectors", with_vectors), ("by_words", by_words)):
        lines += ["", f"[{OUTSIDE}.{name}]"]
        lines += [f"{field} = {weight}" for field, weight in weighing.weights.items()]
        lines += [
            f"bias = {weighing.bias}",
            f"threshold = {weighing.threshold}  # {ANSWERED} of the answerable stay below",
        ]
        if weighing.leaning is not None:
            lines += ["", f"[{OUTSIDE}.{name}.leaning]"]
            lines += [f"{field} = {value}" for field, value in asdict(weighing.leaning).items()]
            lines[-1] += f"  # {LEANING_ANSWERED} of the answerable stay below"
    return lines
