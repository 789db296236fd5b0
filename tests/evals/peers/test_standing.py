from __future__ import annotations

from evals.case import Case
from evals.outcome import judge
from evals.peers.job import Ranking, SearchResult
from evals.peers.standing import REAL, TEST, Scored, System, peer_system
from evals.peers.table import OUR_SEARCH, Speed, quality_table, speed_table
from evals.peers.unit import Unit

UNITS = (
    Unit("問", "甲說防滑墊", (5,), "a"),
    Unit("問", "乙說鈣質", (6,), "b"),
    Unit("問", "丙" * 90, (7,), "c"),
)


def case(name: str, split: str, kind: str = "answer") -> Case:
    pages = frozenset({5}) if kind == "answer" else frozenset[int]()
    return Case(name, split, ("怎麼防跌",), kind, pages, (("防滑墊",),), "hant", frozenset())


CASES = (
    case("D1", "dev"),
    case("D2", "dev", "out_of_scope"),
    case("T1", "test"),
    case("T2", "test"),
    case("T3", "test"),
    case("T4", "test", "out_of_scope"),
    case("T5", "test", "out_of_scope"),
    case("R1", "real"),
    case("R2", "real-test"),
    case("R3", "real", "out_of_scope"),
)
RANKINGS: tuple[Ranking, ...] = (
    ((0, 0.7),),
    ((0, 0.4),),
    ((0, 0.9), (1, 0.8)),
    ((1, 0.75), (0, 0.1)),
    ((0, 0.5),),
    ((2, 0.8),),
    ((2, 0.2),),
    ((0, 0.9),),
    (),
    ((2, 0.1),),
)


def system() -> System:
    return peer_system("raw guide", "a peer", CASES, UNITS, RANKINGS)


def test_the_threshold_is_chosen_on_dev_and_reported_on_test() -> None:
    assert system().threshold == 0.7
    test = system().standing(TEST)
    assert (test.n, test.n_outside) == (3, 2)
    assert (test.met, test.met_first, test.page_first) == (3, 2, 2)
    assert (test.answered, test.met_deciding, test.refused) == (2, 2, 1)
    assert test.characters == 9  # of 9, 9 and 5
    assert test.auroc == 4 / 6


def test_real_questions_are_those_of_both_sources_and_nothing_found_is_refused() -> None:
    real = system().standing(REAL)
    assert (real.n, real.n_outside) == (2, 1)
    assert (real.met, real.answered, real.refused) == (1, 1, 1)
    assert real.auroc == 0.5  # 0.9 above 0.1, nothing found below


def test_what_is_refused_shows_nothing() -> None:
    refused = next(o for o in system().decided() if o.case.case_id == "T3")
    assert (refused.kind, refused.shown, refused.evidence, refused.met) == (
        "out_of_scope",
        (),
        0,
        False,
    )


def test_scores_of_one_s_own_can_stand_for_the_first_hit_s() -> None:
    scores = [1.0 if c.kind == "answer" else 0.0 for c in CASES]
    told = peer_system("raw guide", "a peer", CASES, UNITS, RANKINGS, scores)
    assert told.threshold == 1.0
    assert told.standing(TEST).auroc == 1.0
    assert told.standing(TEST).refused == 2


def test_who_decides_by_itself_is_taken_at_its_word() -> None:
    kinds = (
        "answer",
        "answer",
        "answer",
        "ask_clinician",
        "out_of_scope",
        "out_of_scope",
        "answer",
    )
    shown = tuple(
        Scored(
            judge(c, "ours", kind, [] if kind == "out_of_scope" else [("防滑墊", (5,), "a")], 0.0)
        )
        for c, kind in zip(CASES, kinds, strict=False)
    )
    ours = System("our edition", "ours", shown, decides=True)
    assert ours.threshold is None
    test = ours.standing(TEST)
    assert (test.met, test.met_deciding, test.answered, test.refused) == (2, 2, 1, 1)
    assert test.auroc is None


def test_the_table_holds_both_groups_with_their_intervals() -> None:
    head, rule, line = quality_table([system()]).splitlines()
    assert head.count("|") == rule.count("|") == line.count("|")
    assert "test, n 3" in head
    assert "real, n 2" in head
    assert [cell.strip() for cell in line.strip("|").split("|")] == [
        "raw guide",
        "a peer",
        "1.00 (0.44–1.00)",
        "0.50 (0.09–0.91)",
        "0.67 / 0.50",
        "0.67 / 0.50",
        "9 / 5",
        "0.67 / 0.50",
        "0.50 (0.09–0.91)",
        "1.00 (0.21–1.00)",
        "0.67 / 0.50",
        "0.67 / 0.50",
        "–",
    ]
    assert quality_table([]) == ""


def test_our_search_is_compared_case_by_case_on_the_same_text() -> None:
    everything = tuple(((0, 0.9),) for _ in CASES)
    ours = peer_system("raw guide", OUR_SEARCH, CASES, UNITS, everything)
    elsewhere = peer_system("our edition", "a peer", CASES, UNITS, RANKINGS)
    lines = quality_table([ours, system(), elsewhere]).splitlines()[2:]
    last = [line.strip("| ").rsplit("|", 1)[-1].strip() for line in lines]
    assert last[0] == last[2] == "–"
    assert last[1].startswith("+0.20 (")  # one of five: R2, where the peer finds nothing


def test_the_table_of_speed_gives_the_middle_and_the_slow_end() -> None:
    took = SearchResult((), 1.26, 1234.5, (1.0, 2.0, 3.0, 40.0), (0.5, 0.7, 0.6, 9.0), 98.6)
    lines = speed_table([Speed("raw guide, 92 chunks", "a peer", took)]).splitlines()
    assert lines[2] == "| raw guide, 92 chunks | a peer | 1.3 | 1234 | 2.0 | 40.0 | 0.6 | 99 | 4 |"
    assert len({line.count("|") for line in lines}) == 1
