"""Signatures under one wording of a passage."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.audit.accepted import passage_hash
from corpus.audit.sign_offs import (
    HEAD,
    SignOff,
    add_sign_offs,
    holding,
    load_sign_offs,
    read_sign_offs,
)
from corpus.errors import EditionError
from corpus.passage import Guide
from tests.corpus.audit.builders import guide_of
from tests.helpers import passage

OWN = passage("a", "散步有益。")
HASH = passage_hash(OWN)
FIRST = SignOff("a", HASH, "林護理師", "2026-01-31")
LATER = SignOff("a", HASH, "陳醫師", "2026-02-01")


def edition() -> Guide:
    return guide_of(OWN, passage("b", "牛奶有鈣。"))


def line_of(sign_off: SignOff) -> str:
    return "\t".join([sign_off.passage_id, sign_off.text_hash, sign_off.name, sign_off.day])


def test_signatures_are_read_in_order_and_comments_passed_over() -> None:
    lines = [HEAD, "", line_of(FIRST), "   ", f" a \t {HASH}\t陳醫師 \t2026-02-01\r"]
    assert read_sign_offs(lines, "file") == (FIRST, LATER)


@pytest.mark.parametrize(
    "line",
    [
        "a\tabc\t林護理師",
        "a\tabc\t林護理師\t2026-01-31\t多",
        "a abc 林護理師 2026-01-31",
        "a\t\t林護理師\t2026-01-31",
        "\tabc\t林護理師\t2026-01-31",
        "a\tabc\t \t2026-01-31",
        "a\tabc\t林護理師\t2026-02-30",
        "a\tabc\t林護理師\t2026-1-3",
        "a\tabc\t林護理師\t20260131",
        "a\tabc\t林護理師\t2026-W05-6",
        "a\tabc\t林護理師\t\uff12\uff10\uff12\uff16-01-31",
        "a\tabc\t林護理師\t昨天",
    ],
)
def test_a_line_of_another_form_is_named(line: str) -> None:
    with pytest.raises(EditionError, match=re.escape("names.txt:2: 要有編號、內文雜湊")):
        read_sign_offs([HEAD, line, line_of(FIRST)], "names.txt")


@given(st.text(max_size=40))
def test_any_line_is_read_or_refused(line: str) -> None:
    try:
        found = read_sign_offs([line], "file")
    except EditionError:
        return
    for sign_off in found:
        assert read_sign_offs([line_of(sign_off)], "file") == (sign_off,)


def test_the_latest_signature_of_a_wording_holds() -> None:
    assert holding(edition(), [FIRST, LATER]) == {"a": LATER}
    assert holding(edition(), []) == {}


def test_a_signature_under_another_wording_does_not_hold() -> None:
    stale = replace(LATER, text_hash="other")
    assert holding(edition(), [stale]) == {}
    assert holding(edition(), [FIRST, stale]) == {"a": FIRST}
    assert holding(guide_of(replace(OWN, text="散步無益。")), [FIRST]) == {}


def test_a_signature_of_another_passage_or_of_none_does_not_hold() -> None:
    assert (
        holding(edition(), [replace(FIRST, passage_id="b"), replace(FIRST, passage_id="c")]) == {}
    )


def test_without_a_file_nobody_has_signed(tmp_path: Path) -> None:
    assert load_sign_offs(tmp_path / "none.tsv") == ()


def test_what_was_added_is_loaded_and_what_stood_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "sign_offs.tsv"
    add_sign_offs([FIRST], path)
    assert load_sign_offs(path) == (FIRST,)
    add_sign_offs([LATER, replace(FIRST, text_hash="other")], path)
    assert load_sign_offs(path) == (FIRST, LATER, replace(FIRST, text_hash="other"))
    assert path.read_text(encoding="utf-8").split("\n")[0] == HEAD


def test_the_same_signature_is_kept_once(tmp_path: Path) -> None:
    path = tmp_path / "sign_offs.tsv"
    add_sign_offs([FIRST, FIRST], path)
    before = path.read_bytes()
    add_sign_offs([FIRST], path)
    assert path.read_bytes() == before
    assert load_sign_offs(path) == (FIRST,)


def test_a_damaged_file_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "sign_offs.tsv"
    path.write_text("a\tabc\n", encoding="utf-8")
    with pytest.raises(EditionError, match=re.escape("sign_offs.tsv:1: ")):
        add_sign_offs([FIRST], path)
    assert path.read_text(encoding="utf-8") == "a\tabc\n"
