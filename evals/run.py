"""Run the cases and print the tables."""

from __future__ import annotations

from pathlib import Path

from chatbot.opening import Opened, open_chatbot, open_words_only
from corpus.progress_bar import watched
from corpus.source import Source, open_source
from evals.afternoon import Afternoon
from evals.case import NOT_ALL_ANSWERABLE, SPLITS, Case, load_cases
from evals.outcome import Outcome, ask_afternoon, ask_chatbot
from evals.report import answer_table, refuse_table
from evals.rows import write_rows
from evals.twins import TwinReply, ask_twins, consistency_table, write_twins
from index.models import NO_MODEL, load_encoder

RESULTS = Path("evals/results")


def run_edition(model: str) -> str:
    """Return the report over the edition: dev and test, then the real people's questions."""
    source = open_source()
    parts: list[str] = []
    outcomes: list[Outcome] = []
    for opened in _opened(source, model):
        name = f"edition, {opened.mode}"
        for split in SPLITS:
            cases = watched(load_cases(split), f"{name}, {split}")
            ran = [ask_chatbot(opened.chatbot, case, name) for case in cases]
            outcomes += ran
            parts.append(_section(name, split, ran))
    write_rows(outcomes, RESULTS / "edition.jsonl")
    return "\n\n".join(parts)


def run_twins(model: str) -> str:
    """Return how consistent the replies to the written test cases are, over the edition."""
    parts: list[str] = []
    replies: list[TwinReply] = []
    for opened in _opened(open_source(), model):
        name = f"edition, {opened.mode}"
        asked = ask_twins(opened.chatbot, load_cases("test"), name)
        replies += asked
        parts.append(f"## {name}: twins of test\n\n{consistency_table(asked)}")
    write_twins(replies, RESULTS / "twins.jsonl")
    return "\n\n".join(parts)


def run_original(original: Path, model: str) -> str:
    """Return the report over the raw guide, beside the afternoon's peer, single questions only."""
    source = open_source(original)
    cases = [case for split in ("dev", "test") for case in load_cases(split)]
    cases = [case for case in cases if case.kind == "answer" and not case.is_follow_up]
    real = [
        case
        for split in ("real", "real-test")
        for case in load_cases(split)
        if "answerable" in case.tags
    ]
    peer = Afternoon(source.guide, load_encoder(model))
    parts: list[str] = []
    outcomes: list[Outcome] = []
    opened = open_chatbot(source, model=model)
    for name, chosen in (("written", cases), ("real", real)):
        system = f"raw guide, {opened.mode}"
        ours = [
            ask_chatbot(opened.chatbot, case, system) for case in watched(chosen, f"ours, {name}")
        ]
        theirs = [ask_afternoon(peer, case) for case in watched(chosen, f"the peer, {name}")]
        outcomes += [*ours, *theirs]
        parts.append(f"## raw guide, {name}: ours\n\n{answer_table(ours)}")
        parts.append(f"## raw guide, {name}: the afternoon's peer\n\n{answer_table(theirs)}")
    write_rows(outcomes, RESULTS / "original.jsonl")
    return "\n\n".join(parts)


def _opened(source: Source, model: str) -> list[Opened]:
    words_only = open_words_only(source)
    return [words_only] if model == NO_MODEL else [open_chatbot(source, model=model), words_only]


def _section(name: str, split: str, outcomes: list[Outcome]) -> str:
    if split.startswith(NOT_ALL_ANSWERABLE):
        return _tagged_section(f"{name}: {split}", outcomes)
    return (
        f"## {name}: {split}\n\n{answer_table(outcomes)}\n\n"
        f"Not in the guide:\n\n{refuse_table(outcomes)}"
    )


def _tagged_section(name: str, outcomes: list[Outcome]) -> str:
    """Return the report over questions of real people, or as they post on forums."""
    answerable = [o for o in outcomes if "answerable" in o.case.tags]
    lines = [f"## {name}\n", answer_table(answerable), ""]
    lines.append(f"Not in the guide:\n\n{refuse_table(outcomes)}\n")
    for label in ("partly", "urgent", "personal_advice"):
        kinds = [o.kind for o in outcomes if label in o.case.tags]
        counts = ", ".join(f"{kind} {kinds.count(kind)}" for kind in sorted(set(kinds)))
        if kinds:
            lines.append(f"{label} (n {len(kinds)}): {counts}")
    return "\n".join(lines)


def cases_to_check() -> list[Case]:
    """Return all written and real cases, for the check against the bank."""
    return [case for split in SPLITS for case in load_cases(split)]
