"""Spans, guides and the fingerprint that tells an index whether it is still right."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.passage import Guide, Language, Passage, PassageKind, Section, Span
from tests.helpers import passage, small_guide


@pytest.mark.parametrize(("start", "end"), [(0, 0), (3, 3), (5, 4), (-1, 2)])
def test_an_empty_or_negative_span_cannot_exist(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=f"from {start} to {end}"):
        Span(start, end)


def test_a_span_cuts_its_text() -> None:
    span = Span(1, 3)
    assert "骨轉移"[span.start : span.end] == "轉移"


def test_passages_come_in_reading_order_and_by_id() -> None:
    guide = small_guide()
    assert [p.passage_id for p in guide.passages] == ["what", "pain", "often", "flare"]
    assert guide.by_id["often"] is guide.passages[2]


def test_the_section_of_a_passage_is_the_one_that_holds_it() -> None:
    guide = small_guide()
    assert [guide.section_of(p).title for p in guide.passages] == [
        "骨轉移",
        "骨轉移",
        "藥物",
        "藥物",
    ]
    with pytest.raises(KeyError, match="stranger"):
        guide.section_of(passage("stranger"))


def test_equal_passages_hash_alike() -> None:
    assert hash(passage(questions=("甲",))) == hash(passage(questions=("甲",)))
    assert passage(questions=("甲",)) != passage(questions=("乙",))


def guide_of(*passages: Passage) -> Guide:
    return Guide("g", "指南", (Section("骨轉移", passages),))


def test_the_same_guide_has_the_same_fingerprint() -> None:
    assert small_guide().fingerprint == small_guide().fingerprint
    assert len(small_guide().fingerprint) == 64
    assert int(small_guide().fingerprint, 16) > 0


@pytest.mark.parametrize(
    "changed",
    [
        passage("p2", questions=("甲", "乙")),
        passage(section="別處", questions=("甲", "乙")),
        passage(heading="別的", questions=("甲", "乙")),
        passage(text="別的。", questions=("甲", "乙")),
        passage(pages=(9, 10), questions=("甲", "乙")),
        passage(companions=("p2",), questions=("甲", "乙")),
        passage(questions=("甲",)),
        passage(questions=("乙", "甲")),
        passage(questions=("甲乙",)),
        replace(passage(), questions={Language.ENGLISH: ("甲", "乙")}),
        replace(passage(), questions={Language.TAIWAN: ("甲",), Language.MAINLAND: ("乙",)}),
    ],
)
def test_every_change_that_an_index_would_see_changes_the_fingerprint(changed: Passage) -> None:
    before = guide_of(passage(questions=("甲", "乙")))
    assert guide_of(changed).fingerprint != before.fingerprint


def test_order_and_number_of_passages_change_the_fingerprint() -> None:
    one, two = passage("a"), passage("b", text="另一段。")
    prints = {
        guide_of(*passages).fingerprint
        for passages in [(one, two), (two, one), (one,), (one, two, one)]
    }
    assert len(prints) == 4


def test_the_fingerprint_does_not_depend_on_the_order_of_languages() -> None:
    asked = {Language.TAIWAN: ("甲",), Language.ENGLISH: ("a",)}
    turned = dict(reversed(asked.items()))
    first = guide_of(replace(passage(), questions=asked))
    assert first.fingerprint == guide_of(replace(passage(), questions=turned)).fingerprint


def test_kinds_are_written_as_words() -> None:
    assert [str(kind) for kind in PassageKind] == [
        "prose", "list", "table", "chart", "glossary", "overview",
    ]  # fmt: skip
