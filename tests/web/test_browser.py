"""A person in Chromium: ask, open a citation, read its page."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from evals.page.chromium import ARGUMENTS, CHROMIUM
from tests.web.test_app import server

__all__ = ["ARGUMENTS", "CHROMIUM", "server"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.enable_socket,
    pytest.mark.skipif(
        CHROMIUM is None and "CI" not in os.environ, reason="no Chromium on this machine"
    ),
]


@pytest.fixture(scope="module")
def context() -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-TW")
        browser.close()


@pytest.fixture
def page(context: BrowserContext, server: str) -> Iterator[Page]:
    page = context.new_page()
    foreign: list[str] = []
    problems: list[str] = []
    page.on(
        "request",
        lambda r: (
            foreign.append(r.url) if not r.url.startswith((server, "data:", "blob:")) else None
        ),
    )
    page.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(server)
    yield page
    assert foreign == []
    assert problems == []
    page.close()


def test_a_person_asks_opens_the_citation_and_reads_its_page(page: Page) -> None:
    page.get_by_label("您想問什麼？").fill("顎骨壞死的機率有多高？")
    page.get_by_role("button", name="找答案").click()
    link = page.locator('#log a[href^="/source/"]').first
    link.wait_for()
    assert "第 26 頁" in link.inner_text()
    link.focus()
    page.keyboard.press("Enter")
    cited = page.locator("#source #cited")
    cited.wait_for()
    assert "1%" in cited.locator(".quote").inner_text()
    answering = page.locator("#log blockquote strong").first.inner_text()
    assert cited.locator("mark").first.inner_text() == answering
    assert "第 26 頁" in cited.inner_text()
    page.keyboard.press("Escape")
    assert page.locator("#source").is_hidden()
    assert page.evaluate("document.activeElement.getAttribute('href')").startswith("/source/")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.evaluate("document.documentElement.lang") == "zh-Hant-TW"


def test_what_is_typed_is_shown_as_text_and_not_as_markup(page: Page) -> None:
    page.get_by_label("您想問什麼？").fill("<img src=x onerror=alert(1)> **骨轉移** 會痛嗎")
    page.get_by_label("您想問什麼？").press("Enter")
    asked = page.locator("#log .user").first
    asked.wait_for()
    assert "<img src=x onerror=alert(1)> **骨轉移** 會痛嗎" in asked.inner_text()
    assert page.locator("#log img").count() == 0


def test_nothing_scrolls_sideways_on_a_phone(page: Page) -> None:
    page.get_by_role("button", name="骨轉移怎麼治療").click()
    page.locator("#log blockquote").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def sheet_is_entered(page: Page, *, entered: bool) -> None:
    """Wait until the history knows of a sheet that lies over the page, or of none."""
    script = """(entered) => new Promise((done) => {
      const look = () => Boolean(history.state?.sheet) === entered ? done() : setTimeout(look, 10);
      look();
    })"""
    page.evaluate(script, entered)


def test_back_closes_what_lies_over_the_page_and_keeps_the_conversation(page: Page) -> None:
    page.get_by_role("button", name="骨轉移怎麼治療").click()
    link = page.locator('#log a[href^="/source/"]').first
    link.click()
    page.locator("#source #cited").wait_for()
    sheet_is_entered(page, entered=True)
    page.evaluate("history.back()")
    page.locator("#source").wait_for(state="hidden")
    link.click()
    sheet_is_entered(page, entered=True)
    page.keyboard.press("Escape")
    sheet_is_entered(page, entered=False)
    page.get_by_role("link", name="使用說明").click()
    page.locator("#beside h1").wait_for()
    sheet_is_entered(page, entered=True)
    page.evaluate("history.back()")
    page.locator("#beside").wait_for(state="hidden")
    assert page.locator("#log .bot-row").count() == 1
