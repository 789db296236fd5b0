from __future__ import annotations

import pytest

from chatbot.follow_up import (
    LAST,
    OTHER,
    Leaning,
    has_no_subject,
    is_garbled,
    looks_like_follow_up,
    read_leaning,
    says_nothing,
)
from index.query import read_query


def leaning(message: str) -> Leaning:
    return read_leaning(read_query(message))


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
    assert says_nothing(read_query(message).text)


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
    assert not says_nothing(read_query(message).text)


@pytest.mark.parametrize(
    ("message", "rest"),
    [
        ("不是，我是問 Prolia", "prolia"),
        ("不對，我說的是它的分數怎麼看", "它的分數怎麼看"),
        ("我是說雙磷酸鹽那種，對腎有影響嗎", "雙磷酸鹽那種,對腎有影響嗎"),
        ("我不是問抽血，是那個骨密度檢查幾年一次", "是那個骨密度檢查幾年一次"),
        ("唔係，我講緊骨轉移嗰隻", "骨轉移嗰只"),
        ("Sorry, I meant for bone loss", "for bone loss"),
    ],
)
def test_a_correction_is_taken_off(message: str, rest: str) -> None:
    found = leaning(message)
    assert (found.corrects, found.rest) == (True, rest)


@pytest.mark.parametrize(
    ("message", "rest"),
    [
        ("回到剛剛那個藥，腎不好的人要注意什麼", "那個藥,腎不好的人要注意什麼"),
        ("前面你有講到手術，什麼情況才需要開", "手術,什麼情況才需要開"),
        ("回到刚才骨质流失，要打针的话打什么", "骨質流失,要打針的話打什麼"),
        ("back to the first drug, does it hurt", "first drug, does it hurt"),
    ],
)
def test_going_back_is_taken_off(message: str, rest: str) -> None:
    found = leaning(message)
    assert (found.goes_back, found.rest) == (True, rest)


@pytest.mark.parametrize(
    "message",
    [
        *("再說一次", "可以再講一次嗎", "用中文再講一次", "麻煩改用繁體 再講一次有哪些"),
        *("看不太懂 講白話一點", "講得簡單一點", "can you repeat that", "in English please"),
    ],
)
def test_who_wants_an_answer_once_more_asks_nothing_else(message: str) -> None:
    leaning = read_leaning(read_query(message))
    assert leaning.doubts
    assert not leaning.goes_back


@pytest.mark.parametrize(
    ("message", "rest"),
    [
        ("can u repeat the teeth part in English", "the teeth part"),
        ("再說一次打針的間隔", "打針的間隔"),
    ],
)
def test_what_is_wanted_once_more_may_be_a_part(message: str, rest: str) -> None:
    leaning = read_leaning(read_query(message))
    assert leaning.goes_back
    assert not leaning.doubts
    assert rest in leaning.rest


@pytest.mark.parametrize("message", ["我想再說明一次我的狀況", "醫生叫我回家再說", "骨針會痛嗎"])
def test_who_tells_or_asks_wants_nothing_once_more(message: str) -> None:
    leaning = read_leaning(read_query(message))
    assert not leaning.doubts
    assert not leaning.goes_back


@pytest.mark.parametrize(
    ("message", "place", "rest"),
    [
        ("第二種是用吃的還是打針", 2, "是用吃的還是打針"),
        ("那第一種呢", 1, "那呢"),
        ("前者多久打一次", 1, "多久打一次"),
        ("後者呢", 2, "呢"),
        ("最後一個是什麼", LAST, "是什麼"),
        ("另一種呢", OTHER, "呢"),
        ("how often is the second one given", 2, "how often is  given"),
    ],
)
def test_a_place_in_a_list_is_read(message: str, place: int, rest: str) -> None:
    found = leaning(message)
    assert (found.ordinal, found.rest) == (place, rest)


@pytest.mark.parametrize(
    ("message", "rest"),
    [
        ("換個問題，什麼食物鈣比較多", "什麼食物鈣比較多"),
        ("另外想問戒菸有沒有幫助", "戒菸有沒有幫助"),
        ("Another question: what is a DXA scan?", "what is a dxa scan?"),
    ],
)
def test_another_subject_is_announced_and_leans_on_nothing(message: str, rest: str) -> None:
    found = leaning(message)
    assert (found.switches, found.leans, found.rest) == (True, False, rest)


@pytest.mark.parametrize("message", ["不是", "不對", "回到剛剛", "換個話題", "no"])
def test_where_nothing_would_be_left_nothing_is_taken_off(message: str) -> None:
    assert leaning(message).rest == read_query(message).text


@pytest.mark.parametrize(
    "message",
    [
        "它要打多久？",
        "那個會痛嗎",
        "这个药呢",
        "What about the other one?",
        "how often is it given?",
        "有什麼差別",
        "佢嘅副作用呢",
        *("那個針痛不痛", "第二種副作用是什麼", "how long does it take"),
    ],
)
def test_what_only_points_has_no_subject(message: str) -> None:
    assert has_no_subject(read_query(message))


@pytest.mark.parametrize(
    "message",
    [
        "副作用呢",
        "打針會痛嗎",
        "那個 denosumab 會痛嗎",
        "這個藥傷腎嗎",
        "藥",
        "is it safe to exercise?",
    ],
)
def test_what_names_anything_has_one(message: str) -> None:
    assert not has_no_subject(read_query(message))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ㄐ3ㄨㄢ；；", True),
        ("，，有ㄉ3 那ㄟ", True),
        ("可以ㄇ", False),
        ("骨針多久打ㄧ次ㄋ", False),
        ("骨鬆ㄉ藥ㄋ", False),
    ],
)
def test_letters_of_an_input_method_alone_say_nothing(typed: str, expected: bool) -> None:
    assert is_garbled(read_query(typed)) is expected
