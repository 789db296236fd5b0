"""Generated conversations: what is wrong is found, and with the product nothing is."""

from __future__ import annotations

from copy import copy

import pytest

from chatbot.bot import Chatbot, Turn
from chatbot.contacts import NO_TEAM
from chatbot.conversation import Conversation
from chatbot.promise import Promise
from chatbot.reply import Clarify, ClarifyReason
from chatbot.said import Said
from chatbot.templates import TEMPLATE_FOLDER, Templates
from corpus.passage import Guide, Section
from evals.fuzz import MOST_TURNS, Fuzzed, Generator, fuzz
from index.hit import Found
from index.passage_index import PassageIndex
from tests.chatbot.reviewed import LANGUAGES
from tests.helpers import passage


@pytest.fixture(scope="module")
def generator() -> Generator:
    return Generator(7)


# Messages


def test_the_same_seed_draws_the_same_messages(generator: Generator) -> None:
    def drawn(seed: int) -> list[str]:
        generator.draw.seed(seed)
        return [generator.message() for _ in range(200)]

    first = drawn(7)
    assert drawn(7) == first
    assert drawn(8) != first
    assert [Generator(7).message()] == first[:1]


def test_messages_are_sentences_spoilt_ones_code_and_every_plane(generator: Generator) -> None:
    drawn = [generator.message() for _ in range(2_000)]
    known = set(generator.sentences)
    assert 0.3 < sum(message in known for message in drawn) / len(drawn) < 0.6
    joined = "".join(drawn)
    for piece in ("{{ 7*7 }}", "<script>alert(1)</script>", "\u202e", "\u0000", "\ud800", "😀"):
        assert piece in joined, piece
    assert {ord(character) >> 16 for character in joined} == set(range(17))
    assert any(len(message) > 2_000 for message in drawn)
    assert "" in drawn


# What is wrong is found


class Careless(Chatbot):
    """A chatbot that says more than its template, and does not look at it."""

    def reply(self, question: str, conversation: Conversation = Conversation()) -> Turn:  # noqa: B008, ARG002
        line = self.templates.say("smalltalk", "goodbye")
        return Turn(
            Clarify(Said(f"{line}骨轉移會痛。", line.lines), ClarifyReason.EMPTY), conversation
        )


def turned_into(chatbot: Chatbot, kind: type[Chatbot]) -> Chatbot:
    made = copy(chatbot)
    made.__class__ = kind
    return made


def test_a_broken_reply_is_found(small_chatbot: Chatbot) -> None:
    result = fuzz(turned_into(small_chatbot, Careless), 5, 1)
    assert {fault for fault, _ in result.faults} == {"a text holds more than its lines"}
    assert len(result.faults) == result.replies["clarify"] >= 5
    assert "faults, " in str(result)
    assert "a text holds more than its lines" in str(result)


class FailingIndex(PassageIndex):
    """An index that cannot be searched."""

    def search(self, *_: object, **__: object) -> Found:
        raise OSError("the disk is gone")


def test_a_failure_is_found_and_ends_its_conversation_only(small_chatbot: Chatbot) -> None:
    broken = copy(small_chatbot)
    broken.index = copy(small_chatbot.index)
    broken.index.__class__ = FailingIndex
    result = fuzz(broken, 20, 1)
    assert result.conversations == 20
    assert {fault for fault, _ in result.faults} == {"OSError: the disk is gone"}
    assert all(len(message) <= 200 for _, message in result.faults)


def test_replies_that_had_to_be_replaced_are_found(small_chatbot: Chatbot) -> None:
    broken = copy(small_chatbot)
    other = Guide("other", "別的", (Section("節", (passage("other"),)),))
    templates = [Templates(TEMPLATE_FOLDER / f"{name}.toml") for name in LANGUAGES]
    broken.promise = Promise(other, (), templates, NO_TEAM)
    result = fuzz(broken, 20, 1)
    assert result.faults == [(f"{broken.promise.broken} replies were replaced", "")]


# The product


def test_a_hundred_conversations_have_no_fault(edition_chatbot: Chatbot) -> None:
    result = fuzz(edition_chatbot, 100, 2026)
    assert result.faults == []
    assert result.conversations == 100
    assert 100 <= sum(result.replies.values()) <= 100 * MOST_TURNS
    assert {"answer", "out_of_scope", "clarify", "urgent", "ask_clinician"} <= set(result.replies)


def test_the_same_seed_holds_the_same_conversations(small_chatbot: Chatbot) -> None:
    first, second = fuzz(small_chatbot, 12, 3), fuzz(small_chatbot, 12, 3)
    assert (first.replies, first.faults) == (second.replies, second.faults)


def test_a_run_is_told_in_a_line_and_its_faults() -> None:
    run = Fuzzed(conversations=2, faults=[("wrong", "甲")], seconds=1.4)
    run.replies.update({"answer": 3, "clarify": 1})
    assert str(run) == (
        "2 conversations, 4 replies (answer 3, clarify 1), 1 faults, 1 s\n  wrong: '甲'"
    )
