from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.bot import Chatbot, Turn
from chatbot.citation import cite
from chatbot.contract import (
    FAILED,
    MOST_TURNS,
    NOT_JSON,
    NOT_UTF8,
    WRONG_SHAPE,
    AskRequest,
    AskResponse,
    CitationOut,
    answer_lines,
    answer_request,
    citation_out,
    given_id,
)
from chatbot.conversation import Conversation
from corpus.passage import PublisherSentence
from tests.helpers import passage, small_guide

REPLY_KEYS = {"kind", "text", "citations", "suggestions", "seconds"}
CITATION_KEYS = {"number", "passage_id", "section", "pages", "quote"}
KINDS = {"answer", "out_of_scope", "clarify", "smalltalk", "urgent", "ask_clinician"}
MAY_CITE = {"urgent", "ask_clinician"}
QUESTIONS = (
    ["骨轉移是什麼"],
    ["denosumab 多久打一次", "那多久打一次"],
    ["你好", "電療後更痛正常嗎", "謝謝"],
    ["健保有給付嗎"],
    ["😀"],
)


def line_of(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


# Ten kinds of rubbish: the line for an id, the id that comes back, and the reason.
Rubbish = Callable[[str], tuple[bytes, str | None, str]]
RUBBISH: dict[str, Rubbish] = {
    "not JSON": lambda i: (b'{"id": "' + i.encode() + b'", "turns": [', None, NOT_JSON),
    "not UTF-8": lambda i: (b'{"id": "\xff", "turns": ["' + i.encode() + b'"]}', None, NOT_UTF8),
    "empty": lambda _: (b"", None, NOT_JSON),
    "array": lambda i: (line_of([i, ["骨轉移是什麼"]]), None, NOT_JSON),
    "number": lambda _: (b"42", None, NOT_JSON),
    "missing id": lambda _: (line_of({"turns": ["骨轉移是什麼"]}), None, WRONG_SHAPE),
    "missing turns": lambda i: (line_of({"id": i}), i, WRONG_SHAPE),
    "empty turns": lambda i: (line_of({"id": i, "turns": []}), i, WRONG_SHAPE),
    "wrong types": lambda i: (line_of({"id": i, "turns": ["骨轉移", 7, None]}), i, WRONG_SHAPE),
    "NaN id": lambda _: (b'{"id": NaN, "turns": ["x"]}', None, WRONG_SHAPE),
}


def parsed(line: str) -> dict[str, object]:
    """Return a line's object, after checking that it is one line of UTF-8 and strict JSON."""
    assert "\n" not in line
    assert "\r" not in line

    def refuse(constant: str) -> object:
        raise ValueError(constant)

    value = json.loads(line.encode("utf-8"), parse_constant=refuse)
    assert isinstance(value, dict)
    return value


def check_replies(value: dict[str, object], turns: int) -> None:
    assert set(value) == {"id", "replies"}
    replies = value["replies"]
    assert isinstance(replies, list)
    assert len(replies) == turns
    texts = {p.passage_id: p for p in small_guide().passages}
    for reply in replies:
        assert set(reply) == REPLY_KEYS
        assert reply["kind"] in KINDS
        assert reply["text"]
        assert 0 <= reply["seconds"] < 60
        if reply["kind"] not in MAY_CITE:
            assert bool(reply["citations"]) == (reply["kind"] == "answer")
        for number, citation in enumerate(reply["citations"], start=1):
            own = texts[citation["passage_id"]]
            marked = citation.pop("marked", [])
            assert all(0 <= start < end <= len(own.text) for start, end in marked)
            assert citation == {
                "number": number,
                "passage_id": own.passage_id,
                "section": own.section,
                "pages": list(own.pages),
                "quote": own.text,
            }


def test_a_thousand_lines_of_which_four_hundred_are_rubbish(small_chatbot: Chatbot) -> None:
    chosen = random.Random(20)
    lines: list[tuple[bytes, str | int | None, str | int]] = []
    for kind in RUBBISH.values():
        for number in range(40):
            lines.append(kind(f"壞{number}"))
    for number in range(600):
        turns = QUESTIONS[number % len(QUESTIONS)]
        given: str | int = number if number % 2 else f"好 {number}"
        lines.append((line_of({"id": given, "turns": turns}), given, len(turns)))
    chosen.shuffle(lines)
    answers = list(answer_lines(small_chatbot, [line for line, _, _ in lines]))
    assert len(answers) == len(lines) == 1000
    errors = 0
    for answer, (line, name, expected) in zip(answers, lines, strict=True):
        value = parsed(answer)
        assert value["id"] == name, line
        assert type(value["id"]) is type(name)
        if isinstance(expected, str):
            errors += 1
            assert value == {"id": name, "error": expected}, line
        else:
            check_replies(value, expected)
    assert errors == 400


@pytest.mark.parametrize(
    ("line", "name", "error"),
    [
        (b"[" * 100_000, None, NOT_JSON),
        (b'{"id": "d", "turns": ' + b"[" * 900 + b"]" * 900 + b"}", "d", WRONG_SHAPE),
        (b'{"id": ' + b"[" * 900 + b"]" * 900 + b', "turns": ["x"]}', None, WRONG_SHAPE),
        (b'{"id": ' + b"9" * 5000 + b', "turns": ["x"]}', None, NOT_JSON),
        (b'{"id": true, "turns": ["x"]}', None, WRONG_SHAPE),
        (b'{"id": 1.5, "turns": ["x"]}', None, WRONG_SHAPE),
        (b'{"id": Infinity, "turns": ["x"]}', None, WRONG_SHAPE),
        (b'{"id": null, "turns": ["x"]}', None, WRONG_SHAPE),
        (b'{"id": 7, "turns": "x"}', 7, WRONG_SHAPE),
        (b'{"id": 7, "turns": {"0": "x"}}', 7, WRONG_SHAPE),
        (line_of({"id": 7, "turns": ["x"] * (MOST_TURNS + 1)}), 7, WRONG_SHAPE),
        (b"null", None, NOT_JSON),
        (b'"x"', None, NOT_JSON),
        (b"{}", None, WRONG_SHAPE),
        (b"\x00", None, NOT_JSON),
        (b"   \n", None, NOT_JSON),
        (line_of({"id": "\ud800", "turns": []}), None, NOT_UTF8),
        (b'{"id": "\\ud800", "turns": []}', "\ud800", WRONG_SHAPE),
    ],
    ids=range(18),
)
def test_rubbish_is_named_and_its_id_comes_back(
    small_chatbot: Chatbot, line: bytes, name: object, error: str
) -> None:
    (answer,) = answer_lines(small_chatbot, [line])
    assert parsed(answer) == {"id": name, "error": error}


@pytest.mark.parametrize("name", ["", "a b", "\u2028", "\x00", '"', "骨", 0, -5, 10**30, "\ud800"])
def test_an_id_comes_back_as_it_was_given(small_chatbot: Chatbot, name: str | int) -> None:
    line = json.dumps({"id": name, "turns": ["骨轉移是什麼"]}).encode()
    (answer,) = answer_lines(small_chatbot, [line])
    value = parsed(answer)
    assert value["id"] == name
    assert type(value["id"]) is type(name)
    check_replies(value, 1)


@pytest.mark.parametrize("turn", ["\ud800", "骨轉移\ud800是什麼", "\udfff\ud83d"])
def test_half_a_surrogate_pair_in_a_turn_is_answered(small_chatbot: Chatbot, turn: str) -> None:
    (answer,) = answer_lines(small_chatbot, [json.dumps({"id": 1, "turns": [turn]}).encode()])
    check_replies(parsed(answer), 1)


def test_a_very_long_line_is_answered(small_chatbot: Chatbot) -> None:
    (answer,) = answer_lines(small_chatbot, [line_of({"id": 1, "turns": ["骨" * 1_000_000]})])
    value = parsed(answer)
    check_replies(value, 1)
    assert len(answer) < 1000
    assert "太長" in answer


def test_as_many_turns_as_allowed_are_answered(small_chatbot: Chatbot) -> None:
    turns = ["骨轉移是什麼"] * MOST_TURNS
    (answer,) = answer_lines(small_chatbot, [line_of({"id": 1, "turns": turns})])
    check_replies(parsed(answer), MOST_TURNS)


def test_a_byte_order_mark_and_unknown_keys_do_no_harm(small_chatbot: Chatbot) -> None:
    line = line_of({"id": "b", "turns": ["骨轉移是什麼"], "extra": {"x": 1}})
    (answer,) = answer_lines(small_chatbot, [b"\xef\xbb\xbf" + line + b"\r\n"])
    check_replies(parsed(answer), 1)


def test_han_characters_are_written_as_such(small_chatbot: Chatbot) -> None:
    (answer,) = answer_lines(small_chatbot, [line_of({"id": "骨", "turns": ["骨轉移是什麼"]})])
    assert "骨轉移是癌症擴散到骨頭。" in answer


def test_a_line_is_answered_before_the_next_is_read(small_chatbot: Chatbot) -> None:
    read: list[int] = []

    def watched() -> Iterator[bytes]:
        for number in range(3):
            read.append(number)
            yield line_of({"id": number, "turns": ["你好"]})

    answers = answer_lines(small_chatbot, watched())
    assert read == []
    assert parsed(next(answers))["id"] == 0
    assert read == [0]


def test_turns_of_one_line_are_a_conversation_and_lines_are_not(small_chatbot: Chatbot) -> None:
    together = answer_request(
        small_chatbot, AskRequest(id=1, turns=["denosumab 多久打一次", "那多久打一次"])
    )
    assert [reply.kind for reply in together.replies] == ["answer", "answer"]
    assert together.replies[1].citations[0].passage_id == "often"
    lines = [line_of({"id": 1, "turns": [t]}) for t in ("denosumab 多久打一次", "那多久打一次")]
    _, alone = answer_lines(small_chatbot, lines)
    assert '"kind": "clarify"' in alone


class BrokenChatbot(Chatbot):
    """A chatbot that fails on every question but one."""

    def reply(self, question: str, conversation: Conversation = Conversation()) -> Turn:  # noqa: B008
        if question != "骨轉移是什麼":
            raise RuntimeError(question)
        return super().reply(question, conversation)


def test_a_failure_inside_is_an_error_line_and_the_run_goes_on(small_chatbot: Chatbot) -> None:
    broken = BrokenChatbot(small_chatbot.index)
    lines = [line_of({"id": t, "turns": [t]}) for t in ("壞", "骨轉移是什麼", "壞")]
    values = [parsed(answer) for answer in answer_lines(broken, lines)]
    assert values[0] == values[2] == {"id": "壞", "error": FAILED}
    check_replies(values[1], 1)


def test_seconds_are_those_of_each_reply(
    small_chatbot: Chatbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([0.5, 1.0, 1.25, 2.0, 2.5])  # the first for how long it may take
    monkeypatch.setattr("chatbot.contract.time.perf_counter", lambda: next(clock))
    answer = answer_request(small_chatbot, AskRequest(id=1, turns=["你好", "謝謝"]))
    assert [reply.seconds for reply in answer.replies] == [0.25, 0.5]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({"id": "a"}, "a"),
        ({"id": 0}, 0),
        ({"id": True}, None),
        ({"id": 1.0}, None),
        ({"id": ["a"]}, None),
        ({}, None),
        (["id"], None),
        ("id", None),
        (None, None),
    ],
)
def test_only_text_and_whole_numbers_are_ids(value: object, name: str | int | None) -> None:
    found = given_id(value)
    assert found == name
    assert type(found) is type(name)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.binary(max_size=60) | st.sampled_from([b"{}", b"[]", b"\n"]), max_size=5))
