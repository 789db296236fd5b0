"""Whether everybody can use the page: a few of the states that `make access` measures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from chatbot.web.down import Place, down_page
from evals.page.access import (
    LEAST,
    Fault,
    axe_faults,
    look,
    opened,
    run_state,
    show_as,
    space_out,
    tab_through,
)
from evals.page.chromium import chromium
from evals.page.questions import TO_STATES
from evals.page.states import STATES, At
from tests.web.test_browser import pytestmark as browser_marks
from tests.web.test_browser import server

__all__ = ["server"]
pytestmark = browser_marks
BY_NAME = {state.name: state for state in STATES}
PHONE, NARROW = (390, 844), (320, 640)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def blank(browser: Browser) -> Iterator[Page]:
    """Return a page to put faults on."""
    page = browser.new_page(reduced_motion="reduce")
    page.set_content("<!doctype html><html lang='zh-Hant-TW'><title>x</title><main></main>")
    yield page
    page.close()


@pytest.mark.parametrize("name", ["start", "source", "urgent-today", "card", "help"])
def test_nobody_is_shut_out(browser: Browser, server: str, name: str) -> None:
    seen = list(run_state(browser, server, BY_NAME[name], [NARROW], ["xl"], ["high"]))
    assert [one.faults for one in seen if one.faults] == []
    assert all(one.contrast >= 7 for one in seen)
    assert max(one.stops or 0 for one in seen) >= 3


def test_the_page_that_needs_nothing_shuts_nobody_out(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "down.html"
    path.write_text(down_page(Place(), is_served=True), encoding="utf-8")
    seen = list(run_state(browser, path.as_uri(), BY_NAME["down"], [PHONE], ["m"]))
    assert [one.faults for one in seen if one.faults] == []


def test_the_pages_beside_it_take_over_how_it_is_shown_and_nothing_is_kept(
    browser: Browser, server: str
) -> None:
    with opened(browser, server, BY_NAME["start"], PHONE) as page:
        size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
        ground = "getComputedStyle(document.body).backgroundColor"
        page.get_by_label("特大").check(force=True)
        page.get_by_label("高對比").check(force=True)
        page.locator(".foot a", has_text="使用說明").press("Enter")
        page.get_by_role("heading", name="使用說明").wait_for()
        assert (page.evaluate(size), page.evaluate(ground)) == (27, "rgb(0, 0, 0)")
        page.get_by_role("link", name="English").click()
        page.get_by_role("heading", name="How to use it").wait_for()
        assert page.evaluate(size) == 27
        page.get_by_role("link", name="Back to the questions").click()
        page.locator("#question textarea").wait_for()
        assert (page.evaluate(size), page.evaluate(ground)) == (27, "rgb(0, 0, 0)")
        expect(page.get_by_label("特大")).to_be_checked()
        assert page.url == f"{server}/?__theme=light"
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_in_a_conversation_help_opens_over_it(browser: Browser, server: str) -> None:
    with opened(browser, server, BY_NAME["answer"], PHONE) as page:
        page.locator(".foot a", has_text="使用說明").click()
        over = page.locator("#beside")
        expect(over.get_by_role("heading", name="使用說明")).to_be_visible()
        over.get_by_role("link", name="English").click()
        expect(over.locator("#beside-body")).to_have_attribute("lang", "en")
        page.keyboard.press("Escape")
        expect(over).to_be_hidden()
        expect(page.locator("#log .user-row")).to_contain_text(TO_STATES["question"])
        expect(page.locator(".foot a", has_text="使用說明")).to_be_focused()


def test_whoever_has_to_wait_is_told(browser: Browser, server: str) -> None:
    with opened(browser, server, BY_NAME["slow"], PHONE) as page:
        expect(page.locator("#said")).to_have_text("正在找……")
        assert page.get_by_text("Loading").filter(visible=True).count() == 0
    with opened(browser, server, BY_NAME["answer"], PHONE) as page:
        expect(page.locator("#said")).to_be_empty()


# The measures themselves: each finds the fault that it is for


@pytest.mark.parametrize(
    ("html", "check"),
    [
        ("<p style='color:#777'>淺灰</p>", "contrast"),
        ("<p style='color:#000;opacity:.4'>淡</p>", "contrast"),
        ("<div style='background:#222'><p style='color:#333'>黑上黑</p></div>", "contrast"),
        ("<p class='b'>甲<style>.b::before{content:'乙';color:#aaa}</style></p>", "contrast"),
        ("<p style='font-size:12px'>小</p>", "text"),
        ("<button style='width:30px;height:50px'>按</button>", "target"),
        ("<p style='width:3000px;white-space:nowrap'>寬</p>", "sideways"),
        ("<p style='width:3em;height:1em;overflow:hidden'>被切掉的字在這裡</p>", "cut"),
        ("<style>p{transition:color 1s}</style><p>動</p>", "motion"),
    ],
)
def test_a_fault_is_found(blank: Page, html: str, check: str) -> None:
    state = BY_NAME["start"]
    base = "<style>body{color:#000;background:#fff;font-size:18px}</style>"
    blank.evaluate(
        "html => { document.querySelector('main').innerHTML = html; }", base + "<h1>好</h1>"
    )
    assert look(blank, state, "").faults == ()
    blank.evaluate("html => { document.querySelector('main').innerHTML += html; }", html)
    found = {fault.check for fault in look(blank, state, "").faults}
    assert check in found
    assert LEAST[At.PERSON]["target"] == 44


def test_axe_finds_what_it_is_for(blank: Page) -> None:
    blank.evaluate("document.querySelector('main').innerHTML = '<h1>x</h1><img src=\"data:,\">'")
    assert "axe image-alt" in {fault.check for fault in axe_faults(blank)}


def test_the_keyboard_finds_what_it_cannot_reach_or_see(blank: Page) -> None:
    blank.evaluate(
        """document.querySelector('main').innerHTML = `<style>#bare:focus{outline:0}</style>
        <button id="good" style="outline:3px solid">a</button><button id="bare">b</button>
        <button id="under">c</button><div style="position:fixed;inset:0;background:#fff"></div>`"""
    )
    faults, stops = tab_through(blank)
    assert stops == 3
    assert Fault("focus not visible", "bare") in faults
    assert Fault("focus covered", "under") in faults


def test_text_that_is_spaced_out_must_not_be_cut(blank: Page) -> None:
    blank.evaluate(
        """document.querySelector('main').innerHTML =
        '<p style="overflow:hidden;white-space:nowrap;width:max-content;max-width:6.2em">六個字剛剛好</p>'"""
    )
    assert {fault.check for fault in space_out(blank)} == {"spaced out: cut"}
    show_as(blank, "m", "standard")
