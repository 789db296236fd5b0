from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chatbot.bot import MOST_CHARACTERS, MOST_SAID, Chatbot, asked_in_bank, suggestion_of
from chatbot.conversation import Conversation
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
from chatbot.triage.tier import Tier
from corpus.passage import Guide, Language, Section
from corpus.source import Source
from index.hit import Hit, Support
from index.key import Key, KeyKind
from index.passage_index import words_only_index
from tests.chatbot.reviewed import GROUPS_OF, Audit
from tests.helpers import finding, hearing, passage, small_guide, small_topics

EXAMPLES = ("骨轉移是什麼", "denosumab 多久打一次")


def cited(reply: Reply) -> list[str]:
    return [citation.passage.passage_id for citation in citations_of(reply)]


def chatbot_of(*passages: tuple[str, str, str, tuple[str, ...]]) -> Chatbot:
    """Return a chatbot over passages of id, text, question and companions, deaf to signs."""
    made = tuple(
        passage(name, text, heading=question, questions=(question,), companions=companions)
        for name, text, question, companions in passages
    )
    return hearing(Chatbot(words_only_index(Guide("g", "指南", (Section("節", made),)), ())))


# Answers


@pytest.mark.parametrize(
    ("question", "name", "text"),
    [
        ("骨轉移是什麼", "what", "指南第 9 頁的說明："),
        ("骨头痛怎么办？", "pain", "指南第 9 页的说明："),
        ("癌骨瓦幾週打一針", "often", "指南第 16 頁的說明："),
        ("what is denosumab", "often", "What the guide says on page(s) 16 (in Chinese):"),
    ],
)
def test_an_answer_cites_the_passage_that_holds_it_in_the_language_of_the_question(
    calm_chatbot: Chatbot, question: str, name: str, text: str
) -> None:
    reply = calm_chatbot.reply(question).reply
    assert isinstance(reply, Answer)
    assert cited(reply) == [name]
    assert reply.citations[0].quote == small_guide().by_id[name].text
    assert reply.text == text


def test_an_answer_is_remembered_with_its_heading(calm_chatbot: Chatbot) -> None:
    turn = calm_chatbot.reply("癌骨瓦幾週打一針")
    assert turn.conversation == Conversation("癌骨瓦幾週打一針", "denosumab 多久打一次")


def test_suggestions_leave_out_what_was_cited(calm_chatbot: Chatbot) -> None:
    reply = calm_chatbot.reply("骨轉移是什麼").reply
    others = {"denosumab 多久打一次", "骨頭痛怎麼辦", "電療後更痛正常嗎"}
    assert set(reply.suggestions) == others
    beside = calm_chatbot.reply("電療後更痛正常嗎").reply
    assert set(beside.suggestions) == {"骨轉移是什麼", "denosumab 多久打一次"}


def test_pages_of_all_answering_passages_are_named_once_in_order() -> None:
    passages = (
        passage("a", "鈣片每天吃。", pages=(26, 9), questions=("鈣片怎麼吃",)),
        passage("b", "鈣片飯後吃。", pages=(26, 10), questions=("鈣片怎麼吃呢",)),
        passage("c", "別的內容放在這裡。", pages=(3,), questions=("無關的段落",)),
    )
    guide = Guide("g", "指南", (Section("節", passages),))
    reply = hearing(Chatbot(words_only_index(guide, ()))).reply("鈣片怎麼吃").reply
    assert sorted(cited(reply)) == ["a", "b"]
    assert reply.text == "指南第 9、10、26 頁的說明："


def test_without_pages_none_are_named() -> None:
    guide = Guide("g", "指南", (Section("節", (passage(pages=(), questions=("骨轉移是什麼",)),)),))
    reply = hearing(Chatbot(words_only_index(guide, ()))).reply("骨轉移是什麼").reply
    assert cited(reply) == ["p1"]
    assert reply.text == "指南裡的說明："


# Companions (hazard H1)


