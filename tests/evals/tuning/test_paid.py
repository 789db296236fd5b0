"""What cosines alone reach."""

from __future__ import annotations

import numpy as np

from evals.case import Case
from evals.tuning.paid import Paid, _asked, _paid
from index.key import Key, KeyKind
from index.owners import Owners

KEYS = tuple(Key(owner, KeyKind.QUESTION, str(owner)) for owner in (0, 1, 2))
PAGES = (frozenset({8}), frozenset({9}))  # two passages; the third owner is a topic


def case(kind: str, *pages: int) -> Case:
    return Case("c", "dev", ("問",), kind, frozenset(pages), (), "hant", frozenset())


def test_the_best_passage_is_right_by_its_page_and_a_closer_topic_refuses() -> None:
    asked = (case("answer", 8), case("answer", 8), case("out_of_scope"))
    cosines = np.array([[0.9, 0.1, 0.2], [0.2, 0.8, 0.1], [0.3, 0.1, 0.7]], dtype=np.float32)
    assert _paid(asked, cosines, Owners.of(KEYS), PAGES) == Paid(1, 2, 1, 1)


def test_what_is_as_close_as_the_answerable_is_not_refused() -> None:
    asked = (case("answer", 8), case("out_of_scope"))
    cosines = np.array([[0.6, 0.1, 0.5], [0.7, 0.1, 0.2]], dtype=np.float32)
    assert _paid(asked, cosines, Owners.of(KEYS), PAGES) == Paid(1, 1, 0, 1)


def test_single_questions_alone_are_asked() -> None:
    asked = _asked("dev")
    assert {case.kind for case in asked} == {"answer", "out_of_scope"}
    assert all(len(case.turns) == 1 for case in asked)
