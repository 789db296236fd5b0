"""The report in Chromium: filters, keyboard, paper."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.evals.test_html_report import page_of
from tests.web.test_browser import ARGUMENTS, CHROMIUM
from tests.web.test_browser import pytestmark as browser_marks

pytestmark = browser_marks


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(page_of(), encoding="utf-8")
    problems: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(path.as_uri())
        yield page
        assert problems == []
        browser.close()


@pytest.fixture(autouse=True)
def unfiltered(page: Page) -> None:
    page.get_by_role("button", name="Reset").click()


def shown(page: Page) -> list[str]:
    """Return the kinds of the misses that are in sight, once their count says so too."""
    found = page.locator(".miss:visible")
    page.get_by_role("status").get_by_text(f"{found.count()} of 5 misses").wait_for()
    return [str(one.get_attribute("data-miss")) for one in found.all()]


def test_at_first_the_first_system_is_shown_and_what_was_met_is_not(page: Page) -> None:
    assert shown(page) == ["facts missing", "refused", "answered, not in the guide"]
    page.get_by_label("also met").check()
    assert "facts not in the first citation" in shown(page)
    page.get_by_label("System").select_option("peer")
    assert shown(page) == ["nothing shown"]


@pytest.mark.parametrize(
    ("label", "value", "miss"),
    [
        ("Split", "real-test", "refused"),
        ("Language", "en", "refused"),
        ("Kind of miss", "facts not in the first citation", "facts not in the first citation"),
        ("Tag or subject", "near", "answered, not in the guide"),
        ("Tag or subject", "drugs", "facts missing"),
    ],
)
def test_a_filter_leaves_what_fits(page: Page, label: str, value: str, miss: str) -> None:
    page.get_by_label(label).select_option(value)
    assert shown(page) == [miss]


def test_words_are_looked_for_in_all_that_stands_there(page: Page) -> None:
    page.get_by_label("Text").fill("P16 血鈣")
    assert shown(page) == ["facts missing"]
    page.get_by_label("Text").fill("nowhere")
    assert shown(page) == []


def test_only_what_turned_wrong_can_be_shown(page: Page) -> None:
    page.get_by_label("only what was right in the last run").check()
    assert shown(page) == ["facts missing"]


def test_a_miss_opens_by_the_keyboard_and_nothing_scrolls_sideways(page: Page) -> None:
    page.locator(".miss:visible summary").first.focus()
    page.keyboard.press("Enter")
    assert page.get_by_text("別的內容").is_visible()
    page.get_by_role("button", name="Open all shown").click()
    assert page.locator(".miss[open]:visible").count() == 3
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Close all shown").click()
    assert page.locator(".miss[open]:visible").count() == 0


def test_on_paper_everything_in_sight_is_unfolded(page: Page) -> None:
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:visible:not([open])").count() == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".miss[open]").count() == 0
