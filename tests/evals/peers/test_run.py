"""The whole run over a small guide, the peers' processes replaced by exact search."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from chatbot.bot import Chatbot
from chatbot.opening import Mode as OpenedAs
from chatbot.opening import Opened
from corpus.source import Source, open_source
from evals.case import FACT_SPLITS, Case
from evals.peers import run
from evals.peers.environment import TXTAI, Peer
from evals.peers.exact import cosines_of, exact_rankings
from evals.peers.job import Mode, SearchJob, SearchResult
from evals.peers.run import ParityBroken, run_peers
from index.passage_index import words_only_index
from tests.helpers import FakeEncoder, small_guide, small_topics

PAGES = ("骨質疏鬆讓骨頭容易斷裂。" * 30, "浴室鋪上防滑墊可以防跌。" * 30)


def cases(split: str) -> tuple[Case, ...]:
    """Return two answerable questions, two outside, and those that are left out."""

    def case(name: str, *turns: str, kind: str = "answer", fact: str = "立刻聯絡醫師") -> Case:
        must = ((fact,),) if fact else ()
        return Case(
            f"{split}-{name}", split, turns, kind, frozenset({9}), must, "hant", frozenset()
        )

    return (
        case("A1", "骨頭痛怎麼辦"),
        case("A2", "骨頭痛要找誰"),
        case("A3", "骨頭痛怎麼辦", "然後呢"),
        case("A4", "沒有事實的問題", fact=""),
        case("O1", "健保有給付嗎", kind="out_of_scope"),
        case("O2", "明天會下雨嗎", kind="out_of_scope"),
        case("U1", "腳突然沒力", kind="urgent"),
    )


class Processes:
    """Stands for the peers' processes: exact search by meaning, whoever is asked."""

    def __init__(self) -> None:
        self.jobs: list[tuple[str, SearchJob]] = []
        self.wrong: Peer | None = None

    def search(self, peer: Peer, job: SearchJob) -> SearchResult:
        self.jobs.append((peer.name, job))
        rankings = exact_rankings(cosines_of(job.question_vectors, job.unit_vectors), job.top_k)
        if peer is self.wrong:
            rankings = tuple(ranking[::-1] for ranking in rankings)
        return SearchResult(rankings, 0.5, 1.0, (2.0,) * len(rankings), (1.0,), 50.0)


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Processes:
    edition = Source(small_guide(), small_topics())
    made = Processes()

    def opened(source: Source, **_: object) -> Opened:
        index = words_only_index(source.guide, source.topics)
        return Opened(Chatbot(index), OpenedAs.WORDS_ONLY)

    monkeypatch.setattr(run, "load_cases", cases)
    monkeypatch.setattr(run, "load_encoder", lambda _: FakeEncoder())
    monkeypatch.setattr(
        run, "open_source", lambda original=None: open_source(original) if original else edition
    )
    monkeypatch.setattr(run, "open_chatbot", opened)
    monkeypatch.setattr(run, "search", made.search)
    monkeypatch.setattr(run, "split", lambda _, text: [(0, 100), (100, len(text))])
    monkeypatch.setattr(run, "RESULTS", tmp_path / "rows")
    return made


def original(folder: Path) -> Path:
    path = folder / "guide.txt"
    path.write_text("\f".join(PAGES), encoding="utf-8")
    return path


def names(report: str) -> list[tuple[str, str]]:
    """Return text and name of every line of the first table."""
    lines = report.split("\n\n")[0].splitlines()[2:]
    return [(cells[1].strip(), cells[2].strip()) for cells in (line.split("|") for line in lines)]


def test_cases_of_one_turn_with_facts_and_those_outside_are_asked(processes: Processes) -> None:
    asked = {case.case_id for case in run.cases_to_ask()}
    assert asked == {
        f"{split}-{name}" for split in FACT_SPLITS for name in ("A1", "A2", "O1", "O2")
    }


def test_without_the_guide_only_the_edition_is_run_and_that_is_said(processes: Processes) -> None:
    told: list[str] = []
    report = run_peers(None, "fake", told.append)
    assert told[0] == run.NO_ORIGINAL
    assert {text for text, _ in names(report)} == {"our edition"}
    assert [name for _, name in names(report)] == [
        "ours, as served",
        "ours, search and refusing alone",
        "ours, search alone",
        "any of the three, dense (the same in all)",
        "any of the three, dense, with our topics outside the guide",
        "haystack, our terms, hybrid",
        "txtai, our terms, hybrid",
        "llama_index, our terms, hybrid",
    ]


def test_with_the_guide_every_track_has_its_rows(processes: Processes, tmp_path: Path) -> None:
    report = run_peers(original(tmp_path), "fake", str)
    raw = [name for text, name in names(report) if text == "raw guide"]
    assert raw[:4] == [
        "ours, as served",
        "ours, search and refusing alone",
        "ours, search alone",
        "the afternoon's build",
    ]
    tracks = ("out of the box, words", "out of the box, hybrid", "our terms, words")
    for peer in ("haystack", "txtai", "llama_index"):
        assert {f"{peer}, {track}" for track in (*tracks, "our terms, hybrid")} <= set(raw)
    assert len(raw) == 4 + 6 + 1 + 6
    assert "raw guide, 3 chunks of 300, first 5 of 16 questions" in report.split("\n\n")[-1]


def test_all_peers_get_the_same_units_and_vectors(processes: Processes, tmp_path: Path) -> None:
    run_peers(original(tmp_path), "fake", str)
    dense = [(name, job) for name, job in processes.jobs if job.mode is Mode.DENSE]
    assert [name for name, _ in dense] == ["haystack", "txtai", "llama_index"] * 2
    for place in (0, 3):
        jobs = [job for _, job in dense[place : place + 3]]
        assert len({job.units for job in jobs}) == 1
        assert len({job.unit_vectors.tobytes() for job in jobs}) == 1
    cut = [job for _, job in processes.jobs if job.segmented]
    assert cut
    assert all("骨頭 痛" in job.questions[0] for job in cut)


def test_a_peer_that_finds_something_else_by_meaning_stops_the_run(processes: Processes) -> None:
    processes.wrong = TXTAI
    with pytest.raises(ParityBroken, match=r"our edition: txtai, dense differs in \d+ of"):
        run_peers(None, "fake", str)


def test_a_row_is_written_for_every_system_and_case(processes: Processes) -> None:
    report = run_peers(None, "fake", str)
    assert (run.RESULTS / run.REPORT_FILE).read_text("utf-8") == f"{report}\n"
    rows = [
        json.loads(line) for line in (run.RESULTS / run.ROWS_FILE).read_text("utf-8").splitlines()
    ]
    assert len(rows) == 8 * 16
    dense = [row for row in rows if row["system"].endswith("dense (the same in all)")]
    first = dense[0]
    assert (first["id"], first["kind"], first["met"]) == ("dev-A1", "answer", True)
    assert first["score"] == pytest.approx(1.0, abs=1e-5)
    assert first["decided"] == "answer"
    assert all(row["score"] is None for row in rows if row["system"].endswith("as served"))