@pytest.mark.parametrize("question", ["電療後更痛正常嗎", "放療完骨頭更痛"])
def test_a_reassuring_passage_never_stands_without_its_companion(
    calm_chatbot: Chatbot, question: str
) -> None:
    reply = calm_chatbot.reply(question).reply
    assert cited(reply) == ["flare", "pain"]
    assert reply.text == "指南第 25 頁的說明，請連同最後一段提醒一起看："


def test_a_companion_that_was_found_itself_is_not_doubled(calm_chatbot: Chatbot) -> None:
    reply = calm_chatbot.reply("放射治療 骨頭痛 加劇 聯絡 醫師 檢查").reply
    assert sorted(cited(reply)) == ["flare", "pain"]
    assert reply.text == "指南第 9、25 頁的說明："


def test_a_companion_needs_no_companion_of_its_own(calm_chatbot: Chatbot) -> None:
    assert cited(calm_chatbot.reply("骨頭痛要找誰").reply) == ["pain"]


def test_each_reassuring_passage_keeps_its_own_companion() -> None:
    bot = chatbot_of(
        ("flu", "打針後發燒很常見。", "打針後發燒正常嗎", ("fever",)),
        ("ache", "注射完肌肉痠疼，屬於普遍的情形。", "打針後痠痛正常嗎", ("pain",)),
        ("fever", "體溫超過三十八度請聯絡團隊。", "高溫要找誰", ()),
        ("pain", "背部越來越疼請聯絡團隊。", "背部疼要找誰", ()),
    )
    reply = bot.reply("打針後發燒痠痛正常嗎").reply
    assert sorted(cited(reply)[:2]) == ["ache", "flu"]
    assert set(cited(reply)) == {"flu", "ache", "fever", "pain"}


def test_a_companion_shown_for_one_passage_does_not_spare_that_of_another() -> None:
    bot = chatbot_of(
        ("flu", "打針後發燒很常見。", "打針後發燒正常嗎", ("fever",)),
        ("ache", "注射完肌肉痠疼，屬於普遍的情形。", "打針後痠痛正常嗎", ("pain",)),
        ("fever", "打針後發燒請聯絡團隊。", "打針後發燒痠痛", ()),
        ("pain", "背部越來越疼請聯絡團隊。", "背部疼要找誰", ()),
    )
    reply = bot.reply("打針後發燒痠痛正常嗎").reply
    assert {"ache", "fever"} <= set(cited(reply))
    assert "pain" in cited(reply)


def test_two_passages_with_the_same_companion_show_it_once() -> None:
    bot = chatbot_of(
        ("flu", "打針後發燒很常見。", "打針後發燒正常嗎", ("pain",)),
        ("ache", "注射完肌肉痠疼，屬於普遍的情形。", "打針後痠痛正常嗎", ("pain",)),
        ("pain", "背部越來越疼請聯絡團隊。", "背部疼要找誰", ()),
    )
    reply = bot.reply("打針後發燒痠痛正常嗎").reply
    assert sorted(cited(reply)[:2]) == ["ache", "flu"]
    assert cited(reply)[2:] == ["pain"]


def reassuring_questions(guide: Guide) -> list[str]:
    """Return every second question of the bank for each passage that has companions."""
    reassuring = [p for p in guide.passages if p.companions]
    assert len(reassuring) > 10
    return [q for p in reassuring for asked in p.questions.values() for q in asked[::2]]


def alone(question: str, reply: Reply) -> set[tuple[str, str]]:
    """Return the reassuring passages of a reply that stand beside none of their companions."""
    shown = set(cited(reply))
    reassuring = [c.passage for c in citations_of(reply) if c.passage.companions]
    return {(question, p.passage_id) for p in reassuring if not shown & set(p.companions)}


def test_in_the_edition_every_reassuring_passage_stands_beside_a_companion(
    edition: Source, edition_chatbot: Chatbot
) -> None:
    calm = hearing(edition_chatbot)
    for question in reassuring_questions(edition.guide):
        assert alone(question, calm.reply(question).reply) == set()


