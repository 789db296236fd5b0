from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.citation import Citation, cite
from tests.helpers import passage

TEXT = "骨轉移是癌症擴散到骨頭。"


@pytest.mark.parametrize(
    ("start", "end", "quote"),
    [(0, 3, "骨轉移"), (4, 6, "癌症"), (11, 12, "。"), (0, 12, TEXT)],
)
def test_offsets_cut_the_quotation(start: int, end: int, quote: str) -> None:
    assert Citation(1, passage(text=TEXT), start, end).quote == quote


@given(st.text(min_size=1), st.data())
def test_a_quotation_is_as_long_as_its_range_and_stands_where_it_says(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    citation = Citation(1, passage(text=text), start, end)
    assert len(citation.quote) == end - start
    assert text == text[:start] + citation.quote + text[end:]


@pytest.mark.parametrize(
    ("start", "end"), [(-1, 3), (0, 0), (5, 5), (6, 4), (0, 13), (12, 13), (12, 12)]
)
def test_a_range_that_leaves_the_passage_or_is_empty_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match=rf"\[{start}, {end}\) leaves the passage's 12"):
        Citation(1, passage(text=TEXT), start, end)


@pytest.mark.parametrize("number", [0, -1])
def test_numbers_start_at_one(number: int) -> None:
    with pytest.raises(ValueError, match=f"numbered from 1, not {number}"):
        Citation(number, passage(), 0, 1)


def test_pages_are_those_of_the_passage() -> None:
    assert Citation(1, passage(pages=(9, 26)), 0, 1).pages == (9, 26)


def test_whole_passages_are_cited_in_order_and_numbered_from_one() -> None:
    passages = [passage("b", "乙段。"), passage("a", "甲段落。")]
    cited = [(c.number, c.passage.passage_id, c.quote) for c in cite(passages)]
    assert cited == [(1, "b", "乙段。"), (2, "a", "甲段落。")]


def test_a_passage_is_cited_once_and_leaves_no_gap() -> None:
    a, b, c = passage("a"), passage("b"), passage("c")
    cited = [(x.number, x.passage.passage_id) for x in cite([a, b, a, b, c])]
    assert cited == [(1, "a"), (2, "b"), (3, "c")]


def test_nothing_to_cite_gives_no_citation() -> None:
    assert cite([]) == ()
