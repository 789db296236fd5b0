"""What each gate of `chatbot.abstain` does alone and together, on the cases it was set with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from chatbot.abstain import Gates, gates_for, reason_to_abstain
from chatbot.bot import SEARCHED_PASSAGES
from chatbot.conversation import Conversation, readings_of
from evals.case import Case, load_cases
from evals.report import share
from index.hit import Found
from index.passage_index import PassageIndex
from index.query import read_query

OFF = Gates(-1.0, -1.0, -99.0, -99.0, -99.0, -99.0, -99.0)
STEPS = (-2, -1, 0, 1, 2)
STEP_SIZES = {
    "least_similarity": 0.03,
    "least_coverage": 0.03,
    "least_similarity_margin": 0.01,
    "least_coverage_margin": 0.03,
    "even_similarity": 0.01,
    "even_coverage": 0.03,
}


@dataclass(frozen=True, slots=True)
class Searched:
    """A case of one turn and what was found for it."""

    case: Case
    found: Found


def run_gates(index: PassageIndex, splits: Sequence[str] = ("dev",)) -> str:
    """Return two tables: every gate alone, and every gate moved while the others stay."""
    searched = [
        Searched(case, index.search(readings_of(query, Conversation()), top_k=SEARCHED_PASSAGES))
        for split in splits
        for case in load_cases(split)
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
    """The two gates for an even race work as a pair only."""
    pair = ("even_similarity", "even_coverage")
    return pair if name in pair else (name,)


def _line(name: str, value: float, gates: Gates, searched: Sequence[Searched]) -> str:
    def passes(kind: str, wanted: Callable[[bool], bool]) -> str:
        of_kind = [s for s in searched if s.case.kind == kind]
        return share(
            sum(wanted(reason_to_abstain(s.found, gates) is None) for s in of_kind), len(of_kind)
        )

    answered = passes("answer", lambda is_answered: is_answered)
    refused = passes("out_of_scope", lambda is_answered: not is_answered)
    return f"| {name} | {value:.3f} | {answered} | {refused} |"