def test_in_a_notice_a_reassuring_passage_stands_only_behind_what_the_guide_says_on_the_sign(
    edition: Source, edition_chatbot: Chatbot
) -> None:
    for question in reassuring_questions(edition.guide)[::4]:
        reply = edition_chatbot.reply(question).reply
        if isinstance(reply, Urgent):
            assert [c.passage.companions for c in reply.support] in ([()], [])
            assert reply.support or not reply.folded
        else:
            assert alone(question, reply) == set()


# Refusals


def test_a_refusal_names_the_topic_and_cites_nothing(calm_chatbot: Chatbot) -> None:
    turn = calm_chatbot.reply("健保有給付嗎")
    assert isinstance(turn.reply, OutOfScope)
    assert turn.reply.reason is AbstainReason.NOT_IN_GUIDE
    assert turn.reply.text == (
        "這份指南沒有談到健保給付與費用，我不能回答。請問您的醫療團隊。下面是指南裡比較接近的問題："
    )
    assert citations_of(turn.reply) == ()
    bank = {q for p in small_guide().passages for qs in p.questions.values() for q in qs}
    assert set(turn.reply.suggestions) < bank
    assert len(turn.reply.suggestions) == 3
    assert turn.conversation == Conversation("健保有給付嗎", "")


def test_an_unrelated_topic_does_not_send_to_the_care_team(calm_chatbot: Chatbot) -> None:
    reply = calm_chatbot.reply("明天會下雨嗎").reply
    assert isinstance(reply, OutOfScope)
    assert reply.reason is AbstainReason.UNRELATED
    assert "沒有談到天氣" in reply.text
    assert "醫療團隊" not in reply.text
    assert reply.suggestions == EXAMPLES


def test_a_question_that_shares_nothing_is_refused_with_examples(calm_chatbot: Chatbot) -> None:
    reply = calm_chatbot.reply("量子電腦").reply
    assert isinstance(reply, OutOfScope)
    assert reply.reason is AbstainReason.NOTHING_SHARED
    assert reply.text.startswith("這份指南只談癌症病友的骨骼健康，您問的不在裡面。")
    assert reply.text.endswith("指南可以回答這些問題：")
    assert reply.suggestions == EXAMPLES


@pytest.mark.parametrize(
    ("reason", "has_care"),
    [
        (AbstainReason.NOTHING_SHARED, True),
        (AbstainReason.NOT_IN_GUIDE, False),
        (AbstainReason.UNRELATED, False),
    ],
)
def test_whom_to_call_is_said_where_it_may_be_a_sign_that_nobody_recognised(
    calm_chatbot: Chatbot, reason: AbstainReason, has_care: bool
) -> None:
    asked = {
        AbstainReason.NOTHING_SHARED: "量子電腦",
        AbstainReason.NOT_IN_GUIDE: "健保有給付嗎",
        AbstainReason.UNRELATED: "明天會下雨嗎",
    }
    reply = calm_chatbot.reply(asked[reason]).reply
    assert isinstance(reply, OutOfScope)
    assert reply.reason is reason
    assert ("119" in reply.text and "1925" in reply.text) == has_care


def test_a_refusal_keeps_the_heading_of_the_last_answer(calm_chatbot: Chatbot) -> None:
    first = calm_chatbot.reply("denosumab 多久打一次")
    refused = calm_chatbot.reply("今天天氣如何", first.conversation)
    assert isinstance(refused.reply, OutOfScope)
    assert refused.conversation == first.conversation


# Clarifying


