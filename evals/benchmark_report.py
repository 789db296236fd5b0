"""The benchmark as Markdown and as a picture, with its bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from evals.measures import percentile
from evals.stages import FIRST, FOLLOW_UP, STAGES, Asked
from evals.startup import Batch, Build, Startup

KINDS = (FIRST, FOLLOW_UP)
RATIO_BARS = {FIRST: 2.5, FOLLOW_UP: 5.0}
READY_BAR = 3.0  # seconds
RESIDENT_BAR = 450.0  # MiB


@dataclass(frozen=True, slots=True)
class Ratio:
    """A whole reply beside its encoder alone, medians: by the clock, and of processor time."""

    clock: float
    processor: float


def ratio_of(asked: Sequence[Asked], kind: str) -> Ratio:
    """Return how often its own encoder a reply of a kind takes."""
    own = [a for a in asked if a.kind == kind]
    return Ratio(
        median(a.reply for a in own) / median(a.encoder for a in own),
        median(a.reply_processor for a in own) / median(a.encoder_processor for a in own),
    )


def stage_table(asked: Sequence[Asked]) -> str:
    """Return p50 and p99 of every stage in ms, first questions beside follow-ups."""
    counts = {kind: sum(a.kind == kind for a in asked) for kind in KINDS}
    heads = " | ".join(f"{kind}, n {counts[kind]}: p50 ms | p99 ms" for kind in KINDS)
    lines = [f"| | {heads} |", "|---" * 5 + "|"]
    for name, field in (("its encoder alone", "encoder"), ("**whole reply**", "reply")):
        lines.append(
            _row(name, [[getattr(a, field) for a in asked if a.kind == kind] for kind in KINDS])
        )
    for stage in STAGES:
        lines.append(
            _row(stage, [[a.stages[stage] for a in asked if a.kind == kind] for kind in KINDS])
        )
    return "\n".join(lines)


def _row(name: str, columns: Sequence[Sequence[float]]) -> str:
    cells = [
        f"{1000 * percentile(values, 0.5):.2f} | {1000 * percentile(values, 0.99):.2f}"
        for values in columns
    ]
    return f"| {name} | " + " | ".join(cells) + " |"


def bar_table(asked: Sequence[Asked], startup: Startup) -> str:
    """Return what must be reached beside what was."""
    lines = ["| | bar | measured | |", "|---|---|---|---|"]
    for kind in KINDS:
        ratio, bar = ratio_of(asked, kind), RATIO_BARS[kind]
        said = f"{ratio.clock:.2f} by the clock, {ratio.processor:.2f} of processor time"
        lines.append(
            _bar(f"{kind}: whole reply to its encoder", f"≤ {bar}", said, ratio.clock <= bar)
        )
    ready, resident = startup.ready_seconds, startup.resident
    lines += [
        _bar(
            "ready after the process starts, index built",
            f"≤ {READY_BAR:.0f} s",
            f"{ready:.1f} s (the page: {startup.page_seconds:.1f} s)",
            ready <= READY_BAR,
        ),
        _bar(
            "resident after 100 questions",
            f"< {RESIDENT_BAR:.0f} MiB",
            f"{resident:.0f} MiB, {startup.own:.0f} of them its own",
            resident < RESIDENT_BAR,
        ),
        _bar(
            "torch in the server",
            "none",
            "yes" if startup.holds_torch else "none",
            not startup.holds_torch,
        ),
    ]
    return "\n".join(lines)


def _bar(name: str, bar: str, measured: str, is_met: bool) -> str:
    return f"| {name} | {bar} | {measured} | {'met' if is_met else '**missed**'} |"


def report(
    asked: Sequence[Asked], startup: Startup, batch: Batch, build: Build, load: float
) -> str:
    """Return all tables and sentences, as they stand in `docs/benchmark.md`."""
    each = batch.seconds / batch.lines
    return "\n".join(
        [
            bar_table(asked, startup),
            "",
            stage_table(asked),
            "",
            f"`ask --jsonl` over {batch.lines:,} lines: {batch.seconds:.1f} s, starting included,"
            f" {1000 * each:.1f} ms a line, {batch.errors} errors.",
            f"Index of {build.keys:,} keys: {build.anew:.0f} s with every vector made anew,"
            f" {build.again:.1f} s with all of them known.",
            f"First question over HTTP: {1000 * startup.first_seconds:.0f} ms.",
            f"Load of the machine when this was measured: {load:.1f} on two cores.",
        ]
    )


def draw(asked: Sequence[Asked], path: Path) -> None:
    """Write a PNG: stages of a reply, piled up, beside its encoder alone."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, panel = plt.subplots(figsize=(9, 3.2), layout="constrained")
    places = [i + shift for i in range(len(KINDS)) for shift in (0.2, -0.2)]
    names = [name for kind in KINDS for name in (f"{kind}: encoder alone", f"{kind}: reply")]
    for i, kind in enumerate(KINDS):
        own = [a for a in asked if a.kind == kind]
        panel.barh(i + 0.2, 1000 * median(a.encoder for a in own), 0.35, color="#888888")
        left = 0.0
        for number, stage in enumerate(STAGES):
            width = 1000 * median(a.stages[stage] for a in own)
            label = stage if i == 0 else None
            panel.barh(i - 0.2, width, 0.35, left, color=f"C{number}", label=label)
            left += width
    panel.set_yticks(places, names)
    panel.set_xlabel("ms, medians by stage")
    panel.legend(ncols=5, frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.4, -0.2))
    figure.savefig(path, dpi=110, metadata={"Software": ""})
    plt.close(figure)
