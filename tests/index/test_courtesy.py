from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.courtesy import bare


@pytest.mark.parametrize(
    "message",
    [
        "不好意思打擾了，骨轉移會痛嗎，謝謝您",
        "護理師您好，骨轉移會痛嗎。麻煩您了，感恩",
        "幫我媽媽問的，骨轉移會痛嗎",
        "這是我室友要我代打的：骨轉移會痛嗎",
        "想請問一下各位，骨轉移會痛嗎",
        "🥺 骨轉移會痛嗎 ❤️‍🩹",
        "請問骨轉移會痛嗎",
    ],
)
def test_courtesies_and_emoji_are_taken_off(message: str) -> None:
    assert bare(message) == "骨轉移會痛嗎"


@pytest.mark.parametrize(
    ("message", "left"),
    [
        ("您好，打扰一下，骨转移会痛吗，谢谢", "骨转移会痛吗"),
        ("唔好意思阻你一陣，骨轉移會唔會痛，唔該晒", "骨轉移會唔會痛"),
        ("Sorry to bother you, what is a DXA scan? Thank you so much", "what is a DXA scan?"),
        ("Asking for my mother: how often is Xgeva given", "how often is Xgeva given"),
        ("骨轉移會痛嗎？謝謝", "骨轉移會痛嗎？"),
    ],
)
def test_what_is_left_stands_as_it_was_typed(message: str, left: str) -> None:
    assert bare(message) == left


@pytest.mark.parametrize(
    "message",
    [
        "謝謝",
        "你好",
        "please",
        "問題是骨轉移會痛嗎",
        "問醫師什麼",
        "T值 -2.5 算什麼？",
        "hip fracture after a fall",
        "打擾到別人嗎",
        "有副作用要忍，免得添麻煩",
        "血鈣 > 2.6 mmol/L、50% 的人",
        "",
    ],
)
def test_what_asks_something_stays_whole(message: str) -> None:
    assert bare(message) == message


@given(st.text(max_size=200))
def test_nothing_typed_makes_it_fail_or_add_a_character(message: str) -> None:
    left = bare(message)
    assert "".join(left.split()) in "".join(message.split()) or len(left) <= len(message)
    assert bool(left) == bool(message)


@pytest.mark.parametrize("noise", ["." * 20_000, "?! " * 5_000, "請問" * 5_000, "謝謝，" * 5_000])
def test_long_messages_are_read_in_no_time(noise: str) -> None:
    bare("骨轉移")
    start = time.perf_counter()
    bare(noise)
    bare(f"骨轉移會痛嗎{noise}")
    assert time.perf_counter() - start < 2.0
