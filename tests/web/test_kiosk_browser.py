"""A kiosk as a person meets it: three touches, help, and a wipe that leaves nothing behind."""

from __future__ import annotations

import gc
import logging
import socket
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from chatbot.settings import Settings
from chatbot.web import server
from chatbot.web.server import build_app
from chatbot.web.service import Service
from chatbot.web.sessions import SessionKeeper
from tests.web.browsing import KIOSK_SIZE, chromium, open_page
from tests.web.serving import serving
from tests.web.test_browser import pytestmark as browser_marks

pytestmark = browser_marks
# Never written as one text here: what is searched for in memory must come from the page alone.
TYPED = tuple("我叔叔的膝蓋下雨天會唱歌嗎")
STORED = "localStorage.length + sessionStorage.length"


@dataclass
class Running:
    """The application in this very process, with the keeper of its conversations."""

    address: str
    keepers: list[SessionKeeper] = field(default_factory=list)

    @property
    def held(self) -> int:
        return self.keepers[-1].held


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """Serve a kiosk from a thread, so that its memory can be searched."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    run = Running(f"http://127.0.0.1:{listener.getsockname()[1]}")

    class Kept(SessionKeeper):
        def __init__(self, idle_seconds: float) -> None:
            super().__init__(idle_seconds)
            run.keepers.append(self)

    settings = Settings.model_validate(
        {"kiosk": True, "model": "none", "team_desk": "一樓服務台", "team_phone": "02-2345-6789"}
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "SessionKeeper", Kept)
        application = build_app(Service(settings), settings)
    uvicorn_server = uvicorn.Server(
        uvicorn.Config(application, log_level="warning", access_log=False)
    )
    thread = threading.Thread(target=uvicorn_server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield run
    uvicorn_server.should_exit = True
    thread.join(30)
    listener.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def kiosk(browser: Browser, running: Running) -> Iterator[Page]:
    with open_page(browser, running.address, KIOSK_SIZE) as page:
        page.locator("#question textarea").wait_for()
        yield page


class HereAgain(BaseHTTPRequestHandler):
    """A server that is there, and no more."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><p>here again</p>")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def answering(port: int) -> Iterator[None]:
    """Answer every address at this port until the block ends."""
    with ThreadingHTTPServer(("127.0.0.1", port), HereAgain) as here:
        thread = threading.Thread(target=here.serve_forever)
        thread.start()
        yield
        here.shutdown()
        thread.join(30)


def type_question(page: Page) -> None:
    page.locator("#question textarea").click()
    for character in TYPED:
        page.keyboard.insert_text(character)
    page.get_by_role("button", name="找答案").click()
    page.locator("#log .bot").first.get_by_text("醫療團隊").first.wait_for()


def texts_in_memory(wanted: str) -> int:
    """Return how many texts in this process hold the wanted one, other than itself."""
    gc.collect()
    encoded = wanted.encode()
    found = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # objects of torch that warn when they are looked at
        for holder in gc.get_objects():
            for held in gc.get_referents(holder):
                if isinstance(held, str):
                    found += held is not wanted and wanted in held
                elif isinstance(held, bytes | bytearray):
                    found += held is not encoded and encoded in held
    return found


def test_three_touches_lead_to_an_answer(kiosk: Page) -> None:
    kiosk.get_by_role("button", name="副作用").click()
    kiosk.get_by_role("button", name="打骨針牙齒要注意什麼").click()
    answer = kiosk.locator("#log blockquote").first
    answer.wait_for()
    assert "顎骨壞死" in answer.inner_text()
    assert kiosk.locator("#log .user").count() == 1
    expect(kiosk.locator("#kiosk-start")).to_be_hidden()


def test_nothing_is_copied_where_the_clipboard_cannot_be_wiped(kiosk: Page) -> None:
    kiosk.get_by_label("您想問什麼？").fill("骨轉移怎麼治療")
    kiosk.get_by_label("您想問什麼？").press("Enter")
    expect(kiosk.locator('#log a[href^="#card"]').first).to_be_visible()
    expect(kiosk.locator('#log a[href="#copy"]').first).to_be_hidden()


