"""The committed weights: whole, with a threshold for every net; they are not trained here."""

from __future__ import annotations

import hashlib
import tomllib
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

from chatbot.decisions import ABOUT, LEANING, REFUSED, REQUEST
from chatbot.ngrams import read_model
from chatbot.remarks import REMARK, UNASKED
from chatbot.templates import Templates
from chatbot.triage.model import (
    MANIFEST,
    VECTOR_WEIGHT,
    WEIGHTS,
    load_models,
    load_naming,
    read_vector_head,
    write_vector_head,
)
from chatbot.triage.signs import load_signs
from chatbot.triage.triage import ANY, CRISIS, EMERGENCY, NAMED, TODAY
from index.encoder import Encoder
from tests.helpers import linear_head

ROWS = tomllib.loads((WEIGHTS / MANIFEST).read_text(encoding="utf-8"))
FILES = {
    "signs.tsv": ROWS["signs"]["sha256"],
    "names.tsv": ROWS["names"]["sha256"],
    "decisions.tsv": ROWS["decisions"]["sha256"],
    "remarks.tsv": ROWS["remarks"]["sha256"],
    "outside.tsv": ROWS["outside"]["sha256"],
    "signs-vectors.npy": ROWS["signs"]["vectors"][0]["sha256"],
    "names-vectors.npy": ROWS["names"]["vectors"][0]["sha256"],
    "decisions-vectors.npy": ROWS["decisions"]["vectors"][0]["sha256"],
    "remarks-vectors.npy": ROWS["remarks"]["vectors"][0]["sha256"],
}
TIERS = (ANY, TODAY, EMERGENCY, CRISIS)


@pytest.mark.parametrize(("name", "sha256"), FILES.items())
def test_each_file_has_the_hash_of_the_manifest(name: str, sha256: str) -> None:
    assert hashlib.sha256((WEIGHTS / name).read_bytes()).hexdigest() == sha256


def test_there_is_no_other_file() -> None:
    assert {path.name for path in WEIGHTS.iterdir()} == {*FILES, MANIFEST}


@pytest.mark.parametrize("net", ["sentences", "sentences_alone", "vectors"])
def test_each_net_for_signs_has_a_threshold_for_each_head(net: str) -> None:
    models = load_models("signs")
    assert set(models.thresholds) == {"sentences", "sentences_alone", "vectors"}
    assert models.ngrams.heads == TIERS
    assert set(models.thresholds[net]) == {*TIERS, NAMED}
    assert all(np.isfinite(value) for value in models.thresholds[net].values())


def test_without_an_encoder_the_sentences_speak_no_later() -> None:
    thresholds = load_models("signs").thresholds
    for head in TIERS:
        assert thresholds["sentences_alone"][head] <= thresholds["sentences"][head]


@pytest.mark.parametrize("net", ["sentences", "vectors"])
def test_each_net_for_requests_has_its_threshold(net: str) -> None:
    models = load_models("decisions")
    assert set(models.thresholds) == {"sentences", "vectors"}
    assert set(models.thresholds[net]) == {REQUEST, LEANING, REFUSED, VECTOR_WEIGHT}
    assert models.thresholds[net][LEANING] >= models.thresholds[net][REQUEST]
    assert models.thresholds[net][REFUSED] >= models.thresholds[net][REQUEST]
    assert (models.thresholds[net][VECTOR_WEIGHT] > 0) is (net == "vectors")


@pytest.mark.parametrize("net", ["sentences", "vectors"])
def test_each_net_for_remarks_has_its_threshold(net: str) -> None:
    models = load_models("remarks")
    assert set(models.thresholds) == {"sentences", "vectors"}
    assert set(models.thresholds[net]) == {REMARK, UNASKED, VECTOR_WEIGHT}
    assert models.thresholds[net][UNASKED] <= models.thresholds[net][REMARK]
    assert (models.thresholds[net][VECTOR_WEIGHT] > 0) is (net == "vectors")


def test_every_sign_has_a_name_that_is_learnt() -> None:
    naming = load_naming()
    assert set(naming.model.heads) == set(load_signs())
    (head,) = naming.vectors.values()
    assert set(head.heads) == set(load_signs())


def test_all_that_a_request_can_be_about_is_in_the_templates() -> None:
    heads = load_models("decisions").ngrams.heads
    assert heads[0] == REQUEST
    assert len(heads) > 5
    for head in heads[1:]:
        assert head.startswith(ABOUT)
        assert Templates().holds("ask_clinician", head.removeprefix(ABOUT))


@pytest.mark.parametrize("purpose", ["signs", "decisions", "remarks"])
def test_the_heads_over_vectors_are_those_over_n_grams(purpose: str) -> None:
    models = load_models(purpose)
    for head in models.vectors.values():
        assert head.heads == models.ngrams.heads
        assert head.weights.shape == (len(head.hidden_bias), len(head.heads))
        assert head.hidden.shape == (384, len(head.hidden_bias))
        assert np.isfinite(head.hidden).all()
        assert np.isfinite(head.weights).all()
        assert np.abs(head.weights).max() > 0


def test_a_head_is_read_as_it_was_written(tmp_path: Path) -> None:
    head = linear_head(("a", "b"), np.array([0.5, -2], np.float32), np.eye(2, dtype=np.float32))
    path = tmp_path / "head.npy"
    sha256 = write_vector_head(path, head)
    read = read_vector_head(path, sha256)
    assert read.heads == ("a", "b")
    vectors = np.array([[3, -4], [0.25, 1]], dtype=np.float32)
    assert read.scores(vectors).tolist() == [[3.5, -6], [0.75, -1]]
    assert write_vector_head(tmp_path / "again.npy", head) == sha256


@pytest.mark.parametrize("name", ["signs.tsv", "names.tsv", "decisions.tsv", "remarks.tsv"])
def test_a_table_is_whole_and_in_order(name: str) -> None:
    model = read_model(WEIGHTS / name, FILES[name])
    _, _, *rows = (WEIGHTS / name).read_text(encoding="utf-8").removesuffix("\n").split("\n")
    written = [row.partition("\t")[0].replace("␣", " ") for row in rows]
    assert written == sorted(written)
    assert sorted(model.vocabulary) == written
    assert all(1 <= len(gram) <= 4 for gram in written)
    assert (model.rarity >= 1).all()
    assert np.isfinite(model.weights).all()
    assert np.abs(model.weights).max(axis=0).min() > 0  # every head has learnt something


def test_nothing_in_the_manifest_but_what_is_read() -> None:
    assert set(ROWS) == {"signs", "names", "decisions", "remarks", "outside"}
    keys = set(chain.from_iterable(ROWS[purpose] for purpose in ROWS))
    assert keys == {"sha256", "vectors", "thresholds", "with_vectors", "by_words"}


@pytest.mark.model
def test_the_vectors_are_those_of_the_default_encoder(encoder: Encoder) -> None:
    for purpose in ("signs", "decisions", "remarks"):
        head = load_models(purpose).vectors[encoder.name]
        assert len(head.hidden) == encoder.dimension
