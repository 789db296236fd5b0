"""The safety texts of `chatbot`'s data files, read without importing it."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.audit.safety_texts import (
    LANGUAGES,
    NOTICE_LINES,
    Kind,
    Part,
    SafetyText,
    load_notices,
    load_safety_texts,
)
from corpus.edition import load_edition
from corpus.errors import SafetyTextsUnreadable
from corpus.passage import Guide
from tests.corpus.audit.safety_builders import FILES, change, chatbot_folder, small_guide

BESIDE = {"urgent.emergency_silent_call"}  # stands below a line that names the country


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return chatbot_folder(tmp_path / "chatbot")


@pytest.fixture(scope="module")
def real() -> tuple[SafetyText, ...]:
    return load_safety_texts(load_edition())


def by_id(folder: Path, guide: Guide | None = None) -> dict[str, SafetyText]:
    texts = load_safety_texts(guide or small_guide(), folder)
    found = {text.text_id: text for text in texts}
    assert len(found) == len(texts)
    return found


def changed(folder: Path, file: str, old: str, new: str) -> set[str]:
    """Return the ids of the texts whose hash another wording of a file changes."""
    before = {key: text.text_hash for key, text in by_id(folder).items()}
    change(folder, file, old, new)
    after = {key: text.text_hash for key, text in by_id(folder).items()}
    assert before.keys() == after.keys()
    return {key for key in before if before[key] != after[key]}


def test_texts_of_a_kind_stand_together_and_nothing_else_is_read(folder: Path) -> None:
    assert list(by_id(folder)) == [
        "notice.urgent.today",
        "notice.urgent.team",
        "notice.crisis.numbers",
        "notice.mentioned.footer",
        "notice.dial.comfort",
        "notice.ask_clinician.silent",
        "notice.out_of_scope.unsafe",
        "notice.out_of_scope.care",
        "notice.answer.foot",
        "notice.page.not_a_doctor",
        "notice.page.call",
        "notice.page.emergency",
        "notice.page.offline",
        "request.choose",
        "contact.ambulance",
        "contact.withdrawn",
        "brought.choose.p9-legs",
        "sign.weak_legs",
        "sign.fever",
        "words.weak_legs",
        "words.fever",
        "scope.negator_reach",
        "scope.negators",
        "scope.raise",
        "scope.combine",
    ]


def test_a_notice_is_read_in_its_languages_with_the_numbers_in_it(folder: Path) -> None:
    texts = by_id(folder)
    assert texts["notice.urgent.today"].parts == (
        Part("zh-Hant", "請到急診，或撥 119。"),
        Part("zh-Hans", "请到急诊。"),
        Part("en", "Go now."),
    )
    assert texts["notice.urgent.team"].parts[2] == Part("en", "{{ name }}：{{ phone }}")
    assert texts["notice.page.call"].parts == (Part("zh-Hant", "9"),)


def test_a_request_is_read_with_what_to_take_along(folder: Path) -> None:
    assert by_id(folder)["request.choose"].parts == (
        Part("zh-Hant", "由團隊決定。\n・為什麼？"),
        Part("zh-Hans", "由团队决定。\n・为什么？"),
        Part("en", "Ask them.\n• Why?"),
    )


def test_a_sign_is_read_with_what_the_guide_says_on_it(folder: Path) -> None:
    texts = by_id(folder)
    assert texts["sign.weak_legs"].parts == (
        Part("row", "R01"),
        Part("tier", "T2"),
        Part("name", "腳沒力"),
        Part("p9-legs", "腳沒力 (p. 8, 9)\n腳沒力要馬上就醫。"),
        Part("p9-gone", ""),
    )
    assert texts["sign.fever"].parts[-1] == Part("silent", "True")
    assert texts["brought.choose.p9-legs"].parts == (
        Part("when", "denosumab\n骨針"),
        Part("p9-legs", "腳沒力 (p. 8, 9)\n腳沒力要馬上就醫。"),
    )


def test_expressions_are_read_by_variety_without_remarks(folder: Path) -> None:
    assert by_id(folder)["words.weak_legs"].parts == (
        Part("name", "腳沒力"),
        Part("hant", "腳/腿 ~ 沒力\nT1: 突然 ~ 動不了"),
        Part("en", "legs gave way"),
    )


def test_scope_words_and_contacts_are_read_field_by_field(folder: Path) -> None:
    texts = by_id(folder)
    assert texts["scope.negator_reach"].parts == (Part("", "6"),)
    assert texts["scope.negators"].parts == (Part("", "沒有\nnot"),)
    assert texts["scope.combine"].parts == (Part("pairs", "signs: weak_legs + fever, tier: T1"),)
    assert texts["contact.ambulance"].parts[0] == Part("number", "119")
    assert texts["contact.ambulance"].parts[-1] == Part("checked", "2026-11-20")
    assert texts["contact.withdrawn"].parts == (Part("numbers", "0800-000-000\n0800000000"),)


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("templates/en.toml", "Go now.", "Wait.", {"notice.urgent.today"}),
        ("templates/zh-Hans.toml", "为什么", "怎么", {"request.choose"}),
        ("templates/zh-Hant.toml", "not a safety text", "changed", set()),
        ("contacts.toml", "119", "120", {"contact.ambulance", "notice.urgent.today"}),
        ("contacts.toml", "消防局", "報紙", {"contact.ambulance"}),
        ("decisions.toml", '"骨針"', '"打"', {"brought.choose.p9-legs"}),
        ("triage/signs.toml", 'R01"\ntier = "T2', 'R01"\ntier = "T3', {"sign.weak_legs"}),
        ("triage/signs.toml", "silent = true", "silent = false", {"sign.fever"}),
        ("triage/expressions/weak_legs.txt", "T1: ", "", {"words.weak_legs"}),
        ("triage/expressions/weak_legs.txt", "a remark", "another", set()),
        ("triage/expressions/fever.txt", "[homograph]", "[hk]", {"words.fever"}),
        ("triage/scope.toml", '"not"', '"no"', {"scope.negators"}),
        ("triage/scope.toml", "= 6", "= 9", {"scope.negator_reach"}),
    ],
)
def test_the_hash_changes_with_what_is_read_and_with_nothing_else(
    folder: Path, file: str, old: str, new: str, expected: set[str]
) -> None:
    assert changed(folder, file, old, new) == expected


def test_a_changed_passage_changes_the_signs_that_it_stands_for(folder: Path) -> None:
    before, after = by_id(folder), by_id(folder, small_guide("腳沒力可以等。"))
    different = {key for key in before if before[key].text_hash != after[key].text_hash}
    assert different == {"sign.weak_legs", "brought.choose.p9-legs"}


def test_parts_that_run_together_are_told_apart() -> None:
    one = SafetyText(Kind.SCOPE, "a", (Part("b", "c"), Part("d", "e")))
    other = SafetyText(Kind.SCOPE, "a", (Part("b", "c\nd"), Part("", "e")))
    named = SafetyText(Kind.SCOPE, "ab", (Part("", "c"), Part("d", "e")))
    assert len({one.text_hash, other.text_hash, named.text_hash}) == 3


@pytest.mark.parametrize("file", FILES)
def test_a_file_that_is_missing_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    with pytest.raises(SafetyTextsUnreadable, match=f"安全文字讀不出來，{Path(file).name}："):
        load_safety_texts(small_guide(), folder)


@pytest.mark.parametrize("content", [b"\xff", b"[urgent\n"])
def test_a_file_that_is_damaged_is_named(folder: Path, content: bytes) -> None:
    (folder / "contacts.toml").write_bytes(content)
    with pytest.raises(SafetyTextsUnreadable, match=r"contacts\.toml"):
        load_notices(folder)


def test_the_notices_are_those_among_all_safety_texts(real: tuple[SafetyText, ...]) -> None:
    shown = [text for text in real if text.kind in (Kind.NOTICE, Kind.REQUEST)]
    assert list(load_notices()) == shown


def test_the_real_notices_stand_in_three_languages(real: tuple[SafetyText, ...]) -> None:
    notices = {text.name: text for text in real if text.kind in (Kind.NOTICE, Kind.REQUEST)}
    lines = {f"{group}.{name}" for group, names in NOTICE_LINES.items() for name in names}
    assert lines <= set(notices)
    for name, text in notices.items():
        assert tuple(part.label for part in text.parts) == LANGUAGES, name
    today = dict((part.label, part.text) for part in notices["urgent.today"].parts)
    assert all("119" in line and "{{" not in line for line in today.values())


def test_whoever_may_not_live_in_taiwan_is_told_whose_numbers_they_are() -> None:
    named = set()
    for text in load_notices():
        lines = {part.label: part.text for part in text.parts}
        for language, country in (("zh-Hans", "台湾"), ("en", "Taiwan")):
            if "119" in lines.get(language, "") or "1925" in lines.get(language, ""):
                named.add(text.name)
                assert country in lines[language] or text.name in BESIDE, (text.name, language)
    assert {"urgent.emergency", "urgent.today", "crisis.numbers", "crisis.reminder"} <= named


def test_the_real_signs_have_passages_and_expressions(real: tuple[SafetyText, ...]) -> None:
    signs = [text for text in real if text.kind is Kind.SIGN]
    words = [text for text in real if text.kind is Kind.WORDS]
    assert len(signs) == len(words) == 21
    for text in (*signs, *words):
        assert all(part.text for part in text.parts), text.text_id
    for text in words:
        assert {"hant", "en"} <= {part.label for part in text.parts}, text.text_id
    for text in signs:
        assert any(part.label.startswith("p") for part in text.parts), text.text_id


def test_the_real_texts_are_told_apart(real: tuple[SafetyText, ...]) -> None:
    assert len({text.text_id for text in real}) == len(real) > 100
    assert len({text.text_hash for text in real}) == len(real)
