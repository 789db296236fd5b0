"""Requests that only the person's own team can decide: forms, sentences, vectors, what they bring."""

from __future__ import annotations

import numpy as np
import pytest

from chatbot.decisions import (
    AS_ASKED,
    DEFAULT_ABOUT,
    LEANING,
    REFUSED,
    REQUEST,
    Decision,
    Decisions,
    load_decisions,
    load_forms,
)
from chatbot.ngrams import NgramModel
from chatbot.templates import TEMPLATE_FOLDER, Templates
from chatbot.triage.message import read_message
from chatbot.triage.model import VECTOR_WEIGHT, TrainedModels, VectorHead
from corpus.source import Source
from tests.helpers import linear_head

FORMS = load_forms()
BY_FORM = Decisions(FORMS, None)
HEADS = (REQUEST, "about:choose", "about:daily")
WEIGHTS = {"爬": (2.0, 0.0, 1.0), "哪": (2.0, 1.5, 0.0), "山": (0.0, 0.0, 0.5)}


def model(thresholds: dict[str, float], *vectors: VectorHead) -> TrainedModels:
    """Return a model of three n-grams, each as rare as any other."""
    ngrams = NgramModel(
        HEADS,
        np.array([-1.0, 0.0, 0.0], dtype=np.float32),
        {gram: row for row, gram in enumerate(WEIGHTS)},
        np.ones(len(WEIGHTS), dtype=np.float32),
        np.array(list(WEIGHTS.values()), dtype=np.float32),
    )
    by_name = {f"encoder{number}": head for number, head in enumerate(vectors)}
    return TrainedModels(
        ngrams,
        by_name,
        {
            net: {REQUEST: at, LEANING: at + 1, REFUSED: at + 2, VECTOR_WEIGHT: 2.0}
            for net, at in thresholds.items()
        },
    )


def about(typed: str, decisions: Decisions = BY_FORM) -> str | None:
    decision = decisions.check(read_message(typed))
    return decision.about if decision else None


# Certain forms


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("媽媽還能活多久", "prognosis"),
        ("我还能活多久", "prognosis"),
        ("醫師說轉移了，我還剩多久可以活？", "prognosis"),
        ("阿公還可以活幾年", "prognosis"),
        ("老實說我還剩幾年", "prognosis"),
        ("佢仲有幾耐命", "prognosis"),
        ("How long do I have?", "prognosis"),
        ("how long has he got left", "prognosis"),
        ("Will I die", "prognosis"),
        ("我可以停藥嗎", "stop_delay"),
        ("我妈可以停药吗", "stop_delay"),
        ("媽媽能不能延後打針", "stop_delay"),
        ("我下個月可以先不打嗎", "stop_delay"),
        ("骨轉移的針可以先不打嗎", "stop_delay"),
        ("針能不能先停一下", "stop_delay"),
        ("他這次是不是可以跳過", "stop_delay"),
        ("老婆該不該晚打", "stop_delay"),
        ("Can I stop denosumab?", "stop_delay"),
        ("should my mum skip the injection", "stop_delay"),
        ("我要補多少鈣", "dose_timing"),
        ("他該吃幾顆", "dose_timing"),
        ("劑量可以減嗎", "dose_timing"),
        ("How many tablets should I take?", "dose_timing"),
        ("我適合打哪一種", "choose"),
        ("太太的狀況該選哪個", "choose"),
        ("你覺得選哪個好", "choose"),
        ("which one should I take", "choose"),
        ("what would you do", "choose"),
        ("你直接幫她選一個啦", "choose"),
        ("可以換別顆嗎", "choose"),
        ("那我叫他換掉現在打的", "choose"),
        ("他肌酸酐2.8 劑量是不是要減", "dose_timing"),
        ("我這樣算幾級", "own_result"),
        ("我爸驗出來180 算高嗎", "own_result"),
        ("我是-3.1 这样是不是很容易骨折了", "own_result"),
        ("我天天便祕 是不是就是這個", "own_symptom"),
        ("是不是就是那個壞死了", "own_symptom"),
    ],
)
def test_a_certain_form_is_a_request(typed: str, expected: str) -> None:
    assert about(typed) == expected


