from __future__ import annotations

import pytest

from chatbot.bot import Chatbot
from chatbot.reply import AskClinician, Urgent
from chatbot.triage.tier import Tier
from corpus.passage import Guide, Passage, PassageKind, Section, Span
from evals.afternoon import Afternoon
from evals.case import Case
from evals.outcome import Shown, ask_afternoon, ask_chatbot, judge, reason_of
from index.passage_index import words_only_index
from tests.helpers import FakeEncoder, finding, passage, said, small_guide


def case(
    *turns: str,
    must: tuple[tuple[str, ...], ...] = (),
    pages: tuple[int, ...] = (9,),
    kind: str = "answer",
) -> Case:
    return Case("A1", "dev", turns, kind, frozenset(pages), must, "hant", frozenset())


ASKED = "電療後更痛正常嗎"  # shows "flare" (page 25), then its companion "pain" (page 9)


@pytest.mark.parametrize(
    ("must", "pages", "met", "met_first", "page_first"),
    [
        ((("加劇",),), (25,), True, True, True),
        ((("加劇",), ("聯絡醫師",)), (25,), True, False, True),
        ((("聯絡醫師",),), (9,), True, False, False),
        ((("加劇",),), (9,), True, True, False),
        ((("加劇",),), (14,), False, True, False),
        ((("加劇",), ("denosumab",)), (25,), False, False, True),
        ((), (25,), True, True, True),
        ((), (14,), False, True, False),
    ],
)
def test_met_needs_all_facts_and_a_page_and_first_is_the_first_citation_alone(
    small_chatbot: Chatbot,
    must: tuple[tuple[str, ...], ...],
    pages: tuple[int, ...],
    met: bool,
    met_first: bool,
    page_first: bool,
) -> None:
    outcome = ask_chatbot(small_chatbot, case(ASKED, must=must, pages=pages), "ours")
    assert outcome.shown == ("flare", "pain")
    assert (outcome.met, outcome.met_first, outcome.page_first) == (met, met_first, page_first)


def test_an_outcome_says_who_answered_what_was_shown_and_how_much(small_chatbot: Chatbot) -> None:
    asked = case(ASKED)
    outcome = ask_chatbot(small_chatbot, asked, "ours")
    by_id = small_guide().by_id
    assert outcome.case is asked
    assert outcome.system == "ours"
    assert outcome.kind == "answer"
    assert outcome.right_kind
    assert outcome.evidence == len(by_id["flare"].text) + len(by_id["pain"].text)
    assert 0 < outcome.seconds < 10


def test_where_nothing_is_shown_nothing_is_met(small_chatbot: Chatbot) -> None:
    outcome = ask_chatbot(small_chatbot, case("健保有給付嗎", must=()), "ours")
    assert outcome.kind == "out_of_scope"
    assert not outcome.right_kind
    assert (outcome.met, outcome.met_first, outcome.page_first) == (False, False, False)
    assert outcome.shown == ()
    assert outcome.evidence == 0


def test_a_refusal_is_right_where_the_guide_does_not_hold_it(small_chatbot: Chatbot) -> None:
    asked = case("健保有給付嗎", kind="out_of_scope", pages=())
    assert ask_chatbot(small_chatbot, asked, "ours").right_kind


def test_a_request_is_right_where_it_is_handed_to_the_team() -> None:
    asked = case("要停藥嗎", kind="personal_advice", pages=())
    assert judge(asked, "ours", "ask_clinician", [], 0.0).right_kind
    assert not judge(asked, "ours", "answer", [], 0.0).right_kind


def test_an_outcome_keeps_what_was_shown_word_for_word(small_chatbot: Chatbot) -> None:
    outcome = ask_chatbot(small_chatbot, case(ASKED), "ours")
    by_id = small_guide().by_id
    assert outcome.evidence_shown == (
        Shown("flare", (25,), by_id["flare"].text),
        Shown("pain", (9,), by_id["pain"].text),
    )
    assert outcome.text == small_chatbot.reply(ASKED).reply.text
    assert "25" in outcome.text
    assert outcome.reason == ""
    assert outcome.confidence is not None
    assert 0.5 < outcome.confidence <= 1.0


