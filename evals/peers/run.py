"""Run every peer and ours on the same cases, tracks A to D, and print two tables.

A: same units and vectors, so the same units found by meaning (asserted). B: out of the box, each
with its own splitter and tokeniser. C: the afternoon's chunks, cut by our tokeniser. D: a threshold
on each system's own score, chosen on `dev`. Then C and D over the edition's keys.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from chatbot.opening import open_chatbot
from corpus.source import Source, open_source
from evals.case import FACT_SPLITS, Case, load_cases
from evals.peers.environment import AFTERNOON, OURS, PEERS, Peer, search, split
from evals.peers.exact import cosines_of, differing, exact_rankings
from evals.peers.job import Mode, SearchJob, SearchResult
from evals.peers.served import refusing_system, served_system
from evals.peers.standing import System, peer_system
from evals.peers.table import OUR_SEARCH, Speed, quality_table, speed_table
from evals.peers.unit import (
    Unit,
    fixed_units,
    key_units,
    raw_text,
    segmented,
    split_units,
)
from evals.rows import row_of
from index.encoder import Encoder, Vectors
from index.key import keys_of
from index.models import load_encoder
from index.query import read_query
from index.store import IndexStore
from index.vector_cache import unwatched

RESULTS = Path("evals/results")
ROWS_FILE = "peers.jsonl"
REPORT_FILE = "peers.md"
RAW = "raw guide"
EDITION = "our edition"
RAW_TOP = 20
EDITION_TOP = 100  # keys; one passage owns dozens
COMPARED = 5  # units that must be the same by meaning
EDITION_COMPARED_QUESTIONS = 100
NO_ORIGINAL = (
    "Without the raw guide (ORIGINAL=FILE) only the rows with our edition are run:"
    " no parity, nothing out of the box, nothing tuned on chunks."
)

Say = Callable[[str], object]


class ParityBroken(Exception):
    """A peer finds other units by meaning than exact search does. The message says where."""


@dataclass(frozen=True)
class Asking:
    """All that is asked: cases of one turn, and the vectors of their questions."""

    cases: tuple[Case, ...]
    vectors: Vectors

    @property
    def questions(self) -> tuple[str, ...]:
        """What is asked, case by case."""
        return tuple(case.turns[-1] for case in self.cases)


@dataclass(frozen=True)
class Searched:
    """Units with their vectors.

    Attributes:
        text: `raw guide` or `our edition`.
        cut: Into what it is cut.
        units: What is indexed.
        vectors: float32, shape (n_units, dimension), rows of length 1.
        top_k: How many units are asked for.
    """

    text: str
    cut: str
    units: tuple[Unit, ...]
    vectors: Vectors
    top_k: int


@dataclass
class Findings:
    """What has been measured so far."""

    say: Say
    systems: list[System] = field(default_factory=list)
    speeds: list[Speed] = field(default_factory=list)
    compared: list[str] = field(default_factory=list)


def cases_to_ask() -> tuple[Case, ...]:
    """Return the cases of one turn that have facts, and those that the guide does not hold."""
    return tuple(
        case
        for split_name in FACT_SPLITS
        for case in load_cases(split_name)
        if not case.is_follow_up
        and (case.kind == "out_of_scope" or (case.kind == "answer" and case.must))
    )


def run_peers(original: Path | None, model: str, say: Say) -> str:
    """Return the report; rows go to evals/results/.

    Raises:
        PeerUnavailable: A peer cannot be installed, or failed.
        ParityBroken: A peer does not find what exact search finds.
        ImportRefused: The raw guide cannot be used.
    """
    encoder = load_encoder(model)
    cases = cases_to_ask()
    asking = Asking(cases, encoder.encode_questions([case.turns[-1] for case in cases]))
    findings = Findings(say)
    if original is None:
        say(NO_ORIGINAL)
    else:
        _run_raw(findings, asking, original, encoder, model)
    _run_edition(findings, asking, encoder, model)
    report = "\n\n".join(
        [
            quality_table(findings.systems),
            speed_table(findings.speeds),
            "By meaning the same units as exact search: " + "; ".join(findings.compared) + ".",
        ]
    )
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / REPORT_FILE).write_text(f"{report}\n", encoding="utf-8")
    _write_rows(findings.systems)
    return report


def _run_raw(
    findings: Findings, asking: Asking, original: Path, encoder: Encoder, model: str
) -> None:
    source = open_source(original)
    _run_ours(findings, asking, RAW, source, encoder, model, str(original.resolve()))
    chunks = _raw("chunks of 300", fixed_units(source.guide), encoder)
    job = replace(_job(chunks, asking, Mode.HYBRID, cut=False), original=str(original.resolve()))
    _ask(findings, AFTERNOON, job, chunks, asking, "the afternoon's build")
    paged = raw_text(original)
    for peer in PEERS:
        units = split_units(paged, split(peer, paged.text))
        own = _raw("chunks of its own", units, encoder)
        for mode in (Mode.WORDS, Mode.HYBRID):
            job = _job(own, asking, mode, cut=False)
            _ask(findings, peer, job, own, asking, f"{peer.name}, out of the box, {mode}")
    _compare_dense(findings, chunks, asking, len(asking.cases))
    for peer in PEERS:
        for mode in (Mode.WORDS, Mode.HYBRID):
            job = _job(chunks, asking, mode, cut=True)
            _ask(findings, peer, job, chunks, asking, f"{peer.name}, our terms, {mode}")


def _run_edition(findings: Findings, asking: Asking, encoder: Encoder, model: str) -> None:
    source = open_source()
    vectors = _run_ours(findings, asking, EDITION, source, encoder, model, "")
    units = key_units(source.guide)
    keys = Searched(EDITION, "keys", units, vectors[: len(units)], EDITION_TOP)
    cosines = _compare_dense(findings, keys, asking, EDITION_COMPARED_QUESTIONS)
    topics = cosines_of(asking.vectors, vectors[len(units) :])
    margins = (cosines.max(axis=1) - topics.max(axis=1)).tolist()
    findings.systems.append(
        peer_system(
            EDITION,
            "any of the three, dense, with our topics outside the guide",
            asking.cases,
            units,
            exact_rankings(cosines, EDITION_TOP),
            margins,
        )
    )
    for peer in PEERS:
        job = _job(keys, asking, Mode.HYBRID, cut=True)
        _ask(findings, peer, job, keys, asking, f"{peer.name}, our terms, {Mode.HYBRID}")


def _run_ours(
    findings: Findings,
    asking: Asking,
    text: str,
    source: Source,
    encoder: Encoder,
    model: str,
    original: str,
) -> Vectors:
    """Add our own systems; return the vectors of all keys, those of the passages first."""
    findings.say(f"{text}: ours")
    chatbot = open_chatbot(source, model=model).chatbot
    findings.systems.append(served_system(text, chatbot, asking.cases))
    findings.systems.append(refusing_system(text, chatbot, asking.cases))
    keys = keys_of(source.guide, source.topics)
    cache = IndexStore.of(source.guide, encoder).vector_cache()
    vectors = cache.encode(encoder, keys, unwatched)
    units = key_units(source.guide, source.topics)
    searched = Searched(text, "keys and topics", units, vectors, RAW_TOP)
    # Our search encodes a question without the courtesies around it.
    bare = encoder.encode_questions([read_query(question).asked for question in asking.questions])
    job = replace(
        _job(searched, asking, Mode.HYBRID, cut=False), original=original, question_vectors=bare
    )
    _ask(findings, OURS, job, searched, asking, OUR_SEARCH)
    return vectors


def _raw(cut: str, units: tuple[Unit, ...], encoder: Encoder) -> Searched:
    return Searched(RAW, cut, units, encoder.encode_passages([u.text for u in units]), RAW_TOP)


def _job(searched: Searched, asking: Asking, mode: Mode, *, cut: bool) -> SearchJob:
    read = segmented if cut else str
    return SearchJob(
        mode=mode,
        segmented=cut,
        top_k=searched.top_k,
        units=tuple(read(unit.text) for unit in searched.units),
        questions=tuple(map(read, asking.questions)),
        unit_vectors=searched.vectors,
        question_vectors=asking.vectors,
    )


def _ask(
    findings: Findings,
    peer: Peer,
    job: SearchJob,
    searched: Searched,
    asking: Asking,
    name: str,
) -> None:
    """Add a system that answers everything, and what its search took."""
    result = _search(findings, peer, job, searched, name)
    findings.systems.append(
        peer_system(searched.text, name, asking.cases, searched.units, result.rankings)
    )


def _search(
    findings: Findings, peer: Peer, job: SearchJob, searched: Searched, name: str
) -> SearchResult:
    findings.say(f"{searched.text}: {name}")
    result = search(peer, job)
    text = f"{searched.text}, {len(searched.units):,} {searched.cut}"
    findings.speeds.append(Speed(text, name, result))
    return result


def _compare_dense(
    findings: Findings, searched: Searched, asking: Asking, count: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Assert that every peer finds by meaning what exact search finds; return all cosines."""
    cosines = cosines_of(asking.vectors, searched.vectors)
    few = Asking(asking.cases[:count], asking.vectors[:count])
    for peer in PEERS:
        name = f"{peer.name}, {Mode.DENSE}"
        job = _job(searched, few, Mode.DENSE, cut=False)
        rankings = _search(findings, peer, job, searched, name).rankings
        wrong = differing(rankings, cosines[:count], COMPARED)
        if wrong:
            raise ParityBroken(
                f"{searched.text}: {name} differs in {len(wrong)} of {count} questions,"
                f" first in {few.cases[wrong[0]].case_id}"
            )
    findings.compared.append(
        f"{searched.text}, {len(searched.units):,} {searched.cut},"
        f" first {COMPARED} of {count} questions"
    )
    findings.systems.append(
        peer_system(
            searched.text,
            "any of the three, dense (the same in all)",
            asking.cases,
            searched.units,
            exact_rankings(cosines, searched.top_k),
        )
    )
    return cosines


def _write_rows(systems: Sequence[System]) -> None:
    """Write one JSON object for each system and case: what is shown where all is answered."""
    with (RESULTS / ROWS_FILE).open("w", encoding="utf-8") as file:
        for system in systems:
            for scored, decided in zip(system.shown, system.decided(), strict=True):
                score = scored.score
                row = row_of(scored.outcome) | {
                    "score": score if score is not None and np.isfinite(score) else None,
                    "decided": decided.kind,
                }
                del row["evidence"]  # half the raw guide, for chunks of its 5,000 characters
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
