"""Conversations are forgotten when nobody used them for a while, and not before."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import cast

import gradio as gr

from chatbot.web.sessions import SessionKeeper
from tests.helpers import ROOT

# In a process of its own, for the test client leaves an event loop to the search for garbage.
BOXES = """
import gc, gradio
from fastapi.testclient import TestClient
from chatbot.settings import Settings
from chatbot.web.server import build_app
from chatbot.web.service import Service

settings = Settings(model="none", allowed_hosts=("testserver",))
with TestClient(build_app(Service(settings), settings)) as client:
    dependencies = client.get("/config").json()["dependencies"]
    asking = next(d["id"] for d in dependencies if d.get("api_name") == "ask")
    for times in (2, 6):
        for _ in range(times):
            body = {"data": ["hi", None], "fn_index": asking, "session_hash": "s"}
            assert client.post("/gradio_api/run/predict", json=body).status_code == 200
        gc.collect()
        print(sum(isinstance(held, gradio.Textbox) for held in gc.get_objects()))
"""

COUNTS = """
from chatbot.settings import Settings
from chatbot.web.page import build_page
from chatbot.web.service import Service

queue = build_page(Service(Settings(model="none")))._queue
print(queue.ANALYTICS_MAX_EVENTS)
queue.events_recorded = 1_000
event = {"function": "ask", "status": "success", "process_time": 0.1}
print(queue.compute_analytics_summary([event]))
"""


def keeper_of(**ages: float) -> tuple[SessionKeeper, SimpleNamespace]:
    now = datetime.now()
    holder = SimpleNamespace(
        session_data={name: object() for name in ages},
        time_last_used={name: now - timedelta(seconds=age) for name, age in ages.items()},
    )
    keeper = SessionKeeper(idle_seconds=60)
    keeper.watch(cast(gr.Blocks, SimpleNamespace(state_holder=holder)))
    return keeper, holder


def test_only_what_was_not_used_for_long_is_dropped() -> None:
    keeper, holder = keeper_of(used=5, idle=61)
    keeper.sweep()
    assert list(holder.session_data) == list(holder.time_last_used) == ["used"]
    assert keeper.held == 1


def test_a_session_is_dropped_by_its_name() -> None:
    keeper, holder = keeper_of(one=1, two=2)
    keeper.forget("one")
    keeper.forget("unknown")
    assert list(holder.session_data) == list(holder.time_last_used) == ["two"]


def test_before_anything_is_watched_nothing_is_held() -> None:
    keeper = SessionKeeper()
    keeper.sweep()
    keeper.forget("any")
    assert keeper.held == 0


def test_a_long_conversation_keeps_no_more_boxes_than_a_short_one() -> None:
    """Gradio keeps a component for every update of one, as long as the session lasts."""
    done = subprocess.run(
        [sys.executable, "-c", BOXES], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    short, long = map(int, done.stdout.split())
    assert short == long


def test_gradio_neither_keeps_nor_counts_what_was_asked() -> None:
    """By itself it keeps 10,000 events with their sessions, and sums them up after each one."""
    done = subprocess.run(
        [sys.executable, "-c", COUNTS], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:2] == ["1", "{'functions': {}}"]
