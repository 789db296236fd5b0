from __future__ import annotations

import pytest

from corpus.not_in_guide import Topic
from corpus.passage import Guide, Language, Section
from corpus.source import Source
from evals.case import Case
from evals.near_duplicates import NearDuplicate, bank_of, near_duplicates
from evals.run import cases_to_check
from tests.helpers import passage, small_guide, small_topics

BANK = ("骨轉移會不會痛", "打骨針前要看牙醫嗎", "How often is denosumab given?")


def case(*turns: str, name: str = "A1") -> Case:
    return Case(name, "dev", turns, "answer", frozenset({9}), (), "hant", frozenset())


def test_a_question_of_the_bank_is_refused_as_a_case() -> None:
    found = near_duplicates([case("打骨針前要看牙醫嗎")], BANK)
    assert found == (NearDuplicate("A1", "打骨針前要看牙醫嗎", "打骨針前要看牙醫嗎", 100.0),)


@pytest.mark.parametrize(
    ("question", "bank_question"),
    [
        ("打骨针前要看牙医吗", BANK[1]),
        ("「打骨針」前，要看牙醫嗎？！", BANK[1]),
        ("打 骨 針 前 要 看 牙 醫 嗎", BANK[1]),
        ("打骨針前要看牙醫嗎 😀", BANK[1]),
        ("骨轉移會不會痛呢", BANK[0]),
        ("HOW OFTEN is denosumab given", BANK[2]),
    ],
)
def test_script_punctuation_and_case_make_no_difference(question: str, bank_question: str) -> None:
    (found,) = near_duplicates([case(question)], BANK)
    assert (found.question, found.bank_question) == (question, bank_question)
    assert 85 <= found.similarity <= 100


@pytest.mark.parametrize(
    "question", ["癌症跑到骨頭以後是不是會疼", "注射之前需要先檢查牙齒嗎", "denosumab 的間隔"]
)
def test_the_same_matter_in_other_words_passes(question: str) -> None:
    assert near_duplicates([case(question)], BANK) == ()


def test_the_limit_is_85_percent_of_the_characters() -> None:
    # Indel similarity of n equal characters in lengths a and b: 2n / (a + b).
    bank = ("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午",)  # 17
    at_limit = bank[0] + "未申酉戌亥天"  # 2 * 17 / (17 + 23) = 0.85
    (found,) = near_duplicates([case(at_limit)], bank)
    assert found.similarity == pytest.approx(85)
    assert near_duplicates([case(at_limit + "地")], bank) == ()


def test_only_the_last_turn_counts() -> None:
    assert near_duplicates([case("骨轉移會不會痛", "那該怎麼處理才好")], BANK) == ()
    (found,) = near_duplicates([case("那該怎麼處理才好", "骨轉移會不會痛")], BANK)
    assert found.bank_question == BANK[0]


def test_every_case_is_looked_at_in_order() -> None:
    cases = [case(BANK[2], name="C"), case("完全不同的句子", name="B"), case(BANK[0], name="A")]
    assert [found.case_id for found in near_duplicates(cases, BANK)] == ["C", "A"]


def test_without_a_bank_nothing_is_near() -> None:
    assert near_duplicates([case("骨轉移會不會痛")], ()) == ()


def test_the_bank_holds_the_questions_of_passages_and_topics_in_all_languages() -> None:
    asked = {Language.TAIWAN: ("甲問", "乙問"), Language.ENGLISH: ("first",)}
    guide = Guide("g", "指南", (Section("節", (passage("a", questions=("丙問",)),)),))
    topics = (Topic("t", "題", "題", asked),)
    assert bank_of(guide, topics) == ("丙問", "甲問", "乙問", "first")
    assert len(bank_of(small_guide(), small_topics())) == 12


def test_the_real_cases_pass_and_a_bank_question_among_them_does_not(edition: Source) -> None:
    bank = bank_of(edition.guide, edition.topics)
    cases = cases_to_check()
    assert len(bank) > 3000
    assert len(cases) > 300
    planted = case(f"{bank[100]}？", name="planted")
    assert [found.case_id for found in near_duplicates([*cases, planted], bank)] == ["planted"]
