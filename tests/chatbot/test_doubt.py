from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from chatbot.doubt import (
    FIELDS,
    Doubts,
    Evidence,
    Leaning,
    Weighing,
    load_doubts,
    probability,
    unmet_aspects,
)
from chatbot.ngrams import ModelDamaged, NgramModel
from chatbot.triage.model import WEIGHTS
from corpus.not_in_guide import Topic
from index.hit import Found, Hit, Support, TopicHit
from index.key import Key, KeyKind
from tests.helpers import passage

NOTHING = Evidence(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
KEY = Key(0, KeyKind.TEXT, "骨轉移")
COST = NgramModel(
    ("outside",),
    np.array([-1.0], dtype=np.float32),
    {"錢": 0},
    np.array([1.0], dtype=np.float32),
    np.array([[3.0]], dtype=np.float32),
)
PLAIN = Weighing({"margin": -2.0, "outside": 0.5}, 1.0, 0.25)
DOUBTS = Doubts(COST, PLAIN, PLAIN)


def support(similarity: float | None, words: float, coverage: float) -> Support:
    nearest = None if similarity is None else similarity / 2
    return Support(similarity, words, coverage, KEY, nearest)


def hit(similarity: float | None, words: float, coverage: float, **aspects: str) -> Hit:
    return Hit(replace(passage(), aspects=aspects), 1, support(similarity, words, coverage))


def topic(similarity: float | None, words: float, coverage: float) -> TopicHit:
    return TopicHit(Topic("cost", "費用", "費用"), support(similarity, words, coverage))


def test_doubt_is_a_sum_of_weighed_evidence() -> None:
    evidence = replace(NOTHING, margin=0.25, outside=2.0, similarity=9.0)
    assert PLAIN.doubt(evidence) == 1.0 - 0.5 + 1.0
    assert PLAIN.reasons(evidence) == (("outside", 1.0), ("margin", -0.5))


def test_evidence_is_taken_from_the_hits_and_the_topic() -> None:
    found = Found((hit(0.7, 6.0, 0.25), hit(0.9, 4.0, 0.5)), topic(0.5, 2.0, 0.75))
    evidence = DOUBTS.evidence("一針多少錢", 3, found)
    assert math.isclose(evidence.similarity, 0.9)
    assert math.isclose(evidence.margin, 0.4)
    assert math.isclose(evidence.nearest_margin, 0.2)
    assert (evidence.coverage, evidence.topic_coverage) == (0.5, 0.75)
    assert (evidence.word_margin, evidence.words) == (4.0, 2.0)
    assert math.isclose(evidence.outside, 2.0)
    assert (evidence.unmet, evidence.unmet_first) == (1.0, 1.0)  # nobody states a price


def test_what_is_asked_is_met_by_any_of_the_first_passages() -> None:
    found = Found((hit(0.7, 1, 1), hit(0.7, 1, 1, frequency="每 4 週一次")), None)
    evidence = DOUBTS.evidence("denosumab 多久打一次", 1, found)
    assert (evidence.unmet, evidence.unmet_first) == (0.0, 1.0)
    assert unmet_aspects("denosumab 多久打一次", found) == ()
    assert [a.name for a in unmet_aspects("denosumab 一針多少錢", found)] == ["cost"]


def test_by_words_alone_there_is_no_cosine() -> None:
    evidence = DOUBTS.evidence("骨轉移", 1, Found((hit(None, 1, 1),), topic(None, 0, 0)))
    assert (evidence.similarity, evidence.margin, evidence.nearest_margin) == (0.0, 0.0, 0.0)


def test_log_odds_are_a_probability() -> None:
    assert probability(0.0) == 0.5
    assert math.isclose(probability(math.log(3)), 0.75)


def test_the_trained_weights_point_the_right_way() -> None:
    doubts = load_doubts()
    for weighing in (doubts.with_vectors, doubts.by_words):
        assert set(weighing.weights) <= set(FIELDS)
        assert weighing.weights["outside"] > 0
        assert weighing.weights["topic_coverage"] > 0
    assert doubts.with_vectors.weights["margin"] < 0
    assert doubts.by_words.weights["word_margin"] < 0


def test_what_the_guide_leaves_out_sounds_so() -> None:
    ngrams = load_doubts().ngrams
    outside, held = ngrams.scores(["骨針一針要多少錢", "denosumab 多久打一次"])[:, 0]
    assert outside > 0 > held


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "manifest.toml").write_text((WEIGHTS / "manifest.toml").read_text("utf-8"))
    (tmp_path / "outside.tsv").write_text("nothing")
    with pytest.raises(ModelDamaged, match=r"outside\.tsv"):
        load_doubts(tmp_path)


def test_a_turn_that_leans_is_refused_by_both_doubts_together() -> None:
    leaning = Leaning(together=0.5, alone=2.0, threshold=1.0)
    assert leaning.refuses(2.0, 0.0)
    assert leaning.refuses(-2.0, 1.0)
    assert not leaning.refuses(-2.0, 0.99)
    assert not leaning.refuses(1.9, 0.0)


def test_the_trained_weighings_know_how_leaning_turns_are_weighed() -> None:
    doubts = load_doubts()
    for weighing in (doubts.with_vectors, doubts.by_words):
        assert weighing.leaning is not None
        assert weighing.leaning.alone > weighing.leaning.together > 0
