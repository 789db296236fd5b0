"""What a patient does in Chromium: read large, open the source, flag, copy, listen, print, take along."""

from __future__ import annotations

import io
import json
import unicodedata

import numpy as np
import pypdf
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, Request, expect

from corpus.source import Source
from tests.web.test_browser import CHROMIUM, context, page, pytestmark, server

__all__ = ["CHROMIUM", "context", "page", "pytestmark", "server"]

QUESTION = "打骨針有什麼副作用"
FOLLOW_UP = "那多久打一次"
SIGN = "我媽昨天開始兩腳沒力，站不起來"
STUB = """(voices) => {
  window.said = [];
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  speechSynthesis.getVoices = () => voices;
  speechSynthesis.speak = (utterance) => window.said.push(utterance);
  speechSynthesis.dispatchEvent(new Event("voiceschanged"));
}"""


def ask(page: Page, question: str) -> None:
    """Ask as a person does and wait for the reply."""
    before = page.locator("#log .bot-row").count()
    page.locator("#question textarea").fill(question)
    page.locator("#send").click()
    expect(page.locator("#log .user-row").last).to_contain_text(question)
    page.wait_for_function("n => document.querySelectorAll('#log .bot-row').length > n", arg=before)


def pdf_text(document: bytes) -> tuple[str, list[pypdf.PageObject]]:
    """Return what stands on paper, without the spaces that a PDF has where lines break."""
    pages = list(pypdf.PdfReader(io.BytesIO(document)).pages)
    text = "".join(page.extract_text() for page in pages)
    return "".join(unicodedata.normalize("NFKC", text).split()), pages


def kept(page: Page) -> dict[str, str]:
    return dict(page.evaluate("({...localStorage, ...sessionStorage})"))


def test_a_new_answer_is_shown_from_its_beginning(page: Page) -> None:
    for question in (QUESTION, FOLLOW_UP, "骨轉移怎麼治療"):
        ask(page, question)
        answer = page.locator("#log .bot-row").last
        page.wait_for_function(
            """() => {
              const bar = document.querySelector(".bar").getBoundingClientRect().bottom;
              const asked = [...document.querySelectorAll("#log .user-row")].pop();
              const top = asked.getBoundingClientRect().top;
              return top >= bar - 1 && top < bar + innerHeight / 3;
            }"""
        )
        top = answer.bounding_box()
        assert top is not None
        assert 0 < top["y"] < 844 / 2
    assert page.locator("#log .options").count() == 1


def test_a_reply_reads_answer_page_tools_then_related_questions(page: Page) -> None:
    ask(page, QUESTION)
    reply = page.locator("#log .bot-row").last.inner_text()
    order = [
        "頁的說明",
        "「" if "「" in reply else "骨骼標靶藥物",
        "依指南",
        "這是一般說明",
        "做成小卡",
        "相關的問題",
    ]
    places = [reply.index(part) for part in order]
    assert places == sorted(places)
    related = page.locator("#log .options button").first
    question = related.inner_text()
    related.press("Enter")
    expect(page.locator("#log .user-row").last).to_contain_text(question)


def test_the_panel_marks_what_answered_and_turns_to_the_next_passage_and_back(
    page: Page, edition: Source
) -> None:
    ask(page, "顎骨壞死的機率有多高？")
    link = page.locator('#log a[href^="/source/p26-onj-rate"]')
    answering = page.locator("#log blockquote").first.locator("strong").all_inner_texts()
    link.click()
    marked, cited = page.locator("#source mark"), page.locator("#cited .quote")
    expect(marked).to_have_text(answering)
    expect(page.locator("#source .panel-head")).to_contain_text("指南第 26 頁")
    order = [passage.passage_id for passage in edition.guide.passages]
    after = edition.guide.passages[order.index("p26-onj-rate") + 1]
    page.locator('#source a[rel="next"]').press("Enter")
    expect(cited).to_have_text(after.text)
    expect(marked).to_have_count(0)
    page.locator('#source a[rel="prev"]').press("Enter")
    expect(cited).to_have_text(edition.guide.by_id["p26-onj-rate"].text)
    expect(page.locator("#source .run")).to_contain_text("段，共")
    page.keyboard.press("Escape")
    expect(page.locator("#source")).to_be_hidden()
    expect(link).to_be_focused()