def test_a_decision_says_what_recognised_it() -> None:
    assert BY_FORM.check(read_message("請問我妈可以停药吗？")) == Decision(
        "stop_delay", "form: 我媽可以停藥"
    )


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "什麼是停藥反彈",
            "什麼叫我可以停藥",
            "甚麼是存活率",
            "停藥反彈是什麼",
            "停藥反彈是什麼意思？",
        ),
        *("我可以停藥是什麼意思？", "我還能活多久是什麼意思", "停藥係咩"),
    ],
)
def test_what_is_asked_in_general_is_no_request_whatever_else_it_says(typed: str) -> None:
    assert about(typed) is None
    eager = Decisions(FORMS, model({"sentences": -99.0}))
    assert about(typed, eager) is None


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "停藥以後會怎樣",
            "denosumab 多久打一次",
            "骨轉移是什麼",
            "醫師說可以先停，變壞再打回來嗎",
            "兩年以後能不能先停，指南有這種做法嗎",
            "一般人可以停藥嗎",
            "我可以停車嗎",
            "不求您幫我們決定，只想弄懂怎麼評估",
            "3級是多嚴重",
            "T值-3.1算什麼",
        ),
        *(
            "我已經停經了",
            "停經後要補鈣嗎",
            "我停經三年",
            "還有多久可以出院",
            "療程我還剩多久？",
            "荷爾蒙藥我還剩幾年要吃",
            "I can't stop coughing",
        ),
        *("she said I may go", "", "😀", "謝謝"),
    ],
)
def test_other_questions_are_no_request_by_form(typed: str) -> None:
    assert about(typed) is None


@pytest.mark.parametrize("typed", ["下次打針還有多久", "距離下次回診還有多久？"])
def test_how_long_until_an_appointment_is_no_prognosis(typed: str) -> None:
    assert about(typed) is None


# Sentences


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("爬", "daily"),  # -1 + 2 = 1
        ("哪", "choose"),
        ("爬山", "daily"),  # two n-grams: -1 + 2/√2 = 0.41
        ("山", None),  # -1
        ("天氣", None),  # the bias
    ],
)
def test_a_request_is_what_scores_as_high_as_its_threshold(
    typed: str, expected: str | None
) -> None:
    assert about(typed, Decisions(FORMS, model({"sentences": 0.4}))) == expected


def test_the_score_is_told() -> None:
    decisions = Decisions(FORMS, model({"sentences": 0.4}))
    assert decisions.check(read_message("爬")) == Decision("daily", "sentences: 1.0")


def test_what_the_bank_asks_just_so_is_no_request() -> None:
    decisions = Decisions(FORMS, model({"sentences": 0.4}))
    assert decisions.check(read_message("爬"), similarity=AS_ASKED - 0.01) is not None
    assert decisions.check(read_message("爬"), similarity=AS_ASKED) is None


def test_a_turn_that_leans_on_others_must_say_more() -> None:
    by_sentences = Decisions(FORMS, model({"sentences": 0.1}))
    assert by_sentences.check(read_message("爬")) is not None  # 1.0
    assert by_sentences.check(read_message("爬"), leans=True) is None
    assert Decisions(FORMS, model({"sentences": 0.0})).check(read_message("爬"), leans=True)


def test_below_the_threshold_there_is_none() -> None:
    assert about("爬山", Decisions(FORMS, model({"sentences": 0.42}))) is None
    assert about("爬山", Decisions(FORMS, model({"sentences": 0.41}))) == "daily"


def test_a_form_needs_no_score() -> None:
    deaf = Decisions(FORMS, model({"sentences": 99.0}))
    assert about("我可以停藥嗎", deaf) == "stop_delay"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("爬 停藥", "stop_delay"),
        ("爬 想跳过", "stop_delay"),
        ("爬 漏打一針", "stop_delay"),
        ("爬 晚兩個月打", "stop_delay"),
        ("爬 delayed or missed", "stop_delay"),
        ("爬 拔牙", "dental"),
        ("爬 植牙", "dental"),
        ("爬 my tooth", "dental"),
        ("爬 存活", "prognosis"),
        ("爬 會好嗎", "prognosis"),
        ("爬 停經", "daily"),  # hazard H8: no word of stopping a drug
        ("爬 停经", "daily"),
        ("爬 停車", "daily"),
        ("爬 拔牙前停藥", "stop_delay"),  # in the order of the file
    ],
)
def test_words_tell_what_a_request_is_about_before_the_model_does(
    typed: str, expected: str
) -> None:
    assert about(typed, Decisions(FORMS, model({"sentences": -5.0}))) == expected


def test_without_heads_for_it_a_request_is_about_treatment() -> None:
    made = model({"sentences": -5.0})
    only = NgramModel(
        (REQUEST,),
        made.ngrams.bias[:1],
        made.ngrams.vocabulary,
        made.ngrams.rarity,
        made.ngrams.weights[:, :1],
    )
    decisions = Decisions(FORMS, TrainedModels(only, {}, made.thresholds))
    assert DEFAULT_ABOUT == "treatment"
    assert about("爬", decisions) == DEFAULT_ABOUT


@pytest.mark.parametrize("typed", ["T值負三很嚴重嗎", "DXA -2.8 正常嗎", "骨密度-2.4算骨鬆嗎"])
def test_a_score_asked_about_in_general_is_no_request(typed: str) -> None:
    assert FORMS.general.search(read_message(typed).text)


