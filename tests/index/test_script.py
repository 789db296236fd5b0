"""The normal form in which texts are compared."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.query import read_query
from index.script import fold_variants, normalise, to_simplified, to_traditional
from index.words import read_terms

ANY_CHARACTER = st.characters(exclude_categories=[])  # half surrogates too
# What changes shape under NFKC or case folding, combines with its neighbour, or is invisible.
TROUBLE = (
    "\uff21\uff42\uff11　（①㎎ßİÅéǆﬁΣ\u0301\u0323\u0345\u200b\u200d\u00ad\ufeff\x00\t\n 　가가"
)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("\uff24enosumab", "denosumab"),
        ("XGEVA 120 ㎎", "xgeva 120 mg"),
        ("1\uff120", "120"),
        ("骨頭痛？！", "骨頭痛?!"),
        ("Straße", "strasse"),
        ("骨头疼怎么办", "骨頭疼怎麼辦"),
        ("颚骨坏死", "顎骨壞死"),
        ("停经后妇女", "停經後婦女"),
        ("臺北", "台北"),
        ("祕密", "秘密"),
        ("這裏", "這裡"),
        ("喫藥", "吃藥"),
        ("治癒", "治愈"),
        ("  骨頭 \t\n 痛　嗎 ", "骨頭 痛 嗎"),
        ("骨\u200b轉\ufeff移\x00", "骨轉移"),
        ("", ""),
        ("\u200b \ufeff", ""),
    ],
)
def test_one_way_of_writing_stands_for_all(typed: str, expected: str) -> None:
    assert normalise(typed) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("骨鬆怎麼治療", "骨松怎么治疗"),
        ("每 4 週一次", "每 4 周一次"),
        ("免疫系統", "免疫系统"),
        ("4 週打一針", "4 周打一针"),
        ("骨质疏松症", "骨質疏鬆症"),
        ("儘快就醫", "尽快就医"),
        ("頭髮", "头发"),
    ],
)
def test_traditional_and_simplified_writing_meet(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


def test_variants_are_folded_one_character_to_one() -> None:
    assert fold_variants("祕臺裏喫嘅羣着爲牀癒") == "秘台裡吃的群著為床愈"
    assert fold_variants("骨頭 bone") == "骨頭 bone"


def test_scripts_are_converted_both_ways() -> None:
    assert to_traditional("骨质疏松症") == "骨質疏鬆症"
    assert to_simplified("骨質疏鬆症") == "骨质疏松症"


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([*read_terms(), " ", "，", "嗎", "\uff38", "多久", "?"]), max_size=8)
)
def test_normalising_the_guides_words_again_changes_nothing(words: list[str]) -> None:
    once = normalise("".join(words))
    assert normalise(once) == once


@settings(deadline=None, max_examples=300)
@example(text="e\u200d\u0301")  # a mark joins its letter once nothing stands between them
@given(st.text(st.sampled_from(TROUBLE), max_size=8))
def test_normalising_signs_and_letters_again_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_normal_form_has_single_spaces_and_nothing_invisible(text: str) -> None:
    normal = normalise(text)
    assert normal == " ".join(normal.split())
    assert not [c for c in normal if unicodedata.category(c).startswith("C")]


@settings(deadline=None, max_examples=300)
@given(st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF), max_size=30))
def test_converting_scripts_keeps_every_character_in_its_place(text: str) -> None:
    assert len(to_simplified(text)) == len(text)
    assert len(to_traditional(text)) == len(text)
    assert len(fold_variants(text)) == len(text)


@settings(deadline=None, max_examples=200)
@example(text="\ud800")
@example(text="骨\udfff轉移")
@example(text="\U0010ffff" * 3)
@given(st.text(ANY_CHARACTER))
def test_any_unicode_can_be_asked(text: str) -> None:
    query = read_query(text)
    assert len(query.question) == len(text)
    assert query.question.encode("utf-8", "strict").decode() == query.question
    if not any("\ud800" <= c <= "\udfff" for c in text):
        assert query.question == text
    assert len(to_simplified(query.text)) == len(query.text)


def test_what_is_printable_has_no_control_character_and_the_other_way_round() -> None:
    every = [chr(code) for code in range(sys.maxunicode + 1)]
    told = [c for c in every if not c.isspace() and c.isprintable()]
    assert told == [c for c in every if not c.isspace() and unicodedata.category(c)[0] != "C"]


@pytest.mark.parametrize(
    ("typed", "normal"),
    [("骨\u200b轉移", "骨轉移"), ("骨\u3000轉移\n嗎", "骨 轉移 嗎"), ("a\x00b\tc", "ab c")],
)
def test_what_cannot_be_seen_is_dropped_but_for_white_space(typed: str, normal: str) -> None:
    assert normalise(typed) == normal
