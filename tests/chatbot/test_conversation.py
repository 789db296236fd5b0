from __future__ import annotations

import pytest

from chatbot.conversation import (
    BESIDE_POINTED,
    FRESH_WEIGHTS,
    MOST_EARLIER,
    POINTED,
    POINTING_WEIGHTS,
    SHORT_WEIGHTS,
    WITH_SUBJECT,
    Conversation,
    Exchange,
    after_answer,
    listed_in,
    understand,
)
from index.query import read_query
from tests.helpers import passage

AFTER_AN_ANSWER = Conversation("骨轉移用什麼藥", "骨轉移的藥物")
AFTER_A_REFUSAL = Conversation("健保有給付嗎", "")
KINDS = Conversation("骨骼標靶藥物有哪些", "兩類藥", listed=("denosumab", "雙磷酸鹽"))


def read(message: str, conversation: Conversation) -> list[tuple[str, float]]:
    understood = understand(read_query(message), conversation)
    return [(reading.query.question, reading.weight) for reading in understood.readings]


def understood_as(message: str, conversation: Conversation) -> str:
    return understand(read_query(message), conversation).question


def test_a_first_message_is_read_alone() -> None:
    assert read("那多久打一次", Conversation()) == [("那多久打一次", 1.0)]


def test_a_heading_without_a_question_is_not_leaned_on() -> None:
    assert read("那多久打一次", Conversation("", "骨轉移的藥物")) == [("那多久打一次", 1.0)]


def test_a_pointing_turn_is_read_alone_with_the_question_and_with_its_subject() -> None:
    alone, with_question, _ = POINTING_WEIGHTS
    assert read("那多久打一次？", AFTER_AN_ANSWER) == [
        ("那多久打一次？", alone),
        ("骨轉移用什麼藥 那多久打一次？", with_question),
        ("骨轉移 那多久打一次？", WITH_SUBJECT),
    ]


def test_where_the_question_before_names_no_subject_the_heading_stands_for_it() -> None:
    alone, with_question, with_heading = POINTING_WEIGHTS
    assert read("那要做多久？", Conversation("要做什麼檢查", "檢查前的準備")) == [
        ("那要做多久？", alone),
        ("要做什麼檢查 那要做多久？", with_question),
        ("檢查前的準備 那要做多久？", with_heading),
    ]


def test_where_it_names_none_what_the_heading_names_is_the_subject() -> None:
    alone, with_question, _ = POINTING_WEIGHTS
    before = "每個月打的那個是做什麼的"
    heading = "骨骼標靶藥物（骨針）總覽：是什麼、有什麼用"
    assert read("那有什麼副作用", Conversation(before, heading)) == [
        ("那有什麼副作用", alone),
        (f"{before} 那有什麼副作用", with_question),
        ("骨骼標靶藥物 那有什麼副作用", WITH_SUBJECT),
    ]


def test_a_short_turn_leans_less_and_a_full_question_least() -> None:
    question = "癌症治療會讓骨質流失是什麼原因造成的"
    short = [weight for _, weight in read("會掉頭髮嗎", AFTER_AN_ANSWER)]
    assert short == [*SHORT_WEIGHTS[:2], WITH_SUBJECT]
    assert read(question, AFTER_AN_ANSWER) == [
        (question, FRESH_WEIGHTS[0]),
        (f"骨轉移用什麼藥 {question}", FRESH_WEIGHTS[1]),
    ]
    assert FRESH_WEIGHTS[2] == 0
    shares = [w[0] / sum(w) for w in (POINTING_WEIGHTS, SHORT_WEIGHTS, FRESH_WEIGHTS)]
    assert shares == sorted(shares)


def test_without_an_answer_before_there_is_no_heading_to_carry() -> None:
    assert read("那副作用呢", AFTER_A_REFUSAL) == [
        ("那副作用呢", POINTING_WEIGHTS[0]),
        ("健保有給付嗎 那副作用呢", POINTING_WEIGHTS[1]),
    ]


def test_readings_are_normalised_anew() -> None:
    readings = understand(read_query("那多久打一次"), AFTER_AN_ANSWER).readings
    assert readings[1].query == read_query("骨轉移用什麼藥 那多久打一次")


