"""The promise: what is no passage and no template line is named, replaced and counted."""

from __future__ import annotations

import logging
from copy import copy
from dataclasses import FrozenInstanceError, replace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.bot import Chatbot
from chatbot.citation import Citation, cite
from chatbot.contacts import NO_TEAM, WITHDRAWN, Team
from chatbot.conversation import Conversation
from chatbot.promise import Promise
from chatbot.reply import AbstainReason, Answer, Clarify, ClarifyReason, Dial, OutOfScope, Urgent
from chatbot.said import Asked, Said, paragraphs
from chatbot.templates import TEMPLATE_FOLDER, Templates
from chatbot.triage.tier import Tier
from corpus.passage import Guide, Passage, Section
from corpus.source import Source
from index.passage_index import words_only_index
from tests.chatbot.reviewed import LANGUAGES
from tests.chatbot.test_contacts import ROWS
from tests.helpers import finding, hearing, passage, small_guide, small_topics

BY_NAME = {name: Templates(TEMPLATE_FOLDER / f"{name}.toml") for name in LANGUAGES}
GUIDE = small_guide()
WHAT = GUIDE.by_id["what"]
TEAM = Team("腫瘤個管師", "02-2345-6789")
NUMBERS = {
    "emergency": "119",
    "comfort": "1925",
    "lifeline": "1995",
    "teacher_chang": "1980",
}
ALTERED = "a line is not what its template says"
NO_TEMPLATE = "a line stands in no template"
NOT_ITS_LINES = "a text is not its lines"
MORE = "a text holds more than its lines"
EMPTY = "a text is empty"
TOO_LITTLE = "a line is filled with too little"
NOT_CITED = "a line names pages that are not cited"
NO_SAID = "a text was not said by a template"
FOREIGN = "a citation is of another guide"
NO_SLICE = "a quotation is no slice of its passage"
NO_QUESTION = "a suggestion is no question of the bank"
SAFE = (
    "抱歉，這次的回答沒有通過檢查，所以不顯示。請換一種說法再問一次，或直接問您的醫療團隊。"
    "身體很不舒服，請撥 119；難過到不想活，請撥 1925 安心專線。"
)
NO_NUMBER = "a number to call stands in no list"


def promise(guide: Guide = GUIDE, team: Team = TEAM) -> Promise:
    return Promise(guide, small_topics(), BY_NAME.values(), team)


def say(group: str, name: str, /, language: str = "zh-Hant", **values: str) -> Said:
    return BY_NAME[language].say(group, name, **values)


LEAD = say("answer", "lead", pages="9")
GOODBYE = say("smalltalk", "goodbye")


def faults_of_text(text: Said, team: Team = TEAM) -> list[str]:
    """Return what is wrong with a text, where the whole guide is cited: pages 9, 16 and 25."""
    return list(promise(team=team).faults(Answer(text, cite(GUIDE.passages))))


def faults_of_citation(citation: Citation) -> list[str]:
    return list(promise().faults(Answer(GOODBYE, (citation,))))


# What keeps it


@pytest.mark.parametrize(
    "text",
    [
        LEAD,
        say("answer", "lead", pages=""),
        say("answer", "lead", language="en", pages="9, 16, 25"),
        say("out_of_scope", "not_in_guide", topic="健保給付與費用").then(
            say("out_of_scope", "nearest")
        ),
        say("out_of_scope", "too_far", language="en", topic="天氣").then(
            say("out_of_scope", "care", language="en", **NUMBERS),
            say("out_of_scope", "nearest", language="en"),
        ),
        paragraphs(LEAD, say("mentioned", "footer", **NUMBERS)),
        paragraphs(
            say("urgent", "team", name="腫瘤個管師", phone="02-2345-6789"),
            say("take_along", "stop_delay"),
        ),
        say("urgent", "team", language="zh-Hans", name="治疗团队", phone="02-2345-6789"),
    ],
)
def test_lines_of_the_templates_keep_it(text: Said) -> None:
    assert faults_of_text(text) == []


@pytest.mark.parametrize("team", [NO_TEAM, TEAM])
def test_a_refusal_where_no_topic_came_near_keeps_it(team: Team) -> None:
    """The topic is handed in empty, as for every refusal from an imported guide."""
    assert faults_of_text(say("out_of_scope", "nothing_shared", topic=""), team) == []


