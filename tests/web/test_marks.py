"""What is marked of a quotation, wherever it is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.web.marks import Piece, name_of, named, pieces
from corpus.passage import Span

TEXT = "骨轉移是什麼。骨頭痛，請聯絡。多走路。"


def test_the_sentence_that_answers_is_marked_without_its_end() -> None:
    assert pieces(TEXT, (Span(7, 15),)) == [
        Piece("骨轉移是什麼。", is_marked=False),
        Piece("骨頭痛，請聯絡", is_marked=True),
        Piece("。多走路。", is_marked=False),
    ]


def test_without_marks_it_is_one_piece() -> None:
    assert pieces(TEXT, ()) == [Piece(TEXT, is_marked=False)]
    assert pieces(TEXT, (Span(6, 7),)) == [Piece(TEXT, is_marked=False)]  # a mark of its own


def test_a_part_of_a_passage_is_cut_at_both_ends() -> None:
    assert pieces(TEXT, (Span(7, 15),), 7, 15) == [
        Piece("骨頭痛，請聯絡", is_marked=True),
        Piece("。", is_marked=False),
    ]


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60))))
def test_the_pieces_give_the_text_again(text: str, ends: list[tuple[int, int]]) -> None:
    marked = named(".".join(f"{start}-{end}" for start, end in ends), len(text))
    assert "".join(piece.text for piece in pieces(text, marked)) == text


@pytest.mark.parametrize(
    ("name", "spans"),
    [
        ("", ()),
        ("7-15", (Span(7, 15),)),
        ("0-7.7-15", (Span(0, 7), Span(7, 15))),
        ("7-15.0-7", (Span(7, 15),)),
        ("0-9.8-15", (Span(0, 9),)),
        ("15-7", ()),
        ("7-7", ()),
        ("0-999", ()),
        ("-1-3", ()),
        ("<b>.0-7.x-y", (Span(0, 7),)),
        ("0-7" + ".0-7" * 100, (Span(0, 7),)),
    ],
)
def test_an_address_names_ranges_and_nothing_else(name: str, spans: tuple[Span, ...]) -> None:
    assert named(name, len(TEXT)) == spans


def test_what_is_named_is_read_again() -> None:
    spans = (Span(0, 7), Span(15, 19))
    assert named(name_of(spans), len(TEXT)) == spans
