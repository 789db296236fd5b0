"""`python -m evals report`: a run as one HTML page that stands by itself.

Figures beside their aims, plots, what changed since the last run, how twins were answered, and
every miss with what was expected and what was shown. The page loads nothing from anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from evals.case import NOT_ALL_ANSWERABLE, SPLITS
from evals.compare import Changes, changes, key_of
from evals.confidence import Confidence, confidence_of
from evals.figures import SHARES, Aim, Elsewhere, Figure, figure_of, load_aims
from evals.measures import percentile, wilson_interval
from evals.misses import Fact, Miss, facts_of, miss_of
from evals.outcome import Outcome
from evals.plots import Mark, histogram, interval_bar
from evals.report import (
    ANSWER_GROUPS,
    REFUSE_GROUPS,
    Group,
    answerable,
    share,
    tagged,
    unanswerable,
)
from evals.rows import RowError, previous_of, read_rows
from evals.twins import Consistency, TwinReply, consistency, read_twins

TEMPLATES = Path(str(files("evals"))) / "templates"
EVIDENCE_STEP = 50  # characters, of the histogram
HTML_LANGUAGE = {"hans": "zh-Hans-CN", "hk": "zh-Hant-HK", "en": "en"}  # else Taiwan's
EVIDENCE_AIMS = ((0.5, "median"), (0.95, "95th"))


class ReportError(Exception):
    """There are no rows to report on, or they cannot be read. The message says which."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a plot: a group, how many cases it has and the share that reached it."""

    name: str
    count: int
    hits: int

    @property
    def bar(self) -> Markup:
        """The share drawn with its interval."""
        return interval_bar(self.hits / self.count, *wilson_interval(self.hits, self.count))

    @property
    def written(self) -> str:
        """The share in words with its interval."""
        return share(self.hits, self.count)


@dataclass(frozen=True, slots=True)
class SplitPart:
    """A split of one system: shares by group, of the answerable and of the unanswerable."""

    split: str
    met: tuple[Line, ...]
    refused: tuple[Line, ...]
    by_subject: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class SystemPart:
    """What one system reached.

    Attributes:
        name: Who answered.
        figures: Each aim with what was reached, none where the run had no such cases.
        splits: Shares by group, a part for each split.
        evidence: Histogram of the characters of evidence; empty where nothing was shown.
        confidence: What the confidence tells, a part for each split whose rows have any.
    """

    name: str
    figures: tuple[tuple[Aim, Figure | None], ...]
    splits: tuple[SplitPart, ...]
    evidence: Markup
    confidence: tuple[Confidence, ...]


