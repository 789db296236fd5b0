"""What puts off a notice, who acts on it, and what only sounds alike."""

from __future__ import annotations

import pytest

from chatbot.triage.message import read_message
from chatbot.triage.putting_off import (
    cannot_be_reached,
    is_beside,
    is_on_the_way,
    puts_off,
    wonders,
)


@pytest.mark.parametrize(
    "typed",
    [
        "現在半夜了 等禮拜一門診再講可以吧",
        "现在半夜了，等明天门诊可以吗",
        "先吃普拿疼睡一覺看看可不可以",
        "應該是攝護腺老毛病吧 明天再看",
        "一定要現在去嗎",
        "可以先觀察嗎",
        "我先睡一下好了",
        "她不想去急診",
        "不打119可以嗎",
        "再忍一下好了",
        "拖到下禮拜五回診可以嗎",
        "撐到明天早上可以吧",
        "半夜了 我怕麻煩人家",
        "等聽日覆診先講得唔得",
        "使唔使即刻去㗎",
        "等明仔載才講",
        "can it wait till Monday",
        "I'll see how he is in the morning",
        "do we really need to go",
    ],
)
def test_what_puts_off_is_heard(typed: str) -> None:
    assert puts_off(read_message(typed))


@pytest.mark.parametrize(
    "typed",
    [
        "好我等等就打去門診",
        "我們現在去急診",
        "已經叫救護車了，等他們來",
        "叫咗車喇",
        "救護車來了 謝謝",
        "好 我打電話了 謝謝",
        "ok calling them now",
        "on our way to the ER",
        "那 denosumab 多久打一次",
        "下個月的骨針可以先不打嗎",
        "denosumab 突然不打會怎樣",
        "拔牙後要再等幾週",
        "之後要怎麼照顧",
        "謝謝",
    ],
)
def test_who_acts_or_asks_something_else_puts_off_nothing(typed: str) -> None:
    assert puts_off(read_message(typed)) == ""


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "好我等等就打去門診",
            "我們現在去急診",
            "已經叫救護車了",
            "叫咗車喇 好驚",
            "救護車來了 謝謝",
        ),
        *("好 我打電話了", "我叫我兒子載我去", "我打給她了 我現在過去", "謝謝，我會打給個管師"),
        *("ok calling them now", "will call them", "ok ringing them now", "on our way to the ER"),
    ],
)
def test_who_is_on_the_way_is_known(typed: str) -> None:
    assert is_on_the_way(read_message(typed))


@pytest.mark.parametrize(
    "typed",
    ["骨針多久打一次", "她不想去急診", "要打電話嗎", "副作用會過去嗎", "她現在睡著了", "要不要緊"],
)
def test_who_only_speaks_of_it_is_not_on_the_way(typed: str) -> None:
    assert not is_on_the_way(read_message(typed))


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "這正常嗎",
            "要不要緊",
            "是不是躺久了",
            "還是藥的副作用",
            "會唔會斷咗",
            "怎麼辦",
            "點算好",
        ),
        *(
            "那就不用去了吧",
            "休息幾天就好了吧",
            "大驚小怪啦",
            "is that a side effect",
            "is it normal?",
        ),
    ],
)
def test_what_wonders_about_what_was_told_is_heard(typed: str) -> None:
    assert wonders(read_message(typed))


@pytest.mark.parametrize(
    "typed",
    [
        "骨針多久打一次",
        "骨針有哪些副作用",
        "誰會來教我下床",
        "新藥就一定比較好嗎",
        "what tests are there",
    ],
)
def test_another_question_wonders_about_nothing(typed: str) -> None:
    assert not wonders(read_message(typed))


@pytest.mark.parametrize(
    "typed",
    [
        *("他們電話沒人接", "打不通", "打了好幾次都沒人接", "一直忙線", "門診已經下班了"),
        *("都冇人聽", "nobody is answering", "i can't get through", "the line is busy"),
    ],
)
def test_who_reaches_nobody_is_known(typed: str) -> None:
    assert cannot_be_reached(read_message(typed))


@pytest.mark.parametrize(
    "typed", ["沒人說這個可以停", "打針會痛嗎", "我等等打電話", "打不打骨針", "we called them"]
)
def test_who_says_something_else_reaches_somebody(typed: str) -> None:
    assert not cannot_be_reached(read_message(typed))


@pytest.mark.parametrize(
    ("typed", "beside"),
    [
        ("看護一天多少錢", True),
        ("要請看護嗎", True),
        ("叫私家救護車要幾錢", True),
        ("要看護理師嗎", False),
        ("看護士行嗎", False),
    ],
)
def test_a_carer_is_beside_a_sign_and_a_nurse_is_not(typed: str, beside: bool) -> None:
    assert is_beside(read_message(typed)) is beside
