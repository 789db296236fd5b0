from __future__ import annotations

from dataclasses import replace

import pytest

from chatbot.abstain import (
    BANK_GATES,
    BANK_WORD_GATES,
    TEXT_GATES,
    TEXT_WORD_GATES,
    Gates,
    HowMuch,
    gates_for,
    hits_to_show,
    reason_to_abstain,
)
from chatbot.reply import AbstainReason
from corpus.not_in_guide import Topic
from index.hit import Found, Hit, Support, TopicHit
from index.key import Key, KeyKind
from tests.helpers import passage

# Fractions of two, so that sums and differences are exact and a boundary can be hit.
CLOSED = Gates(
    least_similarity=0.5,
    least_coverage=0.25,
    least_similarity_margin=-0.25,
    least_coverage_margin=-0.25,
    even_similarity=0.0,
    even_coverage=0.125,
    least_word_margin=-1.0,
    named_similarity=0.0,
)
STEP = 1 / 64
KEY = Key(0, KeyKind.TEXT, "骨轉移")


def support(similarity: float | None, words: float = 1.0, coverage: float = 0.5) -> Support:
    return Support(similarity, words, coverage, KEY)


def hit(
    similarity: float | None,
    *,
    words: float = 1.0,
    coverage: float = 0.5,
    rank: int = 1,
    length: int = 12,
) -> Hit:
    text = "骨" * length
    return Hit(passage(f"p{rank}", text), rank, support(similarity, words, coverage))


def topic(
    similarity: float | None,
    *,
    words: float = 1.0,
    coverage: float = 0.5,
    is_unrelated: bool = False,
) -> TopicHit:
    return TopicHit(
        Topic("t", "費用", "費用", is_unrelated=is_unrelated), support(similarity, words, coverage)
    )


def why(*hits: Hit, topic: TopicHit | None = None, gates: Gates = CLOSED) -> AbstainReason | None:
    return reason_to_abstain(Found(hits, topic), gates)


@pytest.mark.parametrize(
    ("similarity", "has_bank", "gates"),
    [
        (0.9, True, BANK_GATES),
        (0.0, True, BANK_GATES),
        (None, True, BANK_WORD_GATES),
        (0.9, False, TEXT_GATES),
        (None, False, TEXT_WORD_GATES),
    ],
)
def test_gates_are_those_of_the_guide_and_the_search(
    similarity: float | None, has_bank: bool, gates: Gates
) -> None:
    assert gates_for(Found((hit(similarity),), None), has_bank=has_bank) is gates


def test_where_nothing_was_found_the_gates_are_those_of_words() -> None:
    assert gates_for(Found((), None), has_bank=True) is BANK_WORD_GATES
    assert gates_for(Found((), None), has_bank=False) is TEXT_WORD_GATES


def test_no_hits_share_nothing() -> None:
    assert why() is AbstainReason.NOTHING_SHARED
    assert why(topic=topic(0.9, is_unrelated=True)) is AbstainReason.NOTHING_SHARED


def test_by_words_no_shared_word_is_nothing_shared() -> None:
    no_word = hit(None, words=0.0, coverage=1.0)
    assert why(no_word, no_word) is AbstainReason.NOTHING_SHARED
    assert why(no_word, hit(None, words=STEP)) is None


def test_by_meaning_no_shared_word_is_no_reason() -> None:
    assert why(hit(0.75, words=0.0)) is None


@pytest.mark.parametrize(
    ("similarity", "reason"),
    [(0.5 - STEP, AbstainReason.TOO_FAR), (0.5, None), (0.5 + STEP, None)],
)
def test_a_best_key_below_the_least_similarity_is_too_far(
    similarity: float, reason: AbstainReason | None
) -> None:
    assert why(hit(similarity)) is reason


def test_the_best_key_may_be_that_of_a_later_hit() -> None:
    assert why(hit(0.25), hit(0.5, rank=2)) is None
    assert why(hit(0.25), hit(0.5 - STEP, rank=2)) is AbstainReason.TOO_FAR


@pytest.mark.parametrize("similarity", [0.75, None])
@pytest.mark.parametrize(
    ("coverage", "reason"),
    [(0.25 - STEP, AbstainReason.TOO_FAR), (0.25, None), (0.25 + STEP, None)],
)
def test_too_few_of_the_words_in_the_first_passage_is_too_far(
    similarity: float | None, coverage: float, reason: AbstainReason | None
) -> None:
    better = hit(similarity, coverage=1.0, rank=2)
    assert why(hit(similarity, coverage=coverage), better) is reason


