"""Remarks, which ask nothing: what is one, what is said to it, and what must not be taken for one."""

from __future__ import annotations

import numpy as np
import pytest

from chatbot.bot import Chatbot
from chatbot.conversation import Conversation
from chatbot.decisions import AS_ASKED
from chatbot.ngrams import NgramModel
from chatbot.remarks import LONGEST, REMARK, SITUATION, TOPIC, TOPICS, Remarks, load_remarks
from chatbot.reply import Answer, SmallTalk, Urgent
from chatbot.triage.message import read_message
from chatbot.triage.model import VECTOR_WEIGHT, TrainedModels, VectorHead
from tests.helpers import linear_head

HEADS = (REMARK, *(TOPIC + topic for topic in TOPICS))
WEIGHTS = {
    "怕": (3.0, 1.0, 0.0, 0.0, 0.0, 0.0),
    "謝": (3.0, 0.0, 0.0, 1.0, 0.0, 0.0),
    "嗎": (-6.0, 0, 0, 0, 0, 0),
}


def nets(*vectors: VectorHead) -> Remarks:
    """Return nets of three n-grams, each as rare as any other."""
    ngrams = NgramModel(
        HEADS,
        np.array([-1.0, 0.0, 0.0, 0.0, 0.0, 0.0], dtype=np.float32),
        {gram: row for row, gram in enumerate(WEIGHTS)},
        np.ones(len(WEIGHTS), dtype=np.float32),
        np.array(list(WEIGHTS.values()), dtype=np.float32),
    )
    thresholds = {net: {REMARK: 1.0, VECTOR_WEIGHT: 2.0} for net in ("sentences", "vectors")}
    by_name = {f"encoder{number}": head for number, head in enumerate(vectors)}
    return Remarks(TrainedModels(ngrams, by_name, thresholds))


def topic(typed: str, remarks: Remarks, similarity: float = 0.0) -> str | None:
    return remarks.check(read_message(typed), similarity=similarity)


def test_a_remark_has_the_topic_that_speaks_most_for_it() -> None:
    assert topic("我好怕", nets()) == "feeling"
    assert topic("多謝", nets()) == "thanks"


def test_what_asks_something_is_none() -> None:
    assert topic("好怕，會痛嗎", nets()) is None
    assert topic("間隔", nets()) is None


def test_what_holds_nothing_that_is_known_is_none() -> None:
    eager = nets()
    assert eager.models is not None
    for of_net in eager.models.thresholds.values():
        assert isinstance(of_net, dict)
        of_net[REMARK] = -9.0
    assert topic("ปวดกระดูก", eager) is None
    assert topic("我好怕", eager) == "feeling"


@pytest.mark.parametrize(
    "typed",
    [
        "怕會好不了嗎",
        "怕 那個是打皮下的齁",
        "怕 幫她選一個",
        "怕，腰緊緊的",
        "好怕 脚麻麻的",
        "我好怕？",
        "怕 骨頭痛",
        "怕 it hurts a bit",
    ],
)
def test_what_shows_that_it_asks_or_tells_of_the_body_is_none(typed: str) -> None:
    assert topic(typed, nets()) is None


def test_what_hurts_the_heart_alone_is_a_feeling() -> None:
    assert topic("怕，心好痛", nets()) == "feeling"
    assert topic("怕，很痛苦", nets()) == "feeling"


def test_a_question_of_the_bank_and_a_story_are_none() -> None:
    assert topic("我好怕", nets(), similarity=AS_ASKED) is None
    assert topic("我好怕" + "，一直到天亮" * LONGEST, nets()) is None


def test_the_vector_is_weighed_where_there_is_a_head_for_its_encoder() -> None:
    weights = np.zeros((2, len(HEADS)), dtype=np.float32)
    weights[0, 0] = -3.0
    head = linear_head(HEADS, np.zeros(len(HEADS), dtype=np.float32), weights)
    remarks = nets(head)
    vector = np.array([1.0, 0.0], dtype=np.float32)
    assert remarks.check(read_message("我好怕"), vector, "encoder0") is None
    assert remarks.check(read_message("我好怕"), vector, "another") == "feeling"