@pytest.mark.parametrize(
    "question",
    ["", "   ", "\n\t", "　", "😀", "👨‍👩‍👧", "？！。", "…", "\x00", "\u200b", "\ud800", "（）"],
)
def test_a_message_without_a_word_asks_for_a_question(calm_chatbot: Chatbot, question: str) -> None:
    turn = calm_chatbot.reply(question, Conversation("骨轉移是什麼", "骨轉移是什麼"))
    assert isinstance(turn.reply, Clarify)
    assert turn.reply.reason is ClarifyReason.EMPTY
    assert turn.reply.suggestions == EXAMPLES
    assert turn.conversation == Conversation("骨轉移是什麼", "骨轉移是什麼")


def test_a_message_that_is_too_long_is_not_searched(calm_chatbot: Chatbot) -> None:
    words = "骨轉移是什麼"
    longest = words + "，" * (MOST_CHARACTERS - len(words))
    assert cited(calm_chatbot.reply(longest).reply) == ["what"]
    reply = calm_chatbot.reply(longest + "，").reply
    assert isinstance(reply, Clarify)
    assert reply.reason is ClarifyReason.TOO_LONG


@pytest.mark.parametrize("question", ["會好嗎", "我媽會好起來嗎？", "Will he get better?"])
def test_whoever_only_asks_whether_it_will_be_well_is_sent_to_the_team(
    edition_chatbot: Chatbot, question: str
) -> None:
    reply = edition_chatbot.reply(question).reply
    assert isinstance(reply, AskClinician)
    assert reply.about == "prognosis"


@pytest.mark.parametrize("question", ["它要打多久？", "那多久打一次", "how often?", "佢要打幾耐"])
def test_a_first_message_that_only_points_asks_for_its_subject(
    calm_chatbot: Chatbot, question: str
) -> None:
    turn = calm_chatbot.reply(question)
    assert isinstance(turn.reply, Clarify)
    assert turn.reply.reason is ClarifyReason.NO_SUBJECT
    assert turn.conversation == Conversation(awaiting=question)


# Conversation


def test_a_follow_up_is_answered_where_it_alone_would_only_point(calm_chatbot: Chatbot) -> None:
    first = calm_chatbot.reply("what is denosumab")
    assert cited(first.reply) == ["often"]
    then = calm_chatbot.reply("那多久打一次", first.conversation)
    assert cited(then.reply) == ["often"]
    assert then.conversation.question == "denosumab 那多久打一次"
    assert then.conversation.heading == "denosumab 多久打一次"
    assert then.reply.text.splitlines()[0] == "我當成您在問：「denosumab 多久打一次」"


def test_a_turn_is_not_said_to_be_somebody_elses_story() -> None:
    short, long = "痛" * MOST_SAID, "痛" * (MOST_SAID + 1)
    own = passage(heading="骨頭痛怎麼辦", questions=(short, long))

    def said(question: str) -> str:
        hit = Hit(own, 1, Support(0.9, 1.0, 1.0, Key(0, KeyKind.QUESTION, question)))
        return str(asked_in_bank(hit, Language.TAIWAN, "痛"))

    assert said(short) == short
    assert said(long) == "骨頭痛怎麼辦"


def test_a_turn_is_not_said_to_hold_a_number_that_nobody_wrote() -> None:
    own = passage(heading="多少算正常", questions=("T值-1.8算嗎",))
    hit = Hit(own, 1, Support(0.9, 1.0, 1.0, Key(0, KeyKind.QUESTION, "T值-1.8算嗎")))
    assert str(asked_in_bank(hit, Language.TAIWAN, "T值 -1.8 呢")) == "T值-1.8算嗎"
    assert str(asked_in_bank(hit, Language.TAIWAN, "T值 -2.1 呢")) == "多少算正常"


@pytest.mark.parametrize(("drug", "name"), [("唑來膦酸", "zol"), ("伊班膦酸", "iban")])
def test_a_follow_up_is_answered_for_the_drug_asked_about_before(drug: str, name: str) -> None:
    bot = chatbot_of(
        ("zol", "唑來膦酸每 6 個月輸注。", "唑來膦酸多久打一次", ()),
        ("iban", "伊班膦酸每 3 個月注射。", "伊班膦酸多久打一次", ()),
        ("teeth", "用藥前先看牙醫。", "打骨針前要看牙嗎", ()),
        ("pain", "背部越來越疼請聯絡團隊。", "背部疼要找誰", ()),
    )
    first = bot.reply(f"{drug}是什麼針")
    assert cited(first.reply) == [name]
    then = bot.reply("那多久打一次", first.conversation)
    assert cited(then.reply)[0] == name


