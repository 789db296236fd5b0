"""The clock of stages, and the benchmark's report."""

from __future__ import annotations

from functools import partial
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest

from chatbot.bot import Chatbot
from chatbot.conversation import Conversation
from evals.benchmark_report import bar_table, draw, ratio_of, report, stage_table
from evals.stages import FIRST, FOLLOW_UP, STAGES, Asked, StageClock, chosen_cases, time_cases
from evals.startup import Batch, Build, Startup
from index.passage_index import PassageIndex
from tests.helpers import FakeEncoder, small_guide, small_topics
from tests.index.test_passage_index import index_by_meaning


class Work:
    """Takes a known time in each of its functions, by a clock of its own."""

    def __init__(self) -> None:
        self.now = 0.0

    def outer(self) -> str:
        self.now += 2
        self.inner()
        self.now += 3
        return "done"

    def inner(self) -> None:
        self.now += 10

    def fails(self) -> None:
        self.now += 1
        raise KeyError("x")


def test_a_stage_counts_what_is_spent_in_no_other() -> None:
    work = Work()
    clock = StageClock(lambda: work.now)
    clock.wrap(work, "outer", "decide")
    clock.wrap(work, "inner", "dense")
    clock.wrap(work, "fails", "compose")
    work.now += 100  # no stage is running
    clock.enter("rest")
    work.now += 1
    assert work.outer() == "done"
    with pytest.raises(KeyError):
        work.fails()
    work.now += 4
    clock.leave()
    taken = clock.take()
    assert {stage: taken[stage] for stage in ("rest", "decide", "dense", "compose")} == {
        "rest": 5,
        "decide": 5,
        "dense": 10,
        "compose": 1,
    }
    assert sum(taken.values()) == 21
    assert sum(clock.take().values()) == 0


def test_the_cases_are_of_both_kinds() -> None:
    cases = chosen_cases()
    assert sum(len(case.turns) == 1 for case in cases) == 200
    assert sum(len(case.turns) > 1 for case in cases) > 100


def test_every_stage_of_a_reply_is_counted_and_the_reply_is_the_same() -> None:
    index: PassageIndex = index_by_meaning(small_guide(), small_topics())
    plain = Chatbot(index_by_meaning(small_guide(), small_topics()))
    cases = [case for case in chosen_cases() if len(case.turns) == 1][:3]
    bot = Chatbot(index)
    with pytest.MonkeyPatch.context() as patch:
        for name in (
            "chatbot.bot.read_message",
            "chatbot.bot.read_query",
            "chatbot.bot.understand",
        ):
            keep(patch, name)
        for name in ("chatbot.choice.read_query", "chatbot.conversation.read_query"):
            keep(patch, name)
        for name in ("index.passage_index.key_scores", "index.passage_index.through"):
            keep(patch, name)
        clock = partial(next, count())  # that goes on by 1 when it is looked at, however busy it is
        patch.setattr("evals.stages.StageClock", partial(StageClock, clock))
        other = partial(next, count())
        patch.setattr("evals.stages.time", SimpleNamespace(perf_counter=clock, process_time=other))
        encoder = index._encoder
        assert isinstance(encoder, FakeEncoder)
        timed = time_cases(bot, encoder, cases)
        for asked in timed:
            assert asked.kind == FIRST
            assert set(asked.stages) == set(STAGES)
            assert sum(asked.stages.values()) == asked.reply + 2  # they begin before, and end after
            assert asked.stages["dense"] > 0
            assert asked.stages["encode"] > 0
            assert asked.stages["triage"] > 0
        for case in cases:
            question = case.turns[-1]
            assert bot.reply(question, Conversation()).reply == plain.reply(question).reply


def keep(patch: pytest.MonkeyPatch, name: str) -> None:
    """Let a function be put back at the end, whatever it is wrapped in."""
    from importlib import import_module

    module, _, attribute = name.rpartition(".")
    owner = import_module(module)
    patch.setattr(owner, attribute, getattr(owner, attribute))


def asked(kind: str, encoder: float, reply: float) -> Asked:
    stages = dict.fromkeys(STAGES, 0.0) | {"encode": encoder, "rest": reply - encoder}
    return Asked(kind, encoder, encoder, reply, 2 * reply, stages)


ASKED = [
    asked(FIRST, 0.010, 0.020),
    asked(FIRST, 0.010, 0.030),
    asked(FIRST, 0.020, 0.030),
    asked(FOLLOW_UP, 0.010, 0.060),
]
STARTUP = Startup(1.0, 3.4, 0.05, 449.4, 300.0, False)


def test_ratios_are_of_medians() -> None:
    first = ratio_of(ASKED, FIRST)
    assert first.clock == pytest.approx(3.0)
    assert first.processor == pytest.approx(6.0)


def test_bars_are_met_or_missed() -> None:
    rows = [line.split("|")[2:5] for line in bar_table(ASKED, STARTUP).splitlines()[2:]]
    assert [[cell.strip() for cell in row] for row in rows] == [
        ["≤ 2.5", "3.00 by the clock, 6.00 of processor time", "**missed**"],
        ["≤ 5.0", "6.00 by the clock, 12.00 of processor time", "**missed**"],
        ["≤ 3 s", "3.4 s (the page: 1.0 s)", "**missed**"],
        ["< 450 MiB", "449 MiB, 300 of them its own", "met"],
        ["none", "none", "met"],
    ]


def test_the_stages_stand_in_ms() -> None:
    lines = stage_table(ASKED).splitlines()
    assert "first, n 3: p50 ms | p99 ms" in lines[0]
    assert "| its encoder alone | 10.00 | 20.00 | 10.00 | 10.00 |" in lines
    assert "| **whole reply** | 30.00 | 30.00 | 60.00 | 60.00 |" in lines
    assert "| encode | 10.00 | 20.00 | 10.00 | 10.00 |" in lines


def test_the_report_says_how_busy_the_machine_was(tmp_path: Path) -> None:
    text = report(ASKED, STARTUP, Batch(1000, 25.0, 0), Build(20_000, 100.0, 5.0), 3.25)
    assert "over 1,000 lines: 25.0 s, starting included, 25.0 ms a line, 0 errors" in text
    assert "Load of the machine when this was measured: 3.2 on two cores." in text
    draw(ASKED, tmp_path / "x.png")
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")
