"""Codes that hold a text: decoded again, whole, in as few as possible."""

from __future__ import annotations

import io

import numpy as np
import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.web.qr import MOST_BYTES, draw, pack, size

MORE = "後面還有。"
SENTENCE = "骨轉移的治療要和團隊討論。"


def decoded(text: str) -> str:
    """Return what a reader finds in the code of a text, drawn as `draw` does."""
    code = segno.make(text, encoding="utf-8", error="l", boost_error=False, micro=False)
    rows = np.array([list(row) for row in code.matrix_iter(scale=4, border=4)], dtype=np.uint8)
    (found,) = zxingcpp.read_barcodes(np.where(rows > 0, 0, 255).astype(np.uint8))
    return str(found.text)


@pytest.mark.parametrize("text", ["119", SENTENCE, SENTENCE * (MOST_BYTES // size(SENTENCE))])
def test_a_code_is_read_back(text: str) -> None:
    assert decoded(text) == text


def test_the_drawing_is_the_code_with_its_name() -> None:
    drawn = draw(SENTENCE, 'a "label" <b>')
    assert drawn.startswith('<svg role="img" aria-label="a &#34;label&#34; &lt;b&gt;"')
    out = io.BytesIO()
    segno.make(SENTENCE, encoding="utf-8", error="l", boost_error=False, micro=False).save(
        out, kind="svg", omitsize=True, border=4, dark="#000", light="#fff", xmldecl=False
    )
    path = out.getvalue().decode().split(' d="')[1].split('"')[0]
    assert path in drawn


def test_parts_that_fit_share_a_code() -> None:
    assert pack([SENTENCE, SENTENCE], MORE) == (f"{SENTENCE}\n\n{SENTENCE}",)


def test_a_part_is_never_torn_to_fill_a_code() -> None:
    long = SENTENCE * 20
    assert size(long) * 2 > MOST_BYTES
    assert pack([long, long, SENTENCE], MORE) == (long, f"{long}\n\n{SENTENCE}")


def test_what_is_too_long_ends_with_a_sentence_and_says_so() -> None:
    (text,) = pack([SENTENCE * 60], MORE)
    kept, _, said = text.rpartition("\n")
    assert said == MORE
    assert kept == SENTENCE * kept.count(SENTENCE)
    assert size(text) <= MOST_BYTES < size(text) + size(SENTENCE)


@settings(deadline=None)
@given(st.lists(st.text(min_size=1, max_size=700), min_size=1, max_size=5))
def test_no_code_is_too_large(parts: list[str]) -> None:
    assert all(size(text) <= MOST_BYTES for text in pack(parts, MORE))
