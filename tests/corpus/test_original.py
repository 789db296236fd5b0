"""The sentences of an imported guide, and the hashes that name them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.importing import read_guide
from corpus.original import HASH_LENGTH, Sentence, bare_text, sentence_name, sentences_of
from corpus.passage import Guide, Passage, PassageKind, Section, Span
from tests.helpers import NO_ORIGINAL, ORIGINAL

TEXT = """\
## 走路
散步讓骨頭強壯。太累就休息！\f## 家裡
• 浴室鋪上防滑墊
• 走道保持明亮

地毯要收好。散步讓骨頭強壯。
"""
WRITTEN = st.text(st.sampled_from("骨頭痛a1，。！\n\t 」.B"), min_size=1, max_size=40)


def imported(
    text: str,
    *,
    before: str = "",
    pages: tuple[int, ...] = (9,),
    heading: str = "走路",
    kind: PassageKind = PassageKind.PROSE,
) -> Guide:
    """Return a guide of one passage that stands behind `before` in the guide's text."""
    span = Span(len(before), len(before) + len(text))
    passage = Passage("g-0001", "節", pages, kind, heading, text, span=span)
    return Guide("g", "指南", (Section("節", (passage,)),), before + text)


def texts_of(sentences: tuple[Sentence, ...]) -> list[str]:
    return [sentence.text for sentence in sentences]


def test_a_guide_is_cut_into_sentences_and_list_items_in_order(tmp_path: Path) -> None:
    path = tmp_path / "guide.txt"
    path.write_text(TEXT, encoding="utf-8")
    found = sentences_of(read_guide(path).guide)
    assert [(s.text, s.heading, s.pages) for s in found] == [
        ("散步讓骨頭強壯。", "走路", (1,)),
        ("太累就休息！", "走路", (1,)),
        ("• 浴室鋪上防滑墊", "家裡", (2,)),
        ("• 走道保持明亮", "家裡", (2,)),
        ("地毯要收好。", "家裡", (2,)),
        ("散步讓骨頭強壯。", "家裡", (2,)),
    ]


@given(WRITTEN, st.sampled_from(["", "前言。\n"]))
def test_a_sentence_is_what_its_span_cuts(text: str, before: str) -> None:
    guide = imported(text, before=before)
    for sentence in sentences_of(guide):
        assert guide.text[sentence.span.start : sentence.span.end] == sentence.text
        assert sentence.text == sentence.text.strip()


@given(WRITTEN)
def test_no_letter_is_lost(text: str) -> None:
    assert "".join(bare_text(s.text) for s in sentences_of(imported(text))) == bare_text(text)


@given(st.lists(st.sampled_from(["甲。", "乙。", "甲！", "丙a。"]), max_size=8))
def test_names_are_unique_within_a_guide(pieces: list[str]) -> None:
    found = sentences_of(imported("".join(pieces) or "。"))
    assert len({sentence.name for sentence in found}) == len(found) == len(pieces)


@given(st.text(st.sampled_from("骨頭痛ab1"), min_size=1, max_size=20), st.data())
def test_a_name_is_stable_under_line_breaks_spaces_and_punctuation(
    text: str, data: st.DataObject
) -> None:
    marks = st.sampled_from(["", "\n", " ", "\u3000", "\r\n", "，", "_", "-"])
    broken = "".join(character + data.draw(marks) for character in text)
    assert sentence_name(9, broken) == sentence_name(9, text)
    assert sentence_name(9, broken.upper()) == sentence_name(9, text)


@pytest.mark.parametrize(
    ("page", "text"), [(10, "骨頭痛1"), (9, "骨頭痛"), (9, "骨頭痛2"), (9, "頭骨痛1"), (9, "")]
)
def test_another_page_or_text_has_another_name(page: int, text: str) -> None:
    assert sentence_name(page, text) != sentence_name(9, "骨頭痛1")


def test_a_page_and_a_text_that_run_together_are_told_apart() -> None:
    assert sentence_name(1, "2骨") != sentence_name(12, "骨")


def test_a_name_does_not_repeat_the_sentence() -> None:
    assert re.fullmatch(f"[0-9a-f]{{{HASH_LENGTH}}}", sentence_name(9, "骨頭痛"))


def test_what_stands_twice_on_a_page_is_numbered() -> None:
    name, other = sentence_name(9, "痛"), sentence_name(9, "麻")
    found = sentences_of(imported("痛。麻。痛！痛。"))
    assert [sentence.name for sentence in found] == [name, other, f"{name}-2", f"{name}-3"]


def test_what_stands_on_two_pages_is_not() -> None:
    first, second = imported("痛。"), imported("痛。", pages=(10, 11))
    both = Guide("g", "指南", first.sections + second.sections, "痛。")
    assert [s.name for s in sentences_of(both)] == [sentence_name(9, "痛"), sentence_name(10, "痛")]


def test_a_guide_without_pages_names_its_sentences_too() -> None:
    (sentence,) = sentences_of(imported("痛。", pages=()))
    assert (sentence.name, sentence.pages) == (sentence_name(0, "痛"), ())


def test_a_piece_without_a_letter_is_no_sentence() -> None:
    assert texts_of(sentences_of(imported("痛。\n…——\n\n麻。"))) == ["痛。", "麻。"]


def test_without_a_heading_the_section_is_named() -> None:
    (sentence,) = sentences_of(imported("痛。", heading=""))
    assert sentence.heading == "節"


@pytest.mark.parametrize("kind", PassageKind)
def test_labels_of_a_figure_are_marked(kind: PassageKind) -> None:
    (sentence,) = sentences_of(imported("痛。", kind=kind))
    assert sentence.is_label == (kind is PassageKind.CHART)


def test_the_edition_has_no_sentences_of_the_publisher() -> None:
    passage = Passage("p", "節", (9,), PassageKind.PROSE, "走路", "痛。")
    assert sentences_of(Guide("edition", "題", (Section("節", (passage,)),))) == ()


@pytest.mark.parametrize(
    ("text", "bare"),
    [("", ""), ("。 _-", ""), ("Ab 1。骨_頭\n", "ab1骨頭"), ("T 值：\u22122.5", "t值25")],
)
def test_bare_text_is_letters_digits_and_han_characters(text: str, bare: str) -> None:
    assert bare_text(text) == bare


@pytest.mark.skipif(not ORIGINAL.exists(), reason=NO_ORIGINAL)
def test_the_publishers_guide_is_cut_whole() -> None:
    guide = read_guide(ORIGINAL).guide
    found = sentences_of(guide)
    assert len(found) > 400
    assert len({sentence.name for sentence in found}) == len(found)
    assert all(sentence.pages for sentence in found)
    passages = "".join(bare_text(passage.text) for passage in guide.passages)
    assert "".join(bare_text(sentence.text) for sentence in found) == passages
