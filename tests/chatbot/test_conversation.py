from __future__ import annotations

import pytest

from chatbot.conversation import (
    FOLLOW_UP_WEIGHTS,
    FRESH_WEIGHTS,
    Conversation,
    looks_like_follow_up,
    only_points,
    readings_of,
)
from index.query import read_query

AFTER_AN_ANSWER = Conversation("骨轉移用什麼藥", "骨轉移的藥物")
AFTER_A_REFUSAL = Conversation("健保有給付嗎", "")


def read(message: str, conversation: Conversation) -> list[tuple[str, float]]:
    return [(r.query.question, r.weight) for r in readings_of(read_query(message), conversation)]


def test_a_first_message_is_read_alone() -> None:
    assert read("那多久打一次", Conversation()) == [("那多久打一次", 1.0)]


def test_a_heading_without_a_question_is_not_leaned_on() -> None:
    assert read("那多久打一次", Conversation("", "骨轉移的藥物")) == [("那多久打一次", 1.0)]


def test_a_follow_up_is_read_alone_with_the_question_and_with_the_heading() -> None:
    assert read("那多久打一次？", AFTER_AN_ANSWER) == [
        ("那多久打一次？", 0.5),
        ("骨轉移用什麼藥 那多久打一次？", 0.8),
        ("骨轉移的藥物 那多久打一次？", 0.5),
    ]


def test_a_fresh_question_is_read_the_same_ways_but_counts_most_alone() -> None:
    question = "癌症治療會讓骨質流失是什麼原因造成的"
    assert read(question, AFTER_AN_ANSWER) == [
        (question, 1.0),
        (f"骨轉移用什麼藥 {question}", 0.25),
        (f"骨轉移的藥物 {question}", 0.1),
    ]


def test_without_an_answer_before_there_is_no_heading_to_carry() -> None:
    assert read("那副作用呢", AFTER_A_REFUSAL) == [
        ("那副作用呢", 0.5),
        ("健保有給付嗎 那副作用呢", 0.8),
    ]


def test_what_came_before_outweighs_a_follow_up_and_never_a_fresh_question() -> None:
    assert FOLLOW_UP_WEIGHTS[1] > FOLLOW_UP_WEIGHTS[0]
    assert FRESH_WEIGHTS[0] > sum(FRESH_WEIGHTS[1:])


def test_readings_are_normalised_anew() -> None:
    _, with_question, _ = readings_of(read_query("那多久打一次"), AFTER_AN_ANSWER)
    assert with_question.query == read_query("骨轉移用什麼藥 那多久打一次")


@pytest.mark.parametrize(
    "message",
    [
        "那多久打一次",
        "副作用呢",
        "它要打多久？",
        "這個藥可以跟其他藥一起用嗎我很擔心",
        "还有别的治疗骨转移的药物可以选择吗",
        "請問乳癌骨轉移的病人要做哪些檢查呢",
        "佢係咪要打好耐先可以停藥㗎我好驚",
        "如果腎功能不好的病人還可以打這類骨針嗎",
        "多久打一次",
        "會痛嗎",
        "骨轉移的藥物有九字",
        "what about the side effects of the second drug on my list",
        "how often do I have to take it if my kidneys are weak",
        "And how long?",
        "which drugs protect bones",
    ],
)
def test_a_short_or_pointing_message_looks_like_a_follow_up(message: str) -> None:
    assert looks_like_follow_up(read_query(message))


@pytest.mark.parametrize(
    "message",
    [
        "骨轉移的病人在接受放射治療以後多久會好",
        "癌症治療會讓骨質流失是什麼原因",
        "骨轉移的藥物有十個字",
        "骨转移的病人接受放射治疗以后多久会好",
        "how often is denosumab given for bone metastases",
        "which drugs protect the bones",
        "Hi, is position important for patients with metastases",
    ],
)
def test_a_full_question_does_not_look_like_a_follow_up(message: str) -> None:
    assert not looks_like_follow_up(read_query(message))


@pytest.mark.parametrize(
    "message",
    [
        "它要打多久？",
        "那多久打一次",
        "佢要打幾耐？",
        "這個可以吃嗎",
        "这个可以吃吗",
        "什麼時候可以打",
        "為什麼？",
        "How often?",
        "what about it",
        "還有嗎",
        "那要怎麼辦呢？",
    ],
)
def test_a_message_of_pointing_and_asking_words_only_points(message: str) -> None:
    assert only_points(read_query(message))


@pytest.mark.parametrize(
    "message",
    [
        "副作用呢",
        "骨轉移",
        "denosumab 要打多久？",
        "它的副作用",
        "會痛嗎",
        "what about pain",
        "how often is denosumab given?",
        "打骨針要多久",
        "119",
    ],
)
def test_a_message_that_names_anything_does_not_only_point(message: str) -> None:
    assert not only_points(read_query(message))
