from __future__ import annotations

import numpy as np

from evals.peers.exact import cosines_of, differing, exact_rankings

COSINES = np.array([[0.1, 0.9, 0.5, 0.5], [0.8, 0.2, 0.3, 0.1]], dtype=np.float32)


def test_cosines_are_inner_products() -> None:
    questions = np.array([[1, 0], [0.6, 0.8]], dtype=np.float32)
    units = np.array([[0, 1], [1, 0], [0.8, 0.6]], dtype=np.float32)
    expected = [[0, 1, 0.8], [0.8, 0.6, 0.96]]
    assert np.allclose(cosines_of(questions, units), expected)


def test_the_closest_come_first_and_ties_in_the_order_of_the_units() -> None:
    rankings = exact_rankings(COSINES, 3)
    assert [[unit for unit, _ in ranking] for ranking in rankings] == [[1, 2, 3], [0, 2, 1]]
    assert [round(score, 6) for _, score in rankings[0]] == [0.9, 0.5, 0.5]


def test_exact_search_does_not_differ_from_itself() -> None:
    assert differing(exact_rankings(COSINES, 4), COSINES, 4) == ()


def test_units_of_one_cosine_may_change_places_and_nothing_else() -> None:
    second = ((0, 0.8), (2, 0.3))
    assert differing([((1, 1.0), (3, 1.0)), second], COSINES, 2) == ()
    assert differing([((2, 1.0), (1, 1.0)), second], COSINES, 2) == (0,)
    assert differing([((1, 1.0), (2, 1.0)), ((0, 0.8), (1, 0.3))], COSINES, 2) == (1,)


def test_a_ranking_that_is_short_or_says_a_unit_twice_differs() -> None:
    second = ((0, 0.8), (2, 0.3))
    assert differing([((1, 0.9),), second], COSINES, 2) == (0,)
    assert differing([((2, 0.5), (2, 0.5)), second], np.full((2, 4), 0.5, np.float32), 2) == (0,)
    assert differing([(), ()], COSINES, 2) == (0, 1)


def test_where_there_are_fewer_units_than_asked_for_all_of_them_are_enough() -> None:
    assert differing(exact_rankings(COSINES, 9), COSINES, 9) == ()