@pytest.mark.parametrize("typed", ["我T值負三很嚴重嗎", "我媽骨密度-2.4算骨鬆嗎"])
def test_a_score_of_somebodys_own_may_be_one(typed: str) -> None:
    assert not FORMS.general.search(read_message(typed).text)


# Vectors


def test_a_vector_of_the_own_encoder_is_added_to_the_score() -> None:
    head = linear_head(
        HEADS,
        np.array([0.5, 0.0, 0.0], dtype=np.float32),
        np.array([[1.0, 0.0, 0.0], [0.0, 9.0, 0.0]], dtype=np.float32),
    )
    decisions = Decisions(FORMS, model({"sentences": 99.0, "vectors": 3.9}, head))
    message = read_message("爬")
    vector = np.array([1.0, 1.0], dtype=np.float32)
    # -1 + 2 by the n-grams, twice 0.5 + 1 by the vector; `choose` has 0 + 9, `daily` 1 + 0.
    assert decisions.check(message, vector, "encoder0") == Decision("choose", "vectors: 4.0")
    assert decisions.check(message, vector, "another") is None
    assert decisions.check(message, None, "encoder0") is None
    low = np.array([0.8, 1.0], dtype=np.float32)
    assert decisions.check(message, low, "encoder0") is None


def test_a_head_may_name_its_columns_in_another_order() -> None:
    head = linear_head(
        ("about:daily", "about:choose", REQUEST),
        np.array([0.0, 0.0, 0.5], dtype=np.float32),
        np.array([[0.0, 9.0, 1.0]], dtype=np.float32),
    )
    decisions = Decisions(FORMS, model({"vectors": 3.9}, head))
    vector = np.array([1.0], dtype=np.float32)
    found = decisions.check(read_message("爬"), vector, "encoder0")
    assert found == Decision("choose", "vectors: 4.0")


# What a request brings (hazard H24)


@pytest.mark.parametrize(
    "heard",
    [
        *("denosumab 是什麼", "癌骨瓦打兩年", "保骼麗", "Xgeva", "prolia", "骨針", "停打可以嗎"),
        "我打的针",
    ],
)
def test_to_stop_denosumab_brings_what_the_guide_says_on_rebound(heard: str) -> None:
    stop = Decision("stop_delay", "form: 停")
    assert BY_FORM.brings(stop, read_message(heard).text) == ("p26-rebound-overview",)


def test_nothing_is_brought_for_other_drugs_or_other_requests() -> None:
    assert BY_FORM.brings(Decision("stop_delay", ""), "鈣片要吃多久") == ()
    for other in ("choose", "dental", "prognosis", "dose_timing", "treatment"):
        assert BY_FORM.brings(Decision(other, ""), "denosumab") == ()


def test_what_is_brought_is_in_the_edition(edition: Source) -> None:
    assert {passage for _, passage, _ in FORMS.brings} <= set(edition.guide.by_id)
    rebound = edition.guide.by_id["p26-rebound-overview"]
    assert 26 in rebound.pages


# The real model


def test_everything_that_a_request_can_be_about_has_its_sentences() -> None:
    decisions, _ = load_decisions()
    names = {name for name, _ in (*FORMS.requests, *FORMS.subjects)} | {DEFAULT_ABOUT}
    if decisions.models is not None:
        heads = decisions.models.ngrams.heads
        names |= {head.removeprefix("about:") for head in heads if head.startswith("about:")}
    for language in ("zh-Hant", "zh-Hans", "en"):
        templates = Templates(TEMPLATE_FOLDER / f"{language}.toml")
        for name in names:
            assert templates.holds("ask_clinician", name), name
            assert templates.holds("take_along", name), name


@pytest.mark.parametrize(
    "typed",
    [
        "癌骨瓦打滿兩年了，我下個月那針可以不打了嗎？",
        "醫生要我在兩種針裡挑一種，我該挑哪個",
        "我的骨密度 -2.8，這樣要不要開始用藥",
        "我腰痛是不是因為癌症跑到骨頭了",
        "我可以跟鈣片一起吃降血壓藥嗎",
        "我這樣還能去爬山嗎",
    ],
)
def test_requests_in_words_of_ones_own_are_recognised(typed: str) -> None:
    decisions, problem = load_decisions()
    assert problem == ""
    assert decisions.check(read_message(typed)) is not None


@pytest.mark.parametrize(
    "typed",
    [
        *("denosumab 多久打一次", "骨轉移是什麼", "骨骼標靶藥物有什麼副作用", "誰容易骨質疏鬆"),
        *("what is denosumab", "How often is zoledronate given?", "停藥後的反彈是怎麼回事"),
    ],
)
def test_general_questions_are_not_handed_over(typed: str) -> None:
    decisions, problem = load_decisions()
    assert problem == ""
    assert decisions.check(read_message(typed)) is None
