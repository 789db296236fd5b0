"""The database of the report: SQLite here, PostgreSQL where POSTGRES_URI names a server."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from chatbot.report import store as module
from chatbot.report.errors import ReportMisconfigured, ReportUnavailable
from chatbot.report.rows import FILE, Flagged, Unanswered
from chatbot.report.store import ReportStore, metadata

POSTGRES = os.environ.get("POSTGRES_URI", "")
MONDAY, TUESDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 27)
NEEDS_SERVER = pytest.mark.skipif(not POSTGRES, reason="POSTGRES_URI names no server")


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=[NEEDS_SERVER, pytest.mark.enable_socket])]
)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ReportStore]:
    if request.param == "sqlite":
        yield ReportStore(f"sqlite:///{tmp_path}/own.sqlite")
        return
    engine = create_engine(POSTGRES)
    metadata.drop_all(engine)
    yield ReportStore(POSTGRES)
    metadata.drop_all(engine)
    engine.dispose()


def test_equal_questions_are_counted_with_first_and_last_day(store: ReportStore) -> None:
    for day in (TUESDAY, MONDAY, FRIDAY):
        store.keep_question(day, "健保有給付嗎", "not_in_guide", "健保")
    store.keep_question(TUESDAY, "天氣如何", "unrelated", "天氣")
    store.keep_question(FRIDAY, "骨針多少錢", "too_far", "")
    assert store.unanswered() == (
        Unanswered("健保有給付嗎", "not_in_guide", "健保", 3, MONDAY, FRIDAY),
        Unanswered("骨針多少錢", "too_far", "", 1, FRIDAY, FRIDAY),
        Unanswered("天氣如何", "unrelated", "天氣", 1, TUESDAY, TUESDAY),
    )


def test_flags_are_counted_too(store: ReportStore) -> None:
    for day, name in ((MONDAY, "pain"), (FRIDAY, "often"), (TUESDAY, "often")):
        store.keep_flag(day, name)
    assert store.flagged() == (
        Flagged("often", 2, TUESDAY, FRIDAY),
        Flagged("pain", 1, MONDAY, MONDAY),
    )


def test_days_that_are_over_are_deleted_and_no_others(store: ReportStore) -> None:
    for day in (MONDAY, TUESDAY, FRIDAY):
        store.keep_question(day, f"{day}", "too_far", "")
        store.keep_flag(day, "pain")
    store.delete_until(TUESDAY)
    assert [row.question for row in store.unanswered()] == [str(FRIDAY)]
    assert store.flagged() == (Flagged("pain", 1, FRIDAY, FRIDAY),)


def test_a_question_can_be_deleted(store: ReportStore) -> None:
    for question in ("我叫阿明", "我叫阿明", "骨針多少錢"):
        store.keep_question(MONDAY, question, "too_far", "")
    store.delete_question("我叫阿明")
    assert [row.question for row in store.unanswered()] == ["骨針多少錢"]


def test_a_flood_keeps_the_newest_rows_only(
    store: ReportStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 3)
    for number in range(6):
        store.keep_question(MONDAY, str(number), "too_far", "")
    assert sorted(row.question for row in store.unanswered()) == ["3", "4", "5"]


def test_quotes_and_odd_characters_are_only_text(store: ReportStore) -> None:
    hostile = '\'); DROP TABLE unanswered; -- 「"%s:x" 🦴'
    store.keep_question(MONDAY, hostile, "too_far", "")
    assert [row.question for row in store.unanswered()] == [hostile]


def test_the_file_is_for_its_owner_and_forgets_what_is_deleted(tmp_path: Path) -> None:
    path = tmp_path / "own.sqlite"
    store = ReportStore(f"sqlite:///{path}")
    assert not store.is_there
    store.keep_question(MONDAY, "秘密的一句話", "too_far", "")
    assert store.is_there
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "秘密的一句話".encode() in path.read_bytes()
    store.delete_until(MONDAY)
    assert "秘密的一句話".encode() not in path.read_bytes()
    assert list(tmp_path.iterdir()) == [path]


def test_without_a_url_it_is_in_the_data_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BONEHEALTH_DATA", str(tmp_path / "a?b#c"))
    ReportStore().keep_flag(MONDAY, "pain")
    assert (tmp_path / "a?b#c" / FILE).is_file()


def test_a_file_that_was_deleted_costs_only_what_was_in_it(tmp_path: Path) -> None:
    path = tmp_path / "own.sqlite"
    store = ReportStore(f"sqlite:///{path}")
    store.keep_flag(MONDAY, "pain")
    path.unlink()
    store.keep_flag(TUESDAY, "often")
    assert store.flagged() == (Flagged("often", 1, TUESDAY, TUESDAY),)


@pytest.mark.parametrize("content", [b"", b"rubbish" * 1000])
def test_a_database_that_is_none_is_named_without_a_row(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "own.sqlite"
    path.write_bytes(content)
    store = ReportStore(f"sqlite:///{path}")
    if not content:
        store.keep_question(MONDAY, "秘密", "too_far", "")
        return
    with pytest.raises(ReportUnavailable) as raised:
        store.keep_question(MONDAY, "秘密", "too_far", "")
    assert str(raised.value) == "DatabaseError"
    assert raised.value.__cause__ is None


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    store = ReportStore(f"sqlite:///{tmp_path}/file/own.sqlite")
    with pytest.raises(ReportUnavailable, match="Error"):
        store.keep_flag(MONDAY, "pain")


def test_a_locked_database_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "WAIT_SECONDS", 0.05)
    store = ReportStore(f"sqlite:///{tmp_path}/own.sqlite")
    store.keep_flag(MONDAY, "pain")
    other = sqlite3.connect(tmp_path / "own.sqlite", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(ReportUnavailable, match="OperationalError"):
        store.keep_flag(MONDAY, "pain")
    other.close()


def test_what_is_no_url_is_told() -> None:
    with pytest.raises(ReportMisconfigured, match="不是資料庫的網址"):
        ReportStore("no url")


def test_a_missing_driver_is_told_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ReportMisconfigured) as raised:
        ReportStore("postgresql+psycopg://me:secret@db.example/report")
    assert "postgresql+psycopg" in str(raised.value)
    assert "pip install '.[postgresql]'" in str(raised.value)
    assert "secret" not in str(raised.value)


def test_an_unknown_kind_of_database_is_told() -> None:
    with pytest.raises(ReportMisconfigured, match="nothing"):
        ReportStore("nothing://me:secret@db.example/report")