def test_a_subject_can_be_left_again(kiosk: Page) -> None:
    kiosk.get_by_role("button", name="檢查和追蹤").click()
    expect(kiosk.get_by_role("heading", name="檢查和追蹤")).to_be_focused()
    expect(kiosk.get_by_role("button", name="骨掃描是什麼")).to_be_visible()
    kiosk.get_by_role("button", name="換一個主題").click()
    expect(kiosk.get_by_role("button", name="骨掃描是什麼")).to_be_hidden()
    expect(kiosk.get_by_role("button", name="檢查和追蹤")).to_be_visible()


def test_every_target_is_large_enough_for_a_finger(kiosk: Page) -> None:
    measure = """() => [...document.querySelectorAll('button, a, textarea, .sizes label, .tick')]
        .filter(e => e.checkVisibility() && !e.matches('.skip'))
        .map(e => [e.textContent.trim() || e.tagName, e.getBoundingClientRect()])
        .filter(([, r]) => r.height && (r.height < 60 || r.width < 60)).map(([n, r]) => n + r.height)"""
    assert kiosk.evaluate(measure) == []
    kiosk.get_by_role("button", name="副作用").click()
    assert kiosk.evaluate(measure) == []
    kiosk.locator(".subject:visible [data-question]").first.click()
    kiosk.locator("#log blockquote").first.wait_for()
    assert kiosk.evaluate(measure) == []
    kiosk.get_by_role("button", name="找人幫忙").click()
    assert kiosk.evaluate(measure) == []


def test_help_names_desk_team_and_numbers_as_text(kiosk: Page) -> None:
    kiosk.get_by_role("button", name="找人幫忙").click()
    panel = kiosk.locator("#person-panel")
    for wanted in ("一樓服務台", "02-2345-6789", "119", "1925"):
        expect(panel).to_contain_text(wanted)
    assert kiosk.locator("a[href^='tel:']").count() == 0
    panel.get_by_role("button", name="關閉").click()
    expect(panel).to_be_hidden()


def test_an_untouched_start_page_asks_nobody(kiosk: Page) -> None:
    kiosk.clock.fast_forward(600_000)
    expect(kiosk.locator("#idle")).to_be_hidden()
    expect(kiosk.get_by_role("button", name="清除並離開")).to_be_hidden()


def test_whoever_is_still_there_goes_on(kiosk: Page) -> None:
    type_question(kiosk)
    kiosk.clock.fast_forward(59_000)
    expect(kiosk.locator("#idle")).to_be_hidden()
    kiosk.clock.fast_forward(2_000)
    expect(kiosk.get_by_role("button", name="繼續使用")).to_be_focused()
    expect(kiosk.locator("#idle-count")).to_have_text("19")
    kiosk.mouse.click(5, 5)  # a touch beside the question is no answer to it
    expect(kiosk.locator("#idle")).to_be_visible()
    kiosk.get_by_role("button", name="繼續使用").click()
    kiosk.clock.fast_forward(59_000)
    expect(kiosk.locator("#idle")).to_be_hidden()
    expect(kiosk.locator("#log .user")).to_have_count(1)


def test_the_question_whether_anybody_is_there_stands_over_open_panels(kiosk: Page) -> None:
    kiosk.get_by_role("button", name="副作用").click()
    kiosk.locator(".subject:visible [data-question]").first.click()
    kiosk.locator('#log a[href^="/source/"]').first.click()
    kiosk.locator("#source #cited").wait_for()
    kiosk.clock.fast_forward(61_000)
    kiosk.get_by_role("button", name="繼續使用").click(timeout=5_000)
    expect(kiosk.locator("#idle")).to_be_hidden()


