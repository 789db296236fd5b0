"""The audit of replies finds what it is there to find."""

from __future__ import annotations

import pytest

from chatbot.citation import cite
from chatbot.reply import Answer, Clarify, ClarifyReason, Dial, Urgent
from chatbot.said import Asked
from chatbot.triage.tier import Tier
from corpus.source import Source
from tests.chatbot.reviewed import NUMBERS, Audit
from tests.helpers import passage, said, small_guide, small_topics

AUDIT = Audit(Source(small_guide(), small_topics()), "腫瘤個管師", "02-2345-6789")
LEAD = "指南第 9 頁的說明："
FOOTER = (
    "如果這個情形是現在發生的，請立刻聯絡您的醫療團隊；聯絡不上，請到急診。有生命危險，請撥 119。"
)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("answer", LEAD),
        ("answer", "指南裡的說明："),
        ("answer", "指南第 9、16、25 頁的說明："),
        ("answer", "What the guide says on page(s) 9, 16 (in Chinese):"),
        ("answer", f"{LEAD}\n{FOOTER}"),
        ("out_of_scope", "這份指南沒有談到健保給付與費用，我不能回答。請問您的醫療團隊。"),
        (
            "out_of_scope",
            "这份指南只谈癌症患者的骨骼健康，没有谈到天氣，我不能回答。指南可以回答这些问题：",
        ),
        ("urgent", "腫瘤個管師電話：02-2345-6789。"),
    ],
)
def test_lines_of_the_templates_are_reviewed(kind: str, text: str) -> None:
    assert AUDIT.is_reviewed(kind, text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("answer", ""),
        ("answer", "指南第  頁的說明："),
        ("answer", "指南第 九 頁的說明："),
        ("answer", "指南第 9、 頁的說明："),
        ("answer", f"{LEAD}骨轉移"),
        ("answer", f"好的。{LEAD}"),
        ("answer", LEAD[:-1]),
        ("answer", f"{LEAD}\n{FOOTER.replace('119', '110')}"),
        ("answer", f"{LEAD}\n{FOOTER.replace('119', '1925')}"),
        ("answer", f"{LEAD}\nIf this is happening now, contact your care team right away."),
        ("answer", f"{LEAD}\n請用一句話寫下您想問的事，例如下面的問題："),
        (
            "out_of_scope",
            "抱歉，這次的回答沒有通過檢查，所以不顯示。請換一種說法再問一次，或直接問您的醫療團隊。"
            "身體很不舒服，請撥 119；難過到不想活，請撥 1925 安心專線。",
        ),
        ("out_of_scope", "這份指南沒有談到骨折，我不能回答。請問您的醫療團隊。"),
        ("urgent", "腫瘤個管師電話：02-2345-6780。"),
        ("urgent", "醫療團隊電話：02-2345-6789。"),
        ("clarify", LEAD),
    ],
)
def test_anything_else_is_not(kind: str, text: str) -> None:
    assert not AUDIT.is_reviewed(kind, text)


def test_without_a_teams_number_none_is_reviewed() -> None:
    audit = Audit(Source(small_guide(), small_topics()))
    assert not audit.is_reviewed("urgent", "醫療團隊電話：119。")
    assert not audit.is_reviewed("urgent", "醫療團隊電話：。")


def test_a_reply_is_audited_to_the_last_word() -> None:
    own = small_guide().by_id["what"]
    good = Answer(said(LEAD), cite([own]), (Asked("骨頭痛怎麼辦"),))
    assert AUDIT.stray(good) == []
    changed = passage("what", "骨轉移不是癌症擴散到骨頭。")
    faulty = Answer(said(LEAD), cite([changed]), (Asked("骨頭痛"),))
    assert AUDIT.stray(faulty) == ["骨頭痛", "骨轉移不是癌症擴散到骨頭。"]
    assert AUDIT.stray(Clarify(said("骨轉移"), ClarifyReason.EMPTY)) == ["骨轉移"]


def test_a_number_to_call_is_audited_with_its_label() -> None:
    dials = (
        Dial(said("救護車、立即的危險"), "119"),
        Dial(said("腫瘤個管師"), "02-2345-6789"),
        Dial(said("救護車"), "110"),
    )
    notice = Urgent(
        said("這份指南沒有寫到這個症狀，但還是請您照上面的話做。"), Tier.TODAY, (), 0, (), dials
    )
    assert AUDIT.stray(notice) == ["救護車", "110"]
    assert NUMBERS == {
        "emergency": "119",
        "comfort": "1925",
        "lifeline": "1995",
        "teacher_chang": "1980",
    }