def test_quotations_questions_and_numbers_of_the_files_keep_it() -> None:
    asked = (Asked("骨頭痛要找誰"), Asked("骨轉移"))
    assert list(promise().faults(Answer(LEAD, cite([WHAT]), asked))) == []
    dials = (
        Dial(say("dial", "emergency"), "119"),
        Dial(say("dial", "team", name="腫瘤個管師"), "02-2345-6789"),
    )
    notice = Urgent(say("urgent", "silent"), Tier.TODAY, cite([WHAT]), 1, (), dials)
    assert list(promise().faults(notice)) == []


# Quotations


@given(st.integers(-3, 20), st.integers(-3, 20))
def test_no_offsets_can_change_a_quotation(start: int, end: int) -> None:
    if 0 <= start < end <= len(WHAT.text):
        citation = Citation(1, WHAT, start, end)
        assert citation.quote == WHAT.text[start:end]
        assert faults_of_citation(citation) == []
    else:
        with pytest.raises(ValueError, match="leaves the passage"):
            Citation(1, WHAT, start, end)


def test_a_quotation_cannot_be_written() -> None:
    (citation,) = cite([WHAT])
    with pytest.raises((AttributeError, TypeError)):
        citation.quote = "骨轉移不是癌症。"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        citation.end = 3  # type: ignore[misc]


class Misquoting(Citation):
    """A citation that does not cut its own quotation."""

    @property
    def quote(self) -> str:
        return "骨轉移不是癌症擴散到骨頭。"


class Empty(Citation):
    """A citation that quotes nothing."""

    @property
    def quote(self) -> str:
        return ""


@pytest.mark.parametrize("kind", [Misquoting, Empty])
def test_a_changed_quotation_is_named(kind: type[Citation]) -> None:
    assert faults_of_citation(kind(1, WHAT, 0, len(WHAT.text))) == [NO_SLICE]


@pytest.mark.parametrize(
    "foreign",
    [
        passage("other", WHAT.text),
        replace(WHAT, text="骨轉移不是癌症擴散到骨頭。"),
        replace(WHAT, pages=(8,)),
        replace(WHAT, section="別的節"),
        replace(WHAT, passage_id="pain"),
    ],
)
def test_a_foreign_passage_is_named(foreign: Passage) -> None:
    (citation,) = cite([foreign])
    assert faults_of_citation(citation) == [FOREIGN]


def test_every_citation_is_looked_at_folded_ones_too() -> None:
    citations = cite([WHAT, passage("other"), passage("third")])
    notice = Urgent(say("urgent", "silent"), Tier.TODAY, citations, 1, ())
    assert list(promise().faults(notice)) == [FOREIGN, FOREIGN]


# Texts


@pytest.mark.parametrize("text", ["骨轉移會痛。", str(LEAD), f"{LEAD}骨轉移會痛。", ""])
def test_a_text_that_is_no_said_is_named(text: str) -> None:
    assert faults_of_text(cast(Said, text)) == [NO_SAID]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (Said(LEAD + "骨轉移會痛。", LEAD.lines), MORE),
        (Said(LEAD + "\n" + LEAD, LEAD.lines), MORE),
        (Said("骨轉移會痛。" + LEAD, LEAD.lines), NOT_ITS_LINES),
        (Said(LEAD.replace("9", "26"), LEAD.lines), NOT_ITS_LINES),
        (Said(LEAD, (*LEAD.lines, *GOODBYE.lines)), NOT_ITS_LINES),
        (Said(GOODBYE + LEAD, (*LEAD.lines, *GOODBYE.lines)), NOT_ITS_LINES),
        (Said("", LEAD.lines), NOT_ITS_LINES),
    ],
)
def test_a_text_beside_its_lines_is_named(text: Said, fault: str) -> None:
    assert faults_of_text(text) == [fault]


def test_a_text_without_a_line_is_named() -> None:
    assert faults_of_text(Said("", ())) == [EMPTY]
    assert faults_of_text(Said("骨轉移會痛。", ())) == [EMPTY, MORE]


