"""The page that shows a cited passage in its section, with the publisher's words where known."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from chatbot.settings import Settings
from chatbot.web.routes import build_routes
from chatbot.web.service import Service
from chatbot.web.source_page import build_source_routes
from corpus.passage import Guide, PublisherSentence, Section
from corpus.source import Source
from index.models import NO_MODEL
from tests.helpers import passage, small_topics

WORDS = (PublisherSentence("散步 <b>有益</b>。", (9,)), PublisherSentence("骨頭痛要說。", (10,)))


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Return a client of the routes over a guide of three passages, two with publisher's words."""
    own = passage("walk", "每天走路。", heading="走路", questions=("怎麼運動",), publisher=WORDS)
    other = passage(
        "milk",
        "牛奶有鈣。",
        heading="牛奶",
        questions=("吃什麼好",),
        publisher=(PublisherSentence("豆腐也有。", (9,)),),
    )
    plain = replace(own, passage_id="plain", text="收好地毯。", publisher=())
    last = passage("last", "多曬太陽。", section="生活", pages=())
    sections = (Section("骨轉移", (own, other, plain)), Section("生活", (last,)))
    guide = Guide("g", "指南", sections)
    monkeypatch.setattr("chatbot.opening.open_source", lambda _: Source(guide, small_topics()))
    application = FastAPI()
    service = Service(Settings(model=NO_MODEL))
    application.include_router(build_routes(service))
    application.include_router(build_source_routes(service))
    return TestClient(application)


def cited_of(page: str) -> str:
    """Return the passage that stands out, with its marks."""
    section = page.split('class="cited"')[1].split("</section>")[0]
    found = re.search(r'<p class="quote">(.*?)</p>', section)
    assert found is not None
    return found[1]


def publisher_of(page: str) -> list[str]:
    return re.findall(r'<p class="publisher">(.*?)</p>', page)


def test_the_publishers_words_stand_below_the_cited_passage_alone(client: TestClient) -> None:
    page = client.get("/source/walk").text
    assert cited_of(page) == "每天走路。"
    assert publisher_of(page) == [
        "出版者原句（第 9、10 頁）：散步 &lt;b&gt;有益&lt;/b&gt;。 骨頭痛要說。"
    ]
    cited = page.split('class="cited"')[1].split("</section>")[0]
    assert publisher_of(cited) == publisher_of(page)


def test_another_cited_passage_has_its_own_words(client: TestClient) -> None:
    assert publisher_of(client.get("/source/milk").text) == ["出版者原句（第 9 頁）：豆腐也有。"]


def test_a_passage_without_the_publishers_words_has_none_below(client: TestClient) -> None:
    page = client.get("/source/plain").text
    assert cited_of(page) == "收好地毯。"
    assert publisher_of(page) == []


@pytest.mark.parametrize(
    ("mark", "shown"),
    [
        ("", "每天走路。"),
        ("0-5", "<mark>每天走路</mark>。"),
        ("2-4", "每天<mark>走路</mark>。"),
        ("0-99", "每天走路。"),
        ("<b>", "每天走路。"),
    ],
)
def test_the_sentence_that_answers_is_marked_and_nothing_else(
    client: TestClient, mark: str, shown: str
) -> None:
    page = client.get("/source/walk", params={"mark": mark}).text
    assert cited_of(page) == shown
    assert page.count("<mark>") == shown.count("<mark>")
    assert page.count('class="cited"') == 1


@pytest.mark.parametrize(
    ("passage_id", "before", "after"),
    [("walk", None, "milk"), ("milk", "walk", "plain"), ("plain", "milk", "last")],
)
def test_the_passages_before_and_after_are_those_of_the_reading_order(
    client: TestClient, passage_id: str, before: str | None, after: str | None
) -> None:
    links = dict(
        (rel, address)
        for address, rel in re.findall(
            r'<a href="([^"]+)" rel="(\w+)">', client.get(f"/source/{passage_id}").text
        )
    )
    expected = {"prev": before, "next": after}
    assert links == {rel: f"/source/{name}" for rel, name in expected.items() if name}


def test_after_the_last_passage_there_is_none(client: TestClient) -> None:
    page = client.get("/source/last").text
    assert 'rel="next"' not in page
    assert '<a href="/source/plain" rel="prev">上一段</a>' in page


def test_the_page_names_page_section_words_and_place(client: TestClient) -> None:
    page = client.get("/source/milk").text
    assert '<h2 id="source-title">指南第 9 頁</h2>' in page
    assert "第 2 段，共 3 段" in page
    assert re.search(r"骨轉移</span>（依指南改寫）", page)
    assert "指南的這一段" in client.get("/source/last").text


def test_in_simplified_the_guides_own_characters_stay(client: TestClient) -> None:
    page = client.get("/source/walk?script=zh-Hans&mark=0-4").text
    assert cited_of(page) == "<mark>每天走路</mark>。"
    assert '<html lang="zh-Hans-CN">' in page
    assert '<div lang="zh-Hant-TW">' in page
    assert '<h2 id="source-title">指南第 9 页</h2>' in page
    assert '<a href="/source/milk?script=zh-Hans" rel="next">下一段</a>' in page
    assert "出版者原句（第 9、10 页）：散步 &lt;b&gt;有益&lt;/b&gt;。" in page


def test_another_script_is_traditional(client: TestClient) -> None:
    assert '<html lang="zh-Hant-TW">' in client.get("/source/walk?script=<b>").text


def test_a_passage_that_is_gone_is_told(client: TestClient) -> None:
    response = client.get("/source/gone?script=zh-Hans")
    assert (response.status_code, response.text[:6]) == (404, "找不到这一段")


def test_over_http_a_citation_carries_the_publishers_words_or_does_not_mention_them(
    client: TestClient,
) -> None:
    asked = {"id": 1, "turns": ["怎麼運動"]}
    (reply,) = client.post("/api/ask", json=asked).json()["replies"]
    by_id = {citation["passage_id"]: citation for citation in reply["citations"]}
    assert by_id["walk"]["publisher"] == [
        {"text": "散步 <b>有益</b>。", "pages": [9]},
        {"text": "骨頭痛要說。", "pages": [10]},
    ]
    assert "publisher" not in by_id.get("plain", {})


def test_the_interface_describes_the_publishers_words(client: TestClient) -> None:
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    assert {"quote", "pages", "publisher"} <= set(schemas["CitationOut"]["properties"])
    assert set(schemas["PublisherOut"]["required"]) == {"text", "pages"}
