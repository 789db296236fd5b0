from __future__ import annotations

import pytest

from chatbot.bot import Chatbot
from chatbot.reply import Answer
from chatbot.t_score import reads_t_score
from index.script import normalise


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("T值-2.3", "t值-1.8 骨質缺乏"),
        ("T值負三係咪好差", "t值-3 骨質疏鬆系咪好差"),
        ("T 值 -1", "t 值 -0.5 正常"),
        ("T值-2.5算嗎", "t值-3 骨質疏鬆算嗎"),
        ("骨密度-2.4", "骨密度-1.8 骨質缺乏"),
        ("t score minus 3.1", "t score -3 骨質疏鬆"),
    ],
)
def test_a_score_is_read_as_one_of_its_part(text: str, read: str) -> None:
    assert normalise(reads_t_score(normalise(text)) or "") == normalise(read)


@pytest.mark.parametrize(
    "text",
    [
        "denosumab 打完 2 年",
        "T值是什麼",
        "T值 -1 到 -2.5 之間",
        "骨密度 2 年做一次",
        "零下 -3 度",
        "T值-2.3" + "，我很擔心" * 20,
    ],
)
def test_no_score_or_several_are_left_alone(text: str) -> None:
    assert reads_t_score(normalise(text)) is None


def test_a_bare_number_is_a_score_behind_one() -> None:
    assert reads_t_score("-2.6呢", "t值-1.8算骨鬆嗎") == "-3 骨質疏鬆呢"
    assert reads_t_score("-2.6呢", "骨針多久打一次") is None


@pytest.mark.model
@pytest.mark.parametrize(
    ("messages", "passage"),
    [
        (["T值-1.8算骨鬆嗎", "-2.6呢"], "p20-t-osteoporosis"),
        (["T值-1.8算骨鬆嗎", "-2.5呢"], "p20-t-osteoporosis"),
        (["T值-1.8算骨鬆嗎", "那-0.7咧"], "p20-t-normal"),
        (["T值負三很嚴重嗎"], "p20-t-osteoporosis"),
        (["T score -2.3"], "p20-t-osteopenia"),
        (["DXA -2.8 正常嗎"], "p20-t-osteoporosis"),
        (["is a T score of -1.8 bad"], "p20-t-osteopenia"),
        (["T值-1.8算骨鬆嗎", "要多久驗一次"], "p27-dxa-interval"),
    ],
)
def test_the_right_part_stands_first(
    messages: list[str], passage: str, full_chatbot: Chatbot
) -> None:
    turn = full_chatbot.reply(messages[0])
    for message in messages[1:]:
        turn = full_chatbot.reply(message, turn.conversation)
    assert isinstance(turn.reply, Answer)
    assert turn.reply.citations[0].passage.passage_id == passage
    assert "-1.8" not in turn.reply.text  # no number that the person did not write
