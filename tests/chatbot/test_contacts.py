"""Telephone numbers: those of contacts.toml and no others, wherever people read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from chatbot.contacts import CONTACTS_FILE, NO_TEAM, WITHDRAWN, Team, load_numbers
from chatbot.settings import Settings
from tests.chatbot.reviewed import LANGUAGES, SENTENCES
from tests.helpers import ROOT

ROWS = tomllib.loads(CONTACTS_FILE.read_text(encoding="utf-8"))
KNOWN = {name: row for name, row in ROWS.items() if name != WITHDRAWN}
CHATBOT = ROOT / "chatbot"
# What people read, and what is matched with it.
READ = (
    *sorted((CHATBOT / "templates").glob("*.toml")),
    *sorted((CHATBOT / "web" / "pages").rglob("*.html")),
    *sorted((CHATBOT / "web" / "static").iterdir()),
    *sorted(path for path in CHATBOT.glob("*.toml") if path != CONTACTS_FILE),
    *sorted((CHATBOT / "triage").glob("*.toml")),
    *sorted((ROOT / "corpus" / "edition").glob("*.md")),
    *sorted((ROOT / "corpus" / "not_in_guide").glob("*.md")),
    *sorted((ROOT / "corpus").glob("*.toml")),
)

# A number is one to call by its form (0800-…, 02-…, +886 …), or where the words around it say so.
SEPARATOR = r"[-\s.\u2010\u2011\u2013\uff0d]?"
BY_FORM = (
    rf"(?<![\d.])(?:\+\d{{1,3}}{SEPARATOR})\(?\d{{1,4}}\)?(?:{SEPARATOR}\d{{3,4}}){{1,2}}(?!\d)",
    rf"(?<![\d.])\(?0\d{{1,3}}\)?(?:{SEPARATOR}\d{{3,4}}){{2}}(?!\d)",
    r"(?<![\d.])(?:1-)?\d{3}-\d{3}-\d{4}(?!\d)",
)
UNIT = (
    r"(?!\d|[-.]\d|\s*(?:mg|毫克|公克|µg|微克|單位|单位|ml|毫升|次|針|针|歲|岁|%|\uff05|天|日|週|周|個|个|月|年|元|塊|頁|页|分鐘|分钟|小時|小时"
    r"|days?|weeks?|months?|years?|times|units?|minutes?|hours?|people|patients))"
)
ASIDE = r"[\s「『（(“\"']*(?:[台臺]灣的?|台湾的?|給|给|到)?[\s「『（(“\"']*"
BEFORE = r"(?:撥打|拨打|撥|拨|打電話|打电话|打給|打给|打|電話|电话|專線|专线|來電|致電|tel:|(?<![a-z])(?:call|dial|phone|ring|text|hotline|helpline)(?![a-z]))[:：]?"
BEHIND = r"\s*(?:號|号)?[\s「『（(“\"]*(?:安心專線|安心专线|專線|专线|生命線|生命线|張老師|张老师|報案|报案|helpline|hotline|lifeline)"
SHORT = r"(?<![\d.,/-])[1-9]\d{2,3}"
NUMBER = re.compile(
    "|".join(
        [
            *(f"(?P<form{i}>{form})" for i, form in enumerate(BY_FORM)),
            f"(?:{BEFORE})(?:{ASIDE})(?P<called>{SHORT}){UNIT}",
            f"(?P<line>{SHORT})(?!\\d)(?={BEHIND})",
            f"<b>(?P<bold>{SHORT})</b>",
        ]
    ),
    re.IGNORECASE,
)


def digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def numbers_to_call(text: str) -> list[str]:
    """Return the numbers of a text that are there to be called, as digits."""
    return [digits(next(filter(None, found.groups()))) for found in NUMBER.finditer(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("免費專線 0800-123-456", ["0800123456"]),
        ("0800123456", ["0800123456"]),
        ("請電 (02)2345-6789 轉 12", ["0223456789"]),
        ("02-2345-6789", ["0223456789"]),
        ("07 345 6789", ["073456789"]),
        ("手機 0912-345-678", ["0912345678"]),
        ("+886 2 2345 6789", ["886223456789"]),
        ("1-800-273-8255", ["18002738255"]),
        ("請立刻撥打 119。", ["119"]),
        ("请立即拨打台湾的 119，或请身边的人帮忙打", ["119"]),
        ("打119", ["119"]),
        ("請打「1925」", ["1925"]),
        (
            "想找人說話，請打 1925 安心專線；忙線時也可以打 1995 生命線，或 1980 張老師",
            ["1925", "1995", "1980"],
        ),
        ("受到暴力請撥 113，報警打110", ["113", "110"]),
        ("Call 119 right now", ["119"]),
        ("call “988”", ["988"]),
        ('<a href="tel:119">緊急 <b>119</b></a>', ["119", "119"]),
        ("1995生命線", ["1995"]),
    ],
)
def test_numbers_to_call_are_found(text: str, found: list[str]) -> None:
    assert numbers_to_call(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Coleman（2020）是 ESMO 的指南，1995 年修訂",
        "第 119 頁、第 9、26 頁",
        "每 4 週皮下注射 120 毫克",
        "打 120 mg",
        "每次打 60 毫克，打了 110 天",
        "400–500 毫克，約 0.5%，119%",
        "我要打鐳-223，碘 131",
        "1925 年出生，113 年健保",
        "血壓 119/80，血糖 110",
        "2021 年 8 月 1 日查閱",
        "--ink: #24201a; transition: 119ms; 0 1110 100",
        "T 值 -2.5，10.1016/j.annonc.2020.07.019",
        "recall 110 of the phone calls in 2019",
        "Dad's 300 miles away",
    ],
)
def test_years_pages_doses_and_shares_are_not(text: str) -> None:
    assert numbers_to_call(text) == []


def test_the_numbers_are_these_four() -> None:
    assert load_numbers() == {
        "emergency": "119",
        "comfort": "1925",
        "lifeline": "1995",
        "teacher_chang": "1980",
    }


@pytest.mark.parametrize("name", KNOWN)
def test_each_number_has_a_use_a_source_and_the_day_it_was_checked(name: str) -> None:
    row = KNOWN[name]
    assert row["use"]
    assert re.search(r"https://[\w.-]+/\S+", row["source"])
    assert type(row["checked"]) is date
    assert date(2026, 1, 1) <= row["checked"]


def test_the_teams_number_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().team == NO_TEAM == Team("", "")
    monkeypatch.setenv("BONEHEALTH_TEAM_NAME", "腫瘤個管師")
    monkeypatch.setenv("BONEHEALTH_TEAM_PHONE", "02-2345-6789")
    assert Settings().team == Team("腫瘤個管師", "02-2345-6789")


@pytest.mark.parametrize("phone", ["請看名片", "02-2345-6789](http://x)", "119\n", "1" * 41])
def test_what_is_no_number_is_refused_as_the_teams(phone: str) -> None:
    with pytest.raises(ValidationError):
        Settings(team_phone=phone)


def test_the_withdrawn_numbers_may_not_be_shown() -> None:
    withdrawn = {digits(number) for number in ROWS[WITHDRAWN]["numbers"]}
    assert len(withdrawn) == 1
    assert not withdrawn & {digits(number) for number in load_numbers().values()}
    assert ROWS[WITHDRAWN]["why"]


@pytest.mark.parametrize("path", READ, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_number_that_people_read_stands_in_the_list(path: Path) -> None:
    found = set(numbers_to_call(path.read_text(encoding="utf-8")))
    assert found - set(load_numbers().values()) == set()


def test_the_places_that_say_whom_to_call_are_read() -> None:
    """So that the test above cannot pass by reading nothing."""
    shell = CHATBOT / "web" / "pages" / "shell.html"
    page = CHATBOT / "templates" / "zh-Hant.toml"
    assert {shell, page, *(CHATBOT / "templates" / f"{name}.toml" for name in LANGUAGES)} < {*READ}
    assert {path.name for path in READ} > {
        "smalltalk.toml",
        "scope.toml",
        "page.js",
        "29-emotional-support.md",
    }
    assert numbers_to_call(shell.read_text(encoding="utf-8")) == ["119", "119"]
    assert set(numbers_to_call(page.read_text(encoding="utf-8"))) == {"119"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_of_replies_take_their_numbers_from_the_list(language: str) -> None:
    """Only the frame of the page holds a number itself: it must stand there without a program.

    Volunteers are told what a tier means; they are not sent there.
    """
    of_replies = {
        group: lines
        for group, lines in SENTENCES[language].items()
        if group not in ("page", "staff")
    }
    for lines in of_replies.values():
        for line in lines.values():
            assert numbers_to_call(line) == []
            assert not any(number in line for number in load_numbers().values())


def texts_of_the_repository() -> Iterator[tuple[Path, str]]:
    """Yield every file of the repository that holds text, but for what tools keep there."""
    kept = {".git", ".venv", "build", "dist", "node_modules", "__pycache__"}
    stack = [ROOT]
    while stack:
        for path in stack.pop().iterdir():
            if (
                path.is_symlink()
                or path.name in kept
                or path.name.endswith((".egg-info", "_cache"))
            ):
                continue
            if path.is_dir():
                if not path.name.startswith("."):
                    stack.append(path)
            elif path.stat().st_size < 8_000_000:
                yield path, path.read_bytes().decode("utf-8", "replace")


def test_a_withdrawn_number_stands_nowhere_else() -> None:
    spelt = "|".join(r"\D?".join(digits(number)) for number in ROWS[WITHDRAWN]["numbers"])
    pattern = re.compile(rf"(?<!\d)(?:{spelt})(?!\d)")
    holding = {
        path.relative_to(ROOT) for path, text in texts_of_the_repository() if pattern.search(text)
    }
    assert holding == {CONTACTS_FILE.relative_to(ROOT)}
