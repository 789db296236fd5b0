"""What each gate of `chatbot.abstain` does alone and together, on the cases it was set with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chatbot.abstain import Gates, gates_for, reason_to_abstain
from chatbot.choice import SEARCHED_PASSAGES
from corpus.progress_bar import watched
from evals.case import Case, load_cases
from evals.report import share
from index.hit import Found
from index.passage_index import PassageIndex, Reading
from index.query import read_query

OFF = Gates(-1.0, -1.0, -99.0, -99.0, -99.0, -99.0, -99.0)
STEPS = (-2, -1, 0, 1, 2)
STEP_SIZES = {
    "least_similarity": 0.03,
    "least_coverage": 0.03,
    "least_similarity_margin": 0.01,
    "least_coverage_margin": 0.03,
    "sure_similarity": 0.03,
    "even_similarity": 0.01,
    "even_coverage": 0.03,
}
PAIRS = (("least_coverage_margin", "sure_similarity"), ("even_similarity", "even_coverage"))


@dataclass(frozen=True, slots=True)
class Searched:
    """A case of one turn and what was found for it."""

    case: Case
    found: Found


def run_gates(index: PassageIndex, splits: Sequence[str] = ("dev",)) -> str:
    """Return two tables: every gate alone, and every gate moved while the others stay."""
    searched = [
        Searched(case, index.search((Reading(query),), top_k=SEARCHED_PASSAGES))
        for split in splits
        for case in watched(load_cases(split), f"search, {split}")
        if not case.is_follow_up and case.kind in ("answer", "out_of_scope")
        for query in [read_query(case.turns[-1])]
    ]
    gates = gates_for(searched[0].found, has_bank=index.has_bank)
    head = "| gate | value | answered | refused |\n|---|---|---|---|"
    lines = [f"Set on {', '.join(splits)}: {gates}\n", "Alone:\n", head]
    for name in STEP_SIZES:
        alone = replace(OFF, **{n: getattr(gates, n) for n in _together(name)})
        lines.append(_line(name, getattr(gates, name), alone, searched))
    lines += ["\nMoved, the others staying:\n", head]
    for name, size in STEP_SIZES.items():
        for step in STEPS:
            value = getattr(gates, name) + step * size
            lines.append(_line(name, value, replace(gates, **{name: value}), searched))
    return "\n".join(lines)


def _together(name: str) -> tuple[str, ...]:
    """Some gates work as a pair only."""
    return next((pair for pair in PAIRS if name in pair), (name,))


def _line(name: str, value: float, gates: Gates, searched: Sequence[Searched]) -> str:
    reasons = [(s.case.kind, reason_to_abstain(s.found, gates)) for s in searched]
    answered = [reason is None for kind, reason in reasons if kind == "answer"]
    refused = [reason is not None for kind, reason in reasons if kind == "out_of_scope"]
    shares = [share(sum(right), len(right)) for right in (answered, refused)]
    return f"| {name} | {value:.3f} | {shares[0]} | {shares[1]} |"