def test_small_talk_does_not_disturb_the_conversation(calm_chatbot: Chatbot) -> None:
    before = Conversation("denosumab 是什麼藥", "denosumab 多久打一次")
    turn = calm_chatbot.reply("謝謝", before)
    assert isinstance(turn.reply, SmallTalk)
    assert turn.conversation == before


def test_the_chatbot_remembers_nothing_itself(calm_chatbot: Chatbot) -> None:
    calm_chatbot.reply("denosumab 是什麼藥")
    assert isinstance(calm_chatbot.reply("那多久打一次").reply, Clarify)


# Examples


def test_examples_are_the_chosen_passages_or_else_the_first_of_each_section(
    edition: Source, edition_chatbot: Chatbot, small_chatbot: Chatbot
) -> None:
    source = tomllib.loads((files("chatbot") / "examples.toml").read_text(encoding="utf-8"))
    chosen = [edition.guide.by_id[name] for name in source["passages"]]
    expected = tuple(p.questions[Language.TAIWAN][0] for p in chosen)
    assert edition_chatbot.examples() == expected
    assert small_chatbot.examples() == EXAMPLES


def test_a_passage_without_a_bank_is_suggested_by_its_heading_or_section() -> None:
    assert suggestion_of(passage(heading="疼痛", section="症狀")) == "疼痛"
    assert suggestion_of(passage(heading="", section="症狀")) == "症狀"
    assert suggestion_of(passage(heading="疼痛", questions=("痛嗎", "會痛嗎"))) == "痛嗎"


# Nothing is said that does not stand in a reviewed file


def test_every_string_of_a_reply_stands_in_a_reviewed_file(
    edition: Source, edition_chatbot: Chatbot
) -> None:
    audit = Audit(edition)
    banks = [p.questions for p in edition.guide.passages[::4]]
    banks += [t.questions for t in edition.topics[::4]]
    questions = [asked[0] for bank in banks for asked in bank.values()]
    questions += ["", "😀", "它要打多久？", "痛" * 2001, "謝謝", "你是誰", "qwerty zxcv"]
    questions += ["我不想活了", "媽媽還能活多久", "how long do i have"]
    kinds: set[str] = set()
    for question in questions:
        reply = edition_chatbot.reply(question).reply
        kinds.add(reply.kind)
        assert audit.stray(reply) == [], question
    assert kinds == set(GROUPS_OF)
    assert edition_chatbot.promise.broken == 0


PIECES = (
    *("骨轉移", "denosumab", "多久打一次", "骨頭痛", "放療", "更痛", "健保", "天氣", "那", "它"),
    *("怎麼辦", "？", " ", "謝謝", "你好", "😀", "<script>", "{{ 7*7 }}", "{% if x %}", "\n"),
    *("我現在", "喘不過氣", "不想活了", "可以停藥嗎", "还能活多久", "what is", "can i stop"),
)
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)
MESSAGES = st.lists(st.sampled_from(PIECES) | ANY_TEXT, max_size=6).map("".join)
SMALL_AUDIT = Audit(Source(small_guide(), small_topics()))


@settings(deadline=None, max_examples=150)
@given(MESSAGES, MESSAGES)
@example("骨轉移{{ 7*7 }}", "那<b>多久</b>")
@example("我不想活了{{ 7*7 }}", "謝謝")
def test_nothing_of_the_question_is_said_back(
    small_chatbot: Chatbot, question: str, then: str
) -> None:
    first = small_chatbot.reply(question)
    second = small_chatbot.reply(then, first.conversation)
    assert SMALL_AUDIT.stray(first.reply) == []
    assert SMALL_AUDIT.stray(second.reply) == []


