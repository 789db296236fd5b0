from __future__ import annotations

import threading

import pytest

from index.passage_index import PassageIndex, Reading
from index.query import read_query
from index.stages import stage, watched_by


@stage("double")
def double(number: int) -> int:
    if number < 0:
        raise ValueError(number)
    return 2 * number


def test_a_stage_tells_its_name_and_seconds_only_to_who_watches() -> None:
    told: list[tuple[str, float]] = []
    assert double(1) == 2
    with watched_by(lambda name, seconds: told.append((name, seconds))):
        assert double(2) == 4
        with pytest.raises(ValueError, match="-1"):
            double(-1)
    assert double(3) == 6
    assert [name for name, _ in told] == ["double", "double"]
    assert all(0 <= seconds < 1 for _, seconds in told)


def test_another_thread_is_not_watched() -> None:
    told: list[str] = []
    with watched_by(lambda name, _: told.append(name)):
        thread = threading.Thread(target=double, args=(1,))
        thread.start()
        thread.join()
    assert told == []


def test_the_stages_of_a_search_are_told(small_index: PassageIndex) -> None:
    told: list[str] = []
    with watched_by(lambda name, _: told.append(name)):
        small_index.search([Reading(read_query("骨轉移是什麼"))], top_k=2)
    assert told == ["read", "encode", "search"]
