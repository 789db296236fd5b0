from __future__ import annotations

from evals.compare import changes
from tests.evals.outcomes import abstained, outcome

BEFORE = [
    outcome("A1"),
    abstained("A2"),
    outcome("A3", met_first=False),
    outcome("A4", turns=("舊的問法",)),
    outcome("A5"),
    outcome("U1", expected="out_of_scope", kind="answer"),
    outcome("U2", expected="out_of_scope", kind="out_of_scope"),
    outcome("A1", system="other"),
]
AFTER = [
    outcome("A1", met=False),
    outcome("A2"),
    outcome("A3"),
    outcome("A4", turns=("新的問法",)),
    outcome("A6"),
    outcome("U1", expected="out_of_scope", kind="out_of_scope"),
    outcome("U2", expected="out_of_scope", kind="out_of_scope"),
    outcome("A1", system="other"),
    outcome("A1", split="test"),
]


def test_cases_are_paired_by_system_split_and_id_while_they_ask_the_same() -> None:
    found = changes(BEFORE, AFTER)
    paired = [(p.after.case.case_id, p.after.system) for p in found.pairs]
    assert paired == [(name, "ours") for name in ("A1", "A2", "A3", "U1", "U2")] + [("A1", "other")]
    assert all(p.before.case.case_id == p.after.case.case_id for p in found.pairs)
    assert (found.added, found.dropped) == (3, 2)


def test_a_case_that_turned_is_listed_with_its_way() -> None:
    found = changes(BEFORE, AFTER)
    assert [pair.after.case.case_id for pair in found.turned_right] == ["A2", "U1"]
    assert [pair.after.case.case_id for pair in found.turned_wrong] == ["A1"]
    assert found.turned_wrong[0].before.met
    assert not found.turned_wrong[0].after.met


def test_each_measure_is_compared_over_its_own_cases() -> None:
    by_name = {
        line.name: line.difference
        for line in changes(BEFORE, AFTER).compared
        if line.system == "ours"
    }
    counted = {name: (d.count, d.before, d.after, d.gained, d.lost) for name, d in by_name.items()}
    assert counted == {
        "facts met": (3, 2, 2, 1, 1),
        "first citation alone": (3, 1, 3, 2, 0),
        "right page first": (3, 2, 3, 1, 0),
        "answered": (3, 2, 3, 1, 0),
        "refused": (2, 1, 2, 1, 0),
        "right reply": (5, 3, 4, 2, 1),
    }


def test_the_same_run_has_not_changed() -> None:
    found = changes(AFTER, AFTER)
    assert (found.added, found.dropped, found.turned_right, found.turned_wrong) == (0, 0, (), ())
    assert all(line.difference.gained == line.difference.lost == 0 for line in found.compared)
    assert {line.system for line in found.compared} == {"ours", "other"}


def test_runs_without_a_common_case_have_nothing_to_compare() -> None:
    found = changes([outcome("A1")], [outcome("A2")])
    assert (found.pairs, found.added, found.dropped, found.compared) == ((), 1, 1, ())
