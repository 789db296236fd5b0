"""Conversations are forgotten when nobody used them for a while, and not before."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import cast

import gradio as gr

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
