from __future__ import annotations

import numpy as np
import pytest

from corpus.passage import Guide, Section, Span
from index.key import KeyKind
from index.sentences import (
    LONG,
    SentenceIndex,
    answering_by_words,
    sentence_keys,
    sentence_spans,
)
from tests.helpers import passage

TEXT = "骨轉移會痛。止痛藥有幫助。放射治療也能止痛。請告訴醫師。"
GUIDE = Guide(
    "g", "指南", (Section("節", (passage("a", "只有一句。", heading="一"), passage("b", TEXT))),)
)
AXES = np.eye(5, dtype=np.float32)


def words(*spans: Span) -> list[str]:
    return [TEXT[span.start : span.end] for span in spans]


def test_sentences_are_cut_whole_and_leave_nothing_out() -> None:
    assert words(*sentence_spans(TEXT)) == [
        "骨轉移會痛。",
        "止痛藥有幫助。",
        "放射治療也能止痛。",
        "請告訴醫師。",
    ]
    assert "".join(words(*sentence_spans(TEXT))) == TEXT


def test_a_sentence_is_encoded_under_its_heading_and_owned_by_its_passage() -> None:
    keys = sentence_keys(GUIDE)
    assert [(key.owner, key.kind) for key in keys] == [(0, KeyKind.SENTENCE)] + [
        (1, KeyKind.SENTENCE)
    ] * 4
    assert keys[0].text == "一。只有一句。"
    assert keys[2].text == "骨轉移是什麼。止痛藥有幫助。"


def test_the_closest_sentence_answers_and_one_that_is_nearly_as_close() -> None:
    index = SentenceIndex(GUIDE, AXES)
    assert words(*index.answering(1, AXES[3:4], [1.0])) == ["放射治療也能止痛。"]
    both = (AXES[1] + AXES[3])[None] / np.float32(np.sqrt(2))
    assert words(*index.answering(1, both, [1.0])) == ["骨轉移會痛。", "放射治療也能止痛。"]


def test_readings_count_by_their_weight() -> None:
    index = SentenceIndex(GUIDE, AXES)
    readings = np.stack([AXES[1], AXES[4]])
    assert words(*index.answering(1, readings, [0.2, 0.8])) == ["請告訴醫師。"]
    assert words(*index.answering(1, readings, [0.8, 0.2])) == ["骨轉移會痛。"]


def test_of_a_short_passage_nothing_is_marked() -> None:
    assert SentenceIndex(GUIDE, AXES).answering(0, AXES[:1], [1.0]) == ()


def test_no_more_than_two_are_marked() -> None:
    index = SentenceIndex(GUIDE, np.ones((5, 2), dtype=np.float32))
    assert len(index.answering(1, np.ones((1, 2), dtype=np.float32), [1.0])) == 2


def test_a_wrong_number_of_vectors_is_an_error() -> None:
    with pytest.raises(ValueError, match="4 vectors for 5 sentences"):
        SentenceIndex(GUIDE, AXES[:4])


def test_by_words_the_sentence_with_the_words_of_the_question_answers() -> None:
    found = answering_by_words(GUIDE.passages[1], ["放射", "治療"], lambda _: 1.0)
    assert words(*found) == ["放射治療也能止痛。"]
    assert answering_by_words(GUIDE.passages[1], ["天氣"], lambda _: 1.0) == ()


def test_of_a_long_passage_three_sentences_may_be_marked() -> None:
    guide = Guide("g", "指南", (Section("節", (passage("b", TEXT + "先休息。"),)),))
    assert len(sentence_spans(guide.passages[0].text)) == LONG
    index = SentenceIndex(guide, np.ones((LONG, 2), dtype=np.float32))
    assert len(index.answering(0, np.ones((1, 2), dtype=np.float32), [1.0])) == 3


@pytest.mark.parametrize(
    ("where", "marked"),
    [("第 15、18 頁的圖也有。", False), ("骨頭會痛（第 15 頁）。", True)],
)
def test_a_sentence_that_tells_only_where_is_marked_after_those_that_tell_what(
    where: str, marked: bool
) -> None:
    text = f"{where}止痛藥有幫助。請告訴醫師。"
    guide = Guide("g", "指南", (Section("節", (passage("b", text),)),))
    vectors = np.array([[1.0, 0.0], [0.99, 0.0], [0.98, 0.0]], dtype=np.float32)
    found = SentenceIndex(guide, vectors).answering(0, vectors[:1], [1.0])
    assert (where in [text[span.start : span.end] for span in found]) is marked