def test_without_weights_nothing_is_a_remark() -> None:
    assert topic("我好怕", Remarks(None)) is None


def test_the_trained_nets_have_a_topic_for_each_line_of_the_templates(
    edition_chatbot: Chatbot,
) -> None:
    remarks, problem = load_remarks()
    assert problem == ""
    assert remarks.models is not None
    assert remarks.models.ngrams.heads == HEADS
    for name in TOPICS:
        assert edition_chatbot.templates.holds("smalltalk", name)


@pytest.mark.parametrize(
    "typed",
    ["我心情好差", "唉 真的好累", "我真的好難過", "so scared right now"],
)
def test_somebody_who_tells_how_they_feel_is_told_whom_to_talk_to(
    edition_chatbot: Chatbot, typed: str
) -> None:
    turn = edition_chatbot.reply(typed)
    assert isinstance(turn.reply, SmallTalk), turn.reply.kind
    assert "1925" in turn.reply.text
    assert "119" in turn.reply.text


@pytest.mark.parametrize(
    "typed", ["denosumab 副作用", "另一種", "骨針 牙齒", "謝謝 那多久打一次", "好怕 打針會痛嗎"]
)
def test_what_asks_in_few_words_is_no_remark(edition_chatbot: Chatbot, typed: str) -> None:
    before = edition_chatbot.reply("denosumab 多久打一次").conversation
    assert edition_chatbot.reply(typed, before).reply.kind != "smalltalk"


def test_a_remark_leaves_the_conversation_as_it_was(edition_chatbot: Chatbot) -> None:
    before = edition_chatbot.reply("denosumab 多久打一次").conversation
    turn = edition_chatbot.reply("原來要打這麼久喔，嚇到我了", before)
    assert isinstance(turn.reply, SmallTalk), turn.reply.kind
    assert turn.conversation == before


def test_a_sign_in_a_remark_is_heard_first(edition_chatbot: Chatbot) -> None:
    turn = edition_chatbot.reply("好累，今天早上開始兩隻腳都沒力站不起來")
    assert isinstance(turn.reply, Urgent)


def test_after_a_crisis_a_remark_has_the_numbers_too(edition_chatbot: Chatbot) -> None:
    crisis = edition_chatbot.reply("我不想活了", Conversation())
    turn = edition_chatbot.reply("我只是好難過", crisis.conversation)
    assert "1925" in turn.reply.text


@pytest.mark.parametrize(
    "typed",
    [
        "我媽乳癌剛開完刀 還沒停經 醫生說早期",
        "我先生肺癌四期 有骨轉移",
        "im 41 havent hit menopause",
    ],
)
def test_who_tells_of_a_situation_is_asked_what_to_know_and_offered_questions_on_it(
    typed: str, full_chatbot: Chatbot
) -> None:
    turn = full_chatbot.reply(typed)
    assert isinstance(turn.reply, SmallTalk), turn.reply.kind
    assert turn.reply.topic == SITUATION
    assert turn.reply.suggestions
    assert turn.reply.suggestions != full_chatbot.examples()


def test_what_follows_a_situation_is_asked_about_it(full_chatbot: Chatbot) -> None:
    told = full_chatbot.reply("我骨髓瘤 剛診斷")
    assert isinstance(told.reply, SmallTalk)
    assert told.conversation.question == "我骨髓瘤 剛診斷"
    asked = full_chatbot.reply("那骨頭會怎樣", told.conversation)
    assert isinstance(asked.reply, Answer), asked.reply.kind
    assert "骨髓瘤" in asked.reply.citations[0].quote


def test_a_situation_in_between_does_not_change_what_was_asked(full_chatbot: Chatbot) -> None:
    before = full_chatbot.reply("denosumab 多久打一次").conversation
    told = full_chatbot.reply("我媽七十八歲 腎臟還好", before)
    assert told.conversation.question == before.question
