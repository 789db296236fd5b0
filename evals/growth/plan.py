"""A worked plan from what was measured: how many cores and how much memory a service takes.

It reads the last results of `bench` (a whole question) and of `growth` (search at a size), puts the
search of that size in the place of the edition's, and leaves room for peaks.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from evals.written import replace_figures

BENCH = Path("evals/results/bench.json")
GROWTH = Path("evals/results/growth.json")
DOCUMENT = Path("docs/growth.md")
REPLACED = ("dense", "lexical", "fuse")
USED = 0.6  # of each core; the rest is for peaks, and so that questions need not queue
FOLLOW_UPS = 0.3  # of all questions, are assumed to lean on one before
MIB = 2**20


class NotMeasured(Exception):
    """The results that a plan needs are not there. The message says which command writes them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a service takes.

    Attributes:
        passages: How many it answers from.
        rate: Questions a second.
        measured_at: The size at which search was measured; at most `passages`.
        milliseconds: Processor time of a question.
        cores: Cores for that rate, with room.
        own_memory: Of each process, its own, MiB.
        shared_memory: Of each machine, the mapped index, MiB.
    """

    passages: int
    rate: float
    measured_at: int
    milliseconds: float
    cores: int
    own_memory: float
    shared_memory: float


def plan_of(
    bench: Mapping[str, Any], growth: Mapping[str, Any], *, passages: int, rate: float
) -> Plan:
    """Return what is needed for that many passages and questions a second."""
    by_kind = {
        kind: [row for row in bench["stages"] if row["kind"] == kind]
        for kind in ("first", "follow-up")
    }
    seconds = {kind: _without_search(rows) for kind, rows in by_kind.items()}
    step = max(
        (s for s in growth["steps"] if s["store"] == "hnsw" and s["count"] <= passages),
        key=lambda s: int(s["count"]),
    )
    whole = max(growth["wholes"], key=lambda w: int(w["count"]))
    readings = {"first": 1, "follow-up": 3}
    each = sum(
        share * (1000 * seconds[kind] + readings[kind] * float(whole["processor"]))
        for kind, share in (("first", 1 - FOLLOW_UPS), ("follow-up", FOLLOW_UPS))
    )
    return Plan(
        passages,
        rate,
        int(step["count"]),
        each,
        math.ceil(rate * each / 1000 / USED),
        float(bench["startup"]["own"]),
        passages * float(step["bytes_each"]) / MIB,
    )


def _without_search(rows: list[Mapping[str, Any]]) -> float:
    """Return processor seconds of a reply, less the share that its search takes of the clock."""
    return fmean(
        row["reply_processor"] * (1 - sum(row["stages"][s] for s in REPLACED) / row["reply"])
        for row in rows
    )


def run_plan(passages: int, rate: float) -> str:
    """Write the plan into `docs/growth.md` and return it.

    Raises:
        NotMeasured: `bench` or `growth` was not run.
    """
    try:
        bench, growth = (json.loads(path.read_text()) for path in (BENCH, GROWTH))
        plan = plan_of(bench, growth, passages=passages, rate=rate)
    except (OSError, ValueError, KeyError) as error:
        commands = "python -m evals bench and python -m evals growth"
        raise NotMeasured(f"Run {commands} first ({type(error).__name__}).") from error
    text = "\n".join(
        [
            f"| {plan.passages:,} passages, {plan.rate:,.0f} questions a second | |",
            "|---|---|",
            f"| processor time of a question (search as at {plan.measured_at:,} passages,"
            f" {FOLLOW_UPS:.0%} follow-ups) | {plan.milliseconds:.0f} ms |",
            f"| cores, each used for {USED:.0%} of the time | {plan.cores} |",
            f"| memory of each process, its own | {plan.own_memory:.0f} MiB |",
            f"| mapped vectors of each machine, shared by its processes |"
            f" {plan.shared_memory:.0f} MiB |",
        ]
    )
    replace_figures(DOCUMENT, "plan", text)
    return text
