"""Cutting text into words and pairs."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.script import normalise, to_simplified
from index.words import HAN_RUN, cut, pairs, read_terms, terms

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)
MIXED = st.text(st.one_of(HAN, st.sampled_from("骨轉移顎壞死 ,。?aé1-𠀀㐀")), max_size=25)


@pytest.mark.parametrize("before", ["", "請問"])
@pytest.mark.parametrize("after", ["", "是什麼"])
def test_every_term_of_the_guide_is_cut_whole(before: str, after: str) -> None:
    missed = [term for term in read_terms() if term not in cut(before + term + after)]
    assert missed == []


@pytest.mark.parametrize("term", ["顎骨壞死", "骨質疏鬆症", "停經後婦女"])
def test_the_guides_own_dictionary_is_in_use(term: str) -> None:
    assert term in cut(f"{term}會怎樣")


def test_a_long_word_is_given_with_its_parts() -> None:
    assert cut("骨質疏鬆症") == ["骨質", "疏鬆", "骨質疏鬆症"]


def test_words_are_those_of_the_text_and_not_of_its_simplified_twin() -> None:
    assert cut("顎骨壞死 denosumab 120 mg。") == [
        "顎骨", "壞死", "骨壞死", "顎骨壞死", "denosumab", "120", "mg",
    ]  # fmt: skip


def test_punctuation_is_no_word() -> None:
    assert cut("。,!?「」 …") == []


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("顎骨壞死是什麼", "颚骨坏死是什么"),
        ("骨質疏鬆症怎麼治療", "骨质疏松症怎么治疗"),
        ("停經後婦女的骨密度", "停经后妇女的骨密度"),
        ("癌骨瓦多久打一針", "癌骨瓦多久打一针"),
        ("放療後骨頭更痛", "放疗后骨头更痛"),
    ],
)
def test_a_simplified_question_has_the_same_terms(traditional: str, simplified: str) -> None:
    assert terms(normalise(simplified)) == terms(normalise(traditional))


def test_a_simplified_writing_of_a_guides_term_has_the_same_terms() -> None:
    differing = [
        term for term in read_terms() if terms(normalise(to_simplified(term))) != terms(term)
    ]
    assert differing == []


def test_pairs_are_neighbouring_han_characters_with_a_mark() -> None:
    assert pairs("骨轉移") == ["#骨轉", "#轉移"]
    assert pairs("骨頭a痛, 嗎痛") == ["#骨頭", "#痛", "#嗎痛"]
    assert pairs("denosumab 120") == []
    assert pairs("𠀀㐀") == ["#𠀀㐀"]


def test_a_pair_is_not_counted_with_the_word_of_the_same_characters() -> None:
    assert terms("乳癌") == ["乳癌", "#乳癌"]


@pytest.mark.parametrize("character", ["骨", "\u3400", "\u9fff", "\uf900", "\ufaff", "\U00020000"])
def test_han_characters_of_all_blocks_are_han(character: str) -> None:
    assert HAN_RUN.fullmatch(character)
    assert pairs(f"a{character}骨b") == [f"#{character}骨"]


@pytest.mark.parametrize(
    "character", ["\ud55c", "\ua000", "\ua947", "\ue000", "の", "ㄅ", "。", "a"]
)
def test_korean_yi_and_other_signs_are_not_han(character: str) -> None:
    assert not HAN_RUN.search(character)
    assert pairs(f"骨{character}骨") == ["#骨", "#骨"]


@settings(deadline=None, max_examples=300)
@given(MIXED)
def test_cutting_loses_no_letter_and_adds_none(text: str) -> None:
    visible = Counter(re.findall(r"\w", text))
    held = Counter("".join(cut(text)))
    assert not visible - held
    assert all(character in text for character in held)
    assert all(word in text for word in cut(text))


@settings(deadline=None, max_examples=300)
@given(st.text())
def test_no_han_character_of_any_text_is_lost(text: str) -> None:
    normal = normalise(text)
    han = set("".join(HAN_RUN.findall(normal)))
    assert han <= set("".join(cut(normal)))
    assert han <= set("".join(pairs(normal)))


@given(st.text(HAN, min_size=2, max_size=20))
def test_pairs_of_a_run_rebuild_it(run: str) -> None:
    found = [pair.removeprefix("#") for pair in pairs(run)]
    assert found[0] + "".join(pair[1] for pair in found[1:]) == run
