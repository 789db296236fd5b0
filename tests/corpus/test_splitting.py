"""Passages cut the normalised text exactly, lose nothing, and keep whole what belongs together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.blocks import Block, BlockKind, find_blocks
from corpus.passage import Guide, PassageKind
from corpus.splitting import AIM, MOST, split_guide
from tests.corpus.builders import bare, pages_of

SECTION, HEADING = BlockKind.SECTION, BlockKind.HEADING
PARAGRAPH, ITEM, LABELS = BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.LABELS


def sentence(length: int, end: str = "。") -> str:
    return "骨" * (length - 1) + end


def split(*blocks: tuple[BlockKind, str]) -> Guide:
    return split_guide("g", "指南", [Block(kind, text, (1,)) for kind, text in blocks])


def texts(guide: Guide) -> list[str]:
    return [passage.text for passage in guide.passages]


def test_blocks_are_the_lines_of_the_normalised_text() -> None:
    guide = split((SECTION, "骨轉移"), (PARAGRAPH, "一句。"), (ITEM, "• 二。"))
    assert guide.text == "骨轉移\n一句。\n• 二。"
    assert (guide.guide_id, guide.title) == ("g", "指南")


def test_passages_stand_under_their_section_and_heading() -> None:
    guide = split(
        (PARAGRAPH, "前言。"),
        (SECTION, "骨轉移"),
        (PARAGRAPH, "甲。"),
        (HEADING, "症狀"),
        (PARAGRAPH, "乙。"),
        (SECTION, "藥物"),
        (PARAGRAPH, "丙。"),
    )
    assert [section.title for section in guide.sections] == ["指南", "骨轉移", "藥物"]
    assert [(p.passage_id, p.section, p.heading, p.text) for p in guide.passages] == [
        ("g-0001", "指南", "指南", "前言。"),
        ("g-0002", "骨轉移", "骨轉移", "甲。"),
        ("g-0003", "骨轉移", "症狀", "乙。"),
        ("g-0004", "藥物", "藥物", "丙。"),
    ]
    assert all(guide.section_of(p).title == p.section for p in guide.passages)


def test_short_sentences_are_gathered_until_a_passage_is_long_enough() -> None:
    guide = split((PARAGRAPH, sentence(30) * 6))
    assert texts(guide) == [sentence(30) * 4, sentence(30) * 2]
    assert AIM <= len(guide.passages[0].text) <= MOST


def test_a_sentence_that_would_make_a_passage_too_long_begins_the_next() -> None:
    assert texts(split((PARAGRAPH, sentence(90) + sentence(80)))) == [sentence(90), sentence(80)]
    assert texts(split((PARAGRAPH, sentence(90) + sentence(70)))) == [sentence(90) + sentence(70)]


def test_a_long_sentence_stays_whole() -> None:
    guide = split((PARAGRAPH, sentence(20) + sentence(MOST * 2) + sentence(20)))
    assert texts(guide) == [sentence(20), sentence(MOST * 2), sentence(20)]


@pytest.mark.parametrize("end", ["。", "！", "？", "；", "!", "?", "。」", "？」）", "！！"])
def test_a_sentence_ends_after_its_mark_and_what_closes_it(end: str) -> None:
    first = "骨" * 99 + end
    assert texts(split((PARAGRAPH, first + sentence(50)))) == [first, sentence(50)]


def test_an_english_paragraph_is_cut_between_its_sentences() -> None:
    one = "Bones hold the body up and store calcium for later use."
    guide = split((PARAGRAPH, " ".join([one] * 8)))
    assert len(guide.passages) > 1
    assert all(set(text.split(". ")) <= {one, one.rstrip(".")} for text in texts(guide))


def test_a_decimal_point_ends_no_sentence() -> None:
    text = "骨" * 99 + "0.1% 的人。"
    assert texts(split((PARAGRAPH, text))) == [text]


def test_items_of_one_list_stand_together() -> None:
    guide = split((PARAGRAPH, "症狀有："), (ITEM, "• 骨折。"), (ITEM, "• 背痛。"))
    assert texts(guide) == ["症狀有：\n• 骨折。\n• 背痛。"]
    assert guide.passages[0].kind is PassageKind.LIST


def test_an_item_is_never_cut() -> None:
    item = "• " + sentence(70) * 3
    assert texts(split((ITEM, "• 骨折。"), (ITEM, item), (ITEM, "• 背痛。"))) == [
        "• 骨折。",
        item,
        "• 背痛。",
    ]


def test_what_introduces_a_list_is_not_left_behind() -> None:
    before = "骨" * AIM + "症狀有："
    assert texts(split((PARAGRAPH, before), (ITEM, "• 骨折。"))) == [before + "\n• 骨折。"]
    plain = "骨" * AIM + "症狀"
    assert texts(split((PARAGRAPH, plain), (ITEM, "• 骨折。"))) == [plain, "• 骨折。"]


@pytest.mark.parametrize(("length", "joined"), [(20, True), (60, False)])
def test_a_paragraph_joins_only_a_short_list(length: int, joined: bool) -> None:
    item = "• " + sentence(length)
    guide = split((ITEM, item), (PARAGRAPH, "另一段。"))
    assert texts(guide) == ([item + "\n另一段。"] if joined else [item, "另一段。"])


def test_the_labels_of_a_figure_stand_alone() -> None:
    guide = split((PARAGRAPH, "一句。"), (LABELS, "骨折\n年齡\n抽菸"), (PARAGRAPH, "二句。"))
    assert [(p.text, p.kind) for p in guide.passages] == [
        ("一句。", PassageKind.PROSE),
        ("骨折\n年齡\n抽菸", PassageKind.CHART),
        ("二句。", PassageKind.PROSE),
    ]


def test_a_passage_does_not_reach_onto_the_next_page_by_itself() -> None:
    blocks = [Block(PARAGRAPH, "一句。", (1,)), Block(PARAGRAPH, "二句。", (2,))]
    assert [p.pages for p in split_guide("g", "指南", blocks).passages] == [(1,), (2,)]


def test_a_sentence_over_two_pages_names_both() -> None:
    blocks = [Block(PARAGRAPH, "一句跨頁。", (3, 4)), Block(PARAGRAPH, "二句。", (4,))]
    guide = split_guide("g", "指南", blocks)
    assert [(p.text, p.pages) for p in guide.passages] == [("一句跨頁。\n二句。", (3, 4))]


def test_a_passage_names_the_pages_of_all_that_it_holds() -> None:
    blocks = [Block(PARAGRAPH, "一句。", (3,)), Block(PARAGRAPH, "二句跨頁。", (3, 4))]
    guide = split_guide("g", "指南", blocks)
    assert [(p.text, p.pages) for p in guide.passages] == [("一句。\n二句跨頁。", (3, 4))]


def test_nothing_gives_a_guide_without_passages() -> None:
    assert split_guide("g", "指南", []).passages == ()


def test_a_heading_above_a_heading_is_not_lost() -> None:
    blocks = find_blocks(pages_of("## 藥物\n### 骨針\n### 多久一次\n每半年打一針，由醫師決定。"))
    guide = split_guide("g", "指南", blocks)
    shown = "".join(p.section + p.heading + p.text for p in guide.passages)
    assert all(words in shown for words in ("藥物", "骨針", "多久一次", "每半年打一針"))


SENTENCES = st.builds(
    lambda length, end: "骨" * length + end,
    st.integers(1, 70) | st.integers(150, 200),
    st.sampled_from(["。", "？", "；", "！」", "：", "", ") "]),
)
PARAGRAPHS = st.lists(SENTENCES, min_size=1, max_size=5).map("".join)
BODIES = st.one_of(
    st.tuples(st.just(PARAGRAPH), PARAGRAPHS),
    st.tuples(st.just(ITEM), PARAGRAPHS.map(lambda text: "• " + text)),
    st.tuples(st.just(LABELS), st.just("骨折\n年齡\n抽菸")),
)
TITLES = st.tuples(st.sampled_from([SECTION, HEADING]), st.sampled_from(["甲題", "乙題", "丙題"]))


@st.composite
def documents(draw: st.DrawFn) -> list[Block]:
    """Draw blocks as `find_blocks` gives them: every title has text under it."""
    blocks: list[Block] = []
    page = 1
    for _ in range(draw(st.integers(1, 4))):
        if draw(st.booleans()):
            blocks.append(Block(*draw(TITLES), (page,)))
        for kind, text in draw(st.lists(BODIES, min_size=1, max_size=4)):
            last = page + draw(st.integers(0, 1))
            blocks.append(Block(kind, text, tuple(range(page, last + 1))))
            page = last
    return blocks


@given(documents())
def test_spans_cut_the_text_and_leave_out_only_titles(blocks: list[Block]) -> None:
    guide = split_guide("g", "指南", blocks)
    end = 0
    gaps = []
    for passage in guide.passages:
        assert passage.span is not None
        assert guide.text[passage.span.start : passage.span.end] == passage.text
        assert passage.text == passage.text.strip()
        gaps.append(guide.text[end : passage.span.start])
        end = passage.span.end
    gaps.append(guide.text[end:])
    titles = [block.text for block in blocks if block.kind in (SECTION, HEADING)]
    assert [line for gap in gaps for line in gap.split()] == titles
    shown = {p.section for p in guide.passages} | {p.heading for p in guide.passages}
    assert set(titles) <= shown


@given(documents())
def test_sentences_and_items_stay_whole_and_lengths_bounded(blocks: list[Block]) -> None:
    guide = split_guide("g", "指南", blocks)
    wholes = [block.text.strip() for block in blocks if block.kind in (ITEM, LABELS)]
    assert all(any(whole in text for text in texts(guide)) for whole in wholes)
    for passage in guide.passages:
        text = passage.text
        if len(text) > MOST:
            marks = sum(text.rstrip("」").count(mark) for mark in "。？；！")
            is_sentence = "\n" not in text and marks - (text.rstrip("」")[-1] in "。？；！") == 0
            assert is_sentence or text in wholes
    for before, after in zip(guide.passages, guide.passages[1:], strict=False):
        assert before.span is not None
        assert after.span is not None
        between = guide.text[before.span.end : after.span.start]
        ended = before.text.rstrip("」")[-1] in "。？；！"
        assert ended or "\n" in between


@given(documents())
def test_a_passage_names_the_pages_of_its_blocks(blocks: list[Block]) -> None:
    guide = split_guide("g", "指南", blocks)
    start = 0
    places = []
    for block in blocks:
        places.append((start, start + len(block.text), block))
        start += len(block.text) + 1
    for passage in guide.passages:
        assert passage.span is not None
        held = [b for a, z, b in places if a < passage.span.end and z > passage.span.start]
        assert passage.pages
        assert set(passage.pages) <= {page for block in held for page in block.pages}
        assert {block.pages[0] for block in held if len(block.pages) == 1} <= set(passage.pages)
        assert list(passage.pages) == sorted(passage.pages)
        assert not any(block.kind in (SECTION, HEADING) for block in held)
    assert bare("".join(texts(guide))) == bare(
        "".join(block.text for block in blocks if block.kind not in (SECTION, HEADING))
    )
