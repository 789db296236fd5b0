from __future__ import annotations

from pathlib import Path

import pytest

from evals.case import Case
from evals.outcome import judge
from evals.peers.unit import (
    PagedText,
    Unit,
    evidence_of,
    key_units,
    raw_text,
    segmented,
    split_units,
)
from index.key import keys_of
from tests.helpers import small_guide, small_topics

PAGED = PagedText("甲" * 10 + "乙" * 5 + "丙" * 10, ((0, 2), (10, None), (15, 4)))


@pytest.mark.parametrize(
    ("start", "end", "pages"),
    [
        (0, 10, (2,)),
        (0, 11, (2,)),
        (9, 16, (2, 4)),
        (10, 15, ()),
        (15, 25, (4,)),
        (0, 25, (2, 4)),
        (14, 15, ()),
        (9, 10, (2,)),
    ],
)
def test_a_span_stands_on_the_pages_that_it_touches(
    start: int, end: int, pages: tuple[int, ...]
) -> None:
    assert PAGED.pages_of(start, end) == pages


def test_a_splitter_s_units_are_slices_with_their_pages() -> None:
    assert split_units(PAGED, [(0, 12), (8, 17)]) == (
        Unit("甲" * 10 + "乙" * 2, "甲" * 10 + "乙" * 2, (2,), "chunk-0"),
        Unit("甲" * 2 + "乙" * 5 + "丙" * 2, "甲" * 2 + "乙" * 5 + "丙" * 2, (2, 4), "chunk-1"),
    )


def test_the_raw_text_keeps_every_line_and_knows_its_pages(tmp_path: Path) -> None:
    path = tmp_path / "guide.txt"
    pages = ["骨質疏鬆讓骨頭容易斷裂，\n請多走路。\n", "\n浴室鋪上防滑墊可以防跌。", "牛奶有鈣。"]
    path.write_text("\f".join(pages), encoding="utf-8")
    paged = raw_text(path)
    assert (
        paged.text
        == "骨質疏鬆讓骨頭容易斷裂，\n請多走路。\n\n\n浴室鋪上防滑墊可以防跌。\n牛奶有鈣。\n"
    )
    assert [number for _, number in paged.starts] == [1, 2, 3]
    for number, sentence in ((1, "請多走路"), (2, "浴室"), (3, "牛奶")):
        start = paged.text.index(sentence)
        assert paged.pages_of(start, start + len(sentence)) == (number,)


def test_every_key_is_a_unit_in_our_own_order_and_shows_its_passage() -> None:
    guide, topics = small_guide(), small_topics()
    units = key_units(guide, topics)
    assert [unit.text for unit in units] == [key.text for key in keys_of(guide, topics)]
    asked = next(unit for unit in units if unit.text == "癌骨瓦幾週打一針")
    passage = guide.by_id["often"]
    assert (asked.shown, asked.pages, asked.name) == (passage.text, (16,), "often")
    topic = next(unit for unit in units if unit.text == "明天會下雨嗎")
    assert (topic.shown, topic.pages, topic.name) == ("", (), "weather")
    assert units[: len(key_units(guide))] == key_units(guide)


def test_terms_are_ours_whatever_the_script() -> None:
    assert segmented("钙质").split() == ["鈣質", "#鈣質"]
    assert segmented("Denosumab 多久打").split()[0] == "denosumab"


UNITS = (
    Unit("問一", "甲說防滑墊", (5,), "a"),
    Unit("問二", "甲說防滑墊", (5,), "a"),
    Unit("問三", "乙說鈣質", (6, 7), "b"),
    Unit("問四", "丙", (8,), "c"),
    Unit("問五", "丁", (9,), "d"),
)


def test_the_best_key_of_a_passage_brings_it_once_and_three_are_shown() -> None:
    ranking = ((3, 0.9), (1, 0.8), (0, 0.7), (2, 0.6), (4, 0.5))
    assert evidence_of(ranking, UNITS) == [
        ("丙", (8,), "c"),
        ("甲說防滑墊", (5,), "a"),
        ("乙說鈣質", (6, 7), "b"),
    ]
    assert evidence_of((), UNITS) == []


@pytest.mark.parametrize(
    ("pages", "must", "expected"),
    [
        ({7}, (("鈣質",),), (True, True, True)),
        ({5}, (("鈣質",),), (True, True, False)),
        ({9}, (("鈣質",),), (False, True, False)),
        ({7}, (("鈣質",), ("防滑墊",)), (True, False, True)),
        ({7}, (("鈣質",), ("丁",)), (False, False, True)),
    ],
)
def test_what_a_peer_shows_is_judged_by_facts_and_page(
    pages: set[int], must: tuple[tuple[str, ...], ...], expected: tuple[bool, bool, bool]
) -> None:
    case = Case("A1", "test", ("補鈣",), "answer", frozenset(pages), must, "hant", frozenset())
    ranking = ((2, 0.9), (0, 0.5), (1, 0.4), (3, 0.1), (4, 0.0))
    outcome = judge(case, "peer", "answer", evidence_of(ranking, UNITS), 0.0)
    assert (outcome.met, outcome.met_first, outcome.page_first) == expected
    assert outcome.evidence == len("乙說鈣質甲說防滑墊丙")
