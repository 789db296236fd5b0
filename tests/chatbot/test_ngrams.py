"""The linear model over n-grams: scores by hand, its file, and what spoke for a score."""

from __future__ import annotations

import hashlib
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.ngrams import (
    LONGEST,
    ROWS_AT_ONCE,
    ModelDamaged,
    NgramModel,
    grams,
    read_model,
    write_model,
)


def model_of(
    weights: dict[str, tuple[float, ...]],
    heads: tuple[str, ...] = ("any", "crisis"),
    bias: tuple[float, ...] = (-1.0, -2.0),
    rarity: dict[str, float] | None = None,
) -> NgramModel:
    """Return a model by its n-grams; each as rare as any other unless it is said."""
    rare = rarity or {}
    return NgramModel(
        heads,
        np.array(bias, dtype=np.float32),
        {gram: row for row, gram in enumerate(weights)},
        np.array([rare.get(gram, 1.0) for gram in weights], dtype=np.float32),
        np.array(list(weights.values()), dtype=np.float32).reshape(len(weights), len(heads)),
    )


MODEL = model_of(
    {
        "腳": (1.0, 0.0),
        "腳麻": (3.0, -0.5),
        " 腳": (0.5, 0.25),
        "死": (-1.0, 6.0),
        "麻 ": (2.0, 0.0),
    },
    rarity={"腳": 1.0, "腳麻": 2.0, " 腳": 2.0, "死": 3.0, "麻 ": 4.0},
)


# N-grams


def test_a_text_is_its_distinct_runs_of_one_to_four_characters_between_spaces() -> None:
    assert LONGEST == 4
    assert grams("腳麻") == {
        *(" ", "腳", "麻", " 腳", "腳麻", "麻 ", " 腳麻", "腳麻 ", " 腳麻 "),
    }
    assert grams("") == {" ", "  "}
    assert grams("哈哈") == {" ", "哈", " 哈", "哈哈", "哈 ", " 哈哈", "哈哈 ", " 哈哈 "}


@given(st.text(max_size=30))
def test_no_n_gram_is_longer_than_four_and_each_stands_in_the_text(text: str) -> None:
    assert all(1 <= len(gram) <= 4 and gram in f" {text} " for gram in grams(text))


# Scores


def test_a_score_is_the_bias_and_the_weights_over_the_length() -> None:
    scores = MODEL.scores(["腳麻"])
    # 腳, 腳麻, " 腳" and "麻 " stand in it: rarities 1, 2, 2, 4, so the length is 5.
    length = math.sqrt(1 + 4 + 4 + 16)
    assert length == 5.0
    assert scores.shape == (1, 2)
    assert scores[0, 0] == pytest.approx(-1.0 + (1.0 + 3.0 + 0.5 + 2.0) / length)
    assert scores[0, 1] == pytest.approx(-2.0 + (0.0 - 0.5 + 0.25 + 0.0) / length)


def test_an_n_gram_counts_once_however_often_it_stands() -> None:
    one = MODEL.scores(["我腳我"])
    assert one[0, 0] == pytest.approx(-1.0 + 1.0 / 1.0)
    assert MODEL.scores(["我腳我腳我"]) == pytest.approx(one)


@pytest.mark.parametrize("text", ["", "天氣很好", "😀", "\ud800"])
def test_a_text_without_a_known_n_gram_scores_the_bias(text: str) -> None:
    assert MODEL.scores([text]).tolist() == [[-1.0, -2.0]]


def test_texts_are_scored_each_for_itself() -> None:
    texts = ["腳麻", "", "想死", "腳"]
    together = MODEL.scores(texts)
    assert together.shape == (4, 2)
    for row, text in zip(together, texts, strict=True):
        assert row == pytest.approx(MODEL.scores([text])[0])
    assert MODEL.scores([]).shape == (0, 2)


# What spoke for it


def test_the_n_grams_that_speak_most_are_named_the_strongest_first() -> None:
    assert MODEL.spoke_for("腳麻", "any") == ("腳麻", "麻", "腳", "腳")
    assert MODEL.spoke_for("腳麻", "any", most=2) == ("腳麻", "麻")
    assert MODEL.spoke_for("腳麻想死", "crisis") == ("死", "腳")


def test_what_speaks_against_or_not_at_all_is_not_named() -> None:
    assert MODEL.spoke_for("想死", "any") == ()
    assert MODEL.spoke_for("天氣", "any") == ()
    assert "腳麻" not in MODEL.spoke_for("腳麻", "crisis")


