"""Replies as they stand in the chat log."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from chatbot.citation import cite
from chatbot.contacts import Team
from chatbot.notices import Notices
from chatbot.reply import (
    AbstainReason,
    Answer,
    AskClinician,
    Dial,
    OutOfScope,
    SmallTalk,
    Urgent,
)
from chatbot.settings import Settings
from chatbot.templates import Templates, load_languages, templates_in
from chatbot.triage.finding import Finding, Net
from chatbot.triage.tier import Tier
from chatbot.web.markdown import MOST_PUBLISHER, folded_markdown, own_lines, reply_markdown
from corpus.passage import Language, Passage, PublisherSentence, Span
from tests.helpers import passage, said

TEMPLATES = Templates()
FOOT = TEMPLATES.say("answer", "foot")
SLIP = "> 骨轉移是癌症擴散到骨頭。\n>\n> \\[1\\] 骨轉移（依指南改寫） [第 9 頁](/source/p1)"
PREFIX = "出版者原句（第 9 頁）："
TOOLS = "[複製](#copy) [列印](#print) [朗讀](#read) [做成小卡](#card?{})"
HANT = "language=zh-Hant&script=zh-Hant"


def tools(notice: str, *passages: str) -> str:
    return TOOLS.format(f"notice={notice}&{HANT}&passages={'%2C'.join(passages)}")


def quoted(own: Passage) -> str:
    return reply_markdown(Answer(said("說明："), cite([own]), ()), TEMPLATES)


def saying(text: str) -> Passage:
    return passage(publisher=(PublisherSentence(text, (9,)),))


def test_a_quotation_alone_has_its_page_as_a_link() -> None:
    assert quoted(passage()) == f"說明：\n\n{SLIP}\n\n{FOOT}\n\n{tools('', 'p1')}"


def test_the_publishers_words_stand_in_the_same_slip() -> None:
    expected = f"說明：\n\n{SLIP}\n>\n> {PREFIX}散步有益。\n\n{FOOT}\n\n{tools('', 'p1')}"
    assert quoted(saying("散步有益。")) == expected


@pytest.mark.parametrize(
    ("templates", "quoted"),
    [
        (TEMPLATES, "> 骨轉移是什麼。**骨頭痛，請聯絡**。多走路。"),
        (templates_in("zh-Hans"), "> 骨转移是什么。**骨头痛，请联络**。多走路。"),
    ],
)
def test_the_sentence_that_answers_is_marked_in_either_script(
    templates: Templates, quoted: str
) -> None:
    own = passage(text="骨轉移是什麼。骨頭痛，請聯絡。多走路。")
    (cited,) = cite([own], {"p1": (Span(7, 15),)})
    text = reply_markdown(Answer(said("說明："), (cited,)), templates)
    slip = text.split("\n\n")[1]
    assert slip.split("\n")[0] == quoted
    assert "(/source/p1?mark=7-15)" in slip
    assert "passages=p1&marks=7-15)" in text


def test_each_quotation_has_its_own_words_below() -> None:
    both = [saying("散步有益。"), passage("p2", "骨頭痛。")]
    text = reply_markdown(Answer(said("說明："), cite(both), ()), TEMPLATES)
    first, second = text.split("\n\n")[1:3]
    assert "出版者原句" in first
    assert "出版者原句" not in second


@pytest.mark.parametrize(
    ("length", "is_whole"), [(MOST_PUBLISHER, True), (MOST_PUBLISHER + 1, False)]
)
def test_long_words_are_left_to_the_source(length: int, is_whole: bool) -> None:
    words = "骨" * (length - len(PREFIX))
    text = quoted(saying(words))
    assert (words in text) == is_whole
    assert ("出版者原句較長，請點頁碼查看。" in text) != is_whole


def test_the_publishers_words_are_no_markdown_and_no_html() -> None:
    text = quoted(saying("*散步* <b>有益</b>\n# 標題 [鏈](http://example.org)"))
    slip = text.split("\n\n")[1].split("\n")
    assert len(slip) == 5
    assert slip[4] == (
        f"> {PREFIX}\\*散步\\* &lt;b&gt;有益&lt;/b&gt;<br>"
        "\\# 標題 \\[鏈\\]\\(http\\://example\\.org\\)"
    )


def test_a_refusal_quotes_nothing() -> None:
    refusal = OutOfScope(said("不能回答。"), AbstainReason.TOO_FAR)
    assert reply_markdown(refusal, TEMPLATES) == "不能回答。"


# Notices: what to do, numbers, support, the rest folded apart

SUPPORT = passage("signs", "手腳沒力，請立即就醫。", section="症狀")
OTHERS = (passage("what"), passage("pain", "骨頭痛時，請聯絡醫師。", pages=(9, 26)))
SUPPORT_SLIP = "> 手腳沒力，請立即就醫。\n>\n> \\[1\\] 症狀（依指南改寫） [第 9 頁](/source/signs)"
FIRST_FOLDED = (
    "> 骨轉移是癌症擴散到骨頭。\n>\n> \\[2\\] 骨轉移（依指南改寫） [第 9 頁](/source/what)"
)
SECOND_FOLDED = (
    "> 骨頭痛時，請聯絡醫師。\n>\n> \\[3\\] 骨轉移（依指南改寫） [第 9、26 頁](/source/pain)"
)
FINDING = Finding("leg_arm_weakness", Tier.TODAY, Net.SENTENCES, ("腳軟",), "score 3.1, raised: x")
EMERGENCY = Dial(said("救護車、立即的危險"), "119")


def notice(
    tier: Tier = Tier.TODAY,
    text: str = "請現在就聯絡。\n團隊電話。\n相關的說明：",
    *others: Passage,
    dials: tuple[Dial, ...] = (EMERGENCY,),
) -> Urgent:
    return Urgent(said(text), tier, cite([SUPPORT, *others]), 1, (FINDING,), dials)


def shown(reply: Urgent) -> str:
    return reply_markdown(reply, TEMPLATES)


@pytest.mark.parametrize(
    ("tier", "mark"),
    [
        (Tier.EMERGENCY, "#### "),
        (Tier.TODAY, "#### "),
        (Tier.TELL, "##### "),
        (Tier.CRISIS, "###### "),
    ],
)
def test_what_to_do_is_a_heading_whose_level_tells_the_tier(tier: Tier, mark: str) -> None:
    text = shown(notice(tier))
    assert text.split("\n")[0] == f"{mark}請現在就聯絡。"
    assert [line for line in text.split("\n") if line.startswith("#")] == [f"{mark}請現在就聯絡。"]


def test_a_notice_is_heading_numbers_lines_and_support_in_this_order() -> None:
    assert shown(notice(Tier.TODAY, "請現在就聯絡。\n團隊電話。\n相關的說明：", *OTHERS)) == (
        "#### 請現在就聯絡。\n\n"
        "[119 救護車、立即的危險](tel:119)\n\n"
        "團隊電話。\n\n"
        f"相關的說明：\n\n{SUPPORT_SLIP}\n\n{tools('T2', 'signs')}"
    )


def test_the_numbers_can_be_tapped_in_their_order() -> None:
    team = Dial(said("腫瘤個管師"), "02-2345-6789")
    text = shown(notice(dials=(team, EMERGENCY)))
    assert text.split("\n\n")[1:3] == [
        "[02\\-2345\\-6789 腫瘤個管師](tel:0223456789)",
        "[119 救護車、立即的危險](tel:119)",
    ]


@pytest.mark.parametrize(
    ("phone", "called"),
    [
        ("119", "119"),
        ("02-2345-6789", "0223456789"),
        ("0912345678", "0912345678"),
        ("(02) 2345-6789", "0223456789"),
        ("02 2345 6789", "0223456789"),
        ("+886-2-2345-6789", "+886223456789"),
    ],
)
def test_any_number_that_the_settings_allow_becomes_a_link(phone: str, called: str) -> None:
    assert Settings(team_phone=phone).team.phone == phone
    second = shown(notice(dials=(Dial(said("腫瘤個管師"), phone),))).split("\n\n")[1]
    parts = MarkdownIt().parse(second)[1].children or []
    links = [str(part.attrs["href"]) for part in parts if part.type == "link_open"]
    assert links == [f"tel:{called}"]
    assert "".join(part.content for part in parts) == f"{phone} 腫瘤個管師"


def test_without_a_number_the_lines_follow_at_once() -> None:
    assert shown(notice(dials=())).split("\n\n")[:2] == ["#### 請現在就聯絡。", "團隊電話。"]


def test_what_the_guide_says_on_the_sign_comes_before_any_other_passage() -> None:
    reply = notice(Tier.TODAY, "請聯絡。", *OTHERS)
    assert shown(reply).count("> \\[") == 1
    assert shown(reply).endswith(f"{SUPPORT_SLIP}\n\n{tools('T2', 'signs')}")
    folded = f"[其他和問題有關的段落](#unfold)\n\n{FIRST_FOLDED}\n\n{SECOND_FOLDED}"
    assert folded_markdown(reply, TEMPLATES) == folded


def test_without_other_passages_nothing_is_folded() -> None:
    assert folded_markdown(notice(), TEMPLATES) == ""


@pytest.mark.parametrize(
    "reply",
    [
        Answer(said("說明："), cite([SUPPORT, *OTHERS])),
        AskClinician(said("請問團隊。"), "dental", cite([SUPPORT, *OTHERS])),
        OutOfScope(said("不能回答。"), AbstainReason.TOO_FAR),
        SmallTalk(said("您好。")),
    ],
)
def test_only_a_notice_folds(reply: Answer | AskClinician | OutOfScope | SmallTalk) -> None:
    assert folded_markdown(reply, TEMPLATES) == ""


def test_a_request_shows_its_passages_and_the_foot() -> None:
    text = said("請問團隊。\n請帶去問：\n・可以嗎？\n・何時？\n說明：")
    reply = AskClinician(text, "dental", cite([SUPPORT]))
    assert reply_markdown(reply, TEMPLATES) == (
        "請問團隊。\n\n請帶去問：\n\n- 可以嗎？\n- 何時？\n\n說明："
        f"\n\n{SUPPORT_SLIP}\n\n{FOOT}\n\n{tools('dental', 'signs')}"
    )


def test_what_is_said_in_two_languages_stands_in_two_paragraphs() -> None:
    assert own_lines("看不懂。\n請再寫。\nI cannot read this.") == (
        "看不懂。<br>請再寫。\n\nI cannot read this\\."
    )


def test_questions_to_take_along_are_a_list_in_each_language() -> None:
    for name in ("zh-Hant", "zh-Hans", "en"):
        lines = templates_in(name).say("take_along", "dental")
        html = MarkdownIt().render(own_lines(lines))
        assert html.count("<li>") == len(lines.split("\n")) > 1
        assert not set("・•") & set(html)


@pytest.mark.parametrize("tier", [Tier.EMERGENCY, Tier.TODAY, Tier.TELL])
def test_nothing_of_the_findings_is_shown(tier: Tier) -> None:
    reply = notice(tier, "請聯絡。", *OTHERS)
    text = shown(reply) + folded_markdown(reply, TEMPLATES)
    for word in ("leg_arm_weakness", "腳軟", "score", "3.1", "3\\.1", "raised", "sentences"):
        assert word not in text


def test_a_notice_is_no_markdown_and_no_html_of_its_own() -> None:
    dials = (Dial(said("[x](y) <b>"), "119"),)
    text = shown(notice(Tier.TELL, "# *請*聯絡。\n<script>\n[鏈](http://example.org)", dials=dials))
    assert text.split("\n\n")[:4] == [
        "##### \\# \\*請\\*聯絡。",
        "[119 \\[x\\]\\(y\\) &lt;b&gt;](tel:119)",
        "&lt;script&gt;",
        "\\[鏈\\]\\(http\\://example\\.org\\)",
    ]


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        (Language.TAIWAN, "這可能需要緊急處理。請立即撥打 119，或請身邊的人幫忙打。"),
        (Language.MAINLAND, "这可能需要紧急处理。请立即拨打台湾的 119，或请身边的人帮忙打。"),
        (
            Language.ENGLISH,
            "This may need emergency care\\. Call 119 \\(Taiwan emergency line\\) right now, or "
            "ask someone near you to call\\.",
        ),
    ],
)
def test_the_heading_of_an_emergency_is_its_first_line(language: Language, heading: str) -> None:
    notices = Notices(load_languages(TEMPLATES), Team("個管師", "02-2345-6789"))
    text = notices.urgent(Tier.EMERGENCY, language, (SUPPORT,), silent=False, folded=False)
    dials = notices.dials(Tier.EMERGENCY, language)
    reply = Urgent(text, Tier.EMERGENCY, cite([SUPPORT]), 1, (), dials)
    parts = shown(reply).split("\n\n")
    assert parts[0] == f"#### {heading}"
    assert parts[1].endswith("](tel:119)")
    assert parts[2].endswith("](tel:0223456789)")
    assert parts[-2] == SUPPORT_SLIP
    own = {Language.TAIWAN: "zh-Hant", Language.MAINLAND: "zh-Hans", Language.ENGLISH: "en"}
    assert f"language={own[language]}&script=zh-Hant" in parts[-1]


def test_in_a_crisis_the_numbers_are_the_heading_and_no_passage_is_folded() -> None:
    notices = Notices(load_languages(TEMPLATES), Team())
    text = notices.crisis(Language.TAIWAN, (SUPPORT,))
    dials = notices.dials(Tier.CRISIS, Language.TAIWAN)
    reply = Urgent(text, Tier.CRISIS, cite([SUPPORT]), 1, (FINDING,), dials)
    parts = shown(reply).split("\n\n")
    assert parts[0].startswith("###### 如果現在有危險，或手邊有會傷害自己的東西，請立刻撥打 119。")
    assert [part.rpartition("tel:")[2] for part in parts[1:5]] == [
        "1925)",
        "1995)",
        "1980)",
        "119)",
    ]
    assert parts[5].startswith("您說的話，聽起來真的很辛苦。")
    assert parts[-1] == SUPPORT_SLIP
    assert folded_markdown(reply, TEMPLATES) == ""
