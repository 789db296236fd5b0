"""A message as the nets read it: normal form, clauses, windows, and the way back to what was typed."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chatbot.triage.message import MOST_CHARACTERS, WIDEST_WINDOW, Message, read_message

WORDS = ("腳麻", "走不穩", "沒力", "尿不出來", "脚没劲", "今天", "I can't feel", "38.5", "3天")
MARKS = (
    "，",
    "。",
    "、",
    "！",
    "；",
    "…",
    " ",
    "　",
    "\n",
    "😀",
    "🙏🏻",
    "「",
    "～",
    "\ud800",
    "⚠️",
)
PIECES = st.sampled_from((*WORDS, *MARKS))
TEXTS = st.lists(PIECES | st.text(max_size=6), max_size=12).map("".join)
ENDS = st.sampled_from(["。", "！", "？", "；", "…", "\n", "\r\n", "，", "、", "～"])


def full_width(text: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) for character in text)


# Normal form


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("脚没劲", "腳沒勁"),  # Simplified
        ("臺灣裏面脚痲", "台灣裡面腳麻"),  # variants
        (f"{full_width('FEVER')}　{full_width('38.5')}", "fever 38.5"),
        ("體溫 38℃", "體溫 38°c"),
        ("腳\u200b麻\ufeff了", "腳麻了"),  # invisible marks
        ("\u202e腳麻\u2066", "腳麻"),  # marks of direction
        ("腳\u0000麻", "腳麻"),
        ("  腳麻 \t 了  ", "腳麻了"),
        ("腳麻\r\n\r\n走不穩\u2028很喘", "腳麻\n走不穩\n很喘"),
        ("leg  numb\tand cold", "leg numb and cold"),
        ("my leg 麻 了", "my leg 麻了"),
        ("", ""),
        (" \n　\t", ""),
    ],
)
def test_a_message_is_read_in_normal_form(typed: str, text: str) -> None:
    message = read_message(typed)
    assert message.text == text
    assert message.typed == typed


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("腳😀麻🙏🏻", "腳麻"),
        ("❤️‍🩹腳麻👨‍👩‍👧", "腳麻"),
        ("⚠️ 腳麻 ⚠️", "腳麻"),
        ("「腳麻」", "腳麻"),
        ("**腳麻**", "腳麻"),
        ("#腳麻 @媽媽", "腳麻媽媽"),
        ("★☆腳麻♥→走不穩", "腳麻走不穩"),
        ("腳麻e\u0301\u0301", "腳麻\u00e9"),
        ("😀😀", ""),
    ],
)
def test_emoji_and_decoration_are_read_over(typed: str, text: str) -> None:
    assert read_message(typed).text == text


def test_marks_that_mean_something_are_kept() -> None:
    kept = "i can't, 50%/38.5°c (左)-右+1"
    assert read_message(kept).text == kept


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("腳 沒 力", "腳沒力"),
        ("我 腳 沒 力，站 不 起 來", "我腳沒力,站不起來"),
        ("腳　沒　力 😣", "腳沒力"),
        ("今天 腳 沒 力", "今天腳沒力"),
        ("腳沒 力", "腳沒力"),
    ],
)
def test_words_that_are_spelt_out_are_read(typed: str, text: str) -> None:
    assert read_message(typed).text == text


# Clauses


@pytest.mark.parametrize(
    ("typed", "clauses"),
    [
        ("腳麻，走不穩。尿不出來！", ("腳麻", "走不穩", "尿不出來")),
        ("腳麻、手麻；很喘?!", ("腳麻", "手麻", "很喘")),
        ("腳麻…走不穩～很喘—痛|累:煩", ("腳麻", "走不穩", "很喘", "痛", "累", "煩")),
        ("腳麻\n走不穩", ("腳麻", "走不穩")),
        ("今天 腳麻 走不穩", ("今天", "腳麻", "走不穩")),
        ("腳 沒 力", ("腳沒力",)),
        ("燒到38.5，很喘", ("燒到38.5", "很喘")),
        ("花了1,000元", ("花了1,000元",)),
        ("早上3:30腳麻", ("早上3:30腳麻",)),
        ("I can't feel my feet. It's 38.5 C", ("i can't feel my feet", "it's 38.5 c")),
        ("，。！", ()),
        ("", ()),
    ],
)
def test_a_message_is_cut_where_a_clause_ends(typed: str, clauses: tuple[str, ...]) -> None:
    message = read_message(typed)
    assert message.clauses == clauses
    assert message.whole == " ".join(clauses)


@pytest.mark.parametrize("mark", ["，", "、", "：", "～", "。"])
def test_a_clause_ends_before_a_number_too(mark: str) -> None:
    assert read_message(f"腳麻{mark}3天了").clauses == ("腳麻", "3天了")


def test_sentences_end_at_full_stops_and_clauses_at_commas_too() -> None:
    message = read_message("腳麻，走不穩。尿不出來")
    text = message.text
    walking = text.index("走")
    assert text[slice(*message.sentence_around(walking))] == "腳麻,走不穩"
    assert text[slice(*message.clause_around(walking))].strip(",") == "走不穩"
    assert text[slice(*message.sentence_around(len(text) - 1))].strip("。") == "尿不出來"


def test_a_space_ends_a_clause_and_not_a_sentence() -> None:
    message = read_message("沒有發燒 腳麻")
    assert message.text == "沒有發燒腳麻"
    assert message.spaces == (4,)
    assert message.clause_around(4) == (4, 6)
    assert message.sentence_around(4) == (0, 6)


# Windows


def test_every_run_of_up_to_four_clauses_is_a_window_the_longest_first() -> None:
    assert WIDEST_WINDOW == 4
    assert read_message("一，二。三").windows == ("一 二 三", "一 二", "二 三", "一", "二", "三")
    five = read_message("甲。乙。丙。丁。戊").windows
    assert five[:2] == ("甲 乙 丙 丁", "乙 丙 丁 戊")
    assert len(five) == 2 + 3 + 4 + 5


def test_a_window_that_stands_twice_is_scored_once() -> None:
    assert read_message("好。好。好").windows == ("好 好 好", "好 好", "好")


@settings(deadline=None)
@given(TEXTS, ENDS, TEXTS)
@example("腳麻", "，", "家人說不用去")
@example("我 腳", "\n", "沒 力")
def test_adding_text_never_removes_a_window(typed: str, end: str, more: str) -> None:
    """Digits behind a comma may be part of a number; a test of its own holds the rest."""
    if read_message(more).text[:1].isdecimal():
        more = "又" + more
    before = read_message(typed).windows
    assert set(before) <= set(read_message(typed + end + more).windows)


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_text_in_front_never_removes_a_window_either(more: str, typed: str) -> None:
    before = read_message(typed).windows
    assert set(before) <= set(read_message(f"{more}\n{typed}").windows)


# Back to what was typed


@pytest.mark.parametrize(
    ("typed", "found", "words"),
    [
        ("我今天腳沒力", "腳沒力", "腳沒力"),
        ("😀😀我今天 脚没力🙏", "腳沒力", "脚没力"),
        ("⚠️媽媽：「脚😣没力」", "腳沒力", "脚😣没力"),
        ("我 腳 沒 力 了", "腳沒力", "腳 沒 力"),
        (
            f"我{full_width('CAN')} {full_width('PEE')}了",
            "can pee",
            f"{full_width('CAN')} {full_width('PEE')}",
        ),
        ("體溫38℃，很喘", "很喘", "很喘"),
        ("\n\n  腳麻\r\n  走不穩", "走不穩", "走不穩"),
        ("\u202e\u200b腳麻", "腳麻", "腳麻"),
    ],
)
def test_typed_words_gives_back_what_was_typed(typed: str, found: str, words: str) -> None:
    message = read_message(typed)
    start = message.text.index(found)
    given_back = message.typed_words(start, start + len(found))
    assert given_back.strip(" 😀\n「\u202e\u200b") == words
    assert given_back in typed


@settings(deadline=None, max_examples=60)
@given(TEXTS, st.data())
def test_typed_words_is_a_slice_that_holds_all_that_was_read(
    typed: str, data: st.DataObject
) -> None:
    message = read_message(typed)
    start = data.draw(st.integers(0, len(message.text)))
    end = data.draw(st.integers(start, len(message.text)))
    given_back = message.typed_words(start, end)
    assert given_back in message.typed
    wanted, given = message.text[start:end], read_message(given_back).text
    assert len("".join(given.split())) >= len("".join(wanted.split()))


# Whatever is typed


def halves_of(typed: str) -> Message:
    half = MOST_CHARACTERS // 2
    return read_message(f"{typed[:half]}\n{typed[-half:]}")


def test_of_a_very_long_message_both_ends_are_read() -> None:
    assert MOST_CHARACTERS == 20_000
    filler = "今天天氣很好。" * 4_000
    message = read_message(f"一開始腳沒力。{filler}最後尿不出來")
    assert len(message.typed) == MOST_CHARACTERS + 1
    assert message.clauses[0] == "一開始腳沒力"
    assert message.clauses[-1] == "最後尿不出來"
    middle = read_message("好。" * 20_000 + "腳沒力。" + "好。" * 20_000)
    assert "腳沒力" not in middle.text


def test_a_message_at_the_limit_is_read_whole() -> None:
    typed = "好" * (MOST_CHARACTERS - 3) + "腳沒力"
    assert read_message(typed).typed == typed
    assert read_message("一" + typed) == halves_of("一" + typed)


@pytest.mark.parametrize("typed", ["\ud800腳沒力", "腳沒力\udfff", "\ud83d\n腳沒力\udc00"])
def test_lone_surrogates_do_no_harm(typed: str) -> None:
    message = read_message(typed)
    assert "腳沒力" in message.clauses
    assert message.text.encode("utf-8").decode() == message.text
    start = message.text.index("腳沒力")
    assert message.typed_words(start, start + 3) == "腳沒力"


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_text_is_read(typed: str) -> None:
    message = read_message(typed)
    assert message.typed == typed
    assert message.text.encode("utf-8").decode() == message.text
    assert all(clause == clause.strip() and clause for clause in message.clauses)
    assert read_message(message.text).text == message.text
