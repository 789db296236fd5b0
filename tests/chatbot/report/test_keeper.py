"""What is kept, and that keeping it costs no reply."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import cast

import pytest
from pydantic import SecretStr

from chatbot.bot import Chatbot
from chatbot.conversation import Conversation
from chatbot.reply import AbstainReason, AskClinician, OutOfScope, Reply
from chatbot.report import keeper as module
from chatbot.report.errors import ReportUnavailable
from chatbot.report.keeper import Keeper, is_kept
from chatbot.report.rows import FILE, Flagged, Unanswered
from chatbot.report.store import ReportStore
from chatbot.said import paragraphs
from chatbot.settings import Settings
from chatbot.templates import Templates

TODAY = date(2026, 11, 26)
REFUSED = "今天台北的天氣如何"


@pytest.fixture
def store(tmp_path: Path) -> ReportStore:
    return ReportStore(f"sqlite:///{tmp_path}/own.sqlite")


@pytest.fixture
def keeper(store: ReportStore) -> Iterator[Keeper]:
    made = Keeper(store, questions=True, flags=True, days=30, today=lambda: TODAY)
    yield made
    made.close()


def refusal(reason: AbstainReason = AbstainReason.UNRELATED) -> OutOfScope:
    """Return a refusal as the bot makes it."""
    numbers = {"emergency": "119", "comfort": "1925"}
    values = {"topic": "天氣與時間", **numbers}
    if reason is AbstainReason.STEP_BESIDE:
        values = {"heading": "骨針", "aspect": "多少錢"}
    return OutOfScope(Templates().say("out_of_scope", reason.value, **values), reason)


def hear(keeper: Keeper, question: str, reply: Reply | None = None) -> None:
    """Let a turn be heard, and wait until it is written or lost."""
    keeper.heard(question, reply or refusal(), Conversation())
    keeper.settle()


def talk(chatbot: Chatbot, keeper: Keeper, *questions: str) -> None:
    """Ask in one conversation, as the page does."""
    conversation = Conversation()
    for question in questions:
        turn = chatbot.reply(question, conversation)
        conversation = turn.conversation
        keeper.heard(question, turn.reply, conversation)
    keeper.settle()


def kept(store: ReportStore) -> list[str]:
    return [row.question for row in store.unanswered()]


@pytest.mark.parametrize(
    ("reason", "subject"),
    [
        (AbstainReason.UNRELATED, "天氣與時間"),
        (AbstainReason.NOT_IN_GUIDE, "天氣與時間"),
        (AbstainReason.STEP_BESIDE, "骨針"),
        (AbstainReason.TOO_FAR, ""),
        (AbstainReason.CLOSE_CALL, ""),
        (AbstainReason.NOTHING_SHARED, ""),
    ],
)
def test_a_refused_question_is_kept_with_its_reason_and_without_personal_data(
    keeper: Keeper, store: ReportStore, reason: AbstainReason, subject: str
) -> None:
    hear(keeper, "我叫王小明，今天台北的天氣如何，電話0912345678", refusal(reason))
    question = "［姓名］,今天台北的天氣如何,電話［電話］"
    assert store.unanswered() == (Unanswered(question, reason.value, subject, 1, TODAY, TODAY),)


@pytest.mark.parametrize("name", ["near", "near_no_page", "silent", "cited", "cited_no_page"])
def test_what_is_handed_to_the_team_is_kept_where_the_guide_has_no_answer(
    keeper: Keeper, store: ReportStore, name: str
) -> None:
    say = Templates().say
    text = paragraphs(say("ask_clinician", "daily"), say("ask_clinician", name, pages="9"))
    hear(keeper, "我可以練瑜伽倒立嗎", AskClinician(text, "daily"))
    rows = store.unanswered() if store.is_there else ()
    assert [row.reason for row in rows] == ([] if name.startswith("cited") else ["team"])


def test_what_the_bot_refuses_is_kept(
    edition_chatbot: Chatbot, keeper: Keeper, store: ReportStore
) -> None:
    talk(edition_chatbot, keeper, "股票現在可以買嗎", "打骨針有什麼副作用")
    assert kept(store) == ["股票現在可以買嗎"]


@pytest.mark.parametrize(
    "question", ["打骨針有什麼副作用", "你好", "我可以停藥嗎", "", "我腳突然沒力", "x" * 3000]
)
def test_other_replies_leave_nothing(
    edition_chatbot: Chatbot, keeper: Keeper, store: ReportStore, question: str
) -> None:
    talk(edition_chatbot, keeper, question)
    assert not store.is_there or kept(store) == []


@pytest.mark.parametrize(
    "turns",
    [
        ("我不想活了",),
        ("我不想活了", REFUSED),  # what follows a crisis is of its conversation
        ("我沒有想死，今天台北的天氣如何",),  # only spoken of
    ],
)
def test_nothing_of_a_crisis_is_kept(
    edition_chatbot: Chatbot, keeper: Keeper, store: ReportStore, turns: tuple[str, ...]
) -> None:
    talk(edition_chatbot, keeper, *turns)
    assert not store.is_there or kept(store) == []


def test_a_reply_that_broke_the_promise_is_not_kept() -> None:
    assert is_kept(refusal(), Conversation())
    assert not is_kept(refusal(AbstainReason.UNSAFE), Conversation())


def test_a_long_story_is_cut_after_its_personal_data_is_gone(
    keeper: Keeper, store: ReportStore
) -> None:
    hear(keeper, "啊" * 495 + "0912345678" + "多少錢")
    (question,) = kept(store)
    assert question == "啊" * 495 + "［電話］多"
    assert len(question) == 500


def test_flags_are_kept_by_id(keeper: Keeper, store: ReportStore) -> None:
    for name in ("often", "often", "pain"):
        keeper.flagged(name)
    keeper.settle()
    assert store.flagged() == (Flagged("often", 2, TODAY, TODAY), Flagged("pain", 1, TODAY, TODAY))


@pytest.mark.parametrize(("questions", "flags"), [(False, False), (True, False), (False, True)])
def test_only_what_was_turned_on_is_kept(store: ReportStore, questions: bool, flags: bool) -> None:
    keeper = Keeper(store, questions=questions, flags=flags)
    hear(keeper, REFUSED)
    keeper.flagged("pain")
    keeper.close()
    assert store.is_there == (questions or flags)
    assert (len(store.unanswered()), len(store.flagged())) == (questions, flags)


def test_rows_are_deleted_when_their_days_are_over(store: ReportStore) -> None:
    for day in (date(2026, 10, 26), date(2026, 10, 27), date(2026, 10, 28)):
        store.keep_flag(day, str(day))
    keeper = Keeper(store, flags=True, days=30, today=lambda: TODAY)
    keeper.close()
    assert [row.passage_id for row in store.flagged()] == ["2026-10-28"]


class Away(ReportStore):
    """A database that has gone away: every use waits until the test goes on, then fails."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.goes_on = threading.Event()

    def keep_question(self, *_: object) -> None:
        self.goes_on.wait(60)
        raise ReportUnavailable("OperationalError")


