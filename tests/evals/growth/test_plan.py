"""A plan from what was measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.growth import plan as plan_module
from evals.growth.plan import NotMeasured, plan_of, run_plan


def asked(kind: str, processor: float) -> dict[str, object]:
    stages = {"dense": 0.2, "lexical": 0.1, "fuse": 0.1, "encode": 0.6}
    return {"kind": kind, "reply": 1.0, "reply_processor": processor, "stages": stages}


BENCH = {
    "stages": [asked("first", 0.010), asked("first", 0.030), asked("follow-up", 0.050)],
    "startup": {"own": 400.0},
}
GROWTH = {
    "steps": [
        {"store": "hnsw", "count": 1_000, "bytes_each": 2000.0},
        {"store": "hnsw", "count": 100_000, "bytes_each": 1048.576},
        {"store": "exact", "count": 1_000_000, "bytes_each": 1.0},
    ],
    "wholes": [{"count": 1_000, "processor": 1.0}, {"count": 10_000, "processor": 2.0}],
}


def test_the_search_of_the_size_stands_in_the_place_of_the_editions() -> None:
    plan = plan_of(BENCH, GROWTH, passages=1_000_000, rate=100)
    # first: 0.6 of 20 ms and one search; follow-up: 0.6 of 50 ms and three searches
    assert plan.milliseconds == pytest.approx(0.7 * (12 + 2) + 0.3 * (30 + 6))
    assert plan.cores == 4  # 100 x 20.6 ms = 2.06, at 0.6 used 3.43
    assert (plan.measured_at, plan.own_memory) == (100_000, 400.0)
    assert plan.shared_memory == pytest.approx(1000.0)


def test_it_is_written_where_it_belongs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, content in (("BENCH", BENCH), ("GROWTH", GROWTH)):
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(content))
        monkeypatch.setattr(plan_module, name, path)
    document = tmp_path / "growth.md"
    document.write_text("<!-- plan --><!-- /plan -->")
    monkeypatch.setattr(plan_module, "DOCUMENT", document)
    text = run_plan(1_000_000, 1_000)
    assert "| 1,000,000 passages, 1,000 questions a second | |" in text
    assert "| cores, each used for 60% of the time | 35 |" in text
    assert text in document.read_text()


def test_what_was_not_measured_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_module, "BENCH", tmp_path / "none.json")
    with pytest.raises(NotMeasured, match="python -m evals bench and python -m evals growth"):
        run_plan(10, 1)
