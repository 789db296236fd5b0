"""Reading a question once."""

from __future__ import annotations

import pytest

from corpus.passage import Language
from index.query import detect_language, read_query
from index.words import terms


@pytest.mark.parametrize(
    "question",
    [
        "骨轉移是什麼",
        "臺北可以吃止痛丸",
        "台北可以吃止痛丸",
        "我在台中吃骨力強",
        "停經后要吃什麼",
        "皇后也吃止痛丸",
        "公里",
        "骨折",
        "痊愈",
        "denosumab 多久打一次",
        "骨 bone",
        "",
        "120",
    ],
)
def test_taiwanese_is_not_taken_for_mainland(question: str) -> None:
    assert detect_language(question) is Language.TAIWAN


@pytest.mark.parametrize(
    "question", ["骨转移是什么", "台湾人吃什么药", "停经后吃什么", "头痛", "denosumab 多久打一针"]
)
def test_simplified_characters_are_mainland(question: str) -> None:
    assert detect_language(question) is Language.MAINLAND


@pytest.mark.parametrize(
    "question",
    [
        "打咗骨針有咩副作用",
        "點解要打骨針",
        "幾耐打一次",
        "係唔係骨轉移",
        "邊個可以幫手",
        "点解冇得医",
    ],
)
def test_hong_kong_words_show(question: str) -> None:
    assert detect_language(question) is Language.HONG_KONG


@pytest.mark.parametrize(
    "question",
    [
        "What is bone metastasis?",
        "How often is 癌骨瓦 given?",
        "骨 bones",
        "xgeva",
    ],
)
def test_english_may_hold_a_chinese_word(question: str) -> None:
    assert detect_language(question) is Language.ENGLISH
    assert read_query(question).is_english


def test_letters_must_outnumber_han_characters_four_to_one() -> None:
    assert detect_language("骨 abcd") is Language.TAIWAN
    assert detect_language("骨 abcde") is Language.ENGLISH
    assert not read_query("骨 abcd").is_english


@pytest.mark.parametrize(
    "question", ["  \uff38geva 多久打？ ", "骨转移\n是什么", "臺灣喫藥", "é骨\u200b", ""]
)
def test_what_was_typed_is_kept_untouched(question: str) -> None:
    assert read_query(question).question == question


def test_half_a_surrogate_pair_becomes_a_question_mark() -> None:
    query = read_query("骨\ud83d轉移")
    assert (query.question, query.text) == ("骨?轉移", "骨?轉移")


def test_a_query_holds_normal_form_terms_and_language() -> None:
    query = read_query("\uff38geva 颚骨坏死")
    assert query.text == "xgeva 顎骨壞死"
    assert query.terms == tuple(terms("denosumab 顎骨壞死"))
    assert {"denosumab", "顎骨壞死", "#顎骨", "#骨壞"} <= set(query.terms)
    assert query.language is Language.MAINLAND


def test_synonyms_are_told_apart_on_request() -> None:
    query = read_query("Xgeva 放療", synonyms=False)
    assert query.terms == tuple(terms("xgeva 放療"))
    assert query.terms != read_query("Xgeva 放療").terms


@pytest.mark.parametrize(
    ("asked", "other"),
    [
        ("癌骨瓦多久打一次", "denosumab 多久打一次"),
        ("骨松要注意什么", "骨質疏鬆要注意什麼"),
        ("攝護腺癌會痛嗎", "前列腺癌會痛嗎"),
    ],
)
def test_questions_with_words_that_mean_the_same_count_the_same_words(
    asked: str, other: str
) -> None:
    assert set(read_query(asked).terms) == set(read_query(other).terms)
    assert read_query(asked).text != read_query(other).text
