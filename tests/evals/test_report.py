from __future__ import annotations

import pytest

from evals.report import answer_table, refuse_table, share
from tests.evals.outcomes import abstained, outcome


def cells(table: str) -> dict[str, list[str]]:
    """Return a table's lines below its head, by their first cell."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    return {first: rest for first, *rest in rows[2:]}


@pytest.mark.parametrize(
    ("hits", "count", "written"),
    [
        (8, 10, "0.80 (0.49–0.94)"),
        (0, 10, "0.00 (0.00–0.28)"),
        (10, 10, "1.00 (0.72–1.00)"),
        (81, 263, "0.31 (0.26–0.37)"),
    ],
)
def test_a_share_is_written_with_its_interval(hits: int, count: int, written: str) -> None:
    assert share(hits, count) == written


def test_abstained_cases_count_in_every_mean() -> None:
    outcomes = [
        *(outcome(f"A{i}", evidence=100 + i) for i in range(4)),
        outcome("A4", met_first=False, evidence=300),
        outcome("A5", met=False, met_first=False, evidence=50),
        outcome("A6", page_first=False, evidence=60),
        outcome("A7", met=False, met_first=False, page_first=False, evidence=70),
        abstained("A8"),
        abstained("A9"),
    ]
    assert cells(answer_table(outcomes))["all"] == [
        "10",
        "0.60 (0.31–0.83)",
        "0.50 (0.24–0.76)",
        "0.60 (0.31–0.83)",
        "0.80 (0.49–0.94)",
        "100 / 300",
    ]


def test_where_all_were_abstained_every_share_is_nothing() -> None:
    row = cells(answer_table([abstained(f"A{i}") for i in range(10)]))["all"]
    assert row == ["10", *["0.00 (0.00–0.28)"] * 4, "0 / 0"]


def test_groups_count_their_own_cases_and_empty_ones_are_left_out() -> None:
    outcomes = [
        outcome("A1"),
        outcome("A2", language="hans", met=False),
        outcome("A3", language="en", tags=("broad",)),
        outcome("A4", turns=("骨針有哪些", "那多久打一次")),
        abstained("A5", language="hans"),
        outcome("U1", expected="out_of_scope", kind="answer"),
        outcome("U2", expected="urgent", kind="answer"),
    ]
    found = cells(answer_table(outcomes))
    assert {name: row[0] for name, row in found.items()} == {
        "all": "5",
        "hant": "2",
        "hans": "2",
        "en": "1",
        "broad": "1",
        "follow-up": "1",
    }
    assert found["hans"][1].startswith("0.00")
    assert found["hans"][4].startswith("0.50")
    assert found["hant"][1].startswith("1.00")


def test_the_head_names_as_many_columns_as_there_are() -> None:
    for table in (
        answer_table([outcome()]),
        refuse_table([outcome(expected="out_of_scope", kind="out_of_scope")]),
    ):
        assert len({line.count("|") for line in table.splitlines()}) == 1
        assert len(table.splitlines()) > 2


def test_only_a_refusal_counts_as_refused_and_only_unanswerable_cases_are_asked() -> None:
    outcomes = [
        outcome("U1", expected="out_of_scope", kind="out_of_scope", tags=("near",)),
        outcome("U2", expected="out_of_scope", kind="answer", tags=("near", "one-step")),
        outcome("U3", expected="out_of_scope", kind="clarify", tags=("far",)),
        outcome("U4", expected="out_of_scope", kind="out_of_scope", tags=("far",)),
        abstained("A1"),
    ]
    assert cells(refuse_table(outcomes)) == {
        "all": ["4", "0.50 (0.15–0.85)"],
        "near": ["2", "0.50 (0.09–0.91)"],
        "one-step": ["1", "0.00 (0.00–0.79)"],
        "far": ["2", "0.50 (0.09–0.91)"],
    }


def test_without_cases_a_table_is_its_head() -> None:
    assert cells(answer_table([])) == {}
    assert cells(refuse_table([outcome()])) == {}