def test_on_a_wide_screen_the_page_can_be_used_beside_the_panel(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    ask(page, QUESTION)
    page.locator('#log a[href^="/source/"]').first.click()
    expect(page.locator("#source #cited")).to_have_count(1)
    log, panel = page.locator("#log").bounding_box(), page.locator("#source").bounding_box()
    assert log is not None
    assert panel is not None
    assert log["x"] + log["width"] <= panel["x"]
    ask(page, FOLLOW_UP)
    expect(page.locator("#source #cited")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#source")).to_be_hidden()
    page.set_viewport_size({"width": 390, "height": 844})


def test_a_long_passage_is_opened_at_its_beginning(page: Page) -> None:
    page.locator("[name=size][value=xl]").check(force=True)
    ask(page, QUESTION)
    page.locator('#log a[href^="/source/"]').first.click()
    body = page.locator("#source-body")
    expect(page.locator("#source #cited")).to_have_count(1)
    panel, marked = body.bounding_box(), page.locator("#cited").bounding_box()
    assert panel is not None
    assert marked is not None
    assert marked["height"] > panel["height"]
    assert panel["y"] - 2 <= marked["y"] < panel["y"] + 60


def test_a_flag_sends_the_passage_and_not_the_question(page: Page) -> None:
    ask(page, QUESTION)
    link = page.locator('#log a[href^="/source/"]').first
    name = (link.get_attribute("href") or "").rpartition("/")[2].partition("?")[0]
    link.click()
    with page.expect_request("**/flag") as sent:
        page.get_by_role("button", name="這段引文不對").click()
    assert json.loads(sent.value.post_data or "") == {"passage": name}
    expect(page.locator("#flag-said")).to_contain_text("記下了是哪一段")
    expect(page.get_by_role("button", name="這段引文不對")).to_be_hidden()


def test_size_and_contrast_are_kept_only_where_a_person_ticks_it(page: Page) -> None:
    root_size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    assert page.evaluate(root_size) == 18
    page.get_by_label("特大").check(force=True)
    page.get_by_label("高對比").check(force=True)
    assert page.evaluate(root_size) == 27
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(0, 0, 0)"
    assert kept(page) == {}
    page.reload()
    assert page.evaluate(root_size) == 18
    page.get_by_label("大", exact=True).check(force=True)
    page.get_by_label("高對比").check(force=True)
    page.get_by_label("記住").check(force=True)
    expect(page.locator("#display-said")).to_contain_text("您問的話不會記")
    ask(page, QUESTION)
    assert {name: json.loads(value) for name, value in kept(page).items()} == {
        "bone-health-display": {"size": "l", "contrast": "high", "script": "zh-Hant"}
    }
    page.reload()
    assert page.evaluate(root_size) == 22
    expect(page.get_by_label("高對比")).to_be_checked()
    page.get_by_label("記住").uncheck(force=True)
    assert kept(page) == {}


def test_what_is_being_read_stays_in_place_when_the_letters_grow(page: Page) -> None:
    ask(page, QUESTION)
    page.locator("#show-display").click()
    page.evaluate(
        "document.querySelector('#log blockquote p').scrollIntoView({ block: 'start', behavior: 'instant' })"
    )
    below = """() => {
      const box = document.querySelector("#log blockquote p").getBoundingClientRect();
      const bar = document.querySelector(".bar").getBoundingClientRect();
      return [box.top - bar.bottom, box.height, bar.top];
    }"""
    before = page.evaluate(below)
    largest = page.locator(".sizes label").last.bounding_box()
    assert largest is not None
    page.mouse.click(largest["x"] + 20, largest["y"] + 20)
    after = page.evaluate(below)
    assert after[1] > before[1] * 1.5
    assert abs(after[0] - before[0]) < 3
    assert after[2] == 0  # the choices stay in reach until they are folded away
    page.locator("#show-display").click()
    assert page.locator(".bar").evaluate("bar => getComputedStyle(bar).position") == "static"


def test_the_largest_text_on_a_narrow_phone_does_not_scroll_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.get_by_label("特大").check(force=True)
    ask(page, QUESTION)
    page.locator("#log blockquote").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 390, "height": 844})


