"""Every state of the page that a person can meet, and how to bring a browser into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from playwright.sync_api import Page

from evals.page.questions import TO_STATES

IDLE_SECONDS = 600  # of the kiosk that is measured: longer than a look takes
HOUR = 3_600_000  # milliseconds
STAFF_PASSWORD = "a password for the states"
MOST_TYPED = 2001  # one character more than the box takes


class At(StrEnum):
    """Which server a state is met at."""

    PERSON = "person"
    KIOSK = "kiosk"
    DOWN = "down"  # the page that needs nothing: a file
    STAFF = "staff"  # a server with pages for volunteers
    SAFE = "safe"  # a server whose guide cannot be opened


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


def _left_alone(arrange: Callable[[Page], None]) -> Callable[[Page], None]:
    """Return what brings a page into a state, then leaves it until the kiosk asks."""

    def wait(page: Page) -> None:
        arrange(page)
        page.clock.fast_forward((IDLE_SECONDS + 1) * 1000)
        page.locator("#idle[open]").wait_for()

    return wait


def _told_wrong(page: Page) -> None:
    _password(page, "not the password")
    page.locator("#problem").wait_for()


def _logged_in(page: Page) -> None:
    _password(page, STAFF_PASSWORD)
    page.locator("nav.menu").wait_for()


def _password(page: Page, password: str) -> None:
    page.locator("#password").fill(password)
    page.locator("form[action='/staff/login'] button").click()


def _staff_page(path: str) -> Callable[[Page], None]:
    def arrange(page: Page) -> None:
        _logged_in(page)
        page.locator(f"nav.menu a[href='{path}']").click()
        page.locator("h1").wait_for()

    return arrange


def _why(question: str) -> Callable[[Page], None]:
    def arrange(page: Page) -> None:
        _logged_in(page)
        page.locator("#asked").fill(question)
        page.locator("form.asking button.main").click()
        page.locator("#why-head").wait_for()
        page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")

    return arrange


def _staff_search(page: Page) -> None:
    _staff_page("/staff/guide")(page)
    page.locator("#page").select_option("26")
    page.locator("form[method=get] button").first.click()
    page.locator("article.found").first.wait_for()


def _staff_passage(page: Page) -> None:
    _staff_search(page)
    page.locator("article.found a").first.click()
    page.locator("h1").wait_for()


def _report(page: Page) -> None:
    _refused_and_flagged(page)
    page.goto(f"{_origin(page)}/staff/login")
    _staff_page("/staff/report")(page)
    for _ in range(40):  # rows are written beside the replies
        if page.locator("td").count():
            return
        page.reload()


def _refused_and_flagged(page: Page) -> None:
    page.goto(f"{_origin(page)}/")
    asked(TO_STATES["outside"])(page)
    page.request.post(
        f"{_origin(page)}/flag",
        data={"passage": "p26-onj-rate"},
        headers={"Origin": _origin(page)},
    )


def _origin(page: Page) -> str:
    return str(page.evaluate("location.origin"))


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
    State("kiosk-countdown", At.KIOSK, _left_alone(_kiosk_answer)),
    State("kiosk-about", At.KIOSK, read, "/about"),
    State("kiosk-help", At.KIOSK, read, "/help"),
    State("kiosk-help-countdown", At.KIOSK, _left_alone(read), "/help"),
)
STAFF_STATES = (
    State("staff-login", At.STAFF, read, "/staff/login"),
    State("staff-wrong-password", At.STAFF, _told_wrong, "/staff/login", expects="401"),
    State("staff-ask", At.STAFF, _logged_in, "/staff/login"),
    State("staff-why", At.STAFF, _why(TO_STATES["question"]), "/staff/login"),
    State("staff-why-sign", At.STAFF, _why(TO_STATES["today"]), "/staff/login"),
    State("staff-why-refused", At.STAFF, _why(TO_STATES["outside"]), "/staff/login"),
    State("staff-guide", At.STAFF, _staff_search, "/staff/login"),
    State("staff-passage", At.STAFF, _staff_passage, "/staff/login"),
    State("staff-glossary", At.STAFF, _staff_page("/staff/glossary"), "/staff/login"),
    State("staff-report", At.STAFF, _report, "/staff/login"),
)
SAFE_STATES = (
    State("safety-only", At.SAFE, start),
    State("safety-only-reply", At.SAFE, asked(TO_STATES["question"])),
    State("safety-only-urgent", At.SAFE, asked(TO_STATES["today"])),
)
STATES = (*PERSON_STATES, *KIOSK_STATES, *STAFF_STATES, *SAFE_STATES)
