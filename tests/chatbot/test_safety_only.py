"""When nothing can be searched: signs still bring their notice, the rest is sent elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from chatbot.__main__ import cli
from chatbot.bot import Chatbot
from chatbot.contacts import Team
from chatbot.conversation import Conversation
from chatbot.opening import Mode, in_one_line, open_chatbot, open_first
from chatbot.reply import AbstainReason, OutOfScope, Urgent
from chatbot.safety_only import NO_GUIDE, SafetyOnly
from chatbot.settings import Settings
from chatbot.triage.message import Message, read_message
from chatbot.triage.tier import Tier
from chatbot.web.information import build_information
from chatbot.web.routes import build_routes
from chatbot.web.service import Service
from corpus.errors import EditionError
from corpus.source import Source
from index.encoder import Vectors
from index.errors import IndexMissing
from index.models import NO_MODEL
from tests.helpers import ROOT, FakeEncoder, small_guide, small_topics

TEAM = Team("腫瘤個管師", "02-2345-6789")
SIGN = "化療中，我現在發燒 39 度，一直發抖"
CRISIS = "我不想活了"


@pytest.fixture(scope="module")
def safety() -> SafetyOnly:
    return SafetyOnly(team=TEAM)


@pytest.fixture
def broken_edition(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(original: Path | None = None) -> Source:
        raise EditionError(["09.md:3: 缺少欄位「頁碼」。", "09.md:7: 內文太短。"])

    monkeypatch.setattr("chatbot.opening.open_source", broken)
    monkeypatch.setattr("chatbot.__main__.open_source", broken)


@pytest.mark.parametrize(("message", "tier"), [(SIGN, Tier.TODAY), (CRISIS, Tier.CRISIS)])
def test_a_sign_gets_the_notice_that_the_whole_product_gives(
    safety: SafetyOnly, edition_chatbot: Chatbot, message: str, tier: Tier
) -> None:
    reply = safety.reply(message).reply
    whole = edition_chatbot.reply(message).reply
    assert isinstance(reply, Urgent)
    assert isinstance(whole, Urgent)
    assert (reply.tier, reply.findings) == (tier, whole.findings)
    assert reply.citations == ()
    assert str(whole.text).startswith(str(reply.text).split("\n")[0])
    assert list(safety.promise.faults(reply)) == []
    numbers = [dial.number for dial in reply.dials]
    assert ("02-2345-6789" in numbers) is (tier is Tier.TODAY)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("打骨針有什麼副作用", "現在查不到指南"),
        ("打骨针有什么副作用", "现在查不到指南"),
        ("What are the side effects?", "The guide cannot be searched now"),
        ("", "現在查不到指南"),
        ("x" * 100_000, "The guide cannot be searched now"),
    ],
)
def test_anything_else_is_sent_to_people_in_its_own_language(
    safety: SafetyOnly, question: str, words: str
) -> None:
    reply = safety.reply(question).reply
    assert isinstance(reply, OutOfScope)
    assert reply.reason is AbstainReason.NO_GUIDE
    assert reply.text.startswith(words)
    assert "119" in reply.text
    assert "1925" in reply.text
    assert reply.suggestions == ()
    assert list(safety.promise.faults(reply)) == []


def test_after_a_crisis_the_numbers_stay_in_sight(safety: SafetyOnly) -> None:
    after = safety.reply(CRISIS).conversation
    assert after.in_crisis
    assert safety.reply("打骨針有什麼副作用", after).reply.text.startswith("難受的時候，請打 1925")


def test_there_is_nothing_to_search(safety: SafetyOnly) -> None:
    assert safety.examples() == ()
    assert (safety.index.encoder_name, safety.index.searches_by_meaning) == ("", False)
    with pytest.raises(IndexMissing):
        safety.index.search([], top_k=1)


def test_an_edition_that_cannot_be_read_leaves_signs(broken_edition: None) -> None:
    source, opened = open_first(team=TEAM)
    assert source.guide is NO_GUIDE
    assert opened.mode is Mode.SAFETY_ONLY
    assert opened.reasons == ("09.md:3: 缺少欄位「頁碼」。（另外還有 1 個問題）",)
    assert isinstance(opened.chatbot.reply(SIGN, Conversation()).reply, Urgent)


def test_words_that_cannot_be_counted_leave_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise MemoryError("癌骨瓦")

    monkeypatch.setattr("chatbot.opening.stored_words_index", failing)
    opened = open_first()[1]
    assert opened.mode is Mode.SAFETY_ONLY
    assert opened.reasons == ("記憶體不夠（MemoryError）。請關掉其他程式，再開一次。",)


def test_an_index_that_fails_in_any_way_leaves_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Failing(FakeEncoder):
        def _encode(self, texts: Sequence[str]) -> Vectors:  # noqa: ARG002
            raise MemoryError

    monkeypatch.setenv("BONEHEALTH_DATA", str(tmp_path))
    monkeypatch.setattr("chatbot.opening.load_encoder", lambda _: Failing())
    said: list[str] = []
    opened = open_chatbot(Source(small_guide(), small_topics()), say=said.append)
    assert opened.mode is Mode.WORDS_ONLY
    assert said[-1] == "無法建立索引：記憶體不夠（MemoryError）。請關掉其他程式，再開一次。"


def test_the_line_of_a_log_holds_no_word_of_a_foreign_error() -> None:
    assert in_one_line(KeyError("我爸的祕密\n\x1b[31m")) == (
        "程式的一部分壞了（KeyError）。請重新安裝。"
    )
    full = OSError(28, "No space left on device", "/home/x")
    assert in_one_line(full) == (
        "磁碟沒有空間（OSError No space left on device）。請清出空間，再開一次。"
    )


def test_the_line_of_a_log_names_a_file_of_the_program_and_no_other() -> None:
    own = ROOT / "corpus" / "lexicon" / "terms.txt"
    assert in_one_line(FileNotFoundError(2, "No such file or directory", str(own))) == (
        "程式的一部分壞了（FileNotFoundError No such file or directory"
        " corpus/lexicon/terms.txt）。請重新安裝。"
    )
    other = FileNotFoundError(2, "No such file or directory", "/home/我爸的祕密.txt")
    assert in_one_line(other) == (
        "程式的一部分壞了（FileNotFoundError No such file or directory）。請重新安裝。"
    )


@pytest.mark.parametrize("broken", ["chatbot.__main__.SafetyOnly", "chatbot.bot.read_message"])
def test_where_nothing_at_all_can_be_said_the_numbers_are(
    monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise MemoryError("癌骨瓦")

    monkeypatch.setattr(broken, failing)
    ran = CliRunner().invoke(cli, ["ask", SIGN, "--model", NO_MODEL])
    assert ran.exit_code == 1
    assert ran.stdout.startswith("現在查不到指南")
    assert "119" in ran.stdout
    assert "1925" in ran.stdout
    assert ran.stderr.splitlines()[-1] == "記憶體不夠（MemoryError）。請關掉其他程式，再開一次。"


def test_a_talk_in_the_terminal_goes_on_after_a_reply_that_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def failing(message: str) -> Message:
        if message == "失敗":
            raise MemoryError
        return read_message(message)

    monkeypatch.setattr("chatbot.bot.read_message", failing)
    ran = CliRunner().invoke(cli, ["chat", "--model", NO_MODEL], input=f"失敗\n{SIGN}\n")
    assert ran.exit_code == 0
    assert ran.stdout.index("現在查不到指南") < ran.stdout.index("請現在就聯絡您的醫療團隊")


def test_the_interface_tells_that_it_is_not_ready_and_still_answers(broken_edition: None) -> None:
    settings = Settings(model=NO_MODEL)
    service = Service(settings)
    application = FastAPI()
    application.include_router(build_routes(service))
    application.include_router(build_information(service, settings))
    client = TestClient(application)
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["ready"] is False
    assert ready.json()["mode"] == "safety_only"
    assert ready.json()["reasons"] == list(service.state.opened.reasons)
    assert ready.json()["notice"].startswith("現在查不到指南")
    answer = client.post("/api/ask", json={"id": 1, "turns": ["打骨針有什麼副作用", SIGN]}).json()
    assert [reply["kind"] for reply in answer["replies"]] == ["out_of_scope", "urgent"]
    assert client.get("/livez").status_code == 200
    assert "沒有段落可以引用" in client.get("/about").text
    assert "例如：{" not in client.get("/help").text
    service.improve()
    assert service.state.opened.mode is Mode.SAFETY_ONLY


def test_the_command_line_answers_signs_and_ends_with_a_status(broken_edition: None) -> None:
    result = CliRunner().invoke(cli, ["ask", SIGN])
    assert result.exit_code == 1
    assert result.stdout.startswith("請現在就聯絡您的醫療團隊")
    assert "缺少欄位" in result.stderr
    assert "現在查不到指南" in result.stderr
    lines = CliRunner().invoke(
        cli, ["ask", "--jsonl"], input='{"id": 1, "turns": ["我不想活了"]}\n'
    )
    assert lines.exit_code == 1
    assert '"kind": "urgent"' in lines.stdout
    chat = CliRunner().invoke(cli, ["chat"], input="我不想活了\n")
    assert chat.exit_code == 1
    assert "1925" in chat.stdout
