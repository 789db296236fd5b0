"""The files of expressions: their format, what a line finds, and that every real line finds it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from chatbot.triage.errors import TriageDataError
from chatbot.triage.expressions import (
    GROUPS,
    HOMOGRAPH,
    Expression,
    Expressions,
    load_expressions,
)
from chatbot.triage.message import SPACE_IN_HAN, read_message
from chatbot.triage.signs import FOLDER, load_signs
from chatbot.triage.tier import Tier
from index.script import normalise, to_simplified

REAL = FOLDER / "expressions"
FULL_WIDTH_SLASH = chr(0xFF0F)
JOINS = ("", " ", "就", "真的")


def written(folder: Path, files: Mapping[str, str]) -> Path:
    for sign, text in files.items():
        (folder / f"{sign}.txt").write_text(text + "\n", encoding="utf-8")
    return folder


def loaded(folder: Path, **files: str) -> Expressions:
    return load_expressions(written(folder, files), files)


def lines_of(text: str) -> str:
    return "\n".join(text.split("|"))


def found(expressions: Expressions, typed: str) -> list[tuple[str, str]]:
    """Return sign and words of what is found in a message."""
    message = read_message(typed)
    return [
        (match.expression.sign, message.text[match.start : match.end])
        for match in expressions.find(message)
    ]


# Format


def test_a_line_is_an_expression_of_its_sign(tmp_path: Path) -> None:
    text = lines_of("# R01||[hant]|腳沒力/腿軟|  # 口語|? T1: 腳 ~ 動不了|[homograph]|腿軟糖")
    read = loaded(tmp_path, legs=text)
    first, second = read.expressions
    assert (first.sign, first.line, first.tier, first.needs_now) == (
        *("legs", "腳沒力/腿軟", None, False),
    )
    assert (second.line, second.tier, second.needs_now) == (
        *("? T1: 腳 ~ 動不了", Tier.EMERGENCY, True),
    )
    assert [homograph.line for homograph in read.homographs] == ["腿軟糖"]
    assert read.homographs[0].sign == "legs"


@pytest.mark.parametrize(
    ("line", "tier", "needs_now"),
    [
        ("腳麻", None, False),
        ("? 腳麻", None, True),
        ("?腳麻", None, True),
        ("T1: 腳麻", Tier.EMERGENCY, False),
        ("T2:腳麻", Tier.TODAY, False),
        ("T3: 腳麻", Tier.TELL, False),
        ("C: 腳麻", Tier.CRISIS, False),
        ("? T1: 腳麻", Tier.EMERGENCY, True),
    ],
)
def test_a_prefix_gives_tier_and_whether_it_must_be_now(
    tmp_path: Path, line: str, tier: Tier | None, needs_now: bool
) -> None:
    read = loaded(tmp_path, numb=f"[hant]\n{line}")
    (expression,) = read.expressions
    assert (expression.tier, expression.needs_now) == (tier, needs_now)
    assert found(read, "我腳麻了") == [("numb", "腳麻")]


@pytest.mark.parametrize("group", [group for group in GROUPS if group != HOMOGRAPH])
def test_every_group_is_read(tmp_path: Path, group: str) -> None:
    assert found(loaded(tmp_path, numb=f"[{group}]\n腳麻"), "腳麻") == [("numb", "腳麻")]


BAD = {
    "an unknown group": ("[hant]\n腳麻\n[japanese]\nしびれ", 3, "japanese"),
    "no group": ("# 腳麻\n腳麻\n[hant]", 2, "腳麻"),
    "an empty wording": ("[hant]\n腳麻\n\n腳麻//手麻", 4, "腳麻//手麻"),
    "a wording that ends in a slash": ("[hant]\n腳麻/", 2, "腳麻/"),
    "a gap with nothing behind it": ("[hant]\n腳 ~ ", 2, "腳 ~"),
    "a gap with nothing before it": ("[hant]\n~ 麻", 2, "~ 麻"),
    "a tier alone": ("[hant]\nT1:", 2, "T1:"),
    "a question mark alone": ("[hant]\n腳麻\n?", 3, "?"),
    "an empty homograph": ("[homograph]\n/", 2, "/"),
}


@pytest.mark.parametrize(("text", "line", "named"), BAD.values(), ids=BAD)
def test_a_bad_line_is_named_by_file_and_line(
    tmp_path: Path, text: str, line: int, named: str
) -> None:
    with pytest.raises(TriageDataError, match=rf"^numb\.txt:{line}: ") as caught:
        loaded(tmp_path, calm="[hant]\n好", numb=text)
    assert named in str(caught.value)
    assert (caught.value.path, caught.value.line) == (tmp_path / "numb.txt", line)


def test_a_sign_without_a_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TriageDataError, match=r"^numb\.txt:1: .*numb"):
        load_expressions(written(tmp_path, {"legs": "[hant]\n腳軟"}), ["legs", "numb"])


def test_a_file_of_no_sign_is_named(tmp_path: Path) -> None:
    files = {"legs": "[hant]\n腳軟", "lges": "[hant]\n腳軟"}
    with pytest.raises(TriageDataError, match=r"^lges\.txt:1: .*lges"):
        load_expressions(written(tmp_path, files), ["legs"])


# What a line finds


def test_a_short_wording_at_the_end_is_found_once(tmp_path: Path) -> None:
    assert found(loaded(tmp_path, numb="[hant]\n麻"), "很麻") == [("numb", "麻")]


@pytest.mark.parametrize("typed", ["我腳麻", "手麻了", "脚麻", "腳 麻", "我 腳 麻 了", "腳😀麻"])
def test_each_wording_is_found_however_it_is_typed(tmp_path: Path, typed: str) -> None:
    read = loaded(tmp_path, numb="[hant]\n腳麻/手麻")
    words = "手麻" if "手" in typed else "腳麻"
    assert found(read, typed) == [("numb", words)]


def test_wordings_may_be_written_in_simplified_characters(tmp_path: Path) -> None:
    read = loaded(tmp_path, legs="[hans]\n腿没劲")
    assert found(read, "我腿沒勁") == found(read, "我腿没劲") == [("legs", "腿沒勁")]


def test_of_wordings_that_begin_alike_the_longest_is_found(tmp_path: Path) -> None:
    assert found(loaded(tmp_path, numb="[hant]\n腳麻/腳麻麻的"), "腳麻麻的") == [
        ("numb", "腳麻麻的")
    ]


def test_all_that_is_found_is_told_in_the_order_of_the_message(tmp_path: Path) -> None:
    read = loaded(tmp_path, numb="[hant]\n腳麻", legs="[hant]\n沒力\n腳 ~ 沒力")
    assert found(read, "腳麻沒力，腳麻") == [
        ("legs", "腳麻沒力"),
        ("numb", "腳麻"),
        ("legs", "沒力"),
        ("numb", "腳麻"),
    ]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("腳沒力", "腳沒力"),
        ("腳今天真的沒力", "腳今天真的沒力"),
        ("腳一二三四五六沒力", "腳一二三四五六沒力"),
        ("腳一二三四五六七沒力", None),
        ("腳，沒力", None),
        ("腳、沒力", None),
        ("腳。沒力", None),
        ("腳\n沒力", None),
        ("腳？沒力", None),
        ("腳從來沒有沒力", None),
        ("腳不會沒力", None),
        ("腳冇乜沒力", None),
        ("腿都沒力", "腿都沒力"),
        ("沒力的腳", None),
    ],
)
def test_a_gap_is_short_ends_with_the_clause_and_holds_no_negation(
    tmp_path: Path, typed: str, words: str | None
) -> None:
    read = loaded(tmp_path, legs="[hant]\n腳/腿 ~ 沒力")
    assert found(read, typed) == ([("legs", words)] if words else [])


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("my legs are so weak", "legs are so weak"),
        ("my legs weak", "legs weak"),
        ("legs are both very very weak", "legs are both very very weak"),
        ("legs are both very very very weak", None),
        ("my legs, weak", None),
        ("legs are not weak", None),
        ("legs were never weak", None),
        ("legs aren't weaker", None),
        ("legs don't feel weak", None),
        ("legs didn't get weak", None),
    ],
)
def test_a_gap_of_english_is_up_to_four_words(
    tmp_path: Path, typed: str, words: str | None
) -> None:
    read = loaded(tmp_path, legs="[en]\nlegs ~ weak")
    assert found(read, typed) == ([("legs", words)] if words else [])


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("I feel numb", True),
        ("Numb.", True),
        ("NUMB!", True),
        ("腳numb了", True),
        ("my number", False),
        ("numbers", False),
        ("benumb", False),
        ("numb1", False),
    ],
)
def test_english_is_found_as_whole_words(tmp_path: Path, typed: str, is_found: bool) -> None:
    assert found(loaded(tmp_path, numb="[en]\nnumb"), typed) == [("numb", "numb")] * is_found


# Homographs


@pytest.mark.parametrize("typed", ["麻煩您", "请不要麻烦", "這很麻煩"])
def test_where_a_homograph_stands_nothing_is_found(tmp_path: Path, typed: str) -> None:
    assert found(loaded(tmp_path, numb="[hant]\n麻\n[homograph]\n麻煩"), typed) == []


def test_a_homograph_hides_what_it_overlaps_and_nothing_else(tmp_path: Path) -> None:
    read = loaded(tmp_path, numb="[hant]\n麻/腳麻\n[homograph]\n麻煩")
    assert found(read, "麻煩您，我腳麻") == [("numb", "腳麻"), ("numb", "麻")]


def test_a_homograph_is_one_of_its_own_sign_only(tmp_path: Path) -> None:
    read = loaded(
        tmp_path,
        breath="[hant]\n喘不過氣\n[homograph]\n喘口氣",
        pain="[hant]\n喘口氣\n[homograph]\n喘不過氣",
    )
    assert found(read, "喘不過氣") == [("breath", "喘不過氣")]
    assert found(read, "喘口氣") == [("pain", "喘口氣")]


# The real files


@pytest.fixture(scope="module")
def real() -> Expressions:
    return load_expressions(REAL, load_signs())


def groups_of(sign: str) -> list[str]:
    lines = (REAL / f"{sign}.txt").read_text(encoding="utf-8").splitlines()
    return re.findall(r"(?m)^\[(\w+)\]$", "\n".join(lines))


@pytest.mark.parametrize("sign", load_signs())
def test_every_sign_has_expressions_in_every_variety(sign: str) -> None:
    assert {"hant", "hans", "hk", "taigi", "en"} <= set(groups_of(sign))


def test_every_variety_of_every_sign_has_a_line(real: Expressions) -> None:
    """A heading without lines would be a promise without a list."""
    for sign in load_signs():
        text = (REAL / f"{sign}.txt").read_text(encoding="utf-8")
        parts = re.split(r"(?m)^\[(\w+)\]$", text)
        for group, body in zip(parts[1::2], parts[2::2], strict=True):
            lines = [line for line in body.splitlines() if line and not line.startswith("#")]
            assert lines, f"{sign}: {group}"
    assert len(real.expressions) > 1_000
    assert len(real.homographs) > 300


def slots_of(expression: Expression) -> list[list[str]]:
    """Return the wordings of a line, a slash inside a wording as people type it."""
    line = re.sub(r"^(\? *)?((T1|T2|T3|C): *)?", "", expression.line)
    slots = [slot.split("/") for slot in re.split(r" *~ *", line)]
    return [[wording.replace(FULL_WIDTH_SLASH, "/") for wording in wordings] for wordings in slots]


def read(wording: str) -> str:
    return SPACE_IN_HAN.sub("", normalise(wording))


def own_messages(expression: Expression) -> list[str]:
    """Return messages of the first wordings of a line."""
    firsts = [wordings[0] for wordings in slots_of(expression)]
    return [join.join(firsts) for join in JOINS]


def test_every_line_is_found_in_a_message_of_its_own_first_wordings(real: Expressions) -> None:
    dead = [
        f"{expression.sign}: {expression.line}"
        for expression in real.expressions
        if not any(
            match.expression is expression
            for typed in own_messages(expression)
            for match in real.find(read_message(typed))
        )
    ]
    assert dead == []


@pytest.mark.parametrize(
    ("before", "behind"), [("我", ""), ("今天", "了"), ("我爸", "怎麼辦"), ("", "，家人很擔心")]
)
def test_nearly_every_line_is_found_among_other_words_in_both_scripts(
    real: Expressions, before: str, behind: str
) -> None:
    """Simplified characters are read by their neighbours, so a few words come out otherwise."""
    for convert in (str, to_simplified):
        han = [e for e in real.expressions if not own_messages(e)[0].isascii()]
        lost = [
            expression
            for expression in han
            if not any(
                expression.pattern.search(read_message(convert(before + own + behind)).text)
                for own in own_messages(expression)[::2]
            )
        ]
        assert len(lost) <= 0.01 * len(han)


def test_every_homograph_stands_in_a_message_of_its_own_words(real: Expressions) -> None:
    dead = [
        f"{homograph.sign}: {homograph.line}"
        for homograph in real.homographs
        if not any(
            homograph.pattern.search(read_message(typed).text) for typed in own_messages(homograph)
        )
    ]
    assert dead == []


def test_no_wording_holds_a_mark_that_a_message_loses(real: Expressions) -> None:
    lost = [
        f"{expression.sign}: {wording}"
        for expression in (*real.expressions, *real.homographs)
        for wordings in slots_of(expression)
        for wording in wordings
        if read_message(wording).text != read(wording)
    ]
    assert lost == []


# Homographs that were measured (docs/safety.md)
@pytest.mark.parametrize(
    "typed",
    [
        *("我不想活動可以嗎", "想死你了", "累了就喘口氣", "他是發燒友", "血尿酸是什麼", "便秘方"),
        *("麻煩您", "麻醉怎麼打", "麻婆豆腐", "棉花糖可以吃嗎", "電腦斷層要禁食嗎", "抽血報告"),
        *("每9個月打一次", "指南第9頁寫什麼", "血鈣是8.9", "10", "T score -2.9"),
        *("吃吐司可以嗎", "黃昏散步", "捐血", "尿布怎麼選", "自殺防治是什麼", "好想你想死你了"),
    ],
)
def test_look_alikes_are_no_signs(real: Expressions, typed: str) -> None:
    assert found(real, typed) == []
