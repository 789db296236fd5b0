from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.aspects import hard_aspects, load_aspects
from index.script import normalise
from tests.helpers import passage


def asked(question: str) -> set[str]:
    return {aspect.name for aspect in hard_aspects(normalise(question))}


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("骨轉移電療總共要照幾次", {"amount"}),
        ("打完那種像感冒的痠痛一般會持續幾天", {"duration"}),
        ("denosumab 多久打一次", {"frequency"}),
        ("一針多少錢", {"cost"}),
        ("停藥的人百分之幾會反彈", {"percentage"}),
        ("手术的成功率有几成", {"percentage"}),
        ("幾多percent", {"percentage"}),
        ("how long does the flare last", {"duration"}),
        ("What percentage of people get diarrhoea?", {"percentage"}),
        ("骨轉移會痛嗎", set()),
        ("為什麼會骨折", set()),
    ],
)
def test_what_a_question_asks_and_only_a_statement_of_it_answers(
    question: str, names: set[str]
) -> None:
    assert asked(question) >= names
    assert bool(asked(question)) == bool(names)


def test_an_aspect_is_met_by_a_passage_that_states_it() -> None:
    frequency = load_aspects()["frequency"]
    assert frequency.is_met_by(replace(passage(), aspects={"frequency": "每 4 週一次"}))
    assert not frequency.is_met_by(replace(passage(), aspects={"route": "皮下注射"}))
    assert not frequency.is_met_by(passage())


def test_a_number_is_asked_where_a_percentage_is() -> None:
    percentage = load_aspects()["percentage"]
    assert percentage.is_met_by(replace(passage(), aspects={"probability": "約 70%"}))
    assert not percentage.is_met_by(replace(passage(), aspects={"probability": "很少見"}))


def test_no_passage_states_what_it_costs() -> None:
    assert load_aspects()["cost"].satisfied_by == frozenset()
