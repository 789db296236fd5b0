"""What can go wrong, as a person meets it: each with a sentence of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.browsing import chromium, open_page
from tests.web.serving import Served, serving
from tests.web.test_browser import pytestmark as browser_marks

pytestmark = browser_marks


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving() as found:
        yield found


@pytest.fixture
def page(browser: Browser, served: Served) -> Iterator[Page]:
    with open_page(browser, served.address) as found:
        found.locator("#question textarea").wait_for()
        yield found


def ask(page: Page, question: str) -> None:
    page.get_by_label("您想問什麼？").fill(question)
    page.get_by_role("button", name="找答案").click()


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("", "請用一句話寫下您想問的事"),
        ("   ", "請用一句話寫下您想問的事"),
        ("😀😀", "我只看到符號"),
        ("Nenek saya sakit tulang, apakah boleh suntik?", "我只看得懂中文和英文"),
        ("ปวดกระดูกทำยังไง", "I can read Chinese and English only"),
    ],
)
def test_what_cannot_be_understood_gets_its_sentence(
    page: Page, question: str, sentence: str
) -> None:
    ask(page, question)
    expect(page.locator("#log .bot").last).to_contain_text(sentence)
    expect(page.locator("#log .options button")).to_have_count(6)


def test_what_is_too_long_to_paste_is_told(page: Page) -> None:
    problem = page.locator("#problem")
    paste = """(length) => { const data = new DataTransfer(); data.setData('text', '骨'.repeat(length));
        document.querySelector('#question textarea').dispatchEvent(
            new ClipboardEvent('paste', {clipboardData: data, bubbles: true})); }"""
    page.evaluate(paste, 2000)
    expect(problem).to_be_hidden()
    page.evaluate(paste, 2001)
    expect(problem).to_have_text("一次最多 2000 個字，後面的沒有貼進來。請先寫最想問的事。")


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (429, "現在問的人太多了，請過幾秒再試一次。"),
        (500, "抱歉，剛才出了問題，沒有得到答案。請再試一次。"),
        (413, "抱歉，剛才出了問題，沒有得到答案。請再試一次。"),
    ],
)
def test_what_the_server_refuses_is_told_until_it_answers(
    browser: Browser, served: Served, status: int, sentence: str
) -> None:
    with open_page(browser, served.address, may_fail=True) as page:
        page.route("**/gradio_api/run/**", lambda r: r.fulfill(status=status, json={"error": "x"}))
        ask(page, "骨轉移怎麼治療")
        expect(page.locator("#problem")).to_have_text(sentence)
        page.unroute("**/gradio_api/run/**")
        ask(page, "打骨針有什麼副作用")
        page.locator("#log blockquote").first.wait_for()
        expect(page.locator("#problem")).to_be_hidden()


def test_a_server_that_is_gone_leaves_whom_to_call_and_comes_back(browser: Browser) -> None:
    with serving() as served, open_page(browser, served.address, may_fail=True) as page:
        ask(page, "骨轉移怎麼治療")
        page.locator("#log blockquote").first.wait_for()
        served.kill()
        ask(page, "打骨針有什麼副作用")
        expect(page.locator("#problem")).to_contain_text("連不上服務")
        down = page.locator("#down")
        expect(down).to_contain_text("1925")
        expect(down).to_contain_text("骨骼標靶藥物的副作用")
        assert page.get_by_text("Connection").filter(visible=True).count() == 0
        with serving(int(served.address.rpartition(":")[2])):
            page.clock.run_for(4_000)
            expect(down).to_be_hidden(timeout=20_000)
            page.clock.run_for(20_000)
            page.get_by_role("button", name="骨轉移怎麼治療").click(timeout=20_000)
            page.locator("#log blockquote").first.wait_for()


def test_the_foot_leads_to_what_it_is_and_how_to_use_it(page: Page, served: Served) -> None:
    page.get_by_role("link", name="關於這裡").click()
    page.get_by_role("heading", name="關於骨健康問答").wait_for()
    page.get_by_role("link", name="English").click()
    page.get_by_role("link", name="How to use it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How to use it")
    page.locator(".bar .name").focus()
    page.keyboard.press("Tab")
    expect(page.locator(".bar .sos")).to_be_focused()
    expect(page.locator(".bar .sos")).to_have_css("outline-style", "solid")
    page.get_by_role("link", name="Back to the questions").click()
    page.locator("#question textarea").wait_for()


@pytest.mark.parametrize("path", ["/about", "/help", "/about?lang=en", "/help?lang=zh-Hans"])
def test_pages_beside_the_conversation_fit_a_small_phone(
    browser: Browser, served: Served, path: str
) -> None:
    with open_page(browser, served.address + path, (320, 640)) as page:
        page.evaluate("document.documentElement.dataset.size = 'xl'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        small = """[...document.querySelectorAll('a')].filter(a => a.getBoundingClientRect().height < 44)
            .map(a => a.textContent)"""
        assert page.evaluate(small) == []
