"""The sheet on which a reviewer reads every passage beside the publisher's sentences."""

from __future__ import annotations

import html
import re
from dataclasses import replace

from corpus.alignment import Alignment
from corpus.audit.accepted import passage_hash
from corpus.audit.review_sheet import review_sheet
from corpus.audit.sign_offs import SignOff, holding, read_sign_offs
from corpus.passage import Guide
from tests.corpus.audit.builders import guide_of, sentence
from tests.helpers import passage

WALK = sentence("每天走路 <b>半小時</b> & 休息。", start=0)
MILK = sentence("牛奶有鈣。", pages=(9, 10), start=30)
RAIN = sentence("今天下雨。", pages=(11,), start=60)
LEGAL = sentence("版權所有。", pages=(35,), start=90)
FIRST = passage("p9-walk", "每天散步 <i>半小時</i>。", heading="走路", pages=(9,))
SECOND = passage("p9-milk", "奶裡可能有鈣。", heading="牛奶", pages=(9, 10))
ALIGNMENT = Alignment({"p9-walk": (WALK.name,), "p9-milk": (MILK.name,)}, {LEGAL.name: "版權"})
SIGNED = SignOff("p9-walk", passage_hash(FIRST), "林護理師", "2026-01-31")


def sheet(*, alignment: Alignment = ALIGNMENT, signed: tuple[SignOff, ...] = ()) -> str:
    edition = guide_of(FIRST, SECOND)
    return review_sheet(edition, (WALK, MILK, RAIN, LEGAL), alignment, holding(edition, signed))


def sections_of(page: str) -> list[str]:
    return re.findall(r"<section.*?</section>", page, re.DOTALL)


def signed_lines(page: str, name: str) -> list[str]:
    """Return what the sheet's button lists when every box is ticked."""
    lines = re.findall(r'data-line="(.*?)"', page)
    return [f"{html.unescape(line)}\t{name}\t2026-02-01" for line in lines]


def test_every_passage_stands_beside_its_own_sentences() -> None:
    first, second = sections_of(sheet())
    assert "每天散步 &lt;i&gt;半小時&lt;/i&gt;。" in first
    assert "每天走路 &lt;b&gt;半小時&lt;/b&gt; &amp; 休息。" in first
    assert "p9-walk，第 9 頁，骨轉移" in first
    assert MILK.text not in first
    assert MILK.text in second
    assert f"第 9、10 頁，{MILK.name}" in second


def test_a_passage_without_sentences_says_so() -> None:
    first, second = sections_of(sheet(alignment=Alignment({"p9-milk": (MILK.name,)}, {})))
    assert "（沒有對應的句子）" in first
    assert "（沒有對應的句子）" not in second


def test_what_differs_stands_below_a_passage() -> None:
    first, second = sections_of(sheet())
    assert "自動比對的差異" not in first
    assert "自動比對的差異：hedge 可能*1 | 0；" in second


def test_sentences_that_nobody_restates_are_listed_apart_from_those_left_out() -> None:
    page = sheet()
    left = page.split("沒有段落改寫的句子（1）")[1]
    assert RAIN.text in left
    assert WALK.text not in left
    assert LEGAL.text not in page


def test_a_signature_that_holds_is_shown() -> None:
    first, second = sections_of(sheet(signed=(SIGNED,)))
    assert first.startswith('<section class="signed">')
    assert "已簽：林護理師 2026-01-31" in first
    assert "signed" not in second
    assert "2 段，已簽 1 段。" in sheet(signed=(SIGNED,))


def test_a_signature_under_another_wording_is_not() -> None:
    page = sheet(signed=(replace(SIGNED, text_hash="other"),))
    assert "林護理師" not in page
    assert "2 段，已簽 0 段。" in page


def test_what_is_ticked_can_be_signed() -> None:
    lines = signed_lines(sheet(), "陳醫師")
    signed = holding(guide_of(FIRST, SECOND), read_sign_offs(lines, "names.txt"))
    assert [(s.passage_id, s.name) for s in signed.values()] == [
        ("p9-walk", "陳醫師"),
        ("p9-milk", "陳醫師"),
    ]


def test_the_sheet_needs_nothing_else() -> None:
    assert re.findall(r"""(?:src|href)=|url\(|https?://""", sheet()) == []


def test_an_edition_of_no_passages_has_a_sheet() -> None:
    page = review_sheet(Guide("edition", "題", ()), (RAIN,), Alignment({}, {}), {})
    assert sections_of(page) == []
    assert RAIN.text in page
