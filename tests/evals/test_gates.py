"""What each gate does, alone and moved."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from chatbot.abstain import BANK_GATES, BANK_WORD_GATES, Gates
from chatbot.bot import Chatbot
from evals import gates
from evals.case import Case
from evals.gates import STEP_SIZES, STEPS, run_gates
from evals.report import share
from index.dense import DenseIndex
from index.key import keys_of
from index.lexical import LexicalIndex
from index.passage_index import PassageIndex, owner_documents, words_only_index
from tests.helpers import FakeEncoder, hearing, small_guide, small_topics

ANSWERED = ("骨頭痛怎麼辦", "骨轉移是什麼", "癌骨瓦多久打一次", "量子電腦")
REFUSED = ("健保有給付嗎", "癌骨瓦一針多少錢", "明天會下雨嗎", "wxyz qqq", "骨頭痛要找誰")


def case(kind: str, *turns: str) -> Case:
    pages = frozenset({9}) if kind == "answer" else frozenset[int]()
    return Case(turns[-1], "dev", turns, kind, pages, (), "hant", frozenset())


CASES = (
    *(case("answer", question) for question in ANSWERED),
    *(case("out_of_scope", question) for question in REFUSED),
    case("answer", "你好", "骨頭痛怎麼辦"),
    case("urgent", "我叫不醒他"),
    case("personal_advice", "我該停藥嗎"),
)


def index_by_meaning() -> PassageIndex:
    guide, topics, encoder = small_guide(), small_topics(), FakeEncoder()
    dense = DenseIndex.build(encoder.encode_questions([key.text for key in keys_of(guide, topics)]))
    lexical = LexicalIndex.build(owner_documents(guide, topics))
    return PassageIndex(guide, topics, lexical, dense, encoder)


INDEXES = {
    "words": (words_only_index(small_guide(), small_topics()), BANK_WORD_GATES),
    "meaning": (index_by_meaning(), BANK_GATES),
}
both_ways = pytest.mark.parametrize(("index", "own"), INDEXES.values(), ids=INDEXES.keys())


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the cases above as those of every split; return which splits were loaded."""
    loaded: list[str] = []

    def load(split: str) -> Sequence[Case]:
        loaded.append(split)
        return CASES

    monkeypatch.setattr(gates, "load_cases", load)
    return loaded


def rows_of(output: str) -> tuple[list[list[str]], list[list[str]]]:
    """Return the rows of both tables."""
    alone, moved = output.split("\nMoved, the others staying:\n")
    parts = []
    for table in (alone, moved):
        lines = [line for line in table.split("\n") if line.startswith("| ")]
        parts.append([[c.strip() for c in line.strip("|").split("|")] for line in lines[1:]])
    return parts[0], parts[1]


def count(cell: str, n: int) -> int:
    """Return how many a share counted."""
    return round(float(cell.split(" ")[0]) * n)


@both_ways
def test_the_gates_are_those_of_the_search(
    asked: list[str], index: PassageIndex, own: Gates
) -> None:
    assert run_gates(index).startswith(f"Set on dev: {own}\n")
    assert asked == ["dev"]


@both_ways
def test_every_gate_has_a_row_alone_and_one_for_each_step(
    asked: list[str], index: PassageIndex, own: Gates
) -> None:
    alone, moved = rows_of(run_gates(index))
    assert [row[:2] for row in alone] == [[n, f"{getattr(own, n):.3f}"] for n in STEP_SIZES]
    assert [row[:2] for row in moved] == [
        [name, f"{getattr(own, name) + step * size:.3f}"]
        for name, size in STEP_SIZES.items()
        for step in STEPS
    ]


@both_ways
def test_where_no_gate_is_moved_the_product_decides(
    asked: list[str], index: PassageIndex, own: Gates
) -> None:
    chatbot = hearing(Chatbot(index))

    def kinds(questions: Sequence[str]) -> list[str]:
        return [chatbot.reply(question).reply.kind for question in questions]

    answered = share(kinds(ANSWERED).count("answer"), len(ANSWERED))
    refused = share(kinds(REFUSED).count("out_of_scope"), len(REFUSED))
    _, moved = rows_of(run_gates(index))
    unmoved = moved[STEPS.index(0) :: len(STEPS)]
    assert [row[2:] for row in unmoved] == [[answered, refused]] * len(STEP_SIZES)
    assert answered != share(len(ANSWERED), len(ANSWERED))
    assert refused not in (share(0, len(REFUSED)), share(len(REFUSED), len(REFUSED)))


@both_ways
def test_a_higher_gate_answers_no_more_and_refuses_no_less(
    asked: list[str], index: PassageIndex, own: Gates
) -> None:
    _, moved = rows_of(run_gates(index))
    for start in range(0, len(moved), len(STEPS)):
        rows = moved[start : start + len(STEPS)]
        answered = [count(row[2], len(ANSWERED)) for row in rows]
        refused = [count(row[3], len(REFUSED)) for row in rows]
        assert answered == sorted(answered, reverse=True)
        assert refused == sorted(refused)


@both_ways
def test_a_gate_alone_refuses_no_more_than_all_together(
    asked: list[str], index: PassageIndex, own: Gates
) -> None:
    alone, moved = rows_of(run_gates(index))
    together = moved[STEPS.index(0)]
    for row in alone:
        assert count(row[2], len(ANSWERED)) >= count(together[2], len(ANSWERED))
        assert count(row[3], len(REFUSED)) <= count(together[3], len(REFUSED))
    assert {row[3] for row in alone} != {together[3]}


def test_the_gates_of_an_even_race_stand_together(asked: list[str]) -> None:
    alone, _ = rows_of(run_gates(INDEXES["meaning"][0]))
    rows = {row[0]: row[2:] for row in alone}
    assert rows["even_similarity"] == rows["even_coverage"]
    assert count(rows["even_similarity"][1], len(REFUSED)) > 0


def test_all_splits_that_are_named_are_counted(asked: list[str]) -> None:
    index = INDEXES["words"][0]
    once = rows_of(run_gates(index))
    output = run_gates(index, ("dev", "test"))
    assert output.startswith("Set on dev, test: ")
    assert asked == ["dev", "dev", "test"]
    twice = rows_of(output)
    assert [row[2].split(" ")[0] for row in twice[1]] == [row[2].split(" ")[0] for row in once[1]]
    assert twice[1][0][2] != once[1][0][2]
