"""The closed list of subjects, and the questions that a slot stands for."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.passage import Language
from corpus.subjects import (
    GENERAL,
    SLOT_OF_KIND,
    Subject,
    asked_questions,
    fill_slots,
    has_good_slots,
    load_subjects,
    slots_of,
    without_slots,
)
from index.script import to_simplified, to_traditional

SMALL = """\
[[subject]]
name = "肺癌"
kind = "cancer"
names = ["肺癌", "肺腺癌"]
hans = ["肺癌"]
en = ["lung cancer"]

[[subject]]
name = "手術"
kind = "treatment"
"""
PLAIN = st.text(st.sampled_from("骨癌藥 a?，"), max_size=12)


def test_subjects_are_read_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "subjects.toml"
    path.write_text(SMALL, encoding="utf-8")
    fillers = {
        Language.TAIWAN: ("肺癌", "肺腺癌"),
        Language.MAINLAND: ("肺癌",),
        Language.HONG_KONG: ("肺癌", "肺腺癌"),
        Language.ENGLISH: ("lung cancer",),
    }
    assert load_subjects(path) == (
        Subject("肺癌", "cancer", fillers),
        Subject("手術", "treatment", dict.fromkeys(Language, ())),
    )


def test_a_subject_stands_once_and_none_is_called_general() -> None:
    names = [subject.name for subject in load_subjects()]
    assert len(set(names)) == len(names)
    assert {"乳癌", "denosumab", "手術"} <= set(names)
    assert GENERAL not in names


def test_only_cancers_and_drugs_have_names_and_each_kind_has_some_in_every_language() -> None:
    for subject in load_subjects():
        assert subject.kind in {*SLOT_OF_KIND, "treatment"}
        if subject.kind not in SLOT_OF_KIND:
            assert not any(subject.fillers.values()), subject.name
    for kind in SLOT_OF_KIND:
        for language in Language:
            named = [s for s in load_subjects() if s.kind == kind and s.fillers[language]]
            assert len(named) >= 3, (kind, language)


def test_a_name_fills_for_one_subject_only() -> None:
    for language in Language:
        names = [name for subject in load_subjects() for name in subject.fillers[language]]
        assert len(set(names)) == len(names)


def test_names_are_written_in_the_characters_of_their_language() -> None:
    for subject in load_subjects():
        for name in subject.fillers[Language.MAINLAND]:
            assert to_simplified(name) == name
        for name in subject.fillers[Language.TAIWAN]:
            assert to_traditional(name) == name
        assert all(name.isascii() for name in subject.fillers[Language.ENGLISH])


def test_cancers_and_drugs_fill_slots_and_treatments_do_not() -> None:
    cancer, drug, treatment = (
        Subject("名", kind, {}) for kind in ("cancer", "drug", "treatment")
    )  # fmt: skip
    assert slots_of((cancer, treatment)) == {"癌"}
    assert slots_of((drug, cancer)) == {"癌", "藥"}
    assert slots_of((treatment,)) == frozenset()


@given(PLAIN, st.sampled_from(Language))
def test_a_question_without_a_slot_stands_for_itself(question: str, language: Language) -> None:
    assert fill_slots(question, language) == (question,)


@given(
    PLAIN, PLAIN, st.sampled_from([("{癌}", "cancer"), ("{藥}", "drug")]), st.sampled_from(Language)
)
def test_a_slot_is_filled_with_every_name_of_its_kind_in_the_language_of_the_question(
    before: str, after: str, slot: tuple[str, str], language: Language
) -> None:
    written, kind = slot
    expected = [
        before + name + after
        for subject in load_subjects()
        if subject.kind == kind
        for name in subject.fillers[language]
    ]
    assert len(expected) >= 3
    assert list(fill_slots(before + written + after, language)) == expected


def test_slots_are_filled_by_hand() -> None:
    taiwanese = fill_slots("{癌}會到骨頭嗎", Language.TAIWAN)
    assert taiwanese[:3] == ("乳癌會到骨頭嗎", "攝護腺癌會到骨頭嗎", "肺癌會到骨頭嗎")
    assert "肾癌会到骨头吗" in fill_slots("{癌}会到骨头吗", Language.MAINLAND)
    assert "Is Xgeva safe?" in fill_slots("Is {藥} safe?", Language.ENGLISH)
    assert not any("手術" in question for question in taiwanese)


@pytest.mark.parametrize("slot", ["{手術}", "{}", "{cancer}"])
def test_an_unknown_slot_stands_for_nothing(slot: str) -> None:
    assert fill_slots(f"{slot}是什麼", Language.TAIWAN) == ()


def test_all_ways_of_asking_are_given_with_the_names_of_their_language() -> None:
    questions = {
        Language.TAIWAN: ("骨頭痛", "{藥}怎麼打"),
        Language.ENGLISH: ("What is {藥}?",),
    }
    asked = list(asked_questions(questions))
    assert asked[0] == "骨頭痛"
    assert "保骼麗怎麼打" in asked
    assert "What is Fosamax?" in asked
    assert len(asked) == 1 + sum(
        len(fill_slots(question, language))
        for question, language in [
            ("{藥}怎麼打", Language.TAIWAN),
            ("What is {藥}?", Language.ENGLISH),
        ]
    )


def test_without_slots_a_question_is_counted_once() -> None:
    questions = {Language.TAIWAN: ("骨頭痛", "{藥}怎麼打"), Language.HONG_KONG: ("{癌}點算",)}
    assert list(without_slots(questions)) == ["骨頭痛", "怎麼打", "點算"]
    assert list(without_slots({})) == []


@pytest.mark.parametrize("question", ["骨頭痛", "", "{癌}會痛嗎", "打{藥}", "{藥}"])
def test_no_slot_or_one_that_can_be_filled_is_good(question: str) -> None:
    assert has_good_slots(question, load_subjects())


@pytest.mark.parametrize(
    "question",
    [
        "{骨}會痛嗎",
        "{}",
        "{ 癌 }",
        "{癌}用{藥}",
        "{癌}和{癌}",
        "{癌",
        "癌}",
        "{{癌}}",
        "\uff5b癌\uff5d會痛嗎",
    ],
)
def test_any_other_slot_or_brace_is_not(question: str) -> None:
    assert not has_good_slots(question, load_subjects())


def test_a_slot_that_no_subject_fills_is_not_good() -> None:
    cancers = tuple(subject for subject in load_subjects() if subject.kind == "cancer")
    assert has_good_slots("{癌}會痛嗎", cancers)
    assert not has_good_slots("{藥}會痛嗎", cancers)
