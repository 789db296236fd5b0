"""Two tables: how well each system shows and refuses, and what its search takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evals.measures import percentile
from evals.paired import paired_difference
from evals.peers.job import SearchResult
from evals.peers.standing import REAL, TEST, Standing, System
from evals.report import share

OUR_SEARCH = "ours, search alone"


@dataclass(frozen=True, slots=True)
class Speed:
    """What one system's search took.

    Attributes:
        text: What it searches, and in how many units.
        name: Who searches and how.
        result: What was measured.
    """

    text: str
    name: str
    result: SearchResult


def quality_table(systems: Sequence[System]) -> str:
    """Return a line for each system; each cell is `test`, or test / real.

    The last cell is how many more cases our own search meets on the same text, paired.
    """
    rows = [(system, system.standing(TEST), system.standing(REAL)) for system in systems]
    if not rows:
        return ""
    _, test, real = rows[0]
    head = [
        "text",
        "system",
        f"facts met: test, n {test.n}",
        f"real, n {real.n}",
        "first alone",
        "right page first",
        "characters",
        "answered",
        f"refused: test, n {test.n_outside}",
        f"real, n {real.n_outside}",
        "facts met once it refuses",
        "AUROC",
        "our search minus it, facts met, test and real",
    ]
    ours = {system.text: system for system in systems if system.name == OUR_SEARCH}
    lines = [_line(head), _line(["---"] * len(head))]
    lines += [
        _line([*_cells(system, test, real), _gain(ours.get(system.text), system)])
        for system, test, real in rows
    ]
    return "\n".join(lines)


def _cells(system: System, test: Standing, real: Standing) -> list[str]:
    both = (test, real)
    return [
        system.text,
        system.name,
        *(share(s.met, s.n) for s in both),
        " / ".join(f"{s.met_first / s.n:.2f}" for s in both),
        " / ".join(f"{s.page_first / s.n:.2f}" for s in both),
        " / ".join(f"{s.characters:.0f}" for s in both),
        " / ".join(f"{s.answered / s.n:.2f}" for s in both),
        *(share(s.refused, s.n_outside) for s in both),
        " / ".join(f"{s.met_deciding / s.n:.2f}" for s in both),
        " / ".join("–" if s.auroc is None else f"{s.auroc:.2f}" for s in both),
    ]


def _gain(ours: System | None, theirs: System) -> str:
    if ours is None or ours is theirs:
        return "–"
    splits = (*TEST, *REAL)
    gain = paired_difference(theirs.met(splits), ours.met(splits))
    return f"{gain.difference:+.2f} ({gain.low:+.2f} to {gain.high:+.2f})"


def speed_table(speeds: Sequence[Speed]) -> str:
    """Return a line for each search, encoding and cutting of the question left out."""
    head = [
        "text",
        "search",
        "import s",
        "index ms",
        "p50 ms",
        "p95 ms",
        "processor ms, p50",
        "peak MB",
        "questions",
    ]
    lines = [_line(head), _line(["---"] * len(head))]
    for speed in speeds:
        took = speed.result
        lines.append(
            _line(
                [
                    speed.text,
                    speed.name,
                    f"{took.import_seconds:.1f}",
                    f"{took.index_ms:.0f}",
                    f"{percentile(took.search_ms, 0.5):.1f}",
                    f"{percentile(took.search_ms, 0.95):.1f}",
                    f"{percentile(took.processor_ms, 0.5):.1f}",
                    f"{took.peak_mb:.0f}",
                    str(len(took.search_ms)),
                ]
            )
        )
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
