"""Training: a tiny bank teaches what it holds, and the same bank the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chatbot.ngrams import NgramModel, write_model
from chatbot.triage.signs import load_signs
from chatbot.triage.tier import Tier
from chatbot.triage.triage import ANY, CRISIS, EMERGENCY, TODAY
from evals.bank import Taught, calm_questions, read_bank
from evals.train import fit_names, fit_signs, sign_targets
from evals.training import Target, fit_ngrams, fit_vectors, without_small

PRESENT = ("我腳沒力", "今天腳沒力", "媽媽腳沒力站不穩", "突然腳沒力", "一直腳沒力")
CALM = ("今天天氣很好", "骨轉移是什麼", "多久打一次針", "媽媽今天很好", "一直想問多久打一次")


def labels(*values: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int8]]:
    return np.array(values, dtype=np.int8)


def taught(text: str, sign: str, tier: Tier) -> Taught:
    return Taught(text, {"sign": sign, "tier": tier.value})


BANK = (
    *(taught(text, "leg_arm_weakness", Tier.TODAY) for text in PRESENT),
    *(taught(text, "jaw_mouth_signs", Tier.TELL) for text in ("牙齒搖搖的", "我牙齒搖搖，會痛")),
    *(taught(text, "breathing_chest", Tier.EMERGENCY) for text in ("吸不到氣", "我吸不到氣，救我")),
    *(taught(text, "suicide_explicit", Tier.CRISIS) for text in ("活著好累", "真的活著好累，算了")),
)


def learnt(texts: Sequence[str] = (*PRESENT, *CALM)) -> NgramModel:
    return fit_ngrams(texts, [Target("any", labels(*[1] * 5, *[0] * 5))])


# N-grams


def test_a_tiny_bank_is_learnt() -> None:
    scores = learnt().scores([*PRESENT, *CALM])[:, 0]
    assert all(scores[:5] > 0)
    assert all(scores[5:] < 0)


def test_what_was_learnt_holds_for_new_sentences() -> None:
    model = learnt()
    new, calm = model.scores(["阿公腳沒力", "請問多久打一次"])[:, 0]
    assert new > 0 > calm
    assert model.spoke_for("阿公腳沒力", "any")[0] in {"腳沒力", "沒力", "腳沒", "沒", "力", "腳"}


def test_only_n_grams_of_two_texts_and_more_are_kept() -> None:
    model = learnt()
    assert "沒力" in model.vocabulary
    assert "站不穩" not in model.vocabulary
    assert list(model.vocabulary) == sorted(model.vocabulary)


def test_an_n_gram_is_the_rarer_the_fewer_texts_hold_it() -> None:
    model = learnt()
    rarity = dict(zip(model.vocabulary, model.rarity.tolist(), strict=True))
    assert rarity[" "] == pytest.approx(np.log(11 / 11) + 1)  # in all ten
    assert rarity["腳沒力"] == pytest.approx(np.log(11 / 6) + 1)
    assert rarity["媽媽"] == pytest.approx(np.log(11 / 3) + 1)


def test_clauses_cut_from_a_message_make_no_n_gram_frequent() -> None:
    texts = (*PRESENT, *CALM, "站不穩", "站不穩")
    model = fit_ngrams(texts, [Target("any", labels(*[1] * 5, *[0] * 5, 1, 1))], n_wholes=10)
    assert "站不穩" not in model.vocabulary
    assert "站不穩" in fit_ngrams(texts, [Target("any", labels(*[1] * 5, *[0] * 7))]).vocabulary


def test_a_text_that_does_not_count_for_a_head_teaches_it_nothing() -> None:
    texts = (*PRESENT, *CALM)
    first = fit_ngrams(texts, [Target("a", labels(*[1] * 5, *[0] * 4, -1))])
    other = fit_ngrams(
        texts, [Target("a", labels(*[1] * 5, *[0] * 4, -1)), Target("b", labels(*[1, 0] * 5))]
    )
    assert other.heads == ("a", "b")
    assert other.weights[:, 0] == pytest.approx(first.weights[:, 0])
    assert not np.allclose(learnt().weights[:, 0], first.weights[:, 0])


def test_a_text_that_counts_more_is_learnt_more() -> None:
    texts = ("甲乙", "甲乙", "甲丙", "甲丙")
    target = [Target("any", labels(1, 0, 1, 0))]
    even = fit_ngrams(texts, target).scores(["甲乙"])[0, 0]
    heavy = np.array([9.0, 1.0, 1.0, 1.0], dtype=np.float32)
    assert fit_ngrams(texts, target, heavy).scores(["甲乙"])[0, 0] > even


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "a.tsv", tmp_path / "b.tsv"
    assert write_model(first, learnt()) == write_model(second, learnt())
    assert first.read_bytes() == second.read_bytes()


def test_n_grams_that_weigh_next_to_nothing_for_every_head_are_left_out() -> None:
    weights = np.array([[10, 0], [0.9, 0.1], [0, 2], [-5, 0], [1, 0], [0, -0.2]], dtype=np.float32)
    model = NgramModel(
        ("a", "b"),
        np.array([1, 2], dtype=np.float32),
        {gram: row for row, gram in enumerate("甲乙丙丁戊己")},
        np.arange(6, dtype=np.float32),
        weights,
    )
    kept = without_small(model, 0.1)  # of 10 for the first head, of 2 for the second
    assert kept.vocabulary == {"甲": 0, "丙": 1, "丁": 2, "戊": 3, "己": 4}
    assert kept.weights.tolist() == weights[[0, 2, 3, 4, 5]].tolist()
    assert kept.rarity.tolist() == [0, 2, 3, 4, 5]
    assert kept.bias.tolist() == [1, 2]
    assert without_small(model, 0.0).vocabulary == model.vocabulary
    assert list(without_small(model, 1.0).vocabulary) == ["甲", "丙"]


# Vectors


def told_apart(n_texts: int = 400) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return vectors of which two coordinates tell, only together, which are of one kind."""
    drawn = np.random.default_rng(0).normal(size=(n_texts, 6)).astype(np.float32)
    return drawn, (drawn[:, 0] * drawn[:, 1] > 0).astype(np.int8)


