from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.passage import Guide, Passage, PassageKind, Section, Span
from evals.afternoon import CHUNK, OVERLAP, SHOWN, Afternoon, Chunk, fixed_chunks
from index.encoder import Vectors
from tests.helpers import FakeEncoder


def guide_of(*pieces: tuple[str, tuple[int, ...]]) -> Guide:
    """Return a guide whose text is these pieces, each a passage with its pages."""
    passages: list[Passage] = []
    start = 0
    for number, (text, pages) in enumerate(pieces):
        span = Span(start, start + len(text))
        passages.append(
            Passage(f"p{number}", "節", pages, PassageKind.PROSE, "題", text, span=span)
        )
        start = span.end
    text = "".join(text for text, _ in pieces)
    return Guide("g", "指南", (Section("節", tuple(passages)),), text)


def test_chunks_overlap_and_carry_the_pages_that_they_touch() -> None:
    guide = guide_of(("甲" * 250, (1,)), ("乙" * 60, (2, 3)), ("丙" * 240, (4,)))
    assert fixed_chunks(guide) == (
        Chunk("甲" * 250 + "乙" * 50, (1, 2, 3)),
        Chunk("乙" * 60 + "丙" * 240, (2, 3, 4)),
    )


def test_a_page_that_only_meets_the_edge_is_not_touched() -> None:
    guide = guide_of(("甲" * 300, (1,)), ("乙" * 250, (2,)))
    first, second = fixed_chunks(guide)
    assert first == Chunk("甲" * 300, (1,))
    assert second == Chunk("甲" * 50 + "乙" * 250, (1, 2))


def test_text_outside_all_passages_has_no_page() -> None:
    guide = Guide("g", "指南", (), "甲" * 10)
    assert fixed_chunks(guide) == (Chunk("甲" * 10, ()),)


@pytest.mark.parametrize(
    ("length", "count"), [(1, 1), (50, 1), (51, 1), (300, 1), (301, 2), (550, 2), (551, 3)]
)
def test_no_chunk_holds_only_what_overlaps(length: int, count: int) -> None:
    assert len(fixed_chunks(guide_of(("字" * length, (1,))))) == count


@given(st.integers(1, 2000))
def test_chunks_cover_the_text_with_overlap(length: int) -> None:
    text = "".join(chr(0x4E00 + i) for i in range(length))
    chunks = [chunk.text for chunk in fixed_chunks(guide_of((text, (1,))))]
    assert chunks[0] + "".join(chunk[OVERLAP:] for chunk in chunks[1:]) == text
    assert all(len(chunk) == CHUNK for chunk in chunks[:-1])
    assert len(chunks[-1]) <= CHUNK
    for before, after in pairwise(chunks):
        assert before[-OVERLAP:] == after[:OVERLAP]


PIECES = (
    ("骨質疏鬆讓骨頭容易斷裂。", 1),
    ("浴室鋪上防滑墊可以防跌。", 2),
    ("牛奶豆腐含有豐富的鈣質。", 3),
    ("每天散步半小時維持肌力。", 4),
    ("抽菸喝酒會傷害身體健康。", 5),
)


@pytest.fixture(scope="module")
def peer() -> Afternoon:
    """Return the peer over five subjects, each filling chunks of its own."""
    pieces = [(text * 25, (page,)) for text, page in PIECES]
    return Afternoon(guide_of(*pieces), FakeEncoder())


@pytest.mark.parametrize(("text", "page"), PIECES)
def test_the_chunk_that_shares_words_and_characters_comes_first(
    peer: Afternoon, text: str, page: int
) -> None:
    shown = peer.search(text)
    assert len(shown) == SHOWN == len(set(shown))
    assert page in shown[0].pages
    assert text in shown[0].text


class ChosenEncoder:
    """An encoder by hand: the cosine of chunk i and any question is `cosines[i]`."""

    def __init__(self, *cosines: float) -> None:
        self.name = "chosen"
        self.dimension = len(cosines)
        self._cosines = np.array([cosines], dtype=np.float32)

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        return np.repeat(self._cosines, len(texts), axis=0)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return np.eye(len(texts), self.dimension, dtype=np.float32)


def found(question: str, *cosines: float) -> list[int]:
    """Return which of four chunks are shown; the third holds 防滑墊, the second its edge."""
    texts = ("骨質疏鬆會斷裂。", "牛奶豆腐有鈣質。", "浴室鋪上防滑墊。", "每天散步半小時。")
    guide = guide_of(
        *((text * 31 + "一二", (page,)) for page, text in enumerate(texts, start=1)),
        ("三" * 50, (5,)),
    )
    peer = Afternoon(guide, ChosenEncoder(*cosines))
    assert len(peer.chunks) == len(cosines) == 4
    return [peer.chunks.index(chunk) for chunk in peer.search(question)]


def test_without_a_shared_word_the_cosines_decide() -> None:
    assert found("xyzzy", 0.2, 0.9, 0.1, 0.5) == [1, 3, 0]


@pytest.mark.parametrize(
    ("question", "chunks"), [("防滑墊", [2, 1]), ("鈣質", [1, 0]), ("钙质", [1, 0])]
)
def test_without_a_cosine_the_words_decide(question: str, chunks: list[int]) -> None:
    assert found(question, 0.0, 0.0, 0.0, 0.0) == chunks


def test_reciprocal_ranks_of_both_searches_are_added() -> None:
    # By cosines 3, 1, 0, 2; by words 2, 1: so 1/62 + 1/62 > 1/64 + 1/61 > 1/61 > 1/63.
    assert found("防滑墊", 0.2, 0.3, 0.1, 0.9) == [1, 2, 3]


def test_what_neither_search_found_is_not_shown() -> None:
    assert found("xyzzy", 0.0, 0.4, -0.2, 0.0) == [1]


@pytest.mark.parametrize("question", ["", "😀", "xyzzy", "？"])
def test_it_never_refuses(peer: Afternoon, question: str) -> None:
    assert len(peer.search(question)) == SHOWN


def test_everything_is_encoded_once() -> None:
    encoder = FakeEncoder()
    peer = Afternoon(guide_of(("骨轉移的病人要做檢查。" * 60, (1,))), encoder)
    assert encoder.encoded == len(peer.chunks) == 3
    peer.search("骨轉移")
    assert encoder.encoded == 4


def test_a_guide_of_one_chunk_shows_it_once() -> None:
    peer = Afternoon(guide_of(("骨轉移會痛。", (9,))), FakeEncoder())
    assert peer.search("骨轉移會痛嗎") == (Chunk("骨轉移會痛。", (9,)),)