def test_an_unknown_head_is_an_error() -> None:
    with pytest.raises(ValueError, match="tuple"):
        MODEL.spoke_for("腳麻", "today")


# The file


def by_gram(model: NgramModel) -> dict[str, list[float]]:
    """Return rarity and weights of each n-gram, in whatever order a model keeps them."""
    return {
        gram: [float(model.rarity[row]), *model.weights[row].tolist()]
        for gram, row in model.vocabulary.items()
    }


def test_a_model_is_written_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "signs.tsv"
    sha256 = write_model(path, MODEL)
    assert sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    again = read_model(path, sha256)
    assert again.heads == MODEL.heads
    assert by_gram(again) == by_gram(MODEL)
    assert again.bias.tolist() == MODEL.bias.tolist()
    assert again.weights.dtype == np.float32
    texts = ["腳麻", "想死", "天氣"]
    assert again.scores(texts) == pytest.approx(MODEL.scores(texts))


def test_weights_are_written_in_hundredths_for_people_to_read(tmp_path: Path) -> None:
    path = tmp_path / "signs.tsv"
    write_model(path, model_of({" 腳": (1.234, -0.005), "麻": (0.0, 12.0)}))
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "ngram\trarity\tany\tcrisis"
    assert lines[1] == "<bias>\t0\t-100\t-200"
    assert lines[2].split("\t")[:3] == ["␣腳", "100", "123"]
    assert lines[3].split("\t")[0] == "麻"
    assert lines[3].split("\t")[3] == "1200"
    assert len(lines) == 4


WEIGHTS = st.integers(-9_999, 9_999).map(lambda hundredths: hundredths / 100)
GRAM = st.text(
    st.characters(exclude_categories=["C", "Zl", "Zp"], exclude_characters="␣"),
    min_size=1,
    max_size=4,
)


@given(st.dictionaries(GRAM, st.tuples(WEIGHTS, WEIGHTS), min_size=1, max_size=8))
def test_any_model_survives_its_file(
    tmp_path_factory: pytest.TempPathFactory, weights: dict[str, tuple[float, ...]]
) -> None:
    path = tmp_path_factory.mktemp("model") / "signs.tsv"
    model = model_of(weights)
    again = read_model(path, write_model(path, model))
    read, written = by_gram(again), by_gram(model)
    assert read.keys() == written.keys()
    assert all(read[gram] == pytest.approx(written[gram], abs=1e-5) for gram in read)


def test_a_model_of_more_rows_than_are_read_at_a_time_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "signs.tsv"
    many: dict[str, tuple[float, ...]] = {
        chr(0x4E00 + n): (n / 100, -n / 100) for n in range(2 * ROWS_AT_ONCE + 1)
    }
    again = read_model(path, write_model(path, model_of(many)))
    assert len(again.vocabulary) == len(many)
    last = chr(0x4E00 + 2 * ROWS_AT_ONCE)
    assert by_gram(again)[last][1] == pytest.approx(2 * ROWS_AT_ONCE / 100)


def test_a_model_that_learnt_nothing_says_its_bias(tmp_path: Path) -> None:
    path = tmp_path / "signs.tsv"
    again = read_model(path, write_model(path, model_of({})))
    assert again.scores(["腳麻"]).tolist() == [[-1.0, -2.0]]


def test_the_same_model_makes_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "a.tsv", tmp_path / "b.tsv"
    assert write_model(first, MODEL) == write_model(second, MODEL)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("damage", ["one weight", "cut short", "one byte more", "empty", "missing"])
def test_a_damaged_file_is_refused_by_name(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "signs.tsv"
    sha256 = write_model(path, MODEL)
    content = path.read_bytes()
    match damage:
        case "one weight":
            path.write_bytes(content.replace(b"300", b"301"))
        case "cut short":
            path.write_bytes(content[:-10])
        case "one byte more":
            path.write_bytes(content + b"\n")
        case "empty":
            path.write_bytes(b"")
        case _:
            path.unlink()
    with pytest.raises(ModelDamaged, match=r"^signs\.tsv "):
        read_model(path, sha256)


def test_another_hash_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "signs.tsv"
    write_model(path, MODEL)
    with pytest.raises(ModelDamaged, match=r"signs\.tsv is not the file that was trained"):
        read_model(path, "0" * 64)
