"""The index exchanged beside serving: what answers meanwhile, and what stays when it fails."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.opening import Mode
from chatbot.reply import Reply, citations_of
from chatbot.settings import Settings
from chatbot.web.renewal import Renewal
from chatbot.web.service import Service
from corpus.errors import GuideDamaged
from corpus.passage import Guide, Section
from corpus.source import Source
from corpus.storage import DATA_VARIABLE
from index.encoder import Encoder
from index.errors import EncoderUnavailable
from tests.helpers import FakeEncoder, small_guide, small_topics

NEW = "骨轉移的意思改寫過了。"
ASKED = "骨轉移是什麼"


class World:
    """What the service finds when it opens text and model; tests change it."""

    def __init__(self, name: str) -> None:
        self.source: Source | Exception = Source(small_guide(), small_topics())
        self.encoder: Encoder | Exception = FakeEncoder(f"fake for {name}")

    def open_source(self, original: Path | None = None) -> Source:  # noqa: ARG002
        if isinstance(self.source, Exception):
            raise self.source
        return self.source

    def load_encoder(self, model: str) -> Encoder:  # noqa: ARG002
        if isinstance(self.encoder, Exception):
            raise self.encoder
        return self.encoder

    def edit(self) -> None:
        guide = small_guide()
        first, *others = guide.sections
        edited = replace(first.passages[0], text=NEW)
        sections = (Section(first.title, (edited, *first.passages[1:])), *others)
        self.source = Source(Guide(guide.guide_id, guide.title, sections), small_topics())


class Told:
    """An observer that keeps what it is told."""

    def __init__(self) -> None:
        self.renewals: list[bool] = []
        self.replies: list[str] = []
        self.failures: list[str] = []
        self.stages: set[str] = set()
        self.renewed = threading.Event()

    def take_stage(self, name: str, seconds: float) -> None:  # noqa: ARG002
        self.stages.add(name)

    def take_reply(self, reply: Reply, seconds: float) -> None:  # noqa: ARG002
        self.replies.append(reply.kind)

    def take_failure(self, error: Exception) -> None:
        self.failures.append(type(error).__name__)

    def take_renewal(self, came_about: bool) -> None:
        self.renewals.append(came_about)
        self.renewed.set()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World(tmp_path.name)
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    monkeypatch.setattr("chatbot.opening.load_encoder", made.load_encoder)
    for module in ("chatbot.web.service", "chatbot.opening"):
        monkeypatch.setattr(f"{module}.open_source", made.open_source, raising=False)
    return made


@pytest.fixture
def service(world: World) -> Service:
    service = Service(Settings())
    service.improve()
    assert service.state.opened.mode is Mode.FULL
    return service


def test_what_is_built_is_served_from_the_first_second(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise AssertionError("words were indexed for nothing")

    monkeypatch.setattr("chatbot.opening.is_built", lambda: True)
    monkeypatch.setattr("chatbot.opening.stored_words_index", failing)
    again = Service(Settings())
    assert again.state.opened.mode is Mode.FULL
    assert not again.state.building
    assert quoted(again) == quoted(service)


def test_what_is_built_of_another_text_is_built_again_while_words_answer(
    service: Service, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert service.state.opened.mode is Mode.FULL
    monkeypatch.setattr("chatbot.opening.is_built", lambda: True)
    world.edit()
    again = Service(Settings())
    words = again.state
    again.improve()
    assert (words.opened.mode, words.building) == (Mode.WORDS_ONLY, True)
    assert again.state.opened.mode is Mode.FULL
    assert quoted(again) == NEW


def quoted(service: Service) -> str:
    return citations_of(service.reply(ASKED).reply)[0].quote


def test_a_changed_text_is_served_from_after_renewal(service: Service, world: World) -> None:
    before = service.state
    world.edit()
    assert quoted(service) != NEW
    assert service.renew()
    assert quoted(service) == NEW
    assert service.source.guide.by_id["what"].text == NEW
    assert service.state.since > before.since
    assert service.state.not_renewed == ""


@pytest.mark.parametrize(
    ("part", "error", "reason"),
    [
        ("encoder", EncoderUnavailable("模型壞了。"), "模型壞了。"),
        ("source", GuideDamaged("指南壞了。"), "指南壞了。"),
        ("source", ValueError("我爸的祕密"), "程式的一部分壞了（ValueError）。請重新安裝。"),
    ],
)
def test_what_fails_leaves_the_one_before_and_one_line(
    part: str,
    error: Exception,
    reason: str,
    service: Service,
    world: World,
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = service.state
    setattr(world, part, error)
    caplog.set_level(logging.INFO)
    caplog.clear()
    assert not service.renew()
    assert [record.getMessage() for record in caplog.records] == [
        f"Not renewed, the index before stays in use: {reason}"
    ]
    assert service.state.opened is before.opened
    assert service.state.since == before.since
    assert service.state.not_renewed == reason
    assert quoted(service) != NEW


def test_where_no_index_can_be_written_the_one_before_stays(
    service: Service, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    (blocked / "index").write_text("a file where the folder should be")
    monkeypatch.setenv(DATA_VARIABLE, str(blocked))
    assert not service.renew()
    assert service.state.opened.mode is Mode.FULL
    assert "無法建立索引" in service.state.not_renewed


def test_a_later_renewal_mends_it(service: Service, world: World) -> None:
    encoder, world.encoder = world.encoder, EncoderUnavailable("模型壞了。")
    assert not service.renew()
    world.encoder = encoder
    world.edit()
    assert service.renew()
    assert (service.state.not_renewed, quoted(service)) == ("", NEW)


def test_answers_go_on_while_a_renewal_runs(
    service: Service, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told()
    service.observers = (told,)
    reached, released = threading.Event(), threading.Event()
    load = world.load_encoder

    def slow(model: str) -> Encoder:
        reached.set()
        assert released.wait(10)
        return load(model)

    monkeypatch.setattr("chatbot.opening.load_encoder", slow)
    renewal = Renewal(service)
    monkeypatch.setattr(service, "improve", lambda _: None)
    renewal.start()
    world.edit()
    renewal.ask()
    assert reached.wait(10)
    assert quoted(service) != NEW
    for _ in range(3):  # asked for while one runs: one more follows, not three
        renewal.ask()
    told.renewed.clear()
    released.set()
    assert told.renewed.wait(10)
    while len(told.renewals) < 2:
        told.renewed.wait(1)
    assert quoted(service) == NEW
    assert told.renewals == [True, True]
    assert told.replies == ["answer", "answer"]
    assert {"triage", "read", "search", "promise"} <= told.stages


def test_a_question_that_fails_is_told_and_raised(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Told()
    service.observers = (told,)

    def broken(question: str, conversation: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(service.chatbot, "reply", broken)
    with pytest.raises(ZeroDivisionError):
        service.reply(ASKED)
    assert (told.failures, told.replies) == (["ZeroDivisionError"], [])