def test_when_nobody_is_there_everything_is_wiped(
    kiosk: Page, running: Running, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    kiosk.evaluate("localStorage.setItem('left', '1'); sessionStorage.setItem('left', '1')")
    type_question(kiosk)
    wanted = "".join(TYPED)
    assert running.held == 1
    assert texts_in_memory(wanted) > 0  # the search finds what there is to find
    assert wanted in kiosk.content()

    kiosk.clock.fast_forward(61_000)
    kiosk.locator("#idle").wait_for()
    with kiosk.expect_navigation():
        kiosk.clock.fast_forward(20_000)
    kiosk.locator("#question textarea").wait_for()

    assert running.held == 0
    assert texts_in_memory(wanted) == 0
    assert wanted not in kiosk.content()
    assert kiosk.evaluate(STORED) == 0
    assert kiosk.evaluate("indexedDB.databases().then(d => d.length)") == 0
    assert kiosk.evaluate("caches.keys().then(k => k.length)") == 0
    assert kiosk.locator("#question textarea").input_value() == ""
    assert wanted not in kiosk.url
    assert wanted not in caplog.text
    expect(kiosk.get_by_role("button", name="副作用")).to_be_visible()


def test_the_back_button_brings_nothing_back(kiosk: Page, running: Running) -> None:
    type_question(kiosk)
    kiosk.get_by_role("link", name="關於這裡").click()
    kiosk.get_by_role("heading", name="關於骨健康問答").wait_for()
    kiosk.go_back()
    kiosk.get_by_role("button", name="副作用").wait_for()
    assert "".join(TYPED) not in kiosk.content()
    type_question(kiosk)
    with kiosk.expect_navigation():
        kiosk.get_by_role("button", name="清除並離開").click()
    kiosk.locator("#question textarea").wait_for()
    kiosk.go_back()
    kiosk.go_forward()
    kiosk.locator("#question textarea").wait_for()
    assert "".join(TYPED) not in kiosk.content()
    assert running.held == 0


@pytest.mark.parametrize("path", ["about", "help"])
def test_the_pages_beside_it_return_to_the_start(
    browser: Browser, running: Running, path: str
) -> None:
    with open_page(browser, f"{running.address}/{path}", KIOSK_SIZE) as page:
        page.clock.fast_forward(61_000)
        page.locator("#idle").wait_for()
        with page.expect_navigation(url=f"{running.address}/"):
            page.clock.fast_forward(20_000)
        page.get_by_role("button", name="副作用").wait_for()


def test_what_would_lead_away_does_not(kiosk: Page, running: Running) -> None:
    kiosk.evaluate(
        """() => document.body.insertAdjacentHTML('beforeend',
            '<a id="far" href="https://example.org/">x</a><a id="call" href="tel:119">x</a>'
            + '<a id="docs" href="/docs" target="_blank">x</a>')"""
    )
    for link in ("far", "call", "docs"):
        kiosk.locator(f"#{link}").click()
    assert kiosk.url.startswith(running.address + "/?")
    assert len(kiosk.context.pages) == 1
    assert kiosk.evaluate("window.open('/about')") is None
    prevented = (
        "!document.body.dispatchEvent(new Event('contextmenu', {bubbles: true, cancelable: true}))"
    )
    assert kiosk.evaluate(prevented)


def test_without_a_server_the_wipe_leaves_whom_to_call(browser: Browser) -> None:
    with (
        serving(KIOSK="true", TEAM_DESK="一樓服務台") as served,
        open_page(browser, served.address, KIOSK_SIZE, may_fail=True) as page,
    ):
        page.locator("#question textarea").wait_for()
        type_question(page)
        served.kill()
        page.get_by_role("button", name="清除並離開").click()
        expect(page.locator("#log")).to_have_count(0)
        expect(page.locator("#down")).to_contain_text("一樓服務台")
        expect(page.locator("#down")).to_contain_text("1925")
        assert "".join(TYPED) not in page.content()
        with answering(int(served.address.rpartition(":")[2])):
            page.clock.run_for(4_000)
            page.get_by_text("here again").wait_for()
