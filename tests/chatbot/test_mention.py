from __future__ import annotations

import pytest

from chatbot.mention import folded, mentions, named


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("那 Prolia 呢", [("denosumab", "drug")]),
        ("卓骨祂跟保骼麗差在哪", [("zoledronate", "drug"), ("denosumab", "drug")]),
        ("前列腺癌骨转移", [("前列腺癌", "cancer"), ("骨轉移", "purpose")]),
        ("攝護腺癌可以電療嗎", [("前列腺癌", "cancer"), ("放射治療", "treatment")]),
        ("what about breast cancer", [("乳癌", "cancer")]),
        ("核磁共振和骨掃描", [("磁振造影", "test"), ("放射性核種骨骼掃描", "test")]),
        ("破骨細胞呢", [("破骨細胞", "cell")]),
        ("今天天氣很好", []),
    ],
)
def test_names_are_found_in_their_order_whatever_they_are_called(
    text: str, found: list[tuple[str, str]]
) -> None:
    assert [(mention.name, mention.kind) for mention in named(text)] == found


def test_a_name_stands_where_the_folded_text_has_it() -> None:
    text = folded("乳癌打 Xgeva 多久一次")
    assert [text[m.start : m.end] for m in mentions(text)] == ["乳癌", "denosumab"]


def test_a_latin_name_inside_another_word_is_none() -> None:
    assert named("ctscan dxax mris") == ()


def test_a_name_that_stands_twice_is_named_once_and_mentioned_twice() -> None:
    text = folded("乳癌和乳癌")
    assert len(named("乳癌和乳癌")) == 1
    assert len(mentions(text)) == 2
