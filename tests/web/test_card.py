"""The card: named sentences and passages only, and codes that hold the quotations."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from chatbot.bot import MOST_CHARACTERS
from chatbot.contacts import Team
from chatbot.reply import AskClinician, Urgent
from chatbot.settings import Settings
from chatbot.templates import Templates, templates_in
from chatbot.triage.tier import Tier
from chatbot.web.card import (
    CardRequest,
    Cards,
    Notice,
    Quotation,
    build_card_routes,
    length_of,
    texts_of_codes,
)
from chatbot.web.markdown import card_notice
from chatbot.web.marks import Piece
from chatbot.web.service import Service
from corpus.passage import Guide, Section
from corpus.source import Source
from index.models import NO_MODEL
from tests.helpers import passage, said, small_topics

WALK = passage("walk", "每天走路<b>。", heading="運動")
SIGNS = passage("signs", "手腳沒力，請立即就醫。", section="症狀", pages=())
GUIDE = Guide("g", "指南", (Section("骨轉移", (WALK,)), Section("症狀", (SIGNS,))))
WORDS = Templates()
TEAM = Team("個管師", "02-2345-6789")
DAY = date(2026, 11, 26)


def today() -> date:
    return DAY


CARDS = Cards(GUIDE, TEAM, today)
Make = Callable[..., str]


def make(**asked: object) -> str:
    return CARDS.make(CardRequest.model_validate({"passages": ["walk"], **asked}))


def quotation(text: str, where: str) -> Quotation:
    return Quotation((Piece(text[:2], is_marked=True), Piece(text[2:], is_marked=False)), where)


def texts(html: str, tag: str) -> list[str]:
    return re.findall(rf"<{tag}[^>]*>(.*?)</{tag}>", html)


def test_a_card_holds_question_quotation_page_date_and_foot() -> None:
    card = make(question="怎麼<i>運動")
    assert "<b>怎麼&lt;i&gt;運動</b>" in card
    assert texts(card, "blockquote") == [
        '<p lang="zh-Hant-TW">每天走路&lt;b&gt;。</p>'
        '<footer lang="zh-Hant-TW">《指南》骨轉移，第 9 頁（依指南改寫）</footer>'
    ]
    assert "列印日期：2026 年 11 月 26 日" in card
    assert WORDS.say("answer", "foot") in card
    assert "緊急請打 119。" in card
    assert "card-notice" not in card
    assert card.count("<svg") == 1


@pytest.mark.parametrize(
    ("marks", "shown"),
    [
        (["0-4"], "<mark>每天走路</mark>&lt;b&gt;。"),
        (["2-4", "0-3"], "每天<mark>走路</mark>&lt;b&gt;。"),
        ([""], "每天走路&lt;b&gt;。"),
        (["0-99"], "每天走路&lt;b&gt;。"),
    ],
)
def test_the_sentence_that_answers_is_marked(marks: list[str], shown: str) -> None:
    (quotation,) = texts(make(marks=marks), "blockquote")
    assert f'<p lang="zh-Hant-TW">{shown}</p>' in quotation


def test_marks_belong_to_their_passage_and_are_in_no_code() -> None:
    card = make(passages=["walk", "signs"], marks=["", "5-10"])
    first, second = texts(card, "blockquote")
    assert "<mark>" not in first
    assert "手腳沒力，<mark>請立即就醫</mark>。" in second
    assert make(marks=["0-4"]).count("<path") == make().count("<path")


def test_a_passage_without_a_page_names_none() -> None:
    assert "《指南》症狀（依指南改寫）" in make(passages=["signs"])


def test_a_notice_comes_before_the_question_with_its_numbers() -> None:
    card = make(question="腳沒力", notice=card_notice_of(Tier.TODAY), passages=["signs"])
    assert WORDS.say("urgent", "today", emergency="119") in card
    assert "<b>02-2345-6789</b> 個管師" in card
    assert card.index("card-notice") < card.index("腳沒力</b>") < card.index("<blockquote>")


def card_notice_of(tier: Tier) -> str:
    return card_notice(Urgent(said("！"), tier, (), 0, ()))


def test_a_decision_brings_what_to_ask_along() -> None:
    card = make(notice=card_notice(AskClinician(said("請問團隊。"), "dental")))
    assert WORDS.say("ask_clinician", "dental") in card
    for question in WORDS.say("take_along", "dental").split("\n"):
        assert f"<p>{question}</p>" in card
    assert 'class="line"' not in card


def test_the_languages_of_sentences_and_quotations_are_chosen_apart() -> None:
    english = make(language="en")
    assert "This is general information" in english
    assert "每天走路" in english
    simplified = make(language="zh-Hans", script="zh-Hans", passages=["signs"])
    assert '<p lang="zh-Hans-CN">手脚没力，请立即就医。</p>' in simplified
    assert "由 OpenCC 转成简体" in simplified
    assert "紧急请拨打台湾的 119。" in simplified


@pytest.mark.parametrize(
    "wrong",
    [
        {"passages": ["gone"]},
        {"notice": "C"},
        {"notice": "I"},
        {"notice": "请打 110"},
        {"language": "fr"},
    ],
)
def test_what_is_not_named_somewhere_makes_no_card(wrong: dict[str, object]) -> None:
    with pytest.raises(KeyError):
        make(**wrong)


def test_the_codes_hold_quotations_and_places_and_never_the_question() -> None:
    quotations = [quotation("每天走路。", "《指南》，第 9 頁"), quotation("骨頭痛。", "《指南》")]
    (text,) = texts_of_codes(quotations, WORDS)
    assert text == (
        "骨健康問答 緊急請打 119。\n「每天走路。」\n《指南》，第 9 頁\n\n「骨頭痛。」\n《指南》"
    )


def test_several_codes_say_that_they_belong_together() -> None:
    quotations = [quotation("骨" * 250, "第 9 頁"), quotation("痛" * 250, "第 26 頁")]
    first, second = texts_of_codes(quotations, WORDS)
    assert first.split("\n")[1] == "第 1 個碼，共 2 個，請一起看。"
    assert second.split("\n")[1] == "第 2 個碼，共 2 個，請一起看。"
    assert second.split("\n")[2] == f"「{'痛' * 250}」"


@pytest.mark.parametrize(
    ("quoted", "notice", "length"),
    [
        (150, 0, "short"),
        (151, 0, "middle"),
        (150, 150, "middle"),
        (301, 0, "long"),
        (430, 0, "long"),
        (430, 1, "longer"),
        (700, 101, "longest"),
    ],
)
def test_the_more_there_is_the_smaller_the_type(quoted: int, notice: int, length: str) -> None:
    quotations = [quotation("骨" * quoted, "第 9 頁")]
    assert length_of(quotations, Notice("骨" * notice)) == length


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setattr("chatbot.opening.open_source", lambda _: Source(GUIDE, small_topics()))
    app = FastAPI()
    app.include_router(build_card_routes(Service(Settings(model=NO_MODEL)), TEAM))
    return TestClient(app)


def test_over_http_a_card_is_made_of_what_was_posted(client: TestClient) -> None:
    response = client.post("/card", json={"question": "怎麼運動", "passages": ["walk"]})
    assert response.status_code == 200
    assert "<b>怎麼運動</b>" in response.text


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"passages": ["gone"]}, 404),
        ({"passages": []}, 422),
        ({"passages": ["walk"] * 9}, 422),
        ({"passages": ["walk"], "question": "骨" * (MOST_CHARACTERS + 1)}, 422),
        ({"question": "怎麼運動"}, 422),
    ],
)
def test_over_http_nothing_else_is_made(
    client: TestClient, asked: dict[str, object], status: int
) -> None:
    assert client.post("/card", json=asked).status_code == status
    assert client.get("/card").status_code == 405


def test_a_card_in_each_language_is_in_its_words() -> None:
    for language, day in (("zh-Hant", "2026 年 11 月 26 日"), ("en", "2026-11-26")):
        heading = templates_in(language).say("tools", "printed", day=day)
        assert heading in make(language=language)
