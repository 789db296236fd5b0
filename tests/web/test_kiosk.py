"""A page that nobody looks after: what it offers, what it may not do, how it forgets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import gradio as gr
import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import ValidationError

from chatbot.bot import Chatbot
from chatbot.reply import Answer, Dial, Urgent, citations_of
from chatbot.said import Asked
from chatbot.settings import Settings
from chatbot.templates import Templates
from chatbot.triage.finding import Finding, Net
from chatbot.triage.tier import Tier
from chatbot.web.kiosk import (
    Kiosk,
    Subject,
    build_kiosk_routes,
    kiosk_of,
    subjects_of,
)
from chatbot.web.markdown import reply_markdown
from chatbot.web.sessions import SessionKeeper
from corpus.passage import Guide
from corpus.source import Source
from tests.helpers import said, small_guide
from tests.web.serving import serving


@pytest.fixture(scope="module")
def kiosk(data_folder: Path) -> Iterator[httpx.Client]:
    settings = {"TEAM_DESK": "一樓服務台", "TEAM_PHONE": "02-2345-6789"}
    with serving(0, KIOSK="true", **settings) as s, httpx.Client(base_url=s.address) as client:
        yield client


@pytest.fixture(scope="module")
def plain(data_folder: Path) -> Iterator[httpx.Client]:
    with serving() as served, httpx.Client(base_url=served.address) as client:
        yield client


def test_it_is_off_and_waits_a_minute_and_twenty_seconds() -> None:
    assert kiosk_of(Settings()) is None
    kiosk = kiosk_of(Settings(kiosk=True))
    assert kiosk == Kiosk(60, 20)
    assert kiosk.total_seconds == 80


@pytest.mark.parametrize(("name", "value"), [("countdown", 19), ("idle", 19), ("idle", 3601)])
def test_nobody_is_hurried(name: str, value: int) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({f"kiosk_{name}_seconds": value})


# What is offered


def unanswered(chatbot: Chatbot, guide: Guide) -> list[str]:
    """Return offered questions that are not answered by a passage that has them in its bank."""
    missed: list[str] = []
    for subject in subjects_of(guide, Templates()):
        for question in subject.questions:
            reply = chatbot.reply(question).reply
            cited = [c.passage for c in citations_of(reply)] if isinstance(reply, Answer) else []
            if not any(question in asked for p in cited for asked in p.questions.values()):
                missed.append(question)
    return missed


def test_each_question_is_answered_from_the_passage_that_it_was_chosen_for(
    edition: Source, edition_chatbot: Chatbot
) -> None:
    subjects = subjects_of(edition.guide, Templates())
    assert [len(subject.questions) for subject in subjects] == [6] * 8
    assert unanswered(edition_chatbot, edition.guide) == []


def test_every_passage_that_is_named_is_there(edition: Source) -> None:
    offered = sum(len(subject.questions) for subject in subjects_of(edition.guide, Templates()))
    assert offered == 48


def test_nothing_on_prognosis_is_offered_to_whoever_passes_by(edition: Source) -> None:
    """Hazard H10: sentences on prognosis are shown only when somebody asks for them."""
    by_question = {
        question: passage
        for passage in edition.guide.passages
        for questions in passage.questions.values()
        for question in questions
    }
    for subject in subjects_of(edition.guide, Templates()):
        for question in subject.questions:
            text = by_question[question].text
            assert "治癒" not in text or "不能" not in text, question
            assert by_question[question].passage_id not in ("p13-cure", "p8-impact", "ov-bm-cure")


def test_of_another_guide_its_sections_are_offered() -> None:
    assert subjects_of(small_guide(), Templates()) == (
        Subject("骨轉移", (Asked("骨轉移是什麼"), Asked("骨頭痛怎麼辦"))),
        Subject("藥物", (Asked("denosumab 多久打一次"), Asked("電療後更痛正常嗎"))),
    )


# Nothing leads away


def test_no_link_of_the_page_leaves_it_or_dials(kiosk: httpx.Client) -> None:
    page = kiosk.get("/", headers={"accept": "text/html"}).text
    own = page.split("<gradio-app")[0].split("<body")[1] + page.split("</gradio-app>")[1]
    links = set(re.findall(r'<a\b[^>]*href="([^"]+)"', own))
    assert links == {"#question", "/about", "/help"}
    assert "<html" in page
    assert 'data-device="kiosk"' in page.split("<head>")[0]
    assert "一樓服務台" in own
    assert "02-2345-6789" in own
    assert 'data-idle="60" data-countdown="20"' in own


def test_without_the_setting_nothing_of_it_is_there(plain: httpx.Client) -> None:
    page = plain.get("/", headers={"accept": "text/html"}).text
    for own in ('data-device="kiosk"', "kiosk.js", "kiosk.css", "kiosk-start", "kiosk.leave"):
        assert own not in page
    assert 'href="tel:119"' in page
    assert plain.post("/kiosk/wipe", json={"session": "x"}).status_code in (404, 405)


def test_the_numbers_of_a_notice_cannot_be_tapped() -> None:
    finding = Finding("x", Tier.TODAY, Net.RULES, ("x",), "present")
    notice = Urgent(
        said("請現在就聯絡。"), Tier.TODAY, (), 0, (finding,), (Dial(said("救護車"), "119"),)
    )
    assert reply_markdown(notice, Templates(), can_dial=False) == (
        "#### 請現在就聯絡。\n\n**119 救護車**"
    )
    assert "(tel:119)" in reply_markdown(notice, Templates())


@pytest.mark.parametrize("path", ["/", "/about", "/help", "/source/p26-onj-rate", "/ui/kiosk.js"])
def test_nothing_is_kept_and_no_script_of_others_runs(kiosk: httpx.Client, path: str) -> None:
    headers = kiosk.get(path, headers={"accept": "text/html"}).headers
    assert headers["cache-control"] == "no-store"
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert re.search(r"script-src 'self' 'nonce-[\w-]+';", policy)
    assert "unsafe-eval" not in policy
    assert "set-cookie" not in headers


def test_a_page_without_a_timer_returns_to_the_start(
    kiosk: httpx.Client, plain: httpx.Client
) -> None:
    assert kiosk.get("/source/p26-onj-rate").headers["refresh"] == "80; url=/"
    assert kiosk.get("/source/nothing").headers["refresh"] == "80; url=/"
    for path in ("/", "/about", "/help", "/ui/page.css", "/livez"):
        assert "refresh" not in kiosk.get(path).headers
    assert "refresh" not in plain.get("/source/p26-onj-rate").headers


# The wipe


def test_a_page_is_forgotten_at_once_and_no_other() -> None:
    holder = SimpleNamespace(session_data={"a": 1, "b": 2}, time_last_used={})
    keeper = SessionKeeper()
    keeper.watch(cast(gr.Blocks, SimpleNamespace(state_holder=holder)))
    application = FastAPI()
    application.include_router(build_kiosk_routes(keeper))
    client = TestClient(application)
    response = client.post("/kiosk/wipe", json={"session": "a"})
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["clear-site-data"] == '"storage"'
    assert holder.session_data == {"b": 2}
    assert client.post("/kiosk/wipe", json={"session": "unknown"}).status_code == 204
    assert client.post("/kiosk/wipe", json={"session": "x" * 65}).status_code == 422


def test_another_site_cannot_wipe(kiosk: httpx.Client) -> None:
    foreign = {"origin": "http://evil.example"}
    assert kiosk.post("/kiosk/wipe", json={"session": "a"}, headers=foreign).status_code == 403
