"""Hard-wrapped lines become whole paragraphs, items, headings and labels."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from corpus.blocks import Block, BlockKind, columns, find_blocks, join_lines
from corpus.pages import Page
from tests.corpus.builders import bare, pages_of

SECTION, HEADING = BlockKind.SECTION, BlockKind.HEADING
PARAGRAPH, ITEM, LABELS = BlockKind.PARAGRAPH, BlockKind.ITEM, BlockKind.LABELS
# A line of 25 Han characters is 50 columns wide: wider than a heading may be.
WIDE = "骨頭撐住身體也存放鈣質每天散步對骨頭有好處有疑問請"


def blocks(*texts: str) -> list[tuple[BlockKind, str]]:
    return [(block.kind, block.text) for block in find_blocks(pages_of(*texts))]


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["骨頭撐住", "身體。"], "骨頭撐住身體。"),
        (["bone", "scan"], "bone scan"),
        (["骨骼掃描", "scan"], "骨骼掃描scan"),
        (["scan", "骨骼"], "scan骨骼"),
        (["bone-", "targeted"], "bone-targeted"),
        (["a (", "b)"], "a (b)"),
        (["well.", "Then 3", "weeks"], "well. Then 3 weeks"),
        (["  每 4  週 ", "\u3000一次 "], "每 4 週一次"),
        (["", "骨"], "骨"),
        (["骨", "", "頭"], "骨頭"),
        ([], ""),
    ],
)
def test_lines_are_joined_with_a_space_only_between_latin_words(
    lines: list[str], joined: str
) -> None:
    assert join_lines(lines) == joined


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (["un café", "au lait"], "un café au lait"),
        (["so", "étage"], "so étage"),
        (["called “brittle”", "bones"], "called “brittle” bones"),
    ],
)
def test_latin_words_beyond_ascii_keep_their_space(lines: list[str], joined: str) -> None:
    assert join_lines(lines) == joined


@given(st.lists(st.text(alphabet="骨頭痛。，ab1- ( \u3000", max_size=8), max_size=6))
def test_joining_lines_loses_no_visible_character(lines: list[str]) -> None:
    assert bare(join_lines(lines)) == bare("".join(lines))


@pytest.mark.parametrize(("text", "width"), [("骨頭", 4), ("DXA", 3), ("骨 D。", 6), ("", 0)])
def test_a_chinese_character_is_two_columns_wide(text: str, width: int) -> None:
    assert columns(text) == width


def test_wrapped_chinese_lines_are_one_paragraph() -> None:
    assert blocks(f"{WIDE}\n{WIDE}\n找人談談。") == [(PARAGRAPH, f"{WIDE}{WIDE}找人談談。")]


def test_wrapped_english_lines_are_one_paragraph() -> None:
    first = "Bones hold the body up and store calcium, and they"
    assert blocks(f"{first}\nrenew themselves.") == [(PARAGRAPH, f"{first} renew themselves.")]


def test_a_blank_line_parts_paragraphs() -> None:
    assert blocks(f"{WIDE}。\n\n{WIDE}。") == [(PARAGRAPH, f"{WIDE}。"), (PARAGRAPH, f"{WIDE}。")]


@pytest.mark.parametrize(
    "bullet", ["•", "● ", "◦ ", "■", "· ", "- ", "– ", "1. ", "12) ", "(3) ", "2、 ", "（一）"]
)
def test_every_bullet_begins_an_item(bullet: str) -> None:
    text = f"{bullet}散步對骨頭好。\n{bullet}少喝酒，\n多曬太陽。"
    assert blocks(f"{WIDE}：\n{text}") == [
        (PARAGRAPH, f"{WIDE}："),
        (ITEM, f"{bullet}散步對骨頭好。"),
        (ITEM, f"{bullet}少喝酒，多曬太陽。"),
    ]


@pytest.mark.parametrize("start", ["-3 分", "2.5 公克", "1.5", "2024 年"])
def test_a_number_is_no_bullet(start: str) -> None:
    assert blocks(f"{WIDE}\n{start}，也算。") == [(PARAGRAPH, f"{WIDE}{start}，也算。")]


def test_a_sentence_goes_on_across_a_blank_line() -> None:
    assert blocks(f"{WIDE}\n\n{WIDE}。") == [(PARAGRAPH, f"{WIDE}{WIDE}。")]
    assert blocks("散步對骨頭好，\n\n多走走。") == [(PARAGRAPH, "散步對骨頭好，多走走。")]
    assert blocks(f"{WIDE}，掃描 (bone\n\nscan) 也可以做。") == [
        (PARAGRAPH, f"{WIDE}，掃描 (bone scan) 也可以做。")
    ]


def test_an_open_bracket_goes_on_across_a_blank_line() -> None:
    assert blocks(f"{WIDE}{WIDE}\n掃描 (bone\n\nscan) 也可以做。") == [
        (PARAGRAPH, f"{WIDE}{WIDE}掃描 (bone scan) 也可以做。")
    ]


def test_a_line_that_was_not_wrapped_does_not_go_on_across_a_blank_line() -> None:
    assert columns(WIDE) == 50
    assert blocks(f"{WIDE}{WIDE}。\n{WIDE}\n\n{WIDE}。") == [
        (PARAGRAPH, f"{WIDE}{WIDE}。{WIDE}"),
        (PARAGRAPH, f"{WIDE}。"),
    ]


def test_an_item_goes_on_across_a_blank_line() -> None:
    assert blocks(f"• {WIDE}\n\n{WIDE}。\n• 少喝酒。") == [
        (ITEM, f"• {WIDE}{WIDE}。"),
        (ITEM, "• 少喝酒。"),
    ]


def test_a_sentence_goes_on_across_a_page() -> None:
    (block,) = find_blocks(pages_of(f"{WIDE}\n{WIDE}", f"\n{WIDE}。"))
    assert block == Block(PARAGRAPH, f"{WIDE}{WIDE}{WIDE}。", (1, 2))


def test_a_sentence_goes_on_across_two_pages() -> None:
    (block,) = find_blocks(pages_of(WIDE, WIDE, f"{WIDE}。"))
    assert block == Block(PARAGRAPH, f"{WIDE}{WIDE}{WIDE}。", (1, 2, 3))


@pytest.mark.parametrize(
    ("end", "start"),
    [
        (f"{WIDE}。", f"{WIDE}。"),
        (f"{WIDE}。」", f"{WIDE}。"),
        (WIDE, f"• {WIDE}。"),
        (WIDE, f"骨折\n{WIDE}。"),
    ],
    ids=["ended", "ended in a quotation", "item", "heading"],
)
def test_what_begins_on_a_page_stands_on_it_alone(end: str, start: str) -> None:
    found = find_blocks(pages_of(end, start))
    assert [block.pages for block in found] == [(1,)] + [(2,)] * (len(found) - 1)
    assert bare("".join(block.text for block in found)) == bare(end + start)


def test_the_first_short_line_of_a_page_is_a_section() -> None:
    assert blocks(f"骨轉移\n\n{WIDE}。") == [(SECTION, "骨轉移"), (PARAGRAPH, f"{WIDE}。")]
    assert blocks(f"骨轉移\n{WIDE}。") == [(SECTION, "骨轉移"), (PARAGRAPH, f"{WIDE}。")]


def test_a_question_of_its_own_is_a_section_anywhere() -> None:
    assert blocks(f"{WIDE}。\n\n什麼是骨轉移？\n\n{WIDE}。") == [
        (PARAGRAPH, f"{WIDE}。"),
        (SECTION, "什麼是骨轉移？"),
        (PARAGRAPH, f"{WIDE}。"),
    ]


def test_a_short_line_on_top_of_a_paragraph_is_a_heading() -> None:
    assert blocks(f"{WIDE}。\n\n放射治療\n{WIDE}。") == [
        (PARAGRAPH, f"{WIDE}。"),
        (HEADING, "放射治療"),
        (PARAGRAPH, f"{WIDE}。"),
    ]


def test_a_short_sentence_is_no_heading() -> None:
    assert blocks("請找醫師談談。\n\n散步，") == [
        (PARAGRAPH, "請找醫師談談。"),
        (PARAGRAPH, "散步，"),
    ]


def test_a_short_line_in_text_without_pages_is_a_section() -> None:
    found = find_blocks((Page(None, (f"{WIDE}。", "", "放射治療", "", f"{WIDE}。")),))
    assert [(b.kind, b.text, b.pages) for b in found] == [
        (PARAGRAPH, f"{WIDE}。", ()),
        (SECTION, "放射治療", ()),
        (PARAGRAPH, f"{WIDE}。", ()),
    ]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("# 骨轉移", SECTION),
        ("## 骨轉移", SECTION),
        ("### 骨轉移", HEADING),
        ("  #### 骨轉移", HEADING),
    ],
)
def test_marked_headings_are_taken_at_their_word(line: str, kind: BlockKind) -> None:
    assert blocks(f"{WIDE}。\n{line}\n{WIDE}。") == [
        (PARAGRAPH, f"{WIDE}。"),
        (kind, "骨轉移"),
        (PARAGRAPH, f"{WIDE}。"),
    ]


def test_closing_marks_are_no_part_of_a_marked_heading() -> None:
    assert blocks(f"## 骨轉移 ##\n{WIDE}。")[0] == (SECTION, "骨轉移")


def test_pages_without_lines_have_no_blocks() -> None:
    assert blocks() == []
    assert blocks("", "") == []


def test_a_heading_with_nothing_under_it_is_text() -> None:
    assert blocks(f"{WIDE}。\n# 結尾") == [(PARAGRAPH, f"{WIDE}。"), (PARAGRAPH, "結尾")]
    assert blocks(f"# 甲\n# 乙\n{WIDE}。") == [
        (PARAGRAPH, "甲"),
        (SECTION, "乙"),
        (PARAGRAPH, f"{WIDE}。"),
    ]


def test_a_foreign_line_among_chinese_ones_is_no_section() -> None:
    assert blocks(f"Guide Series\n\n{WIDE}。\n\n{WIDE}？\n\n{WIDE}。")[0] == (
        PARAGRAPH,
        "Guide Series",
    )


def test_english_headings_stand_in_an_english_text() -> None:
    text = "Bones hold the body up and store calcium, and they renew."
    assert blocks(f"About bones\n\n{text}") == [(SECTION, "About bones"), (PARAGRAPH, text)]


def test_loose_short_lines_are_the_labels_of_a_figure() -> None:
    assert blocks(f"{WIDE}。\n\n骨折\n\n年齡\n\n抽菸\n\n{WIDE}。") == [
        (PARAGRAPH, f"{WIDE}。"),
        (LABELS, "骨折\n年齡\n抽菸"),
        (PARAGRAPH, f"{WIDE}。"),
    ]


def test_wrapped_labels_stay_with_their_figure() -> None:
    assert blocks(f"{WIDE}。\n\n骨折\n\n年齡\n高於\n六十\n\n抽菸\n\n{WIDE}。")[1] == (
        LABELS,
        "骨折\n年齡高於六十\n抽菸",
    )


def test_one_loose_short_line_is_a_caption() -> None:
    assert blocks(f"{WIDE}。\n\n骨頭的樣子\n\n{WIDE}。")[1] == (PARAGRAPH, "骨頭的樣子")


def test_two_loose_short_lines_are_no_figure() -> None:
    assert blocks(f"{WIDE}。\n\n骨折\n\n年齡\n\n{WIDE}。")[1:3] == [
        (PARAGRAPH, "骨折"),
        (PARAGRAPH, "年齡"),
    ]


def test_labels_name_every_page_that_they_stand_on() -> None:
    texts = [f"{WIDE}。\n\n骨折\n\n年齡", f"抽菸\n睡眠\n散步\n\n{WIDE}。"]
    label = next(block for block in find_blocks(pages_of(*texts)) if block.kind is LABELS)
    assert label == Block(LABELS, "骨折\n年齡\n抽菸睡眠散步", (1, 2))


LINES = st.lists(
    st.sampled_from(
        [
            "", "", WIDE, f"{WIDE}。", "骨轉移", "什麼是骨轉移？", "• 散步", "1. 少喝酒，", "（見下頁",
            "bone scan", "Bones hold the body up and store calcium, and they", "）。", "結束。」", "17",
        ]
    ),
    max_size=14,
)  # fmt: skip


@given(st.lists(LINES, min_size=1, max_size=4))
def test_blocks_hold_every_visible_character_in_order(pages: list[list[str]]) -> None:
    assume(any(line for lines in pages for line in lines))
    found = find_blocks(tuple(Page(n, tuple(lines)) for n, lines in enumerate(pages, start=1)))
    assert bare("".join(b.text for b in found)) == bare("".join("".join(p) for p in pages))
    assert all(block.text for block in found)
    for block in found:
        assert block.pages == tuple(sorted(set(block.pages)))
        assert block.pages
        assert bare(block.text) in bare("".join("".join(pages[n - 1]) for n in block.pages))