def test_on_request_the_page_is_simplified_and_the_original_one_tap_away(
    page: Page, edition: Source
) -> None:
    ask(page, QUESTION)
    original = page.locator("#log blockquote p").first.inner_text()
    page.locator("#show-display").click()
    page.get_by_label("简体字").check(force=True)
    foot = page.locator('#log p:has(> a[href^="/source/"])').first
    expect(foot).to_contain_text("由 OpenCC 转成简体")
    assert page.locator("#log blockquote p").first.inner_text() != original
    expect(page.locator("#log .user-row")).to_have_text(QUESTION)
    expect(page.locator("#send")).to_have_text("找答案")
    expect(page.locator(".sos")).to_contain_text("紧急请打")
    expect(page.locator("#clear")).to_have_text("清除对话")
    assert page.evaluate("document.documentElement.lang") == "zh-Hans-CN"
    assert page.title() == "骨健康问答"
    foot.locator("a").click()
    expect(page.locator("#cited .quote")).to_have_text(original)
    expect(page.locator("#source-title")).to_contain_text("页")
    page.keyboard.press("Escape")
    ask(page, FOLLOW_UP)
    expect(page.locator("#log .bot-row").last).to_contain_text("页的说明")
    page.get_by_label("简体字").uncheck(force=True)
    expect(page.locator("#log blockquote p").first).to_have_text(original)
    assert page.evaluate("document.documentElement.lang") == "zh-Hant-TW"


def test_without_a_local_voice_the_button_says_why(page: Page) -> None:
    page.evaluate(STUB, [{"lang": "zh-TW", "localService": False, "name": "Google 國語"}])
    ask(page, QUESTION)
    page.get_by_role("button", name="朗讀").click()
    expect(page.locator("#said")).to_contain_text("沒有裝在本機的臺灣中文語音")
    assert page.evaluate("window.said.length") == 0
    page.keyboard.press("Shift")
    expect(page.locator("#said")).to_be_empty()


def test_a_local_voice_reads_the_notice_first_and_stops_on_request(page: Page) -> None:
    voices = [
        {"lang": "zh-TW", "localService": False, "name": "remote"},
        {"lang": "zh-CN", "localService": True, "name": "other"},
        {"lang": "zh_TW", "localService": True, "name": "local"},
    ]
    page.evaluate(STUB, voices)
    ask(page, SIGN)
    page.get_by_role("button", name="朗讀").click()
    said = page.evaluate("window.said.map(u => [u.text, u.voice.name])")
    assert {name for _, name in said} == {"local"}
    assert said[0][0].startswith("請現在就聯絡您的醫療團隊")
    assert not any("做成小卡" in text for text, _ in said)
    page.get_by_role("button", name="停止朗讀").click()
    expect(page.get_by_role("button", name="朗讀", exact=True)).to_be_visible()


def test_a_quotation_is_copied_with_its_place(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, "顎骨壞死的機率有多高？")
    page.get_by_role("button", name="複製").click()
    expect(page.locator("#said")).to_have_text("已複製引文和出處。")
    copied = page.evaluate("navigator.clipboard.readText()")
    quotation, place = copied.split("\n\n")[0].split("\n")
    assert quotation.startswith("「")
    assert quotation.endswith("」")
    assert "1%" in quotation
    assert place.startswith("《癌症病友的骨骼健康》")
    assert place.endswith("第 26 頁")
    assert "（依指南改寫）" in place


def test_what_else_answers_unfolds_behind_a_notice(page: Page) -> None:
    ask(page, "我兩腳突然沒力，打骨針有什麼副作用")
    notice = page.locator("#log .message[role=alert]")
    expect(notice).to_have_count(1)
    expect(notice).to_contain_text("請現在就聯絡您的醫療團隊")
    expect(notice.locator("h4[aria-level='3']")).to_have_count(1)
    unfold = page.get_by_role("button", name="其他和問題有關的段落")
    folded = page.locator("#log .message:has(a[href='#unfold']) blockquote").first
    expect(folded).to_be_hidden()
    unfold.press(" ")
    expect(folded).to_be_visible()
    assert unfold.get_attribute("aria-expanded") == "true"
    unfold.press("Enter")
    expect(folded).to_be_hidden()


