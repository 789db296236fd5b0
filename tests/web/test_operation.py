"""A server as an operator runs it: its log, its figures, its signals."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from chatbot.settings import Settings
from chatbot.versions import versions
from chatbot.web.server import _listen
from tests.helpers import ROOT
from tests.web.test_app import free_port

SECRET = "紫色長頸鹿"
SLOW = """
import sys, time
from chatbot.bot import Chatbot
from chatbot.effective import load_settings
from chatbot.web.server import run_server

answer = Chatbot.reply

def reply(self, question, *rest):
    if "broken" in question:
        raise ValueError(question)
    if "slow" in question:
        print("begun", flush=True)
        time.sleep(1.5)
    return answer(self, question, *rest)

Chatbot.reply = reply
sys.exit(run_server(load_settings()))
"""


@dataclass
class Run:
    """A server, where it is, and where its log goes."""

    address: str
    process: subprocess.Popen[str]
    log: Path

    def ask(self, question: str) -> httpx.Response:
        body = {"id": 1, "turns": [question]}
        return httpx.post(f"{self.address}/api/ask", json=body, timeout=30)

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = httpx.get(f"{self.address}/readyz").json()
        return state

    def lines(self) -> list[dict[str, Any]]:
        """Return the log's lines, each of which must be an object."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def end(self) -> float:
        """Tell it to stop; return how many seconds it took."""
        start = time.perf_counter()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        return time.perf_counter() - start


def start(log: Path, *, port: int) -> Run:
    environment = {
        **os.environ,
        "BONEHEALTH_PORT": str(port),
        "BONEHEALTH_MODEL": "none",
        "BONEHEALTH_LOG_FORMAT": "json",
        "BONEHEALTH_LOG_REPLIES": "true",
        "BONEHEALTH_METRICS": "true",
        "BONEHEALTH_SHUTDOWN_SECONDS": "20",
        "BONEHEALTH_PROT": "1",
        "LC_ALL": "zh_TW",
    }
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-c", SLOW],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
        )
    address = f"http://127.0.0.1:{port}"
    for _ in range(1200):
        try:
            httpx.get(f"{address}/livez")
            break
        except httpx.TransportError:
            time.sleep(0.1)
    return Run(address, process, log)


@pytest.fixture(scope="module")
def run(data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Serve by words alone until the last test of this file, which ends it."""
    running = start(tmp_path_factory.mktemp("log") / "log", port=free_port())
    yield running
    running.process.kill()
    running.process.communicate(timeout=60)


def test_readiness_tells_what_is_served_and_since_when(run: Run) -> None:
    state = run.state()
    assert state["mode"] == "words_only"
    assert state["reasons"] == []
    assert state["not_renewed"] == ""
    assert state["versions"] == {v.part: v.short for v in versions()}


def test_the_log_holds_kinds_and_times_and_no_question(run: Run) -> None:
    assert run.ask(f"{SECRET}打骨針有什麼副作用").status_code == 200
    assert run.ask(f"broken {SECRET}").status_code == 500
    page = httpx.post(
        f"{run.address}/gradio_api/run/ask",
        json={"data": [f"broken {SECRET}", None], "fn_index": 0, "session_hash": "s"},
    )
    assert page.status_code == 500
    text = run.log.read_text(encoding="utf-8")
    assert SECRET not in text
    assert "\\u7d2b" not in text
    messages = [line["message"] for line in run.lines()]
    assert messages[0].startswith("不認得環境變數 BONEHEALTH_PROT")
    assert f"骨健康問答：{run.address}" in messages
    assert [m.split(" (")[0] for m in messages if "failed" in m] == [
        "A question failed: ValueError"
    ] * 2
    (reply,) = [line for line in run.lines() if line["logger"] == "bonehealth.replies"]
    assert (reply["kind"], reply["detail"], reply["level"]) == ("answer", "", "INFO")
    assert 0 < reply["milliseconds"] < 60_000


def test_the_figures_are_there_and_hold_no_question(run: Run) -> None:
    text = httpx.get(f"{run.address}/metrics").text
    assert 'bonehealth_replies_total{detail="",kind="answer"} 1.0' in text
    assert "bonehealth_reply_failures_total 2.0" in text
    assert 'bonehealth_mode{mode="words_only"} 1.0' in text
    assert 'bonehealth_responses_total{route="ask",status="500"} 1.0' in text
    assert SECRET not in text


def test_a_person_behind_a_trusted_proxy_is_not_this_machine(run: Run) -> None:
    address = {"x-forwarded-for": "203.0.113.9"}
    assert httpx.get(f"{run.address}/metrics", headers=address).status_code == 404
    told = {"x-forwarded-for": "127.0.0.1, 203.0.113.9"}  # the first is what the person claims
    assert httpx.get(f"{run.address}/metrics", headers=told).status_code == 404


def test_a_signal_renews_it_and_it_goes_on(run: Run) -> None:
    before = run.state()["since"]
    run.process.send_signal(signal.SIGHUP)
    for _ in range(300):
        assert run.ask("謝謝").status_code == 200
        if run.state()["since"] != before:
            break
        time.sleep(0.1)
    assert run.state()["since"] > before
    assert run.state()["not_renewed"] == ""
    assert (
        'bonehealth_renewals_total{result="done"} 1.0' in httpx.get(f"{run.address}/metrics").text
    )


def test_told_to_stop_it_finishes_the_answer_and_lets_open_pages_go(run: Run) -> None:
    answers: list[httpx.Response] = []
    asking = threading.Thread(target=lambda: answers.append(run.ask("slow 骨轉移的症狀有哪些")))
    with httpx.stream("GET", f"{run.address}/gradio_api/heartbeat/open", timeout=30) as page:
        beats = page.iter_lines()
        assert next(beats) == "data: ALIVE"
        asking.start()
        assert run.process.stdout is not None
        assert run.process.stdout.readline() == "begun\n"
        seconds = run.end()
    asking.join(20)
    assert answers[0].status_code == 200
    assert answers[0].json()["replies"][0]["kind"] == "answer"
    assert seconds < 15  # shutdown_seconds is 20: nobody was waited for in vain
    assert run.process.returncode == -signal.SIGTERM
    assert not any("graceful" in line["message"] for line in run.lines())


def test_answers_are_sent_at_once() -> None:
    """Nagle's algorithm holds each answer on a kept connection back for 40 ms.

    asyncio turns it off only for a socket that was made with the protocol's number.
    """
    listener = _listen(Settings(port=free_port()))
    assert listener is not None
    listener.listen()
    with listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.proto == socket.IPPROTO_TCP