def altered(text: Said, /, **changed: object) -> Said:
    """Return the text with its only line changed, and the words with it."""
    (line,) = text.lines
    made = replace(line, **changed)  # type: ignore[arg-type]
    return Said(made.text, (made,))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (altered(GOODBYE, text="再見，不必看醫師。"), ALTERED),
        (altered(GOODBYE, name="thanks"), ALTERED),
        (altered(GOODBYE, language="en"), ALTERED),
        (altered(LEAD, values=(("pages", "16"),)), ALTERED),
        (altered(GOODBYE, name="nothing"), NO_TEMPLATE),
        (altered(GOODBYE, group="nothing"), NO_TEMPLATE),
        (altered(GOODBYE, language="ja"), NO_TEMPLATE),
        (altered(LEAD, values=()), TOO_LITTLE),
        (say("page", "hello"), NO_TEMPLATE),
        (say("mode", "words_only"), NO_TEMPLATE),
        (say("whose_words", "restated"), NO_TEMPLATE),
        (say("list", "between"), NO_TEMPLATE),
    ],
)
def test_an_altered_line_is_named(text: Said, fault: str) -> None:
    assert faults_of_text(text) == [fault]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (say("out_of_scope", "not_in_guide", topic="骨轉移"), "topic"),
        (say("out_of_scope", "not_in_guide", topic="9"), "topic"),
        (say("urgent", "emergency", emergency="110"), "emergency"),
        (say("urgent", "team", name="王小明", phone="02-2345-6789"), "name"),
        (say("urgent", "team", name="腫瘤個管師", phone="02-2345-6780"), "phone"),
        (say("urgent", "team", name="腫瘤個管師", phone=ROWS[WITHDRAWN]["numbers"][0]), "phone"),
    ],
)
def test_an_unknown_value_is_named(text: Said, name: str) -> None:
    assert faults_of_text(text) == [f"a line is filled with an unknown {name}"]


@pytest.mark.parametrize(
    "pages", ["26", "9、26", "九", "\uff19", "9 頁，骨轉移會痛", "9-16", "{{ 9 }}"]
)
def test_pages_that_are_not_cited_are_named(pages: str) -> None:
    assert faults_of_text(say("answer", "lead", pages=pages)) == [NOT_CITED]


@pytest.mark.parametrize("places", ["0", "10", "一", "2、", "2 和 3", "{{ 2 }}", ""])
def test_places_that_are_no_places_are_named(places: str) -> None:
    assert faults_of_text(say("answer", "leaves_out", places=places)) == [
        "a line counts questions that cannot be counted"
    ]


@pytest.mark.parametrize("places", ["1", "2、3", "2, 3"])
def test_places_of_questions_may_be_said(places: str) -> None:
    assert faults_of_text(say("answer", "leaves_out", places=places)) == []


def test_pages_are_those_of_the_citations_of_the_same_reply() -> None:
    kept = promise()
    assert list(kept.faults(Answer(LEAD, cite([GUIDE.by_id["often"]])))) == [NOT_CITED]
    assert list(kept.faults(Clarify(LEAD, ClarifyReason.EMPTY))) == [NOT_CITED]


def test_a_known_value_in_the_place_of_another_is_named() -> None:
    numbers = {**NUMBERS, "emergency": "1925", "comfort": "119"}
    assert sorted(faults_of_text(say("crisis", "reminder", **numbers))) == [
        "a line is filled with an unknown comfort",
        "a line is filled with an unknown emergency",
    ]


def test_a_teams_number_is_known_only_where_it_is_set() -> None:
    text = say("urgent", "team", name="醫療團隊", phone="02-2345-6789")
    assert faults_of_text(text) == []
    assert faults_of_text(text, NO_TEAM) == ["a line is filled with an unknown phone"]


def test_a_question_cannot_become_a_value() -> None:
    text = say("out_of_scope", "not_in_guide", topic="{{ 7 * 7 }}")
    assert faults_of_text(text) == ["a line is filled with an unknown topic"]


# Suggestions and numbers


@pytest.mark.parametrize(
    "suggestion", ["骨頭痛會好嗎", "", "骨轉移是什麼？", "{藥} 多久打一次", "健保有給付嗎"]
)
def test_a_suggestion_that_is_not_in_the_bank_is_named(suggestion: str) -> None:
    reply = OutOfScope(
        say("out_of_scope", "nearest"),
        AbstainReason.TOO_FAR,
        (Asked("骨轉移是什麼"), Asked(suggestion)),
    )
    assert list(promise().faults(reply)) == [NO_QUESTION]


def test_a_question_with_its_slot_filled_is_in_the_bank() -> None:
    own = passage("p", questions=("{藥}多久打一次",))
    guide = Guide("g", "指南", (Section("節", (own,)),))

    def faults(suggestion: str) -> list[str]:
        text = say("out_of_scope", "nearest")
        reply = OutOfScope(text, AbstainReason.TOO_FAR, (Asked(suggestion),))
        return list(promise(guide).faults(reply))

    assert faults("denosumab多久打一次") == []
    assert faults("{藥}多久打一次") == [NO_QUESTION]


