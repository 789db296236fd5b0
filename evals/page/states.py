"""Every state of the page that a person can meet, and how to bring a browser into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from playwright.sync_api import Page

from evals.page.questions import TO_STATES

IDLE_SECONDS = 600  # of the kiosk that is measured: longer than a look takes
HOUR = 3_600_000  # milliseconds
MOST_TYPED = 2001  # one character more than the box takes


class At(StrEnum):
    """Which server a state is met at."""

    PERSON = "person"
    KIOSK = "kiosk"
    DOWN = "down"  # the page that needs nothing: a file


@dataclass(frozen=True, slots=True)
class State:
    """A state of the page.

    Attributes:
        name: What it is called in tables and file names.
        at: Where it is met.
        arrange: Brings a freshly opened page into it.
        path: What is opened.
        language: What `lang` of the document is then.
        media: `print` where it is looked at on paper.
        expects: Words of the browser's console that belong to it: requests that fail on purpose.
    """

    name: str
    at: At
    arrange: Callable[[Page], None]
    path: str = "/"
    language: str = "zh-Hant-TW"
    media: str = "screen"
    expects: str = ""


def ask(page: Page, question: str) -> None:
    """Ask as a person does and wait for the reply."""
    before = page.locator("#log .bot-row").count()
    page.locator("#question textarea").fill(question)
    page.locator("#send").click()
    page.wait_for_function("n => document.querySelectorAll('#log .bot-row').length > n", arg=before)
    settle(page)


def settle(page: Page) -> None:
    """Let the page's own scripts finish what they do after a change."""
    page.evaluate(
        "() => new Promise(done => setTimeout(() => requestAnimationFrame(() => done()), 120))"
    )


def asked(*questions: str) -> Callable[[Page], None]:
    """Return what brings a page to the replies of these questions."""

    def arrange(page: Page) -> None:
        start(page)
        for question in questions:
            ask(page, question)

    return arrange


def start(page: Page) -> None:
    """Wait for the first screen."""
    page.locator("#question textarea").wait_for()
    settle(page)


def read(page: Page) -> None:
    """Wait for a page that is only read."""
    page.locator("h1").first.wait_for()


def _source(page: Page) -> None:
    asked(TO_STATES["question"])(page)
    open_source(page)


def open_source(page: Page) -> None:
    """Open the page of the first quotation beside the conversation."""
    page.locator('#log a[href^="/source/"]').first.click()
    page.locator("#source #cited").wait_for()
    settle(page)


def _card(page: Page) -> None:
    asked(TO_STATES["question"])(page)
    page.locator('#log a[href^="#card?"]').first.click()
    page.locator("#card .card").wait_for()
    settle(page)


def _printed_card(page: Page) -> None:
    _card(page)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")


def _unfolded(page: Page) -> None:
    asked(TO_STATES["today_with_question"])(page)
    page.locator('#log a[href="#unfold"]').click()
    settle(page)


def _simplified(page: Page) -> None:
    asked(TO_STATES["question"])(page)
    page.evaluate("document.getElementById('simplified').click()")
    page.locator("#log blockquote p", has_text="依").first.wait_for()
    page.locator("html[lang='zh-Hans-CN']").wait_for(state="attached")
    settle(page)


def _voiceless(page: Page) -> None:
    asked(TO_STATES["question"])(page)
    page.locator('#log a[href="#read"]').first.click()
    page.locator("#said:not(:empty)").wait_for()


def _remembered(page: Page) -> None:
    start(page)
    page.evaluate("document.getElementById('remember').click()")
    page.locator("#display-said:not(:empty)").wait_for()


def _refused(status: int) -> Callable[[Page], None]:
    def arrange(page: Page) -> None:
        start(page)
        page.route("**/gradio_api/run/**", lambda r: r.fulfill(status=status, json={"error": "x"}))
        page.locator("#question textarea").fill(TO_STATES["question"])
        page.locator("#send").click()
        page.locator("#problem:not([hidden])").wait_for()

    return arrange


def _cut(page: Page) -> None:
    start(page)
    page.evaluate(
        """(length) => { const data = new DataTransfer(); data.setData('text', 'x'.repeat(length));
        document.querySelector('#question textarea').dispatchEvent(
            new ClipboardEvent('paste', {clipboardData: data, bubbles: true})); }""",
        MOST_TYPED,
    )
    page.locator("#problem:not([hidden])").wait_for()


def _gone(page: Page) -> None:
    asked(TO_STATES["question"])(page)
    page.route("**/*", lambda route: route.abort())
    page.locator("#question textarea").fill(TO_STATES["follow_up"])
    page.locator("#send").click()
    page.locator("#down:not([hidden])").wait_for()
    settle(page)


def _display(page: Page) -> None:
    asked(TO_STATES["question"])(page)
    if page.locator("#show-display").is_visible():
        page.locator("#show-display").click()
    settle(page)