@pytest.mark.parametrize(
    ("question", "kind", "reason"),
    [
        ("健保有給付嗎", "out_of_scope", "not_in_guide"),
        ("", "clarify", "empty"),
        ("你好", "smalltalk", ""),
        ("骨轉移是什麼", "answer", ""),
    ],
)
def test_an_outcome_tells_why_the_reply_is_of_its_kind(
    small_chatbot: Chatbot, question: str, kind: str, reason: str
) -> None:
    outcome = ask_chatbot(small_chatbot, case(question), "ours")
    assert (outcome.kind, outcome.reason) == (kind, reason)


def test_the_reason_of_a_notice_is_its_tier_and_signs_and_of_a_request_its_subject() -> None:
    findings = tuple(
        finding(sign, Tier.TODAY) for sign in ("leg_arm_weakness", "bladder_bowel", "bladder_bowel")
    )
    notice = Urgent(said("請聯絡團隊"), Tier.TODAY, (), 0, findings)
    assert reason_of(notice) == "T2: leg_arm_weakness, bladder_bowel"
    assert reason_of(AskClinician(said("問團隊"), "stop_delay")) == "stop_delay"


def test_only_the_last_turn_is_judged_in_the_light_of_the_others(small_chatbot: Chatbot) -> None:
    facts = (("4週",),)
    follow_up = case("denosumab 多久打一次", "那多久打一次", must=facts, pages=(16,))
    assert ask_chatbot(small_chatbot, follow_up, "ours").met
    alone = case("那多久打一次", must=facts, pages=(16,))
    assert ask_chatbot(small_chatbot, alone, "ours").kind == "clarify"


def test_a_wording_that_only_two_quotations_together_spell_is_not_met() -> None:
    passages = (
        passage("a", "電療後更痛時要補鈣", questions=("電療後更痛怎麼補",), companions=("b",)),
        passage("b", "濃度另外再測", questions=("抽血要測哪些項目",)),
        passage("c", "別的內容放在這裡。", questions=("無關的段落",)),
    )
    chatbot = Chatbot(words_only_index(Guide("g", "指南", (Section("節", passages),)), ()))
    outcome = ask_chatbot(chatbot, case("電療後更痛怎麼補", must=(("鈣濃度",),)), "ours")
    assert outcome.shown == ("a", "b")
    assert not outcome.met


def test_the_peer_is_judged_by_the_same_rules_on_the_last_turn_alone() -> None:
    pieces = ("骨質疏鬆讓骨頭容易斷裂。" * 25, "浴室鋪上防滑墊可以防跌。" * 25)
    passages = tuple(
        Passage(
            f"p{i}", "節", (i + 1,), PassageKind.PROSE, "題", t, span=Span(300 * i, 300 * i + 300)
        )
        for i, t in enumerate(pieces)
    )
    guide = Guide("g", "指南", (Section("節", passages),), "".join(pieces))
    encoder = FakeEncoder()
    peer = Afternoon(guide, encoder)
    before = encoder.encoded
    asked = case("骨質疏鬆", "浴室鋪上防滑墊", must=(("防滑墊",), ("斷裂",)), pages=(2,))
    outcome = ask_afternoon(peer, asked)
    assert encoder.encoded == before + 1
    assert outcome.system == "afternoon"
    assert outcome.kind == "answer"
    assert outcome.shown[0] in {"chunk-1", "chunk-2"}
    assert sorted(outcome.shown) == ["chunk-0", "chunk-1", "chunk-2"]
    assert outcome.evidence == sum(len(chunk.text) for chunk in peer.chunks)
    assert outcome.met
    assert outcome.page_first
    assert not ask_afternoon(peer, case("浴室", must=(("鈣",),), pages=(2,))).met
