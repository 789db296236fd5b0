"""Tuning the encoder: what it is taught by, what its losses say, and that what is learnt is served."""

from __future__ import annotations

import math
import random
from pathlib import Path

import numpy as np
import pytest
import torch

from corpus.source import open_source
from evals.bank import read_bank
from evals.case import SPLITS, load_cases
from evals.composed import composed, read_situations
from evals.tuning.layers import UpperLayers
from evals.tuning.learn import (
    LEARNT_FILE,
    LESSON_FILE,
    WARM_UP,
    WEIGHTS_FILE,
    Settings,
    head_loss,
    key_losses,
    learn_packed,
    rate_at,
)
from evals.tuning.lesson import HEADS, UNKNOWN, Lesson, Sampler
from evals.tuning.taught import BANKS, taught_texts
from evals.tuning.tune import mean_of, read_all, take_learnt
from evals.tuning.weights import EncoderWeights, read_weights
from index.adapter import load_adapter
from index.e5_file import find_e5_file, read_e5_file
from index.e5_tokenizer import Tokenizer, build_tokenizer, kept_pieces
from index.encoder import Encoder
from index.script import to_simplified
from index.words import count_han

TEXTS = (
    "query: 骨轉移會痛嗎",
    "query: 骨頭痛是轉移嗎",
    "query: 打針前要看牙醫嗎",
    "query: 牙醫先看嗎",
    "query: 我不想活了",
)
SMALL = Settings(rank=4, steps=2, owners=2, keys=2, messages=4)


@pytest.fixture(scope="module")
def taught() -> tuple[Lesson, EncoderWeights]:
    return read_all(open_source())


@pytest.fixture(scope="module")
def lesson(taught: tuple[Lesson, EncoderWeights]) -> Lesson:
    return taught[0]


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return taught_texts(open_source())


def small_lesson() -> tuple[Lesson, EncoderWeights]:
    """Two passages with two keys each, and a message that is a crisis."""
    file = read_e5_file(find_e5_file())
    kept = kept_pieces(file)
    cut = Tokenizer(build_tokenizer(file, kept)).encode(TEXTS)
    labels = np.full((5, len(HEADS)), UNKNOWN, dtype=np.int8)
    labels[4] = (1, 0, 0, 1, UNKNOWN, 0)
    small = Lesson(
        pieces=np.array([piece for own in cut for piece in own], dtype=np.int32),
        lengths=np.array([len(own) for own in cut], dtype=np.int32),
        owners=np.array([0, 0, 1, 1, UNKNOWN], dtype=np.int32),
        labels=labels,
        groups=np.array([-1, -1, -1, -1, 0], dtype=np.int8),
        origins=np.full(5, UNKNOWN, dtype=np.int32),
        passages=np.array(1, dtype=np.int32),
    )
    return small, read_weights(file, kept)


def test_keys_lead_to_their_owners_and_messages_to_none(lesson: Lesson, texts: list[str]) -> None:
    source = open_source()
    assert lesson.owners.max() + 1 == len(source.guide.passages) + len(source.topics)
    assert lesson.passages == len(source.guide.passages)
    assert texts[0].startswith("passage: ")
    assert texts[2].startswith("query: ")
    assert (lesson.owners[lesson.groups >= 0] == UNKNOWN).all()
    assert (lesson.owners[lesson.groups < 0] != UNKNOWN).all()


def test_labels_are_those_of_the_banks(lesson: Lesson) -> None:
    own = lesson.origins == UNKNOWN
    signs, calm, decisions, remarks = (
        lesson.labels[(lesson.groups == number) & own] for number in range(len(BANKS))
    )
    rows = read_bank("signs")
    crises = [t.labels["tier"] == "C" for t in rows]
    assert signs[:, HEADS.index("crisis")].tolist() == [int(crisis) for crisis in crises]
    assert (signs[:, HEADS.index("any")] == 1).all()
    assert not calm[:, : HEADS.index("request")].any()
    requests = [t.labels["label"] == "request" for t in read_bank("decisions")]
    assert decisions[:, HEADS.index("request")].tolist() == [int(r) for r in requests]
    ask = [t.labels["label"] == "question" for t in read_bank("remarks")]
    assert remarks[:, HEADS.index("remark")].tolist() == [int(not asks) for asks in ask]


def test_no_case_is_among_what_is_taught(texts: list[str]) -> None:
    said = {text.partition(": ")[2] for text in texts}
    asked = {case.turns[-1] for split in SPLITS for case in load_cases(split)}
    assert not asked & said


def test_a_variant_tells_what_its_text_tells(lesson: Lesson, texts: list[str]) -> None:
    for variant in np.flatnonzero(lesson.origins != UNKNOWN)[::997].tolist():
        origin = int(lesson.origins[variant])
        bare = texts[origin].removeprefix("query: ").rstrip(" ?？!！.。…~～")
        assert to_simplified(bare) in to_simplified(texts[variant])
        assert lesson.owners[variant] == lesson.owners[origin]
        assert (lesson.labels[variant] == lesson.labels[origin]).all()
        assert lesson.groups[variant] == lesson.groups[origin]


def test_the_same_seed_composes_the_same_and_a_situation_stands_beside() -> None:
    situations = read_situations()
    one, other = (
        composed("打骨針要先看牙醫嗎", situations, random.Random(3), variants=3) for _ in range(2)
    )
    assert one == other
    assert len(one) == 3
    told = {text for own in situations.told.values() for text in own}
    assert any(text.rstrip("。") in one[1] for text in told)