def _beside(page: Page) -> None:
    asked(TO_STATES["question"])(page)
    page.locator(".foot a").last.click()
    page.locator("#beside h1").wait_for()
    settle(page)


def _slow(page: Page) -> None:
    start(page)
    conditions = {
        "offline": False,
        "latency": HOUR,
        "downloadThroughput": -1,
        "uploadThroughput": -1,
    }
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", conditions)
    page.locator("#question textarea").fill(TO_STATES["question"])
    page.locator("#send").click()
    page.clock.fast_forward(1_000)
    page.locator("#said:not(:empty)").wait_for()


def _subject(page: Page) -> None:
    start(page)
    page.locator("[data-subject]").nth(4).click()
    page.locator(".subject:visible [data-question]").first.wait_for()


def _kiosk_answer(page: Page) -> None:
    _subject(page)
    page.locator(".subject:visible [data-question]").first.click()
    page.locator("#log blockquote").first.wait_for()
    settle(page)


def _kiosk_source(page: Page) -> None:
    _kiosk_answer(page)
    open_source(page)


def _person_panel(page: Page) -> None:
    start(page)
    page.locator("#find-person").click()
    page.locator("#person-panel[open]").wait_for()


def _countdown(page: Page) -> None:
    _kiosk_answer(page)
    page.clock.fast_forward((IDLE_SECONDS + 1) * 1000)
    page.locator("#idle[open]").wait_for()


def _countdown_beside(page: Page) -> None:
    read(page)
    page.clock.fast_forward((IDLE_SECONDS + 1) * 1000)
    page.locator("#idle[open]").wait_for()


PERSON_STATES = (
    State("start", At.PERSON, start),
    State("answer", At.PERSON, asked(TO_STATES["question"])),
    State("follow-up", At.PERSON, asked(TO_STATES["question"], TO_STATES["follow_up"])),
    State("source", At.PERSON, _source),
    State("urgent-now", At.PERSON, asked(TO_STATES["emergency"])),
    State("urgent-today", At.PERSON, asked(TO_STATES["today"])),
    State("urgent-unfolded", At.PERSON, _unfolded),
    State("urgent-soon", At.PERSON, asked(TO_STATES["soon"])),
    State("crisis", At.PERSON, asked(TO_STATES["crisis"])),
    State("refusal", At.PERSON, asked(TO_STATES["outside"])),
    State("clarify", At.PERSON, asked(TO_STATES["vague"])),
    State("decision", At.PERSON, asked(TO_STATES["decision"])),
    State("unreadable", At.PERSON, asked(TO_STATES["unreadable"])),
    State("empty", At.PERSON, asked("")),
    State("card", At.PERSON, _card),
    State("print", At.PERSON, asked(TO_STATES["question"]), media="print"),
    State("card-print", At.PERSON, _printed_card, media="print"),
    State("simplified", At.PERSON, _simplified, language="zh-Hans-CN"),
    State("display", At.PERSON, _display),
    State("help-beside", At.PERSON, _beside),
    State("slow", At.PERSON, _slow),
    State("no-voice", At.PERSON, _voiceless),
    State("remembered", At.PERSON, _remembered),
    State("too-many", At.PERSON, _refused(429), expects="429"),
    State("failed", At.PERSON, _refused(500), expects="500"),
    State("too-long", At.PERSON, _cut),
    State("gone", At.PERSON, _gone, expects="ERR_FAILED"),
    State("about", At.PERSON, read, "/about"),
    State("about-en", At.PERSON, read, "/about?lang=en", "en"),
    State("help", At.PERSON, read, "/help"),
    State("help-hans", At.PERSON, read, "/help?lang=zh-Hans", "zh-Hans-CN"),
    State(
        "source-page",
        At.PERSON,
        lambda page: page.locator("#cited").wait_for(),
        "/source/p26-onj-rate",
    ),
    State("down", At.DOWN, read),
)
KIOSK_STATES = (
    State("kiosk-start", At.KIOSK, start),
    State("kiosk-subject", At.KIOSK, _subject),
    State("kiosk-answer", At.KIOSK, _kiosk_answer),
    State("kiosk-source", At.KIOSK, _kiosk_source),
    State("kiosk-urgent", At.KIOSK, asked(TO_STATES["today"])),
    State("kiosk-crisis", At.KIOSK, asked(TO_STATES["crisis"])),
    State("kiosk-person", At.KIOSK, _person_panel),
    State("kiosk-countdown", At.KIOSK, _countdown),
    State("kiosk-about", At.KIOSK, read, "/about"),
    State("kiosk-help", At.KIOSK, read, "/help"),
    State("kiosk-help-countdown", At.KIOSK, _countdown_beside, "/help"),
)
STATES = (*PERSON_STATES, *KIOSK_STATES)
