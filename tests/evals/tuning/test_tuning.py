"""Tuning the encoder: what it is taught by, what its losses say, and that what is learnt is served."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from corpus.source import open_source
from evals.bank import read_bank
from evals.case import SPLITS, load_cases
from evals.tuning import tune as tuning
from evals.tuning.layers import FIRST_TUNED, RANK, UpperLayers
from evals.tuning.taught import HEADS, UNKNOWN, Lesson, Sampler, read_lesson
from index.adapter import load_adapter
from index.e5_file import find_e5_file, read_e5_file
from index.e5_tokenizer import Tokenizer, build_tokenizer, kept_pieces
from index.encoder import Encoder

TEXTS = (
    "query: 骨轉移會痛嗎",
    "query: 骨頭痛是轉移嗎",
    "query: 打針前要看牙醫嗎",
    "query: 牙醫先看嗎",
    "query: 我不想活了",
)


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return read_lesson(open_source())


def upper_layers(texts: tuple[str, ...]) -> UpperLayers:
    file = read_e5_file(find_e5_file())
    kept = kept_pieces(file)
    cut = Tokenizer(build_tokenizer(file, kept)).encode(texts)
    return UpperLayers(file, [kept[ids].tolist() for ids in cut])


def test_keys_lead_to_their_owners_and_messages_to_none(lesson: Lesson) -> None:
    source = open_source()
    assert lesson.owners.max() + 1 == len(source.guide.passages) + len(source.topics)
    assert lesson.texts[0].startswith("passage: ")
    assert lesson.texts[2].startswith("query: ")
    assert (lesson.owners[np.concatenate(lesson.groups)] == UNKNOWN).all()


def test_labels_are_those_of_the_banks(lesson: Lesson) -> None:
    signs, calm, decisions = (lesson.labels[group] for group in lesson.groups)
    rows = read_bank("signs")
    crises = [t.labels["tier"] == "C" for t in rows]
    assert signs[:, HEADS.index("crisis")].tolist() == [int(crisis) for crisis in crises]
    assert (signs[:, HEADS.index("any")] == 1).all()
    assert not calm[:, : HEADS.index("request")].any()
    requests = [t.labels["label"] == "request" for t in read_bank("decisions")]
    assert decisions[:, HEADS.index("request")].tolist() == [int(r) for r in requests]


def test_no_case_is_among_what_is_taught(lesson: Lesson) -> None:
    taught = {text.partition(": ")[2] for text in lesson.texts}
    asked = {case.turns[-1] for split in SPLITS for case in load_cases(split)}
    assert not asked & taught


def test_a_draw_holds_keys_of_the_owners_and_messages_of_each_bank(lesson: Lesson) -> None:
    drawn, n_keys = Sampler(lesson, 10, 3, 9, 0).draw()
    owners = lesson.owners[drawn[:n_keys]]
    assert len(set(owners.tolist())) == 10
    assert len(set(drawn[:n_keys].tolist())) == n_keys <= 30
    for number, group in enumerate(lesson.groups):
        assert np.isin(drawn[n_keys + 3 * number : n_keys + 3 * number + 3], group).all()


def test_vectors_on_their_centres_cost_less_than_on_others() -> None:
    centres = torch.eye(3)
    near, apart = torch.eye(3)[[0, 0, 1, 1]], torch.eye(3)[[0, 1, 0, 1]]
    owners = np.array([0, 0, 1, 1])
    right = tuning._key_losses(near, owners, centres)
    wrong = tuning._key_losses(apart, owners, centres)
    assert float(right[0]) == pytest.approx(math.log(1 + 2 * math.exp(-20)), abs=1e-6)
    assert float(right[1]) < 1e-6
    assert float(wrong[0]) > 9
    assert float(wrong[1]) > 19


def test_labels_that_are_not_known_cost_nothing() -> None:
    scores = torch.tensor([[9.0, 0.0, 0.0, 0.0, -9.0]])
    labels = np.array([[1, -1, -1, -1, -1]], dtype=np.int8)
    assert float(tuning._head_loss(scores, labels)) == pytest.approx(math.log1p(math.exp(-9)))


def test_the_rate_warms_up_and_ends_at_nothing() -> None:
    rates = [tuning._rate(step, 100) for step in range(101)]
    assert rates[0] < 0.05
    assert max(rates) == rates[tuning.WARM_UP - 1]
    assert rates[-1] == 0


def test_a_step_learns_and_the_adapter_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = np.full((5, len(HEADS)), UNKNOWN, dtype=np.int8)
    labels[4] = (1, 0, 0, 1, UNKNOWN)
    groups = (np.array([4]),) * 3
    small = Lesson(TEXTS, np.array([0, 0, 1, 1, UNKNOWN]), labels, groups)
    monkeypatch.setattr(tuning, "read_lesson", lambda _: small)
    monkeypatch.setattr(tuning, "OWNERS", 2)
    tuning.tune(open_source(), lambda _: None, tmp_path, steps=2)
    down, up = load_adapter(tmp_path).factors[f"l{FIRST_TUNED}.q"]
    assert (down.shape, up.shape) == ((RANK, 384), (384, RANK))
    assert np.abs(up).max() > 0


@pytest.mark.model
def test_what_was_learnt_is_what_is_served(encoder: Encoder) -> None:
    layers = upper_layers(TEXTS)
    untuned = layers(np.arange(len(TEXTS))).detach().numpy()
    with torch.no_grad():
        for number, layer in enumerate(layers.layers):
            for name, linear in layer.linear.items():  # type: ignore[union-attr, operator]
                down, up = load_adapter().factors[f"l{FIRST_TUNED + number}.{name}"]
                linear.down.copy_(torch.from_numpy(down))
                linear.up.copy_(torch.from_numpy(up))
    tuned = layers(np.arange(len(TEXTS))).detach().numpy()
    served = encoder.encode_questions([text.removeprefix("query: ") for text in TEXTS])
    assert (tuned * served).sum(axis=1).min() > 0.999
    assert (untuned * served).sum(axis=1).max() < 0.98
