from __future__ import annotations

import pytest

from chatbot.citation import Citation, cite
from chatbot.reply import (
    AbstainReason,
    Answer,
    Clarify,
    ClarifyReason,
    OutOfScope,
    Reply,
    SmallTalk,
    citations_of,
)
from tests.helpers import passage


def numbered(*numbers: int) -> tuple[Citation, ...]:
    return tuple(Citation(number, passage(f"p{number}"), 0, 3) for number in numbers)


def test_an_answer_without_a_citation_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a citation"):
        Answer("指南裡的說明：", ())


@pytest.mark.parametrize("numbers", [(2,), (1, 3), (2, 1), (1, 1), (1, 2, 2), (2, 3)])
def test_citations_with_gaps_or_out_of_order_are_refused(numbers: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="from 1 without gaps"):
        Answer("指南裡的說明：", numbered(*numbers))


@pytest.mark.parametrize("numbers", [(1,), (1, 2), (1, 2, 3, 4)])
def test_an_answer_keeps_its_citations(numbers: tuple[int, ...]) -> None:
    citations = numbered(*numbers)
    assert Answer("指南裡的說明：", citations).citations == citations


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Answer("a", cite([passage()])), "answer"),
        (OutOfScope("b", AbstainReason.TOO_FAR), "out_of_scope"),
        (Clarify("c", ClarifyReason.EMPTY), "clarify"),
        (SmallTalk("d"), "smalltalk"),
    ],
)
def test_the_kind_is_the_one_of_the_contract(reply: Reply, kind: str) -> None:
    assert reply.kind == kind


def test_only_an_answer_has_citations() -> None:
    citations = cite([passage("a"), passage("b")])
    assert citations_of(Answer("a", citations)) == citations
    assert citations_of(OutOfScope("b", AbstainReason.UNRELATED, ("骨轉移是什麼",))) == ()
    assert citations_of(Clarify("c", ClarifyReason.NO_SUBJECT)) == ()
    assert citations_of(SmallTalk("d")) == ()