def test_english_is_set_beside_english() -> None:
    situations = read_situations()
    chance = random.Random(0)
    for _ in range(20):
        told = composed("how often is the shot given", situations, chance, variants=2)[1]
        assert not count_han(told)


def test_a_draw_holds_keys_of_the_owners_and_messages_of_each_bank(lesson: Lesson) -> None:
    drawn = Sampler(lesson, 10, 3, 12, 0).draw()
    owners = lesson.owners[drawn.positions[: drawn.n_keys]]
    assert len(set(owners.tolist())) == 10
    assert drawn.n_keys <= 30
    assert (owners != UNKNOWN).all()
    groups = lesson.groups[drawn.positions[drawn.n_keys :]].tolist()
    assert groups == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]


def test_half_of_what_is_drawn_are_variants(lesson: Lesson) -> None:
    positions = Sampler(lesson, 600, 4, 0, 0).draw().positions
    assert 0.4 < (lesson.origins[positions] != UNKNOWN).mean() < 0.6


def test_vectors_on_their_centres_cost_less_than_on_others() -> None:
    centres = torch.eye(3)
    near, apart = torch.eye(3)[[0, 0, 1, 1]], torch.eye(3)[[0, 1, 0, 1]]
    owners = torch.tensor([0, 0, 1, 1])
    right = key_losses(near, owners, centres, passages=1, temperature=0.05)
    wrong = key_losses(apart, owners, centres, passages=1, temperature=0.05)
    assert float(right[0]) == pytest.approx(math.log(1 + 2 * math.exp(-20)), abs=1e-6)
    assert float(right[1]) < 1e-6
    assert float(right[2]) < 1e-6
    assert float(wrong[0]) > 9
    assert float(wrong[1]) > 19
    assert float(wrong[2]) > 9


def test_labels_that_are_not_known_cost_nothing() -> None:
    scores = torch.tensor([[9.0, 0.0, 0.0, 0.0, -9.0, 9.0]])
    labels = torch.tensor([[1.0, -1, -1, -1, -1, -1]])
    assert float(head_loss(scores, labels)) == pytest.approx(math.log1p(math.exp(-9)))


def test_the_rate_warms_up_and_ends_at_nothing() -> None:
    rates = [rate_at(step, 100) for step in range(101)]
    assert rates[0] < 0.05
    assert max(rates) == rates[WARM_UP - 1]
    assert rates[-1] == 0


def test_what_is_learnt_elsewhere_becomes_the_adapter(tmp_path: Path) -> None:
    lesson, weights = small_lesson()
    lesson.save(tmp_path / LESSON_FILE)
    weights.save(tmp_path / WEIGHTS_FILE)
    learn_packed(tmp_path, lambda _: None, SMALL)
    take_learnt([tmp_path / LEARNT_FILE], tmp_path)
    down, up = load_adapter(tmp_path).factors[f"l{SMALL.first_tuned}.q"]
    assert (down.shape, up.shape) == ((4, 384), (384, 4))
    assert np.abs(up).max() > 0


def test_the_mean_of_adapters_is_that_of_what_they_add() -> None:
    chance = np.random.default_rng(0)

    def factors() -> tuple[np.ndarray, np.ndarray]:
        down, up = chance.normal(size=(2, 8)), chance.normal(size=(6, 2))
        return down.astype(np.float32), up.astype(np.float32)

    one, far = factors(), factors()
    (same,) = mean_of([{"l8.q": one}, {"l8.q": one}]).values()
    np.testing.assert_allclose(same[1] @ same[0], one[1] @ one[0], atol=1e-5)
    (both,) = mean_of([{"l8.q": one}, {"l8.q": far}]).values()
    assert both[0].shape == (2, 8)
    wanted = (one[1] @ one[0] + far[1] @ far[0]) / 2
    strength = np.linalg.svd(wanted, compute_uv=False)
    left_out = float(np.linalg.norm(both[1] @ both[0] - wanted))
    assert left_out == pytest.approx(float(np.linalg.norm(strength[2:])), rel=1e-4)


def test_weights_are_carried_as_they_are(tmp_path: Path) -> None:
    _, weights = small_lesson()
    weights.save(tmp_path / WEIGHTS_FILE)
    carried = EncoderWeights.load(tmp_path / WEIGHTS_FILE)
    assert (carried.layers, carried.heads, carried.hidden) == (12, 12, 384)
    assert carried.epsilon == weights.epsilon
    assert (carried.matrix("l3.fo") == weights.matrix("l3.fo")).all()
    assert (carried.vectors["l3.fo.b"] == weights.vectors["l3.fo.b"]).all()


@pytest.mark.model
def test_what_was_learnt_is_what_is_served(encoder: Encoder) -> None:
    lesson, weights = small_lesson()
    factors = load_adapter().factors
    first = min(int(name[1:].partition(".")[0]) for name in factors)
    rank = len(factors[f"l{first}.q"][0])
    layers = UpperLayers(weights, lesson, first_tuned=first, rank=rank)
    untuned = layers(np.arange(len(TEXTS))).detach().numpy()
    with torch.no_grad():
        for number, layer in enumerate(layers.layers, start=first):
            for name, linear in layer.linear.items():  # type: ignore[union-attr, operator]
                down, up = factors[f"l{number}.{name}"]
                linear.down.copy_(torch.from_numpy(down))
                linear.up.copy_(torch.from_numpy(up))
    tuned = layers(np.arange(len(TEXTS))).detach().numpy()
    served = encoder.encode_questions([text.removeprefix("query: ") for text in TEXTS])
    assert (tuned * served).sum(axis=1).min() > 0.999
    assert (untuned * served).sum(axis=1).max() < 0.98