def test_any_bytes_get_one_line_each(small_chatbot: Chatbot, lines: list[bytes]) -> None:
    answers = [parsed(answer) for answer in answer_lines(small_chatbot, lines)]
    assert len(answers) == len(lines)
    assert all(set(value) == {"id", "error"} for value in answers)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@settings(deadline=None, max_examples=150)
@given(st.fixed_dictionaries({}, optional={"id": JSON_VALUES, "turns": JSON_VALUES}))
def test_any_object_gets_a_reply_for_each_turn_or_an_error(
    small_chatbot: Chatbot, value: dict[str, object]
) -> None:
    (answer,) = answer_lines(small_chatbot, [json.dumps(value).encode()])
    out = parsed(answer)
    name, turns = value.get("id"), value.get("turns")
    has_id = isinstance(name, str | int) and not isinstance(name, bool)
    has_turns = isinstance(turns, list) and turns and all(isinstance(t, str) for t in turns)
    if has_id and has_turns and isinstance(turns, list):
        assert out["id"] == name
        check_replies(out, len(turns))
    else:
        assert out == {"id": name if has_id else None, "error": WRONG_SHAPE}


def test_a_citation_without_the_publishers_words_does_not_mention_them() -> None:
    (citation,) = cite([passage(pages=())])
    assert citation_out(citation).model_dump() == {
        "number": 1,
        "passage_id": "p1",
        "section": "骨轉移",
        "pages": [],
        "quote": passage().text,
    }


def test_a_citation_carries_the_publishers_words_with_their_pages() -> None:
    words = (PublisherSentence("散步有益。", (9, 26)), PublisherSentence("牛奶有鈣。", ()))
    (citation,) = cite([passage(publisher=words)])
    value = json.loads(citation_out(citation).model_dump_json())
    assert set(value) == CITATION_KEYS | {"publisher"}
    assert value["quote"] == passage().text
    assert value["publisher"] == [
        {"text": "散步有益。", "pages": [9, 26]},
        {"text": "牛奶有鈣。", "pages": []},
    ]


def test_the_publishers_words_are_read_back() -> None:
    (citation,) = cite([passage(publisher=(PublisherSentence("散步有益。", (9,)),))])
    out = citation_out(citation)
    assert CitationOut.model_validate_json(out.model_dump_json()) == out


def test_the_described_interface_names_every_field_of_a_citation() -> None:
    schema = AskResponse.model_json_schema(mode="serialization")
    citation = schema["$defs"]["CitationOut"]
    assert set(citation["properties"]) == CITATION_KEYS | {"publisher", "marked"}
    assert set(citation["required"]) == CITATION_KEYS
