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
    guide = Guide("g", "指南", (Section("骨轉移", (own, other, plain)),))
    monkeypatch.setattr("chatbot.web.service.open_source", lambda _: Source(guide, small_topics()))
    application = FastAPI()
    application.include_router(build_routes(Service(Settings(model=NO_MODEL))))
    return TestClient(application)


def publisher_of(page: str) -> list[str]:
    return re.findall(r'<p class="publisher">(.*?)</p>', page)


def test_the_publishers_words_stand_below_the_cited_passage_alone(client: TestClient) -> None:
    page = client.get("/source/walk").text
    assert re.findall(r"<mark>(.*?)</mark>", page) == ["每天走路。"]
    assert publisher_of(page) == [
        "出版者原句（第 9、10 頁）：散步 &lt;b&gt;有益&lt;/b&gt;。 骨頭痛要說。"
    ]
    cited = page.split('class="cited"')[1].split("</section>")[0]
    assert publisher_of(cited) == publisher_of(page)


def test_another_cited_passage_has_its_own_words(client: TestClient) -> None:
    assert publisher_of(client.get("/source/milk").text) == ["出版者原句（第 9 頁）：豆腐也有。"]


def test_a_passage_without_the_publishers_words_has_none_below(client: TestClient) -> None:
    page = client.get("/source/plain").text
    assert re.findall(r"<mark>(.*?)</mark>", page) == ["收好地毯。"]
    assert publisher_of(page) == []


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