def test_a_crisis_offers_numbers_and_nothing_else(page: Page) -> None:
    ask(page, "我不想活了")
    last = page.locator("#log .bot-row").last
    hrefs = last.locator("a").evaluate_all("links => links.map(a => a.getAttribute('href'))")
    assert [h for h in hrefs if not h.startswith(("tel:", "/source/"))] == []


def test_on_paper_is_the_conversation_and_nothing_to_press(page: Page) -> None:
    ask(page, QUESTION)
    quoted = page.locator("#log blockquote p").first.inner_text()
    text, _ = pdf_text(page.pdf())
    assert QUESTION in text
    assert "".join(unicodedata.normalize("NFKC", quoted).split()) in text
    assert "列印日期:" in text
    assert "25、26、32頁" in text
    for pressed in ("找答案", "做成小卡", "清除對話", "緊急請打"):
        assert pressed not in text


def test_a_card_is_one_sheet_that_can_be_read_by_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 900, "height": 1100})
    addresses: list[str] = []

    def note(request: Request) -> None:
        addresses.append(request.url)

    page.on("request", note)
    ask(page, QUESTION)
    quoted = page.locator("#log blockquote p").first.inner_text()
    page.get_by_role("button", name="做成小卡").press("Enter")
    card = page.locator("#card .card")
    expect(card).to_contain_text(QUESTION)
    assert any(address.endswith("/card") for address in addresses)
    assert not any("%E6" in address or QUESTION in address for address in addresses)
    codes = page.locator("#card svg.code")
    read = [
        zxingcpp.read_barcodes(np.asarray(Image.open(io.BytesIO(code.screenshot())).convert("L")))
        for code in codes.all()
    ]
    told = "\n".join(found.text for (found,) in read)
    assert quoted in told
    assert "第 25、26、32 頁" in told
    assert QUESTION not in told
    text, pages = pdf_text(page.pdf(prefer_css_page_size=True))
    assert len(pages) == 1
    assert [round(float(side)) for side in pages[0].mediabox[2:]] == [595, 842]
    assert QUESTION in text
    assert "緊急請打119" in text
    page.keyboard.press("Escape")
    expect(page.locator("#card")).to_be_hidden()
    assert page.evaluate("document.activeElement.textContent") == "做成小卡"
    assert page.locator("#sheet").count() == 0
    page.set_viewport_size({"width": 390, "height": 844})


@pytest.mark.parametrize("notice", ["", "T2", "stop_delay"])
def test_the_fullest_card_is_still_one_sheet(page: Page, edition: Source, notice: str) -> None:
    """Three of the longest passages: no reply of the evaluation holds more characters."""
    longest = sorted(edition.guide.passages, key=lambda p: len(p.text))[-3:]
    content = {
        "question": "骨" * 120,
        "notice": notice,
        "passages": [passage.passage_id for passage in longest],
    }
    ask(page, QUESTION)
    page.evaluate(
        """async (content) => {
          const link = document.querySelector('#log a[href^="#card?"]');
          link.setAttribute("href", "#card?" + new URLSearchParams({ ...content, passages: content.passages.join(",") }));
          document.querySelector("#log .user-row .md").innerText = content.question;
          link.click();
        }""",
        content,
    )
    expect(page.locator("#card .card blockquote")).to_have_count(3)
    _, pages = pdf_text(page.pdf(prefer_css_page_size=True))
    assert len(pages) == 1
    page.keyboard.press("Escape")


def test_the_keyboard_alone_reaches_everything(page: Page) -> None:
    page.locator("#question textarea").focus()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.locator("#log blockquote").first.wait_for()
    page.locator("#log a[href='#copy']").wait_for()  # a log without a link takes the focus itself
    expect(page.locator("#question textarea")).to_be_focused()
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    reached: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        here = page.evaluate(
            """() => {
              const e = document.activeElement;
              if (e === document.body) return ["", "", true];  // once round
              const rings = [e, e.closest("label") ?? e].map((p) => getComputedStyle(p).outlineStyle);
              const name = e.getAttribute("href") ?? (e.id || e.closest("[id]").id);
              return [name, e.textContent.trim(), rings.some((ring) => ring !== "none")];
            }"""
        )
        assert here[2], here[:2]
        reached += here[:2]
    for wanted in ("tel:119", "#copy", "#print", "#read", "question", "send", "clear"):
        assert wanted in reached
    assert any(name.startswith("/source/") for name in reached)