def test_a_database_that_is_away_costs_the_row_and_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = Away(f"sqlite:///{tmp_path}/own.sqlite")
    keeper = Keeper(store, questions=True)
    with caplog.at_level(logging.INFO, "bonehealth"):
        keeper.heard(REFUSED, refusal(), Conversation())  # comes back though nothing is written
        assert not store.goes_on.is_set()
        store.goes_on.set()
        keeper.close()
    messages = [record.getMessage() for record in caplog.records]
    assert messages == ["A row of the report was lost: OperationalError."]


def test_whatever_fails_costs_the_row_alone(
    keeper: Keeper,
    store: ReportStore,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(_: str) -> str:
        raise RuntimeError(REFUSED)

    with monkeypatch.context() as patched:
        patched.setattr(module, "without_personal_data", broken)
        hear(keeper, REFUSED)
    assert REFUSED not in caplog.text
    assert "A row of the report was lost: RuntimeError." in caplog.text
    hear(keeper, REFUSED)
    assert kept(store) == [REFUSED]


def test_too_many_waiting_rows_are_lost_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 1)
    store = Away(f"sqlite:///{tmp_path}/own.sqlite")
    keeper = Keeper(store, questions=True)
    for _ in range(5):
        keeper.heard(REFUSED, refusal(), Conversation())
    assert "A row of the report was lost: QueueFull." in caplog.text
    store.goes_on.set()
    keeper.close()


def test_by_default_nothing_is_kept_and_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BONEHEALTH_DATA", str(tmp_path))
    keeper = Keeper.of(Settings())
    hear(keeper, REFUSED)
    keeper.flagged("pain")
    keeper.close()
    assert keeper.store is None
    assert list(tmp_path.iterdir()) == []


def test_on_a_kiosk_no_question_is_kept_whatever_is_set() -> None:
    assert Settings(keep_unanswered=True).keeps_questions
    assert not Settings(keep_unanswered=True, kiosk=True).keeps_questions


def test_what_was_kept_before_is_deleted_in_time_though_it_is_turned_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BONEHEALTH_DATA", str(tmp_path))
    ReportStore().keep_question(date(2020, 1, 1), "舊的", "too_far", "")
    assert (tmp_path / FILE).is_file()
    keeper = Keeper.of(Settings())
    keeper.close()
    assert not keeper.keeps_questions
    assert cast(ReportStore, keeper.store).unanswered() == ()


def test_the_address_of_the_database_is_not_printed() -> None:
    settings = Settings(report_database=SecretStr("postgresql://me:secret@db/report"))
    assert "secret" not in repr(settings)
