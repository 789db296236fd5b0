"""Signatures under safety texts, and how many notices are signed."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.audit.safety_desk import open_safety_desk
from corpus.audit.safety_sign_offs import (
    SAFETY_SIGN_OFFS_FILE,
    Reviewed,
    holding_texts,
    notices_reviewed,
)
from corpus.audit.safety_texts import SafetyText, load_notices, load_safety_texts
from corpus.audit.sign_offs import SignOff, add_sign_offs, load_sign_offs
from corpus.edition import load_edition
from tests.corpus.audit.safety_builders import change, chatbot_folder, small_guide

NOTICES = 14  # of the small folder, with the one request


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return chatbot_folder(tmp_path / "chatbot")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "safety_sign_offs.tsv"


def signature(text: SafetyText, name: str = "林護理師") -> SignOff:
    return SignOff(text.text_id, text.text_hash, name, "2026-01-31")


def text_of(folder: Path, text_id: str) -> SafetyText:
    (text,) = (t for t in load_safety_texts(small_guide(), folder) if t.text_id == text_id)
    return text


def test_the_latest_signature_of_a_wording_holds(folder: Path) -> None:
    text = text_of(folder, "sign.weak_legs")
    first, later = signature(text), signature(text, "陳醫師")
    assert holding_texts([text], [first, later]) == {"sign.weak_legs": later}
    assert holding_texts([text], []) == {}


def test_a_changed_notice_loses_its_signature_and_no_other(folder: Path, path: Path) -> None:
    add_sign_offs([signature(text) for text in load_notices(folder)], path)
    assert notices_reviewed(folder, path) == Reviewed(NOTICES, NOTICES)
    change(folder, "templates/en.toml", "Go now.", "Go soon.")
    assert notices_reviewed(folder, path) == Reviewed(NOTICES - 1, NOTICES)
    change(folder, "templates/en.toml", "Go soon.", "Go now.")
    assert notices_reviewed(folder, path) == Reviewed(NOTICES, NOTICES)


def test_another_number_to_call_takes_the_signatures_of_the_notices_that_name_it(
    folder: Path, path: Path
) -> None:
    add_sign_offs([signature(text) for text in load_notices(folder)], path)
    change(folder, "contacts.toml", "119", "120")
    assert notices_reviewed(folder, path) == Reviewed(NOTICES - 1, NOTICES)


def test_signatures_under_signs_do_not_count_as_notices(folder: Path, path: Path) -> None:
    add_sign_offs([signature(text_of(folder, "sign.weak_legs"))], path)
    assert notices_reviewed(folder, path) == Reviewed(0, NOTICES)


def test_signatures_that_cannot_be_read_sign_nothing(folder: Path, path: Path) -> None:
    assert notices_reviewed(folder, path) == Reviewed(0, NOTICES)
    add_sign_offs([signature(text) for text in load_notices(folder)], path)
    whole = path.read_bytes()
    for damaged in (whole[:-9], b"\xff" + whole, b"notice.urgent.today\tabc\n"):
        path.write_bytes(damaged)
        assert notices_reviewed(folder, path) == Reviewed(0, NOTICES)


def test_a_desk_keeps_what_holds_and_tells_how_much_is_signed(folder: Path, path: Path) -> None:
    desk = open_safety_desk(small_guide(), folder, path)
    total = len(desk.texts)
    assert desk.figures().endswith(f"共 {total} 項，臨床人員已簽 0 項。")
    held = signature(text_of(folder, "words.fever"))
    stale = SignOff("sign.fever", "abc", "林護理師", "2026-01-31")
    assert desk.sign((held, stale)) == {"words.fever": held}
    assert load_sign_offs(path) == (held,)
    again = open_safety_desk(small_guide(), folder, path)
    assert again.figures().endswith(f"共 {total} 項，臨床人員已簽 1 項。")
    assert "已簽：林護理師 2026-01-31" in again.sheet()


def test_every_signature_of_the_repository_holds_or_is_of_a_text_that_was_changed() -> None:
    assert SAFETY_SIGN_OFFS_FILE.exists()
    ids = {text.text_id for text in load_safety_texts(load_edition())}
    assert {sign_off.passage_id for sign_off in load_sign_offs(SAFETY_SIGN_OFFS_FILE)} <= ids
