"""What still shows when everything else is down."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send
from typer.testing import CliRunner

from chatbot.__main__ import cli
from chatbot.contacts import Team, load_numbers
from chatbot.settings import Settings
from chatbot.web.down import DownApp, LastResort, Place, down_page, guide_pages
from chatbot.web.server import run_server
from corpus.source import Source
from tests.helpers import ROOT
from tests.web.test_app import free_port

PLACE = Place(Team("腫瘤個管師", "02-2345-6789"), "一樓服務台")
BROWSER = {"accept": "text/html,application/xhtml+xml"}


def test_the_pages_are_those_of_the_edition(edition: Source) -> None:
    sections = edition.guide.sections
    assert list(guide_pages()) == [section.title for section in sections]
    for section in sections:
        printed = {page for passage in section.passages for page in passage.pages}
        assert guide_pages()[section.title] in printed, section.title
    assert list(guide_pages().values()) == sorted(guide_pages().values())


@pytest.mark.parametrize("language", ["zh-Hant", "zh-Hans", "en"])
def test_the_page_is_plain_and_whole(language: str) -> None:
    page = down_page(PLACE, language)
    assert re.findall(r"<(?:script|link|img|iframe)|@import|url\(|https?:", page) == []
    for number in load_numbers().values():
        assert f'<a href="tel:{number}"><b>{number}</b>' in page
    for wanted in ("一樓服務台", "02-2345-6789", *guide_pages()):
        assert wanted in page
    assert page.count("<h1>") == 1
    assert "2026-11-20" in page
    assert "http-equiv" not in page


def test_what_an_operator_typed_is_text() -> None:
    page = down_page(Place(Team("<b>x", "02"), "<img src=x>"))
    assert "<img" not in page
    assert "<b>x" not in page
    assert "&lt;img src=x&gt;" in page


def test_without_a_team_it_says_where_to_find_the_number() -> None:
    assert "預約單、出院單" in down_page(Place())
    assert "預約單、出院單" not in down_page(PLACE)


def test_where_nobody_may_dial_numbers_are_text() -> None:
    page = down_page(Place(can_dial=False))
    assert "tel:" not in page
    assert '<span class="line"><b>119</b>' in page


def test_a_clinic_can_write_it_into_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BONEHEALTH_TEAM_DESK", "一樓服務台")
    path = tmp_path / "page.html"
    assert CliRunner().invoke(cli, ["static", "--output", str(path)]).exit_code == 0
    assert path.read_text(encoding="utf-8") == down_page(Place(desk="一樓服務台"))
    english = ["static", "--output", str(path), "--language", "en"]
    assert CliRunner().invoke(cli, english).exit_code == 0
    assert '<html lang="en">' in path.read_text(encoding="utf-8")


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    missing = CliRunner().invoke(cli, ["static", "--output", str(tmp_path / "no" / "x.html")])
    assert (missing.exit_code, "無法寫入" in missing.stderr) == (1, True)
    unknown = CliRunner().invoke(cli, ["static", "--output", "x.html", "--language", "fr"])
    assert (unknown.exit_code, "沒有這個語言：fr" in unknown.stderr) == (2, True)


@pytest.mark.parametrize("path", ["/", "/about", "/livez", "/source/what", "/nothing"])
def test_every_address_shows_it_as_a_failure_that_may_pass(path: str) -> None:
    response = TestClient(DownApp(PLACE)).get(path)
    assert response.status_code == 503
    assert response.headers["retry-after"] == "30"
    assert response.headers["cache-control"] == "no-store"
    assert "script-src" not in response.headers["content-security-policy"]
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert '<a class="again" href="">再試一次</a>' in response.text
    assert "http-equiv" not in response.text  # it must not move under a reader
    assert "問答暫時不能用" in response.text


def test_where_nobody_is_there_to_press_it_tries_again_by_itself() -> None:
    response = TestClient(DownApp(Place(can_dial=False))).get("/")
    assert '<meta http-equiv="refresh" content="30">' in response.text
    assert "這一頁每 30 秒會自己再試一次。" in response.text
    assert "再試一次</a>" not in response.text


def test_a_question_gets_an_error_as_the_contract_has_it() -> None:
    response = TestClient(DownApp(PLACE)).post("/api/ask", json={"id": 1, "turns": ["x"]})
    assert response.status_code == 503
    assert response.json()["id"] is None
    assert response.json()["error"].startswith("現在連不上問答")


def failing(status: int | None) -> TestClient:
    application = FastAPI()

    @application.get("/page")
    def page() -> HTMLResponse:
        if status is None:
            raise RuntimeError("我爸的祕密")
        return HTMLResponse("<p>own</p>", status)

    resort = LastResort(application, PLACE)
    return TestClient(resort, raise_server_exceptions=False)


@pytest.mark.parametrize("status", [None, 500, 503])
def test_a_page_that_fails_is_replaced(
    status: int | None, caplog: pytest.LogCaptureFixture
) -> None:
    response = failing(status).get("/page", headers=BROWSER)
    assert response.status_code == 500
    assert "問答暫時不能用" in response.text
    assert "script-src" not in response.headers["content-security-policy"]
    assert "我爸的祕密" not in caplog.text


@pytest.mark.parametrize("status", [200, 404])
def test_a_page_that_does_not_fail_is_left(status: int) -> None:
    response = failing(status).get("/page", headers=BROWSER)
    assert (response.status_code, response.text) == (status, "<p>own</p>")


def test_a_program_gets_its_own_failure() -> None:
    response = failing(500).get("/page", headers={"accept": "application/json"})
    assert response.text == "<p>own</p>"


def test_a_page_that_breaks_off_is_not_mended() -> None:
    async def breaking(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError

    with pytest.raises(RuntimeError):
        TestClient(LastResort(breaking, PLACE)).get("/", headers=BROWSER)


def test_when_no_guide_can_be_opened_signs_are_still_recognised(data_folder: Path) -> None:
    port = free_port()
    environment = {
        **os.environ,
        "BONEHEALTH_PORT": str(port),
        "BONEHEALTH_MODEL": "none",
        "BONEHEALTH_ORIGINAL": "no-such-guide",
        "BONEHEALTH_TEAM_PHONE": "02-2345-6789",
    }
    process = subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, env=environment, stderr=subprocess.PIPE
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                state = httpx.get(f"{address}/readyz")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        assert (state.status_code, state.json()["mode"]) == (503, "safety_only")
        assert "02-2345-6789" in httpx.get(address).text
        asked = {"id": 1, "turns": ["我不想活了"]}
        replies = httpx.post(f"{address}/api/ask", json=asked).json()["replies"]
        assert replies[0]["kind"] == "urgent"
    finally:
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=20)
    assert process.returncode != 0
    lines = [line for line in errors.decode().splitlines() if "查不到指南" in line]
    assert len(lines) == 1
    assert "no-such-guide" in lines[0]


def test_when_the_page_itself_cannot_be_made_whom_to_call_is_served(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(*_: object) -> None:
        raise ImportError("secret")

    served: list[object] = []
    monkeypatch.setattr("chatbot.web.server.Service", failing)

    def serve(app: object, listener: socket.socket, _: Settings) -> None:
        served.append(app)
        listener.close()

    monkeypatch.setattr("chatbot.web.server._serve", serve)
    assert run_server(Settings(port=free_port())) == 1
    assert [type(app) for app in served] == [DownApp]
    told = caplog.text
    assert "ImportError" in told
    assert "secret" not in told
    assert "修好以後請重新啟動" in told
