"""Train what tells remarks from questions: n-grams and a head over vectors, with thresholds.

`bank/remarks.tsv` teaches, with questions of the edition and the other banks as what is no remark.
Thresholds are set on the cases of dev, real and forum, for the share of messages that ask
something and stay below.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from chatbot.ngrams import NgramModel
from chatbot.parts import asks_on
from chatbot.remarks import REMARK, TOPIC, TOPICS, UNASKED, shows_that_it_asks
from chatbot.triage.message import read_message
from chatbot.triage.model import VECTOR_WEIGHT, VectorHead
from evals.bank import Taught, read_bank
from evals.case import load_cases
from evals.conversation_case import load_conversations
from evals.train_outside import JUDGED, SPLITS
from evals.training import UNKNOWN, Target, fit_ngrams, least_above, without_small
from evals.triage_case import load_decision_cases
from index.encoder import Encoder

QUESTION = "question"  # label of a message that looks like a remark and asks something
ASKED_RATE = 0.997  # of what asks something stays below
UNASKED_RATE = 0.95  # of requests and refused questions without a word that asks
SMALLEST = 0.1
Say = Callable[[str], object]


def remark_texts(questions: Sequence[str]) -> tuple[list[str], list[Target]]:
    """Return what the nets learn from, and what each head learns of it.

    Args:
        questions: Questions of the edition and of the topics beside it.
    """
    taught = read_bank("remarks")
    others = [*questions, *(t.text for bank in ("decisions", "signs") for t in read_bank(bank))]
    texts = [*(t.text for t in taught), *others]
    is_remark = [int(t.labels["label"] != QUESTION) for t in taught] + [0] * len(others)
    targets = [Target(REMARK, np.array(is_remark, dtype=np.int8))]
    targets += [_topic(topic, taught, len(others)) for topic in TOPICS]
    return texts, targets


def _topic(topic: str, taught: Sequence[Taught], n_others: int) -> Target:
    labels = [
        UNKNOWN if t.labels["label"] == QUESTION else int(t.labels["label"] == topic)
        for t in taught
    ]
    return Target(TOPIC + topic, np.array(labels + [UNKNOWN] * n_others, dtype=np.int8))


def fit_remarks(texts: Sequence[str], targets: Sequence[Target]) -> NgramModel:
    """Return the model over n-grams."""
    return without_small(fit_ngrams([read_message(t).whole for t in texts], targets), SMALLEST)


def remark_thresholds(
    model: NgramModel, head: VectorHead, encoder: Encoder, say: Say
) -> dict[str, dict[str, float]]:
    """Return, by net, from which score a message is a remark, and how much vectors count."""
    remarks, asked = remarks_of_dev()
    column = model.heads.index(REMARK)
    groups = (remarks, asked, unasked_of_dev())
    by_ngrams = [model.scores([read_message(t).whole for t in own])[:, column] for own in groups]
    by_vector = [
        head.scores(encoder.encode_questions(own))[:, head.heads.index(REMARK)] for own in groups
    ]
    rows = np.column_stack([np.concatenate(by_ngrams[:2]), np.concatenate(by_vector[:2])])
    labels = np.repeat([1, 0], [len(remarks), len(asked)])
    fitted = LogisticRegression(max_iter=1000, class_weight="balanced").fit(rows, labels)
    of_ngrams, of_vectors = fitted.coef_[0]
    thresholds: dict[str, dict[str, float]] = {}
    for net, weight in (("sentences", 0.0), ("vectors", _weight(of_ngrams, of_vectors))):
        both = [n + weight * v for n, v in zip(by_ngrams, by_vector, strict=True)]
        least = least_above(both[1], ASKED_RATE)
        say(f"  {net}: share of dev's remarks above: {np.mean(both[0] >= least):.3f}")
        unasked = min(least, least_above(both[2], UNASKED_RATE))
        thresholds[net] = {
            REMARK: round(least, 2),
            UNASKED: round(unasked, 2),
            VECTOR_WEIGHT: weight,
        }
    return thresholds


def _weight(of_ngrams: float, of_vectors: float) -> float:
    return round(float(of_vectors / max(of_ngrams, 0.05)), 2)


def remarks_of_dev() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the remarks of dev's conversations, and what is asked or told of there that is none.

    Small talk that asks something of the assistant itself (「你是真人嗎」) is in neither.
    """
    turns = [turn for case in load_conversations("dev") for turn in case.turns]
    remarks = [turn.text for turn in turns if turn.kind == "smalltalk" and not _asks(turn.text)]
    asked = [turn.text for turn in turns if turn.kind not in ("smalltalk", "clarify")]
    cases = [case for split in SPLITS for case in load_cases(split) if case.kind in JUDGED]
    asked += [case.turns[-1] for case in cases]
    asked += [case.turns[-1] for case in load_decision_cases("dev")]
    return tuple(dict.fromkeys(remarks)), tuple(dict.fromkeys(asked))


def unasked_of_dev() -> tuple[str, ...]:
    """Return the requests of dev, and what the guide does not hold, without a word that asks."""
    turns = [turn for case in load_conversations("dev") for turn in case.turns]
    texts = [turn.text for turn in turns if turn.kind in ("ask_clinician", "out_of_scope")]
    texts += [case.turns[-1] for case in load_decision_cases("dev") if case.is_request]
    cases = [case for split in SPLITS for case in load_cases(split)]
    texts += [case.turns[-1] for case in cases if case.kind == "out_of_scope"]
    plain = (text for text in texts if not asks_on(text))
    unasked = (text for text in plain if not shows_that_it_asks(read_message(text)))
    return tuple(dict.fromkeys(unasked))


def _asks(text: str) -> bool:
    return any(mark in text for mark in ("?", "？", "嗎", "吗"))
