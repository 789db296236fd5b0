from __future__ import annotations

import pytest

from evals.misses import Fact, Miss, facts_of, is_right, miss_of
from evals.outcome import Shown
from tests.evals.outcomes import outcome

RIGHT_PAGE = (Shown("p1", (9, 26), "每 4\n週一次"), Shown("p2", (30,), "另見 ALP"))
WRONG_PAGE = (Shown("p1", (30,), "每 4 週一次"),)


@pytest.mark.parametrize(
    ("expected", "kind", "miss"),
    [
        ("answer", "answer", None),
        ("answer", "out_of_scope", Miss.REFUSED),
        ("answer", "clarify", Miss.ASKED_BACK),
        ("answer", "smalltalk", Miss.SMALL_TALK),
        ("answer", "ask_clinician", Miss.HANDED_OVER),
        ("answer", "urgent", Miss.NOTICE),
        ("out_of_scope", "out_of_scope", None),
        ("out_of_scope", "answer", Miss.ANSWERED),
        ("out_of_scope", "urgent", Miss.NOTICE),
        ("urgent", "urgent", None),
        ("urgent", "answer", Miss.NO_NOTICE),
        ("personal_advice", "ask_clinician", None),
        ("personal_advice", "answer", Miss.NOT_HANDED_OVER),
    ],
)
def test_a_reply_of_the_wrong_kind_is_a_miss_even_where_the_facts_are_shown(
    expected: str, kind: str, miss: Miss | None
) -> None:
    found = outcome(expected=expected, kind=kind)
    assert miss_of(found) is miss
    assert is_right(found) is (miss is None)


@pytest.mark.parametrize(
    ("met", "met_first", "page_first", "shown", "miss", "right"),
    [
        (True, True, True, RIGHT_PAGE, None, True),
        (True, False, True, RIGHT_PAGE, Miss.NOT_IN_FIRST, True),
        (True, False, False, RIGHT_PAGE, Miss.NOT_IN_FIRST, True),
        (True, True, False, RIGHT_PAGE, Miss.PAGE_NOT_FIRST, True),
        (False, False, True, RIGHT_PAGE, Miss.FACTS_MISSING, False),
        (False, True, False, WRONG_PAGE, Miss.WRONG_PAGE, False),
        (False, False, False, (), Miss.NO_EVIDENCE, False),
    ],
)
def test_an_answer_is_missed_by_page_facts_or_their_place(
    met: bool,
    met_first: bool,
    page_first: bool,
    shown: tuple[Shown, ...],
    miss: Miss | None,
    right: bool,
) -> None:
    found = outcome(met=met, met_first=met_first, page_first=page_first, evidence_shown=shown)
    assert miss_of(found) is miss
    assert is_right(found) is right


def test_a_refusal_needs_no_evidence() -> None:
    found = outcome(expected="out_of_scope", kind="out_of_scope", met=False, page_first=False)
    assert miss_of(found) is None


def test_each_fact_names_the_first_wording_that_was_shown() -> None:
    must = (("每週", "每4週"), ("alp",), ("血鈣", "鈣濃度"))
    assert facts_of(outcome(must=must, evidence_shown=RIGHT_PAGE)) == (
        Fact(("每週", "每4週"), "每4週"),
        Fact(("alp",), "alp"),
        Fact(("血鈣", "鈣濃度"), None),
    )