@dataclass(frozen=True, slots=True)
class Missed:
    """A case that was missed, and whether the run before had it right."""

    outcome: Outcome
    miss: Miss
    facts: tuple[Fact, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class TwinPart:
    """How twins were answered by one system, and those that were not told the same."""

    name: str
    rows: tuple[Consistency, ...]
    differing: tuple[TwinReply, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All that stands on the page."""

    written: datetime
    count: int
    systems: tuple[SystemPart, ...]
    elsewhere: tuple[Elsewhere, ...]
    misses: tuple[Missed, ...]
    changes: Changes | None
    twins: tuple[TwinPart, ...]


def write_report(rows: Path, previous: Path | None, twins: Path, output: Path) -> None:
    """Write the report on a run.

    Args:
        rows: What the run wrote.
        previous: What an earlier run wrote; if none, what is kept beside `rows`, where it is.
        twins: What `python -m evals twins` wrote; left out where there is none.
        output: The page.

    Raises:
        ReportError: There are no rows, or a file cannot be read.
    """
    beside = previous_of(rows)
    earlier = previous or (beside if beside.exists() else None)
    try:
        outcomes = read_rows(rows)
        before = read_rows(earlier) if earlier else ()
        twin_replies = read_twins(twins) if twins.exists() else ()
        written = datetime.fromtimestamp(rows.stat().st_mtime).astimezone()
    except (OSError, RowError) as error:
        raise ReportError(f"{error}. `evals run` and `evals twins` write the rows.") from error
    if not outcomes:
        raise ReportError(f"{rows} holds no rows. `evals run` writes them.")
    page = render(report_on(outcomes, before, twin_replies, written))
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(page, encoding="utf-8")


def report_on(
    outcomes: Sequence[Outcome],
    before: Sequence[Outcome],
    twins: Sequence[TwinReply],
    written: datetime,
) -> Report:
    """Return all that stands on the page; the first system of the rows comes first."""
    aims, elsewhere = load_aims()
    by_system: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        by_system.setdefault(outcome.system, []).append(outcome)
    changed = changes(before, outcomes) if before else None
    return Report(
        written,
        len(outcomes),
        tuple(_system_part(name, own, aims) for name, own in by_system.items()),
        elsewhere,
        _misses(outcomes, changed),
        changed,
        _twin_parts(twins),
    )


def _system_part(name: str, outcomes: Sequence[Outcome], aims: Sequence[Aim]) -> SystemPart:
    present = [split for split in SPLITS if any(o.case.split == split for o in outcomes)]
    of_split = {split: [o for o in outcomes if o.case.split == split] for split in present}
    found = [confidence_of(split, own) for split, own in of_split.items()]
    return SystemPart(
        name,
        tuple((aim, figure_of(aim, outcomes)) for aim in aims),
        tuple(_split_part(split, own) for split, own in of_split.items()),
        _evidence(of_split.get("test", list(outcomes)), aims),
        tuple(confidence for confidence in found if confidence is not None),
    )


def _split_part(split: str, outcomes: Sequence[Outcome]) -> SplitPart:
    is_tagged = split.startswith(NOT_ALL_ANSWERABLE)  # some are answered in part only
    asked = [o for o in outcomes if answerable(o) and (not is_tagged or tagged("answerable")(o))]
    refusable = [o for o in outcomes if unanswerable(o)]
    subjects = sorted({o.case.subject for o in asked if o.case.subject})
    by_subject = [
        Line(subject, len(own), sum(o.met for o in own))
        for subject in subjects
        for own in [[o for o in asked if o.case.subject == subject]]
    ]
    return SplitPart(
        split,
        _lines(ANSWER_GROUPS, asked, "met"),
        _lines(REFUSE_GROUPS, refusable, "refused"),
        tuple(sorted(by_subject, key=lambda line: line.hits / line.count))
        if len(subjects) > 1
        else (),
    )


def _lines(groups: Sequence[Group], outcomes: Sequence[Outcome], measure: str) -> tuple[Line, ...]:
    holds = SHARES[measure]
    chosen = [(group.name, [o for o in outcomes if group.counts(o)]) for group in groups]
    return tuple(Line(name, len(own), sum(map(holds, own))) for name, own in chosen if own)


def _evidence(outcomes: Sequence[Outcome], aims: Sequence[Aim]) -> Markup:
    sizes = [float(o.evidence) for o in outcomes if answerable(o) and o.evidence]
    if not sizes:
        return Markup("")
    marks: list[Mark] = []
    for share_below, name in EVIDENCE_AIMS:
        value = percentile(sizes, share_below)
        marks.append(Mark(value, f"{name} {value:.0f}"))
        marks += [
            Mark(aim.at_most, f"aim {aim.at_most:.0f}", is_aim=True)
            for aim in aims
            if aim.measure == "characters" and aim.percentile == share_below and aim.at_most
        ]
    return histogram(sizes, step=EVIDENCE_STEP, marks=marks, what="characters of evidence")


def _misses(outcomes: Sequence[Outcome], changed: Changes | None) -> tuple[Missed, ...]:
    lost = {key_of(pair.after) for pair in changed.turned_wrong} if changed else set()
    return tuple(
        Missed(outcome, miss, facts_of(outcome), key_of(outcome) in lost)
        for outcome in outcomes
        if (miss := miss_of(outcome)) is not None
    )


def _twin_parts(twins: Sequence[TwinReply]) -> tuple[TwinPart, ...]:
    by_system: dict[str, list[TwinReply]] = {}
    for reply in twins:
        by_system.setdefault(reply.system, []).append(reply)
    return tuple(
        TwinPart(name, consistency(own), tuple(r for r in own if not r.is_consistent))
        for name, own in by_system.items()
    )


def render(report: Report) -> str:
    """Return the page."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "style": Markup((TEMPLATES / "report.css").read_text(encoding="utf-8")),
        "script": Markup((TEMPLATES / "report.js").read_text(encoding="utf-8")),
        "share": share,
        "interval_bar": interval_bar,
        "html_language": lambda language: HTML_LANGUAGE.get(language, "zh-Hant-TW"),
    }
    tags = {tag for missed in report.misses for tag in missed.outcome.case.tags}
    tags |= {missed.outcome.case.subject for missed in report.misses}
    return environment.get_template("report.html").render(report=report, tags=sorted(tags - {""}))
