"""Replies as they stand in the chat log."""

from __future__ import annotations

import pytest

from chatbot.citation import cite
from chatbot.reply import AbstainReason, Answer, OutOfScope
from chatbot.templates import Templates
from chatbot.web.markdown import MOST_PUBLISHER, reply_markdown
from corpus.passage import Passage, PublisherSentence
from tests.helpers import passage

FOOT = Templates().say("answer", "foot")
SLIP = "> 骨轉移是癌症擴散到骨頭。\n>\n> \\[1\\] 骨轉移（依指南改寫） [第 9 頁](/source/p1)"
PREFIX = "出版者原句（第 9 頁）："


def shown(own: Passage) -> str:
    return reply_markdown(Answer("說明：", cite([own]), ()), Templates())


def saying(text: str) -> Passage:
    return passage(publisher=(PublisherSentence(text, (9,)),))


def test_a_quotation_alone_has_its_page_as_a_link() -> None:
    assert shown(passage()) == f"說明：\n\n{SLIP}\n\n{FOOT}"


def test_the_publishers_words_stand_in_the_same_slip() -> None:
    expected = f"說明：\n\n{SLIP}\n>\n> {PREFIX}散步有益。\n\n{FOOT}"
    assert shown(saying("散步有益。")) == expected


def test_each_quotation_has_its_own_words_below() -> None:
    both = [saying("散步有益。"), passage("p2", "骨頭痛。")]
    text = reply_markdown(Answer("說明：", cite(both), ()), Templates())
    first, second = text.split("\n\n")[1:3]
    assert "出版者原句" in first
    assert "出版者原句" not in second


@pytest.mark.parametrize(
    ("length", "is_whole"), [(MOST_PUBLISHER, True), (MOST_PUBLISHER + 1, False)]
)
def test_long_words_are_left_to_the_source(length: int, is_whole: bool) -> None:
    words = "骨" * (length - len(PREFIX))
    text = shown(saying(words))
    assert (words in text) == is_whole
    assert ("出版者原句較長，請點頁碼查看。" in text) != is_whole


def test_the_publishers_words_are_no_markdown_and_no_html() -> None:
    text = shown(saying("*散步* <b>有益</b>\n# 標題 [鏈](http://example.org)"))
    slip = text.split("\n\n")[1].split("\n")
    assert len(slip) == 5
    assert slip[4] == (
        f"> {PREFIX}\\*散步\\* &lt;b&gt;有益&lt;/b&gt;<br>"
        "\\# 標題 \\[鏈\\]\\(http\\://example\\.org\\)"
    )


def test_a_refusal_quotes_nothing() -> None:
    refusal = OutOfScope("不能回答。", AbstainReason.TOO_FAR)
    assert reply_markdown(refusal, Templates()) == "不能回答。"