@pytest.mark.parametrize(
    "number", ["110", "1922", "02-2345-6780", "tel:119", *ROWS[WITHDRAWN]["numbers"]]
)
def test_a_number_to_call_that_is_not_in_the_list_is_named(number: str) -> None:
    dials = (Dial(say("dial", "emergency"), "119"), Dial(say("dial", "comfort"), number))
    notice = Urgent(say("urgent", "silent"), Tier.TODAY, (), 0, (), dials)
    assert list(promise().faults(notice)) == [NO_NUMBER]


def test_the_label_of_a_number_is_looked_at() -> None:
    dials = (Dial(cast(Said, "救護車"), "119"),)
    notice = Urgent(say("urgent", "silent"), Tier.TODAY, (), 0, (), dials)
    assert list(promise().faults(notice)) == [NO_SAID]


# What happens to a reply that breaks it


def test_a_broken_reply_is_counted_and_logged_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    kept = promise()
    good = Answer(LEAD, cite([WHAT]))
    bad = Clarify(cast(Said, "骨轉移會痛。"), ClarifyReason.EMPTY, (Asked("祕密"),))
    with caplog.at_level(logging.ERROR, logger="bonehealth"):
        assert [kept.holds(good), kept.holds(bad), kept.holds(good), kept.holds(bad)] == [
            *(True, False, True, False)
        ]
    assert kept.broken == 2
    sentence = f"A reply broke the promise: {NO_QUESTION}; {NO_SAID}"
    assert [record.getMessage() for record in caplog.records] == [sentence, sentence]


@pytest.fixture(scope="module")
def chatbot() -> Chatbot:
    """Return a chatbot over a guide that has a passage for a crisis."""
    own = passage("p29-emotion-help", "難過時請找人談。", questions=("難過怎麼辦",))
    return Chatbot(words_only_index(Guide("g", "指南", (Section("節", (own,)),)), ()))


def beside_another_guide(chatbot: Chatbot) -> Chatbot:
    """Return a chatbot whose passages are not those of the guide that its promise is about."""
    made = copy(chatbot)
    other = Guide("other", "別的", (Section("節", (passage("other"),)),))
    made.promise = Promise(other, small_topics(), BY_NAME.values(), NO_TEAM)
    return made


def test_the_bot_says_the_safe_notice_instead_and_counts_it(
    calm_chatbot: Chatbot, caplog: pytest.LogCaptureFixture
) -> None:
    broken = beside_another_guide(calm_chatbot)
    turn = broken.reply("癌骨瓦幾週打一針")
    assert isinstance(turn.reply, OutOfScope)
    assert turn.reply.reason is AbstainReason.UNSAFE
    assert turn.reply.suggestions == ()
    assert turn.reply.text == SAFE
    assert turn.conversation == Conversation("癌骨瓦幾週打一針", "denosumab 多久打一次")
    assert broken.promise.broken == 1
    assert broken.reply("骨轉移是什麼").reply == turn.reply
    assert broken.promise.broken == 2
    logged = " ".join(record.getMessage() for record in caplog.records)
    assert "癌骨瓦" not in logged
    assert "denosumab" not in logged


def test_whom_to_call_is_said_even_where_a_notice_breaks_it(chatbot: Chatbot) -> None:
    crisis = finding("suicide_explicit", Tier.CRISIS)
    broken = beside_another_guide(hearing(chatbot, crisis))
    turn = broken.reply("癌骨瓦幾週打一針")
    assert broken.promise.broken == 1
    assert "119" in turn.reply.text
    assert "1925" in turn.reply.text
    assert turn.conversation.in_crisis


def test_the_bot_says_a_reply_that_keeps_it_as_it_is(calm_chatbot: Chatbot) -> None:
    before = calm_chatbot.promise.broken
    reply = calm_chatbot.reply("癌骨瓦幾週打一針").reply
    assert isinstance(reply, Answer)
    assert calm_chatbot.promise.broken == before == 0


def test_over_the_bank_of_the_edition_every_suggestion_may_be_asked(edition: Source) -> None:
    guide = edition.guide
    kept = Promise(guide, edition.topics, BY_NAME.values(), NO_TEAM)
    for own in guide.passages[::10]:
        asked = tuple(Asked(question) for question in next(iter(own.questions.values())))
        filled = tuple(question for question in asked if "{" not in question)
        lead = say("answer", "lead", pages=BY_NAME["zh-Hant"].pages([own]))
        assert list(kept.faults(Answer(lead, cite([own]), filled))) == []
