"""The sheet on which a clinician reads every safety text."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from corpus.audit.safety_sheet import safety_sheet
from corpus.audit.safety_sign_offs import holding_texts
from corpus.audit.safety_texts import Kind, Part, SafetyText, load_safety_texts
from corpus.audit.sign_offs import SignOff, read_sign_offs
from corpus.edition import load_edition
from tests.corpus.audit.safety_builders import chatbot_folder, small_guide


@pytest.fixture
def texts(tmp_path: Path) -> tuple[SafetyText, ...]:
    return load_safety_texts(small_guide(), chatbot_folder(tmp_path))


def sections_of(page: str) -> dict[str, str]:
    """Return the sections by the id of what stands in them."""
    sections = re.findall(r"<section.*?</section>", page, re.DOTALL)
    found = {re.findall(r'data-line="(.*?)&#9;', section)[0]: section for section in sections}
    assert len(found) == len(sections)
    return found


def visible(section: str) -> str:
    """Return what is read of a section, without its marks."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", section)).split())


def signed_lines(page: str) -> list[str]:
    """Return what the sheet's button lists when every box is ticked."""
    lines = re.findall(r'data-line="(.*?)"', page)
    return [f"{html.unescape(line)}\t林護理師\t2026-02-01" for line in lines]


def test_everything_that_is_hashed_can_be_read(texts: tuple[SafetyText, ...]) -> None:
    sections = sections_of(safety_sheet(texts, {}))
    assert list(sections) == [text.text_id for text in texts]
    for text in texts:
        read = visible(sections[text.text_id])
        assert text.text_hash in read
        for part in text.parts:
            assert part.label in read
            assert " ".join(part.text.split()) in read


def test_a_notice_stands_in_three_languages_side_by_side(texts: tuple[SafetyText, ...]) -> None:
    section = sections_of(safety_sheet(texts, {}))["notice.urgent.today"]
    columns = re.findall(r'<div lang="(.*?)">(.*?)</div>', section, re.DOTALL)
    assert [(language, visible(column)) for language, column in columns] == [
        ("zh-Hant", "zh-Hant 請到急診，或撥 119。"),
        ("zh-Hans", "zh-Hans 请到急诊。"),
        ("en", "en Go now."),
    ]


def test_what_is_missing_is_said(texts: tuple[SafetyText, ...]) -> None:
    sections = sections_of(safety_sheet(texts, {}))
    assert visible(sections["notice.page.call"]).count("（沒有這個語言）") == 2
    assert "p9-gone （沒有內容）" in visible(sections["sign.weak_legs"])
    assert "（沒有" not in sections["notice.urgent.today"]


def test_a_signature_that_holds_is_shown(texts: tuple[SafetyText, ...]) -> None:
    own = next(text for text in texts if text.name == "urgent.today")
    signed = holding_texts(texts, [SignOff(own.text_id, own.text_hash, "林護理師", "2026-01-31")])
    page = safety_sheet(texts, signed)
    sections = sections_of(page)
    assert "，已簽：林護理師 2026-01-31" in sections[own.text_id]
    assert sections[own.text_id].startswith('<section class="notice signed">')
    assert "林護理師" not in sections["notice.urgent.team"]
    assert f"{len(texts)} 項，已簽 1 項。" in page


def test_what_is_ticked_can_be_signed(texts: tuple[SafetyText, ...]) -> None:
    new = read_sign_offs(signed_lines(safety_sheet(texts, {})), "names.txt")
    assert list(holding_texts(texts, new)) == [text.text_id for text in texts]


def test_a_text_is_shown_as_text() -> None:
    text = SafetyText(Kind.CONTACT, "a", (Part("use", "<b>119</b> & {{ phone }}"),))
    assert "&lt;b&gt;119&lt;/b&gt; &amp; {{ phone }}" in safety_sheet([text], {})


def test_every_kind_has_a_title_and_every_real_scope_word_an_explanation() -> None:
    texts = load_safety_texts(load_edition())
    assert {text.kind for text in texts} == set(Kind)
    for text_id, section in sections_of(safety_sheet(texts, {})).items():
        if text_id.startswith("scope."):
            title = re.findall(r"<h2>(.*?)</h2>", section)[0]
            assert re.fullmatch(r"[a-z_]+　.+", title), (
                f"{text_id}: explain it in safety_sheet.html"
            )


def test_the_sheet_needs_nothing_else(texts: tuple[SafetyText, ...]) -> None:
    assert re.findall(r"""(?:src|href)=|url\(""", safety_sheet(texts, {})) == []