def test_what_is_carried_is_told() -> None:
    assert not understand(read_query("那多久打一次"), Conversation()).carried
    assert understand(read_query("那多久打一次"), AFTER_AN_ANSWER).carried
    full = "癌症治療會讓骨質流失是什麼原因造成的"
    assert not understand(read_query(full), AFTER_AN_ANSWER).carried


@pytest.mark.parametrize(
    ("before", "message", "understood"),
    [
        ("乳癌容易跑到骨頭嗎", "那攝護腺癌呢", "前列腺癌容易跑到骨頭嗎"),
        ("乳腺癌容易跑到骨头吗", "那肺癌呢", "肺癌容易跑到骨頭嗎"),
        ("denosumab 多久打一次", "那卓骨祂咧", "zoledronate 多久打一次"),
        ("骨轉移打的 denosumab 要隔多久", "如果只是防骨鬆咧", "防骨質疏鬆打的 denosumab 要隔多久"),
        ("乳癌打 denosumab 多久一次", "攝護腺癌的 zometa 呢", "前列腺癌打 zoledronate 多久一次"),
        ("How often is denosumab given?", "what about zometa", "how often is zoledronate given?"),
    ],
)
def test_a_new_subject_takes_the_place_of_the_old_one(
    before: str, message: str, understood: str
) -> None:
    conversation = Conversation(before, "標題")
    assert understood_as(message, conversation) == understood
    assert read(message, conversation) == [(message, BESIDE_POINTED), (understood, POINTED)]


def test_a_new_subject_with_a_question_of_its_own_takes_no_place() -> None:
    conversation = Conversation("denosumab 多久打一次", "間隔")
    understood = understand(read_query("zometa 會傷腎嗎"), conversation)
    assert understood.question == "zometa 會傷腎嗎"


def test_a_correction_puts_its_subject_in_place() -> None:
    conversation = Conversation("骨轉移打的 denosumab 要隔多久", "間隔")
    assert understood_as("不是，我是問 zometa", conversation) == "骨轉移打的 zoledronate 要隔多久"
    leaning = read("不對，我說的是它的分數怎麼看", Conversation("骨密度檢查多久一次", "間隔"))
    assert [weight for _, weight in leaning] == [*POINTING_WEIGHTS[:2], WITH_SUBJECT]


def test_a_place_in_a_list_is_what_was_listed_there() -> None:
    assert understood_as("第二種是用吃的還是打針", KINDS) == "雙磷酸鹽 是用吃的還是打針"
    assert understood_as("那第一種呢", KINDS) == "denosumab"
    assert understood_as("最後一種怎麼作用", KINDS) == "雙磷酸鹽 怎麼作用"
    assert understood_as("第三種怎麼作用", KINDS) != "雙磷酸鹽 怎麼作用"


def test_the_other_one_is_the_one_that_was_not_asked_about() -> None:
    asked = Conversation("denosumab 多久打一次", "間隔", listed=("denosumab", "雙磷酸鹽"))
    assert understood_as("另一種多久打一次", asked) == "雙磷酸鹽 多久打一次"


def test_a_list_stays_while_its_places_are_asked_for() -> None:
    kinds = passage("kinds", "有 denosumab 和雙磷酸鹽。")
    drug = passage("drug", "雙磷酸鹽有 zoledronate 和 pamidronate。")
    first = after_answer(
        Conversation(), understand(read_query("有哪些骨針"), Conversation()), [kinds]
    )
    assert first.listed == ("denosumab", "雙磷酸鹽")
    second = after_answer(first, understand(read_query("第二種怎麼打"), first), [drug])
    assert second.listed == first.listed
    third = after_answer(first, understand(read_query("雙磷酸鹽有哪些藥可以選"), first), [drug])
    assert third.listed == ("zoledronate", "pamidronate")  # the class is no member of itself


def test_one_name_is_no_list() -> None:
    assert listed_in([passage("a", "乳癌常轉移到骨頭。denosumab 打在手臂。")]) == ()


