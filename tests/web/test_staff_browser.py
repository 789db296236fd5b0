"""A volunteer in Chromium: refused, let in, why an answer is what it is, what was flagged."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.web.browsing import PHONE_SIZE, chromium
from tests.web.serving import Served, serving
from tests.web.test_browser import pytestmark

__all__ = ["pytestmark"]

PASSWORD = "correct horse battery"
REFUSED = "我叫王小明，打麻將怎麼贏"
KEPT = "［姓名］,打麻將怎麼贏"


@pytest.fixture(scope="module", autouse=True)
def patience() -> Iterator[None]:
    """Wait as long as the rest of Playwright does: a machine may be busy."""
    expect.set_options(timeout=30_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("staff-data")


@pytest.fixture(scope="module")
def served(data: Path) -> Iterator[Served]:
    settings = {"STAFF_PASSWORD": PASSWORD, "KEEP_UNANSWERED": "true", "KEEP_FLAGS": "true"}
    with serving(0, DATA=str(data), **settings) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@contextmanager
def page_of(browser: Browser, served: Served, *, script: bool = True) -> Iterator[Page]:
    """Open a page of which nothing may leave the machine or break the policy."""
    width, height = PHONE_SIZE
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-TW", java_script_enabled=script
    )
    page = context.new_page()
    foreign: list[str] = []
    problems: list[str] = []
    own = (served.address, "data:", "blob:")
    page.on("request", lambda r: None if r.url.startswith(own) else foreign.append(r.url))
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    try:
        yield page
        assert foreign == []
        assert [p for p in problems if "401" not in p] == []  # a refused login is told there
    finally:
        context.close()


def log_in(page: Page, served: Served, password: str = PASSWORD) -> None:
    page.goto(f"{served.address}/staff")
    page.get_by_label("密碼").fill(password)
    page.get_by_role("button", name="登入").click()


def test_a_login_is_refused_then_granted_then_ended(browser: Browser, served: Served) -> None:
    with page_of(browser, served) as page:
        log_in(page, served, "wrong password")
        expect(page.get_by_role("alert")).to_have_text("密碼不對。請再試一次，或問管理者。")
        assert page.context.cookies() == []
        page.goto(f"{served.address}/staff/report")
        expect(page).to_have_url(f"{served.address}/staff/login")
        log_in(page, served)
        expect(page).to_have_url(f"{served.address}/staff")
        (cookie,) = page.context.cookies()
        assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (
            True,
            "Strict",
            "/staff",
        )
        assert cookie["expires"] == -1
        assert page.evaluate("document.cookie") == ""
        page.get_by_role("button", name="登出").click()
        expect(page).to_have_url(f"{served.address}/staff/login")
        page.goto(f"{served.address}/staff")
        expect(page).to_have_url(f"{served.address}/staff/login")


def test_why_an_answer_is_what_it_is_and_its_citation_is_copied(
    browser: Browser, served: Served
) -> None:
    with page_of(browser, served) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        log_in(page, served)
        page.get_by_label("問題").fill("顎骨壞死的機率有多高？")
        page.get_by_role("button", name="問", exact=True).click()
        expect(page.locator("#shown-1 .facts")).to_contain_text("對上的說法")
        expect(page.locator("table.candidates").first.locator("tbody tr")).to_have_count(8)
        assert "顎骨" not in page.url
        page.locator("#shown-1 summary").click()
        page.locator("#shown-1").get_by_role("button", name="複製").click()
        expect(page.locator("#shown-1 [role=status]")).to_have_text("已複製。")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.endswith("第 26 頁（依指南改寫）")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE_SIZE[0]
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_it_works_without_script(browser: Browser, served: Served) -> None:
    with page_of(browser, served, script=False) as page:
        log_in(page, served)
        page.get_by_label("問題").fill("健保有給付骨針嗎")
        page.get_by_role("button", name="問", exact=True).click()
        expect(page.locator(".kind")).to_contain_text("不回答")
        page.get_by_role("link", name="查指南").click()
        page.get_by_label("頁", exact=True).select_option("26")
        page.get_by_role("button", name="看這一頁").click()
        expect(page.locator("article.found").first).to_be_visible()


def test_a_flagged_citation_and_a_question_without_answer_are_found_in_the_report(
    browser: Browser, served: Served, data: Path
) -> None:
    with page_of(browser, served) as page:
        page.goto(served.address)
        page.locator("#question textarea").fill(REFUSED)
        page.locator("#send").click()
        expect(page.locator("#log .bot-row").last).to_contain_text("醫療團隊")
        page.locator("#question textarea").fill("顎骨壞死的機率有多高？")
        page.locator("#send").click()
        page.locator('#log a[href^="/source/p26-onj-rate"]').first.click()
        page.locator("#flag").click()
        expect(page.locator("#flag-said")).to_contain_text("沒有記您問的話")
        page.locator("#source .close").click()
        log_in(page, served)
        page.get_by_role("link", name="紀錄").click()
        flagged = page.locator("tr", has_text="p26-onj-rate")
        question = page.locator("tr", has_text=KEPT)
        for _ in range(20):  # rows are written beside the replies
            if flagged.count() and question.count():
                break
            page.reload()
        expect(flagged).to_contain_text("26")
        assert "王小明" not in page.content()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE_SIZE[0]
        with page.expect_download() as download:
            page.get_by_role("link", name="下載 CSV").first.click()
        content = Path(download.value.path()).read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        assert rows[1][0] == KEPT
        assert rows[1][3] == "1"
        question.get_by_role("button", name="刪掉這一題").click()
        expect(question).to_have_count(0)
    assert holding(data, "我叫王小明") == []
    assert holding(data, "麻將怎麼贏") == []  # deleted, and overwritten


def test_by_default_nothing_is_kept_and_there_is_no_such_page(
    browser: Browser, tmp_path: Path
) -> None:
    with serving(0, DATA=str(tmp_path)) as plain, page_of(browser, plain) as page:
        for path in ("/staff", "/staff/login", "/staff/report", "/staff/flags.csv"):
            assert httpx.get(plain.address + path).status_code == 404
        page.goto(plain.address)
        expect(page.locator("#about")).to_contain_text("不會存檔")
        page.locator("#question textarea").fill(REFUSED)
        page.locator("#send").click()
        expect(page.locator("#log .bot-row").last).to_contain_text("醫療團隊")
        asked = {"id": 1, "turns": [REFUSED]}
        assert httpx.post(f"{plain.address}/api/ask", json=asked).status_code == 200
    assert holding(tmp_path, "麻將怎麼贏") == []
    assert list(tmp_path.rglob("*.sqlite*")) == []


def holding(folder: Path, text: str) -> list[Path]:
    """Return the files under a folder that hold a text."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [path for path in files if text.encode() in path.read_bytes()]