def test_a_head_over_vectors_learns_what_no_line_parts() -> None:
    vectors, kinds = told_apart()
    head = fit_vectors(np.tile(vectors, (20, 1)), [Target("any", np.tile(kinds, 20))])
    scores = head.scores(vectors)[:, 0]
    assert np.mean((scores > 0) == (kinds > 0)) > 0.95


def test_targets_that_other_texts_teach_are_learnt_side_by_side() -> None:
    vectors, kinds = told_apart()
    some = np.where(vectors[:, 2] > 0, 1 - kinds, -1).astype(np.int8)
    targets = [Target("a", kinds), Target("b", some), Target("c", 1 - kinds)]
    head = fit_vectors(
        np.tile(vectors, (20, 1)), [Target(t.name, np.tile(t.labels, 20)) for t in targets]
    )
    assert head.heads == ("a", "b", "c")
    a, b, c = head.scores(vectors).T
    assert np.mean((a > 0) == (kinds > 0)) > 0.9
    assert np.mean((c > 0) == (kinds == 0)) > 0.9
    taught = some >= 0
    assert np.mean((b[taught] > 0) == (some[taught] > 0)) > 0.9
    again = fit_vectors(np.tile(vectors, (20, 1)), [Target("b", np.tile(some, 20))])
    assert again.scores(vectors)[:, 0] == pytest.approx(b, abs=1e-3)


# Signs


def test_each_head_learns_its_tiers() -> None:
    owners = [BANK[0], BANK[5], BANK[7], BANK[9], None]  # T2, T3, T1, C, calm
    by_name = {target.name: target.labels.tolist() for target in sign_targets(owners)}
    assert by_name[ANY] == [1, 1, 1, 1, 0]
    assert by_name[TODAY] == [1, 0, 1, -1, -1]
    assert by_name[EMERGENCY] == [0, 0, 1, -1, -1]
    assert by_name[CRISIS] == [0, 0, 0, 1, 0]


def test_a_bank_of_signs_is_learnt_by_tier() -> None:
    model = fit_signs(BANK, CALM)
    column = {name: number for number, name in enumerate(model.heads)}
    weak, breath, tired, calm = model.scores(["腳沒力", "吸不到氣", "活著好累", "多久打一次"])
    assert min(weak[column[ANY]], breath[column[ANY]], tired[column[ANY]]) > calm[column[ANY]]
    assert breath[column[EMERGENCY]] > weak[column[EMERGENCY]]
    assert tired[column[CRISIS]] > max(weak[column[CRISIS]], breath[column[CRISIS]])


def test_the_names_of_signs_are_learnt_apart() -> None:
    forms = ("{}", "我{}", "今天{}了", "媽媽{}")
    signs = load_signs().values()
    names = fit_names([taught(f.format(s.label), s.name, s.tier) for s in signs for f in forms])
    assert set(names.heads) == set(load_signs())
    for sign in signs:
        scores = names.scores([f"阿公{sign.label}"])[0]
        assert names.heads[int(scores.argmax())] == sign.name


# The real banks


@pytest.mark.parametrize(
    ("name", "columns", "least"),
    [
        ("signs", ("sign", "tier", "language"), 3_000),
        ("calm", ("why", "like", "language"), 3_000),
        ("decisions", ("label", "about", "language"), 2_000),
    ],
)
def test_a_bank_is_read_with_its_labels(name: str, columns: tuple[str, ...], least: int) -> None:
    bank = read_bank(name)
    assert len(bank) > least
    assert all(set(message.labels) == set(columns) for message in bank)
    assert all(message.text.strip() for message in bank)
    assert {m.labels["language"] for m in bank} <= {"hant", "hans", "hk", "taigi", "en"}


def test_the_calm_questions_of_the_edition_come_in_the_same_order_and_tell_of_no_sign() -> None:
    questions = calm_questions()
    assert questions == calm_questions()
    assert len(questions) == len(set(questions)) > 1_500
    assert questions != sorted(questions)
    assert "{" not in "".join(questions)