def test_going_back_finds_the_question_that_shares_most() -> None:
    conversation = Conversation(
        "照骨頭的X光在看什麼",
        "X光",
        earlier=(Exchange("zometa 多久打一次", "間隔"), Exchange("手術要住院嗎", "手術")),
    )
    assert understood_as("回到剛剛說的手術，會打鋼釘嗎", conversation) == (
        "手術要住院嗎 手術,會打鋼釘嗎"
    )


def test_what_is_compared_with_the_subject_before_stands_beside_it() -> None:
    asked = Conversation("骨轉移打zoledronate多久一次", "唑來膦酸")
    assert understood_as("那跟 Prolia 比呢，多久一次？", asked).startswith("zoledronate ")
    assert "denosumab" in understood_as("那跟 denosumab 比呢", asked)
    same = Conversation("denosumab多久打一次", "")
    assert "denosumab denosumab" not in understood_as("那跟 denosumab 比呢", same)
    other_kind = Conversation("乳癌多久檢查一次骨密度", "")
    assert read("那跟 denosumab 比呢", other_kind)[0][1] != BESIDE_POINTED


def test_a_switch_leans_on_nothing() -> None:
    assert read("換個問題，什麼食物鈣比較多", AFTER_AN_ANSWER) == [
        ("換個問題，什麼食物鈣比較多", 1.0)
    ]


def test_the_subject_is_carried_over_a_chain_of_turns() -> None:
    conversation = Conversation("denosumab 幾週一針", "間隔")
    turn = understand(read_query("副作用呢"), conversation)
    conversation = after_answer(conversation, turn, [passage("side", "噁心。")])
    assert conversation.question == "denosumab 副作用呢"
    assert understood_as("怎麼給藥", conversation) == "denosumab 怎麼給藥"


def test_only_the_last_exchanges_are_kept() -> None:
    conversation = Conversation()
    for number in range(20):
        turn = understand(read_query(f"癌症治療會讓骨質流失是什麼原因第{number}題"), conversation)
        conversation = after_answer(conversation, turn, [passage("a", "答。")])
    assert len(conversation.earlier) == MOST_EARLIER


@pytest.mark.parametrize(
    ("before", "typed", "understood"),
    [
        ("骨轉移的人 denosumab 多久打一次", "另一種呢", "骨轉移的人 雙磷酸鹽 多久打一次"),
        ("zoledronate 多久打一次", "那另一種藥呢", "denosumab 多久打一次"),
        ("what do osteoclasts do", "and the other ones?", "what do osteoblasts do"),
        ("how is zoledronate given", "and the other drug?", "how is denosumab given"),
    ],
)
def test_of_a_pair_the_other_one_needs_no_list(before: str, typed: str, understood: str) -> None:
    assert understood_as(typed, Conversation(before, "")) == understood


def test_where_the_guide_speaks_of_no_pair_the_other_one_is_not_guessed() -> None:
    assert understood_as("另一種呢", Conversation("乳癌要做什麼檢查", "")) != "乳癌要做什麼檢查"
    assert read("另一種呢", Conversation("乳癌要做什麼檢查", ""))[0] == ("另一種呢", 0.5)


INTERVALS = Conversation("乳癌防骨質疏鬆吃的藥有哪些", "", listed=("alendronate", "ibandronate"))


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("第一種多久吃一次", "乳癌 防骨質疏鬆 alendronate 多久吃一次"),
        ("第二種呢", "乳癌 防骨質疏鬆 ibandronate"),
        ("這兩種哪個比較有效", "alendronate ibandronate 哪個比較有效"),
        ("真的嗎？", "乳癌防骨質疏鬆吃的藥有哪些"),
        ("Really?", "乳癌防骨質疏鬆吃的藥有哪些"),
    ],
)
def test_what_is_pointed_at_stands_in_its_place(typed: str, understood: str) -> None:
    assert understood_as(typed, INTERVALS) == understood


def test_of_three_the_two_are_not_guessed() -> None:
    three = Conversation("有哪些藥", "", listed=("alendronate", "ibandronate", "risedronate"))
    assert understood_as("這兩種哪個比較有效", three) == "這兩種哪個比較有效"


