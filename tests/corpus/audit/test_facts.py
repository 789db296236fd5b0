"""The facts of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.audit.facts import COUNTS, NAMES, Facts, read_facts

PIECES = [
    "每 4 週", "5%", "兩種", "每月", "denosumab", "DXA", "乳癌", "可能", "不會", "若", "、", "和",
    "，", "第 9 頁", "120 毫克", "骨頭", " ", "3", "到", "2021",
]  # fmt: skip
SOME = st.lists(st.sampled_from(PIECES), max_size=10).map("".join)
FULL_WIDTH = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)})


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("每 4 週一次", {"4週": 1}),
        ("4 周", {"4週": 1}),
        ("4週", {"4週": 1}),
        ("每月一次", {"每月": 1}),
        ("每個月一次", {"每月": 1}),
        ("每一年", {"每年": 1}),
        ("每日、每天", {"每天": 2}),
        ("3 日和 3 天", {"3天": 2}),
        ("每 3 個月", {"3個月": 1}),
        ("2 個月到 4 個月", {"2個月": 1, "4個月": 1}),
        ("5%、5 %", {"5%": 2}),
        ("120 毫克", {"120毫": 1}),
        ("2.5", {"2.5": 1}),
        ("T 值 \u22122.5", {"-2.5": 1}),
        ("2\u20134 週", {"2-4週": 1}),
        ("2 - 4 週", {"2-4週": 1}),
        ("2 至 4 週", {"2-4週": 1}),
        ("2到4週", {"2-4週": 1}),
        ("2~4 週", {"2-4週": 1}),
        ("降到5%", {"5%": 1}),
        ("甚至5%", {"5%": 1}),
        ("兩種、三個、十天", {"2": 1, "3": 1, "10": 1}),
        ("半年", {"0.5": 1}),
        ("一次", {}),
        ("三心二意", {}),
        ("COX2", {}),
        ("第 9 頁", {}),
        ("第 9、26 頁", {}),
        ("第 9\u201311 頁", {}),
        ("第 3 章", {}),
        ("p. 9", {}),
        ("(Wang et al., 2021)", {}),
        ("2021 年", {}),
        ("12000 毫克", {"12000毫": 1}),
        ("", {}),
    ],
)
def test_numbers_are_read_with_their_units(text: str, numbers: dict[str, int]) -> None:
    assert read_facts(text).number == numbers


@pytest.mark.parametrize(
    ("text", "mentioned"),
    [
        ("第 9 頁", {"p9": 1}),
        ("第 9、26 頁和第 9 頁", {"p9": 2, "p26": 1}),
        ("第 9\u201311 頁", {"p9": 1, "p11": 1}),
        ("第 3 章，p. 4", {"p3": 1, "p4": 1}),
        ("(Wang et al., 2021)", {"2021": 1}),
        ("2021 年到 1999 年", {"2021": 1, "1999": 1}),
        ("12000 毫克，4 週", {}),
    ],
)
def test_pages_and_years_that_are_mentioned_are_counted_apart(
    text: str, mentioned: dict[str, int]
) -> None:
    assert read_facts(text).mention == mentioned


@pytest.mark.parametrize(
    ("text", "kind", "counts"),
    [
        ("Denosumab 或 DENOSUMAB", "drug", {"denosumab": 2}),
        ("化療和化學治療", "drug", {"化學治療": 2}),
        ("電療、放療", "drug", {"放射治療": 2}),
        ("維他命 D 和維生素D", "drug", {"維生素 D": 2}),
        ("雙磷酸鹽類藥物", "drug", {"雙磷酸鹽": 1}),
        ("CT 和電腦斷層", "test", {"電腦斷層": 2}),
        ("X光和 x 光", "test", {"X 光": 2}),
        ("攝護腺癌和前列腺癌", "cancer", {"前列腺癌": 2}),
        ("停經前、停經後", "cancer", {"停經前": 1, "停經後": 1}),
        ("也許會，可能會", "hedge", {"可能": 2}),
        ("比較好，更好", "hedge", {"更": 2}),
        ("大約 5", "hedge", {"大約": 1}),
        ("沒有，不會，難以，別再", "negation", {"不": 4}),
        ("若痛，如果痛，痛的話", "condition", {"若": 3}),
        ("骨頭", "drug", {}),
    ],
)
def test_wordings_of_one_name_are_counted_together(
    text: str, kind: str, counts: dict[str, int]
) -> None:
    assert getattr(read_facts(text), kind) == counts


def test_the_order_is_that_of_names_and_numbers() -> None:
    facts = read_facts("乳癌可能每 4 週打 denosumab，再做 DXA。")
    assert facts.order == ("乳癌", "4週", "denosumab", "DXA")


def test_names_of_pages_and_studies_left_out_leave_the_order_alone() -> None:
    facts = read_facts("乳癌（第 9 頁）打 denosumab (Wang et al., 2021)。")
    assert facts.order == ("乳癌", "denosumab")


@pytest.mark.parametrize(
    ("text", "items"),
    [("甲", 0), ("甲、乙和丙", 2), ("甲；乙以及丙", 2), ("甲或乙，丙及丁與戊", 3)],
)
def test_breaks_between_items_are_counted(text: str, items: int) -> None:
    assert read_facts(text).items == items


@given(st.one_of(SOME, st.text(max_size=40)))
def test_any_text_has_facts_with_names_of_one_line(text: str) -> None:
    facts = read_facts(text)
    for kind in ("number", "mention", *NAMES, *COUNTS):
        for name, count in getattr(facts, kind).items():
            assert count > 0
            assert not set(name) & set("\t\n|*,")
    assert len(facts.order) == sum(
        sum(getattr(facts, kind).values()) for kind in ("number", *NAMES)
    )


@pytest.mark.parametrize("text", ["BM\u0131", "DX\u0410", "\u0130bandronate", "CLODRONATE\u017f"])
def test_a_letter_that_only_looks_alike_is_no_failure(text: str) -> None:
    assert isinstance(read_facts(text), Facts)


@given(SOME)
def test_full_width_letters_and_digits_make_no_difference(text: str) -> None:
    assert read_facts(text.translate(FULL_WIDTH)) == read_facts(text)


@given(SOME)
def test_upper_and_lower_case_make_no_difference(text: str) -> None:
    text = text.replace("2021", "")  # a capitalised word before a year is an author
    assert read_facts(text.upper()).drug == read_facts(text.lower()).drug
    assert read_facts(text.upper()).test == read_facts(text.lower()).test


@given(SOME)
def test_what_is_said_twice_counts_twice(text: str) -> None:
    once, twice = read_facts(text), read_facts(f"{text}。\n{text}")
    for kind in ("number", "mention", *NAMES, *COUNTS):
        doubled = {name: 2 * count for name, count in getattr(once, kind).items()}
        assert getattr(twice, kind) == doubled
    assert twice.order == once.order * 2
    assert twice.items == once.items * 2
