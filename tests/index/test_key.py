"""The keys of passages and topics, slots filled."""

from __future__ import annotations

from dataclasses import replace

from corpus.not_in_guide import Topic
from corpus.passage import Guide, Language, Passage, Section
from corpus.subjects import fill_slots
from index.key import Key, KeyKind, keys_of, passage_text
from tests.helpers import passage

SLOTTED = "{藥}會痛嗎"


def guide_of(*passages: Passage) -> Guide:
    return Guide("g", "指南", (Section("節", passages),))


def test_a_passage_has_its_text_its_heading_and_its_questions() -> None:
    own = passage(questions=("骨轉移是什麼", "骨頭裡有癌"))
    assert keys_of(guide_of(own), ()) == (
        Key(0, KeyKind.TEXT, f"{own.heading}。{own.text}"),
        Key(0, KeyKind.HEADING, own.heading),
        Key(0, KeyKind.QUESTION, "骨轉移是什麼"),
        Key(0, KeyKind.QUESTION, "骨頭裡有癌"),
    )


def test_without_questions_it_has_its_text_alone_too() -> None:
    own = passage()
    assert keys_of(guide_of(own), ()) == (
        Key(0, KeyKind.TEXT, f"{own.section}。{own.heading}。{own.text}"),
        Key(0, KeyKind.BODY, own.text),
    )


def test_a_slot_gives_a_key_for_every_name_and_none_for_itself() -> None:
    questions = {Language.TAIWAN: (SLOTTED,), Language.ENGLISH: ("Does {藥} hurt?",)}
    own = replace(passage(), questions=questions)
    asked = [key.text for key in keys_of(guide_of(own), ()) if key.kind is KeyKind.QUESTION]
    assert asked == [
        *fill_slots(SLOTTED, Language.TAIWAN),
        *fill_slots("Does {藥} hurt?", Language.ENGLISH),
    ]
    assert "保骼麗會痛嗎" in asked
    assert "Does Xgeva hurt?" in asked
    assert not any("{" in text for text in asked)


def test_topics_come_after_passages_with_their_slots_filled() -> None:
    topic = Topic("cost", "費用", "費用", {Language.TAIWAN: ("要錢嗎", "{藥}多少錢")})
    keys = keys_of(guide_of(passage("a"), passage("b")), (topic,))
    assert [key.owner for key in keys[:4]] == [0, 0, 1, 1]
    filled = fill_slots("{藥}多少錢", Language.TAIWAN)
    assert len(filled) > 5
    assert keys[4:] == tuple(Key(2, KeyKind.QUESTION, text) for text in ("要錢嗎", *filled))


def test_keys_of_an_owner_stand_side_by_side() -> None:
    guide = guide_of(*(passage(name, questions=(SLOTTED,)) for name in "abc"))
    owners = [key.owner for key in keys_of(guide, ())]
    assert owners == sorted(owners)
    assert set(owners) == {0, 1, 2}


def test_a_heading_like_its_section_is_not_said_twice() -> None:
    assert passage_text(passage(heading="骨轉移", section="骨轉移")).count("骨轉移。") == 1
    assert passage_text(passage(heading="", section="")) == passage().text