def test_by_words_alone_no_similarity_is_asked_for() -> None:
    gates = replace(CLOSED, least_similarity=0.99)
    assert why(hit(None), gates=gates) is None
    assert why(hit(0.75), gates=gates) is AbstainReason.TOO_FAR


@pytest.mark.parametrize(
    ("similarity", "reason"),
    [(1.0 + STEP, AbstainReason.NOT_IN_GUIDE), (1.0, None), (1.0 - STEP, None)],
)
def test_a_topic_whose_keys_are_plainly_closer_is_not_in_the_guide(
    similarity: float, reason: AbstainReason | None
) -> None:
    # Coverage favours the passage by more than `even_coverage`, so only the cosine speaks.
    outside = topic(similarity, coverage=0.25)
    assert why(hit(0.75, coverage=0.5), topic=outside) is reason


@pytest.mark.parametrize("similarity", [0.75, None])
@pytest.mark.parametrize(
    ("coverage", "reason"),
    [(0.75 + STEP, AbstainReason.NOT_IN_GUIDE), (0.75, None), (0.75 - STEP, None)],
)
def test_a_topic_that_holds_plainly_more_of_the_words_is_not_in_the_guide(
    similarity: float | None, coverage: float, reason: AbstainReason | None
) -> None:
    # By meaning the topic's key is no closer, so the even gate keeps still.
    lower = None if similarity is None else similarity - STEP
    assert why(hit(similarity), topic=topic(lower, coverage=coverage)) is reason


@pytest.mark.parametrize(
    ("similarity", "coverage", "reason"),
    [
        (0.75 + STEP, 0.375 + STEP, AbstainReason.NOT_IN_GUIDE),
        (0.75, 0.375 + STEP, None),
        (0.75 + STEP, 0.375, None),
        (0.75, 0.375, None),
    ],
)
def test_a_topic_a_little_closer_by_both_kinds_of_evidence_is_not_in_the_guide(
    similarity: float, coverage: float, reason: AbstainReason | None
) -> None:
    assert why(hit(0.75), topic=topic(similarity, coverage=coverage)) is reason


@pytest.mark.parametrize(
    ("words", "reason"),
    [(3.0 + STEP, AbstainReason.NOT_IN_GUIDE), (3.0, None), (3.0 - STEP, None)],
)
def test_by_words_a_topic_with_a_plainly_higher_score_is_not_in_the_guide(
    words: float, reason: AbstainReason | None
) -> None:
    assert why(hit(None, words=2.0), topic=topic(None, words=words)) is reason


def test_by_meaning_word_scores_do_not_argue_for_a_topic() -> None:
    assert why(hit(0.75, words=0.0), topic=topic(0.5, words=99.0, coverage=0.25)) is None


def test_the_margin_counts_from_the_best_key_of_all_hits() -> None:
    outside = topic(0.75 + STEP, coverage=0.5)
    assert why(hit(0.5), topic=outside) is AbstainReason.NOT_IN_GUIDE
    assert why(hit(0.5), hit(0.75 + STEP, rank=2), topic=outside) is None


@pytest.mark.parametrize(
    ("is_unrelated", "reason"),
    [(True, AbstainReason.UNRELATED), (False, AbstainReason.NOT_IN_GUIDE)],
)
def test_a_closer_topic_is_named_before_distance(is_unrelated: bool, reason: AbstainReason) -> None:
    outside = topic(1.0, coverage=1.0, is_unrelated=is_unrelated)
    assert why(hit(0.25, coverage=0.0), topic=outside) is reason


def test_a_topic_further_away_is_no_reason() -> None:
    assert why(hit(0.75), topic=topic(0.5, coverage=0.25, is_unrelated=True)) is None


