"""The pages about and help: whose words, who reviewed them, how to reach a person."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from chatbot.settings import Settings
from chatbot.web import information
from chatbot.web.about import (
    Reviews,
    Signer,
    edition_dates,
    notice_reviews,
    passage_reviews,
    statements,
    wording_hash,
)
from chatbot.web.information import build_information
from chatbot.web.service import Service
from corpus.audit.accepted import passage_hash
from corpus.audit.sign_offs import SignOff, add_sign_offs
from corpus.source import Source
from index.models import NO_MODEL
from tests.helpers import small_guide, small_topics

OWN_SCRIPTS = [  # size and contrast are taken over, and taken along; the page needs no other
    '<script src="/ui/early.js">',
    '<script src="/ui/carry.js" defer>',
]

TEAM = {"team_name": "腫瘤個管師", "team_phone": "02-2345-6789", "team_desk": "一樓服務台"}


def client_of(**changes: object) -> TestClient:
    settings = Settings.model_validate({"model": NO_MODEL, **TEAM, **changes})
    application = FastAPI()
    application.include_router(build_information(Service(settings), settings))
    return TestClient(application)


@pytest.fixture(scope="module")
def client() -> TestClient:
    return client_of()


def texts_of(page: str) -> str:
    return re.sub(r"<[^>]+>", "", page)


def test_what_the_guide_says_of_its_sponsor_is_quoted_with_its_page(
    client: TestClient, edition: Source
) -> None:
    page = client.get("/about").text
    sponsor = edition.guide.by_id["p2-sponsor"]
    assert f"<p>{sponsor.text}</p>" in page
    assert '<a href="/source/p2-sponsor">第 2 頁</a>' in page
    assert "安進公司（Amgen）" in sponsor.text


def test_the_signatures_of_today_are_counted(client: TestClient, edition: Source) -> None:
    page = texts_of(client.get("/about").text)
    passages, notices = passage_reviews(edition.guide), notice_reviews()
    assert f"{passages.total} 段中，{passages.signed} 段" in page
    assert f"{notices.total} 項中，{notices.signed} 項" in page
    assert ("還沒有臨床人員簽名" in page) == (passages.signed + notices.signed == 0)
    assert passages.total == len(edition.guide.passages)


def test_who_has_signed_is_named_with_count_and_day(monkeypatch: pytest.MonkeyPatch) -> None:
    signed = Reviews(3, 372, (Signer("王<b>護理師", 3, "2026-11-20"),))
    monkeypatch.setattr(information, "passage_reviews", lambda _: signed)
    page = client_of().get("/about").text
    assert "<li>王&lt;b&gt;護理師：3 項，最近一次是 2026-11-20。</li>" in page
    assert "372 段中，3 段" in page
    assert "還沒有臨床人員簽名" not in page


def test_signers_are_counted_only_for_wordings_that_still_stand(tmp_path: Path) -> None:
    guide = small_guide()
    path = tmp_path / "sign_offs.tsv"
    hashes = {p.passage_id: passage_hash(p) for p in guide.passages}
    add_sign_offs(
        [
            SignOff("what", hashes["what"], "王", "2026-11-01"),
            SignOff("pain", hashes["pain"], "李", "2026-11-02"),
            SignOff("often", hashes["often"], "李", "2026-11-03"),
            SignOff("flare", "0" * 12, "王", "2026-11-04"),
        ],
        path,
    )
    expected = (Signer("李", 2, "2026-11-03"), Signer("王", 1, "2026-11-01"))
    assert passage_reviews(guide, path) == Reviews(3, 4, expected)


@pytest.mark.parametrize("content", [b"one\ttwo\n", b"\xff\xfe"])
def test_signatures_that_cannot_be_read_sign_nothing(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "sign_offs.tsv"
    path.write_bytes(content)
    assert passage_reviews(small_guide(), path) == Reviews(0, 4, ())


def test_the_day_of_the_edition_is_that_of_its_texts(edition: Source) -> None:
    """When this fails: put the hash, and the day of the change, into chatbot/web/about.toml."""
    assert edition_dates()["wording"] == wording_hash(edition.guide.passages)


def test_dates_version_and_privacy_stand_there(client: TestClient) -> None:
    page = client.get("/about").text
    assert f"最後一次更改是 {edition_dates()['changed']}" in page
    assert "電話號碼：2026-11-20 查核過。" in page
    assert "放著 30 分鐘不動" in page
    assert page.split('id="privacy"')[1].split("</section>")[0].count("<li>") == 5


def test_of_another_guide_nothing_is_said_that_only_holds_for_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = Source(small_guide(), small_topics())
    monkeypatch.setattr("chatbot.opening.open_source", lambda _: source)
    page = texts_of(client_of().get("/about").text)
    assert "「小指南」，共 4 段" in page
    assert "沒有我們讀得出來的贊助說明" in page
    for claim in ("ESMO 的病友指南", "安進", "2022", "歐洲", "比對過兩次"):
        assert claim not in page


@pytest.mark.parametrize(
    ("asked", "tag", "title", "statement"),
    [
        ("", "zh-Hant-TW", "關於骨健康問答", "贊助者是安進公司"),
        ("zh-Hant", "zh-Hant-TW", "關於骨健康問答", "贊助者是安進公司"),
        ("zh-Hans", "zh-Hans-CN", "关于骨健康问答", "赞助者是安进公司"),
        ("en", "en", "About this page", "贊助者是安進公司"),
        ("xx", "zh-Hant-TW", "關於骨健康問答", "贊助者是安進公司"),
        ("<script>", "zh-Hant-TW", "關於骨健康問答", "贊助者是安進公司"),
    ],
)
def test_a_page_is_in_the_language_that_is_asked_for(
    client: TestClient, asked: str, tag: str, title: str, statement: str
) -> None:
    page = client.get("/about", params={"lang": asked} if asked else {}).text
    assert f'<html lang="{tag}">' in page
    assert f"<h1>{title}</h1>" in page
    assert statement in page
    assert re.findall(r"<script[^>]*>", page) == OWN_SCRIPTS
    assert page.count("aria-current") == 1


def test_quotations_that_were_converted_say_so(client: TestClient) -> None:
    said = "这里由程序转成简体"
    assert said in client.get("/about?lang=zh-Hans").text
    assert "轉成簡體" not in client.get("/about").text
    assert [s.pages for s in statements(small_guide())] == []


@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans", "en"])
def test_help_tells_how_to_reach_a_person(client: TestClient, language: str) -> None:
    page = client.get(f"/help?lang={language}").text
    own = page.split('id="person"')[1].split("</section>")[0]
    for wanted in ("119", "1925", "1995", "1980", "02-2345-6789", "腫瘤個管師", "一樓服務台"):
        assert wanted in own
    assert page.count("<h2>") == 6


def test_help_gives_a_question_that_is_answered(client: TestClient) -> None:
    assert "例如：骨轉移是什麼？會怎樣？" in client.get("/help").text


def test_the_foot_keeps_the_language(client: TestClient) -> None:
    page = client.get("/help?lang=en").text
    foot = page.split('class="foot"')[1]
    assert re.findall(r'href="([^"]+)"', foot) == ["/", "/about?lang=en", "/help?lang=en"]


@pytest.mark.parametrize("path", ["/about", "/help"])
def test_on_a_kiosk_nothing_leads_away_and_nothing_can_be_dialled(path: str) -> None:
    page = client_of(kiosk=True).get(path).text
    links = re.findall(r'<a [^>]*href="([^"]+)"', page)
    assert links
    assert [
        link for link in links if not re.match(r"/(about|help|source/[\w-]+)?(\?|$)", link)
    ] == []
    assert 'data-device="kiosk"' in page
    assert '<script src="/ui/kiosk.js" defer>' in page
    assert "沒有人操作 80 秒" in page or path == "/help"
    assert "Ctrl" not in page
