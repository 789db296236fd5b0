"""Conversations are forgotten when nobody used them for a while, and not before."""

from __future__ import annotations

import gc
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import cast

import gradio as gr
import pytest
from fastapi.testclient import TestClient

from chatbot.settings import Settings
from chatbot.web.server import build_app
from chatbot.web.service import Service
from chatbot.web.sessions import SessionKeeper


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


# The client's own event loop is closed after the test by the search for garbage.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_long_conversation_keeps_no_more_boxes_than_a_short_one() -> None:
    """Gradio keeps a component for every update of one, as long as the session lasts."""
    settings = Settings(model="none", allowed_hosts=("testserver",))
    app = build_app(Service(settings), settings)

    def boxes() -> int:
        return sum(isinstance(held, gr.Textbox) for held in gc.get_objects())

    with TestClient(app) as client:
        dependencies = client.get("/config").json()["dependencies"]
        asking = next(d["id"] for d in dependencies if d.get("api_name") == "ask")

        def ask(times: int) -> int:
            for _ in range(times):
                body = {"data": ["骨轉移是什麼", None], "fn_index": asking, "session_hash": "s"}
                assert client.post("/gradio_api/run/predict", json=body).status_code == 200
            return boxes()

        assert ask(2) == ask(6)