@pytest.mark.parametrize(
    ("similarity", "coverage", "reason"),
    [
        (1.0, 0.0, AbstainReason.NOT_IN_GUIDE),
        (1.0 - STEP, 0.5 - STEP, AbstainReason.TOO_FAR),
        (1.0 - STEP, 0.5, AbstainReason.NOT_IN_GUIDE),
    ],
)
def test_a_topic_that_is_only_nearest_is_not_named(
    similarity: float, coverage: float, reason: AbstainReason
) -> None:
    gates = replace(CLOSED, named_similarity=1.0, named_coverage=0.5)
    found = Found((hit(0.5, coverage=0.25),), topic(similarity, coverage=coverage))
    assert reason_to_abstain(found, gates) is reason


@pytest.mark.parametrize(
    ("sure", "reason"), [(0.25, None), (0.25 + STEP, AbstainReason.NOT_IN_GUIDE)]
)
def test_a_passage_that_is_surely_closer_is_not_given_up_for_more_words(
    sure: float, reason: AbstainReason | None
) -> None:
    found = Found((hit(1.0, coverage=0.25),), topic(0.75, coverage=1.0))
    assert reason_to_abstain(found, replace(CLOSED, sure_similarity=sure)) is reason


HOW_MUCH = HowMuch(
    similarity_slack=0.25, word_share=0.5, most_characters=100, most_passages=3, most_said=1.0
)


def shown(*hits: Hit, how_much: HowMuch = HOW_MUCH) -> list[int]:
    return [h.rank for h in hits_to_show(Found(hits, None), how_much)]


def test_the_first_hit_is_shown_however_long_it_is() -> None:
    assert shown(hit(0.75, length=500)) == [1]


@pytest.mark.parametrize(
    ("similarity", "ranks"), [(0.5, [1, 2]), (0.5 - STEP, [1]), (0.75 + STEP, [1, 2])]
)
def test_a_hit_within_the_slack_of_the_first_is_shown(similarity: float, ranks: list[int]) -> None:
    assert shown(hit(0.75), hit(similarity, rank=2)) == ranks


@pytest.mark.parametrize(("words", "ranks"), [(2.0, [1, 2]), (2.0 - STEP, [1]), (9.0, [1, 2])])
def test_by_words_a_hit_with_enough_of_the_firsts_score_is_shown(
    words: float, ranks: list[int]
) -> None:
    assert shown(hit(None, words=4.0), hit(None, words=words, rank=2)) == ranks


def test_by_meaning_the_word_score_does_not_count() -> None:
    assert shown(hit(0.75, words=9.0), hit(0.75, words=0.0, rank=2)) == [1, 2]


@pytest.mark.parametrize(("length", "ranks"), [(40, [1, 2]), (41, [1])])
def test_no_hit_is_added_past_the_most_characters(length: int, ranks: list[int]) -> None:
    assert shown(hit(0.75, length=60), hit(0.75, rank=2, length=length)) == ranks


def test_what_is_added_uses_up_the_budget_and_a_shorter_one_may_still_fit() -> None:
    hits = (
        hit(0.75, length=50),
        hit(0.75, rank=2, length=30),
        hit(0.75, rank=3, length=21),
        hit(0.75, rank=4, length=20),
    )
    assert shown(*hits) == [1, 2, 4]


@pytest.mark.parametrize(("most_said", "ranks"), [(0.6, [1, 2]), (0.5, [1])])
def test_what_has_been_said_is_not_said_again(most_said: float, ranks: list[int]) -> None:
    first, second = hit(0.75), hit(0.75, rank=2)
    first = replace(first, passage=replace(first.passage, text="一二三四"))  # pairs 12 23 34
    second = replace(second, passage=replace(second.passage, text="二三四五六七"))  # 2 of 5 said
    third = replace(second, passage=replace(second.passage, text="二三四五六"), rank=3)  # 2 of 4
    how_much = replace(HOW_MUCH, most_said=most_said)
    assert shown(first, third, how_much=how_much) == [1, 3]
    assert shown(first, second, how_much=replace(how_much, most_said=0.39)) == [1]
    fourth = replace(second, passage=replace(second.passage, text="一二三四五六"))  # 3 of 5 said
    assert shown(first, fourth, how_much=how_much) == ranks


@pytest.mark.parametrize("most", [1, 2, 3])
def test_no_more_than_the_most_passages_are_shown(most: int) -> None:
    hits = [hit(0.75, rank=rank) for rank in range(1, 6)]
    ranks = shown(*hits, how_much=replace(HOW_MUCH, most_passages=most))
    assert ranks == list(range(1, most + 1))