def test_a_class_is_not_counted_among_its_own_members() -> None:
    text = "雙磷酸鹽類藥物有 zoledronate、pamidronate 和雙磷酸鹽類的 ibandronate。"
    assert listed_in([passage("p", text)]) == ("zoledronate", "pamidronate", "ibandronate")
    text = "有 denosumab，還有雙磷酸鹽類藥物：zoledronate 和 pamidronate。雙磷酸鹽…"
    assert listed_in([passage("p", text)])[:2] == ("denosumab", "雙磷酸鹽類藥物")


def test_a_drug_and_its_class_are_no_list() -> None:
    text = "zoledronate 是一種雙磷酸鹽類藥物。"
    assert listed_in([passage("p", text)]) == ()
    asked = Conversation("zoledronate 怎麼打", "")
    assert understood_as("另一種呢", asked) == "denosumab 怎麼打"


def test_what_names_the_subject_answers_what_was_asked_back() -> None:
    asked_back = Conversation(awaiting="多久打一次")
    assert understood_as("denosumab啦 骨轉移的", asked_back) == "denosumab啦 骨轉移的 多久打一次"
    assert understood_as("保骼麗要空腹嗎", asked_back) == "保骼麗要空腹嗎"
    assert understood_as("算了", asked_back) == "算了"


def test_what_was_asked_back_waits_for_one_turn() -> None:
    asked_back = Conversation(awaiting="多久打一次")
    understood = understand(read_query("denosumab 的"), asked_back)
    assert understood.carried
    after = after_answer(asked_back, understood, [passage("p", "每四週一次。")])
    assert after.awaiting == ""
    assert after.question == "denosumab 的 多久打一次"


def test_another_grade_asks_the_same() -> None:
    assert understood_as("4級呢", Conversation("副作用3級是什麼意思", "")) == "副作用4級是什麼意思"


def test_a_question_why_keeps_all_that_was_asked() -> None:
    before = Conversation("打骨針為什麼要看牙醫", "顎骨壞死")
    then = understand(read_query("為什麼"), before)
    assert then.question == "打骨針為什麼要看牙醫 為什麼"
    assert understand(read_query("要多久"), before).question != f"{before.question} 要多久"


@pytest.mark.parametrize(
    ("typed", "understood"),
    [("那骨髓瘤", "骨髓瘤的支援團體"), ("胰臟癌咧", "胰臟癌的支援團體")],
)
def test_a_cancer_that_the_edition_has_no_slot_for_takes_a_place_too(
    typed: str, understood: str
) -> None:
    before = Conversation("乳癌的病友團體", "病友團體")
    assert understand(read_query(typed), before).question == understood


def test_the_two_are_those_that_the_question_before_names() -> None:
    before = Conversation("醫生問要開刀還是電療", "", listed=("denosumab", "雙磷酸鹽"))
    assert understood_as("兩個差在哪", before) == "手術 放射治療 差在哪"


@pytest.mark.parametrize(
    ("before", "typed", "understood"),
    [
        ("早期乳癌 骨針可以預防轉移嗎", "我停經了", "早期乳癌 骨針可以預防轉移嗎 我停經了"),
        ("denosumab 多久打一次", "我媽是骨轉移", "denosumab 多久打一次 我媽是骨轉移"),
        ("骨鬆 denosumab 多久打一次", "我媽是骨轉移", "骨轉移 denosumab 多久打一次"),
    ],
)
def test_what_a_person_tells_of_herself_asks_the_question_again_for_her(
    before: str, typed: str, understood: str
) -> None:
    assert understood_as(typed, Conversation(before, "")) == understood


def test_what_tells_something_else_asks_nothing_again() -> None:
    assert "多久" not in understood_as("我女兒才國小", Conversation("denosumab 多久打一次", ""))


@pytest.mark.parametrize(
    ("before", "typed", "understood"),
    [
        ("可以喝酒嗎", "抽菸呢", "可以抽菸嗎"),
        ("非典型股骨骨折是什麼", "那顎骨壞死呢", "顎骨壞死是什麼"),
        ("游泳算荷重運動嗎", "跳舞呢", "跳舞算荷重運動嗎"),
    ],
)
def test_conditions_and_habits_take_each_others_place(
    before: str, typed: str, understood: str
) -> None:
    assert understood_as(typed, Conversation(before, "")) == understood
