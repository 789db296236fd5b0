from __future__ import annotations

import pytest

from chatbot.citation import Citation, cite
from chatbot.reply import (
    AbstainReason,
    Answer,
    AskClinician,
    Clarify,
    ClarifyReason,
    OutOfScope,
    Reply,
    SmallTalk,
    Urgent,
    citations_of,
)
from chatbot.said import Asked
from chatbot.triage.tier import Tier
from tests.helpers import passage, said


def numbered(*numbers: int) -> tuple[Citation, ...]:
    return tuple(Citation(number, passage(f"p{number}"), 0, 3) for number in numbers)


def test_an_answer_without_a_citation_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a citation"):
        Answer(said("指南裡的說明："), ())


@pytest.mark.parametrize("numbers", [(2,), (1, 3), (2, 1), (1, 1), (1, 2, 2), (2, 3)])
def test_citations_with_gaps_or_out_of_order_are_refused(numbers: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="from 1 without gaps"):
        Answer(said("指南裡的說明："), numbered(*numbers))


@pytest.mark.parametrize("numbers", [(1,), (1, 2), (1, 2, 3, 4)])
def test_an_answer_keeps_its_citations(numbers: tuple[int, ...]) -> None:
    citations = numbered(*numbers)
    assert Answer(said("指南裡的說明："), citations).citations == citations


@pytest.mark.parametrize("tier", [Tier.EMERGENCY, Tier.TODAY, Tier.TELL])
def test_a_notice_cites_nothing_before_what_the_guide_says_on_the_sign(tier: Tier) -> None:
    with pytest.raises(ValueError, match="before what the guide says on it"):
        Urgent(said("a"), tier, numbered(1), 0, ())


def test_a_crisis_shows_no_other_passages() -> None:
    with pytest.raises(ValueError, match="shows no other passages"):
        Urgent(said("a"), Tier.CRISIS, numbered(1, 2), 1, ())
    kept = Urgent(said("a"), Tier.CRISIS, numbered(1), 1, ())
    assert (kept.support, kept.folded) == (numbered(1), ())


@pytest.mark.parametrize(
    ("count", "supporting", "support", "folded"),
    [(0, 0, (), ()), (1, 1, (1,), ()), (3, 1, (1,), (2, 3)), (3, 2, (1, 2), (3,))],
)
def test_a_notice_tells_support_from_what_is_folded_away(
    count: int, supporting: int, support: tuple[int, ...], folded: tuple[int, ...]
) -> None:
    citations = numbered(*range(1, count + 1))
    notice = Urgent(said("a"), Tier.TODAY, citations, supporting, ())
    assert tuple(c.number for c in notice.support) == support
    assert tuple(c.number for c in notice.folded) == folded
    assert notice.suggestions == ()


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Answer(said("a"), cite([passage()])), "answer"),
        (OutOfScope(said("b"), AbstainReason.TOO_FAR), "out_of_scope"),
        (Clarify(said("c"), ClarifyReason.EMPTY), "clarify"),
        (SmallTalk(said("d")), "smalltalk"),
        (Urgent(said("e"), Tier.TELL, (), 0, ()), "urgent"),
        (AskClinician(said("f"), "dental"), "ask_clinician"),
    ],
)
def test_the_kind_is_the_one_of_the_contract(reply: Reply, kind: str) -> None:
    assert reply.kind == kind


def test_only_some_kinds_have_citations() -> None:
    citations = cite([passage("a"), passage("b")])
    asked = (Asked("骨轉移是什麼"),)
    assert citations_of(Answer(said("a"), citations)) == citations
    assert citations_of(Urgent(said("a"), Tier.TODAY, citations, 1, ())) == citations
    assert citations_of(AskClinician(said("a"), "dental", citations)) == citations
    assert citations_of(OutOfScope(said("b"), AbstainReason.UNRELATED, asked)) == ()
    assert citations_of(Clarify(said("c"), ClarifyReason.NO_SUBJECT)) == ()
    assert citations_of(SmallTalk(said("d"))) == ()