@settings(deadline=None, max_examples=100)
@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
@example("\ud800骨轉移\udfff", "\ud83d", "")
@example("İ" * 30, "ﷺ", "㋿")
def test_no_text_makes_it_fail(
    small_chatbot: Chatbot, question: str, before: str, heading: str
) -> None:
    reply = small_chatbot.reply(question, Conversation(before, heading)).reply
    assert reply.kind in GROUPS_OF
    if reply.kind not in {"urgent", "ask_clinician"}:
        assert bool(citations_of(reply)) == (reply.kind == "answer")


@settings(deadline=None, max_examples=60)
@given(MESSAGES, MESSAGES)
def test_the_same_input_gives_the_same_reply(
    small_chatbot: Chatbot, other_chatbot: Chatbot, question: str, before: str
) -> None:
    conversation = Conversation(before, "骨轉移是什麼")
    first = small_chatbot.reply(question, conversation)
    assert small_chatbot.reply(question, conversation) == first
    assert other_chatbot.reply(question, conversation) == first


@pytest.fixture(scope="module")
def other_chatbot() -> Chatbot:
    """Return a chatbot over the small guide, all of it built anew."""
    return Chatbot(words_only_index(small_guide(), small_topics()))


def test_what_was_carried_over_can_be_undone(calm_chatbot: Chatbot) -> None:
    first = calm_chatbot.reply("癌骨瓦幾週打一針")
    then = calm_chatbot.reply("骨頭痛怎麼辦", first.conversation)
    assert isinstance(then.reply, Answer)
    undo = then.reply.suggestions[0]
    assert undo == "不是這個意思，只看我剛才那一句"
    alone = calm_chatbot.reply("骨頭痛怎麼辦")
    undone = calm_chatbot.reply(undo, then.conversation)
    assert undone == alone


def test_undoing_keeps_signs_and_a_crisis(calm_chatbot: Chatbot) -> None:
    before = Conversation(
        "癌骨瓦幾週打一針", "間隔", (finding("fever", Tier.TODAY),), in_crisis=True
    )
    then = calm_chatbot.reply("那骨頭痛怎麼辦", before)
    undone = calm_chatbot.reply("不是這個意思，只看我剛才那一句", then.conversation)
    assert undone.conversation.signs == ("fever",)
    assert undone.conversation.in_crisis


@pytest.mark.model
@pytest.mark.parametrize(
    ("first", "then", "passage"),
    [
        ("打骨針牙齒要注意什麼", "那多久打一次", "ov-d-interval"),
        ("保骨針有什麼副作用", "那要打多久", "ov-bta-duration"),
        ("denosumab 對牙齒有影響嗎", "多久打一次", "ov-d-deno-int"),
    ],
)
def test_a_follow_up_asks_about_the_subject_not_about_the_answer_before(
    first: str, then: str, passage: str, full_chatbot: Chatbot
) -> None:
    before = full_chatbot.reply(first)
    reply = full_chatbot.reply(then, before.conversation).reply
    assert isinstance(reply, Answer)
    assert reply.citations[0].passage.passage_id == passage


@pytest.mark.model
@pytest.mark.parametrize(
    ("message", "drug", "other"),
    [
        ("denosumab自費一針多少錢？骨轉移的話是幾週打一次？", "p16-deno", "p16-zol"),
        ("zoledronate自費一針多少錢？骨轉移的話是幾週打一次？", "p16-zol", "p16-deno"),
    ],
)
def test_a_question_without_a_drug_is_not_answered_with_another_than_the_message_named(
    message: str, drug: str, other: str, full_chatbot: Chatbot
) -> None:
    reply = full_chatbot.reply(message).reply
    assert isinstance(reply, Answer)
    shown = [citation.passage.passage_id for citation in reply.citations]
    assert drug in shown
    assert other not in shown
