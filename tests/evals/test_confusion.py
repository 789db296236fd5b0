"""Questions of the bank that lead to another passage or topic."""

from __future__ import annotations

from corpus.not_in_guide import Topic
from corpus.passage import Guide, Language, Passage, Section
from corpus.source import Source
from evals.confusion import Confused, confusions, run_confusion
from tests.helpers import FakeEncoder, passage

# For the fake encoder a text and one with its characters in another order are the same.
RIGHT = passage("right", "甲乙丙丁。", heading="甲乙", questions=("甲乙丙", "骨頭痛嗎"))
WRONG = passage("wrong", "戊己庚辛。", heading="戊己", questions=("嗎痛頭骨", "戊己庚"))
TOPIC = Topic("topic", "題", "題", {Language.TAIWAN: ("庚己戊",)})


def source_of(*passages: Passage, topics: tuple[Topic, ...] = ()) -> Source:
    return Source(Guide("g", "指南", (Section("節", passages),)), topics)


def test_a_question_that_is_closest_to_another_passage_is_confused() -> None:
    count, found = confusions(source_of(RIGHT, WRONG), FakeEncoder())
    assert count == 4
    assert set(found) == {
        Confused("right", "wrong", ("骨頭痛嗎",)),
        Confused("wrong", "right", ("嗎痛頭骨",)),
    }


def test_topics_take_part_and_take_questions_too() -> None:
    count, found = confusions(source_of(RIGHT, WRONG, topics=(TOPIC,)), FakeEncoder())
    assert count == 5
    assert Confused("wrong", "topic", ("戊己庚",)) in found
    assert Confused("topic", "wrong", ("庚己戊",)) in found


def test_a_question_does_not_lead_to_itself() -> None:
    alone = passage("alone", "甲乙丙丁。", heading="甲乙丙", questions=("甲乙丙", "丙乙甲"))
    far = passage("far", "zzzz", heading="zzzz", questions=("zzzzz",))
    assert confusions(source_of(alone, far), FakeEncoder()) == (3, ())


def test_pairs_with_most_questions_come_first() -> None:
    more = passage("more", "壬癸。", heading="壬癸", questions=("丙乙甲", "丁丙乙甲", "壬癸壬"))
    less = passage("less", "子丑寅。", heading="子丑寅", questions=("癸壬壬", "丑寅子"))
    own = passage("own", "甲乙丙丁", heading="甲乙丙丁", questions=("甲乙丙",))
    _, found = confusions(source_of(own, more, less), FakeEncoder())
    sizes = [len(pair.questions) for pair in found]
    assert sizes == sorted(sizes, reverse=True)
    assert found[0] == Confused("more", "own", ("丙乙甲", "丁丙乙甲"))


def test_the_table_counts_and_names_them() -> None:
    lines = run_confusion(source_of(RIGHT, WRONG), FakeEncoder()).split("\n")
    assert lines[0] == "4 questions; 2 (50.0%) lead to another owner first."
    assert "| right | wrong | 1 | 骨頭痛嗎 |" in lines
    assert "| wrong | right | 1 | 嗎痛頭骨 |" in lines
    assert lines[-1] == "Most questions lost: right 1, wrong 1."
