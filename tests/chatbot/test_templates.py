from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest
from jinja2 import UndefinedError

import chatbot
from chatbot.decisions import ABOUT, DEFAULT_ABOUT, load_forms
from chatbot.notices import DIALS_OF, NAME_OF
from chatbot.remarks import TOPICS
from chatbot.reply import AbstainReason, ClarifyReason
from chatbot.smalltalk import load_small_talk
from chatbot.templates import (
    TEMPLATE_FOLDER,
    Templates,
    load_languages,
    page_list,
)
from chatbot.triage.model import WEIGHTS
from chatbot.triage.tier import Tier
from corpus.passage import Language, Passage, PassageKind, PublisherSentence, Span
from tests.chatbot.reviewed import LANGUAGES, NUMBERS, SENTENCES
from tests.helpers import passage

PAGES = "9、26"
TOPIC = "健保給付與費用"
SECTION = "骨轉移"
WORDS = "散步有益。 牛奶有鈣。"
TEAM = {"name": "腫瘤個管師", "phone": "02-2345-6789"}
SOURCE = SENTENCES["zh-Hant"]
# What replies are made of; the other groups are of the page.
REPLY_GROUPS = (
    *("list", "answer", "out_of_scope", "aspect", "urgent", "crisis", "dial", "mentioned"),
    *("ask_clinician", "take_along", "clarify", "smalltalk"),
)
NAMES = [
    (language, group, name)
    for language, groups in SENTENCES.items()
    for group, sentences in groups.items()
    for name in sentences
    if group != "list"
]
ALL_NAMES = [(group, name) for language, group, name in NAMES if language == "zh-Hant"]
GUIDE = "癌症病友的骨骼健康"
WHOSE = "依指南改寫"
DAY = "2026 年 11 月 26 日"
# What the code hands to each template; a template that wants anything else fails to render.
VALUES: dict[tuple[str, str], dict[str, str]] = {
    ("answer", "lead"): {"pages": PAGES},
    ("answer", "lead_with_companion"): {"pages": PAGES},
    ("answer", "leaves_out"): {"places": "1、3"},
    ("out_of_scope", "care"): NUMBERS,
    ("urgent", "emergency"): NUMBERS,
    ("urgent", "emergency_silent_call"): NUMBERS,
    ("urgent", "today"): NUMBERS,
    ("urgent", "tell"): NUMBERS,
    ("urgent", "team"): TEAM,
    ("urgent", "support"): {"pages": PAGES},
    ("urgent", "support_silent"): {"pages": PAGES},
    ("urgent", "support_no_page"): {"pages": PAGES},
    ("crisis", "numbers"): NUMBERS,
    ("crisis", "team"): TEAM,
    ("crisis", "support"): {"pages": PAGES},
    ("crisis", "support_no_page"): {"pages": PAGES},
    ("crisis", "reminder"): NUMBERS,
    ("dial", "team"): {"name": TEAM["name"]},
    ("mentioned", "footer"): NUMBERS,
    ("mentioned", "still_open"): NUMBERS,
    ("smalltalk", "numbers"): NUMBERS,
    ("smalltalk", "feeling"): NUMBERS,
    ("smalltalk", "situation"): NUMBERS,
    ("smalltalk", "told"): NUMBERS,
    ("smalltalk", "person"): NUMBERS,
    ("ask_clinician", "cited"): {"pages": PAGES},
    ("ask_clinician", "cited_no_page"): {"pages": PAGES},
    ("ask_clinician", "near"): {"pages": PAGES},
    ("ask_clinician", "near_no_page"): {"pages": PAGES},
    ("ask_clinician", "silent"): {"pages": PAGES},
    ("page", "source_button"): {"pages": PAGES},
    ("page", "source_button_no_page"): {"pages": PAGES},
    ("page", "source_title"): {"section": SECTION},
    ("page", "reviewed"): {"signed": "3", "total": "45"},
    ("whose_words", "publisher_beside"): {"pages": PAGES, "words": WORDS},
    ("whose_words", "converted"): {"whose": WHOSE},
    ("tools", "cite"): {"guide": GUIDE, "where": SECTION},
    ("tools", "printed"): {"day": DAY},
    ("passage", "title"): {"pages": PAGES},
    ("passage", "place"): {"number": "3", "total": "45"},
    ("card", "day"): {"year": "2026", "month": "11", "day": "26"},
    ("card", "cited"): {"guide": GUIDE, "section": SECTION, "pages": PAGES, "whose": WHOSE},
    ("card", "cited_no_page"): {"guide": GUIDE, "section": SECTION, "whose": WHOSE},
    ("card", "emergency"): {"emergency": NUMBERS["emergency"]},
    ("card", "code_part"): {"number": "3", "total": "45"},
    **{("out_of_scope", reason.value): {"topic": TOPIC} for reason in AbstainReason},
    ("out_of_scope", "unsafe"): NUMBERS,
    ("out_of_scope", "no_guide"): NUMBERS,
    ("clarify", "other_language"): NUMBERS,
    ("clarify", "only_symbols"): NUMBERS,
    ("about", "source"): {"passages": "372"},
    ("about", "source_other"): {"passages": "12", "guide": "骨骼保健手冊"},
    ("about", "reviewed_passages"): {"signed": "3", "total": "372"},
    ("about", "reviewed_notices"): {"signed": "5", "total": "47"},
    ("about", "reviewed_by"): {"name": "王護理師", "count": "3", "day": "2026-11-20"},
    ("about", "dates_edition"): {"version": "0.3.0", "day": "2026-11-26"},
    ("about", "dates_numbers"): {"day": "2026-11-20"},
    ("page", "privacy_kept"): {"days": "14"},
    ("about", "privacy_kept"): {"place": "這台電腦裡", "days": "14"},
    ("about", "privacy_forgotten"): {"minutes": "30"},
    ("about", "privacy_wiped"): {"seconds": "80"},
    ("help", "ask_sentence"): {"example": "骨轉移會痛嗎"},
    ("down", "desk"): {"desk": "一樓服務台"},
    ("down", "pages"): {"pages": PAGES},
    ("down", "again"): {"seconds": "30"},
    ("down", "file"): {"day": "2026-11-20"},
    ("refused", "cut"): {"most": "2000"},
    ("out_of_scope", "step_beside"): {"heading": SECTION, "aspect": "要多久"},
    ("answer", "understood"): {"asked": TOPIC},
    ("staff", "login_wait"): {"minutes": "15"},
    ("staff", "weight"): {"weight": "0.5"},
    ("staff", "parts"): {"count": "2"},
    **{
        ("staff", name): {"told": "腳沒力"}
        for name in (
            *("rule_held", "rule_raised", "rule_combined", "rule_score", "rule_scope"),
            "request_by_form",
        )
    },
    ("staff", "request_score"): {"score": "1.2", "threshold": "1.4"},
    ("staff", "doubt_sum"): {
        **{"doubt": "2.5", "threshold": "-0.3", "verdict": "不回答。", "percent": "92"},
    },
    ("staff", "aspects_asked"): {"names": "要多久"},
    ("staff", "topic_nearest"): {"topic": TOPIC, "key": "健保給付嗎"},
    ("staff", "place"): {"place": "3"},
    ("staff", "citation"): {"text": WORDS, "where": SECTION},
    ("staff", "candidates_note"): {"count": "8"},
    ("staff", "candidates_further"): {"count": "22"},
    ("staff", "cited_as"): {"number": "2"},
    ("staff", "page_label"): {"pages": PAGES},
    ("staff", "found"): {"count": "3"},
    ("staff", "found_most"): {"count": "120", "most": "100"},
    ("staff", "unanswered_on"): {"days": "14"},
    ("staff", "flags_on"): {"days": "14"},
    ("staff", "first_listed"): {"most": "200"},
}


@pytest.fixture(scope="module")
def templates() -> Templates:
    return Templates()


@pytest.fixture(scope="module")
def by_file() -> dict[str, Templates]:
    return {name: Templates(TEMPLATE_FOLDER / f"{name}.toml") for name in LANGUAGES}


@pytest.mark.parametrize(("language", "group", "name"), NAMES)
def test_every_template_renders_with_what_the_code_passes(
    by_file: dict[str, Templates], language: str, group: str, name: str
) -> None:
    values = VALUES.get((group, name), {})
    sentence = by_file[language].say(group, name, **values)
    assert sentence.strip() == sentence != ""
    assert "{" not in sentence
    source = SENTENCES[language][group][name]
    for placeholder, value in values.items():
        assert (value in sentence) == (f"{{{{ {placeholder} }}}}" in source)


# The three languages say the same


def placeholders(sentence: str) -> set[str]:
    return set(re.findall(r"\{[{%]\s*(?:if )?(\w+)", sentence)) - {"else", "endif"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_the_same_groups_with_the_same_names(language: str) -> None:
    own = {group: list(names) for group, names in SENTENCES[language].items()}
    assert own == {group: list(names) for group, names in SOURCE.items()}
    assert {*REPLY_GROUPS} < set(own)


@pytest.mark.parametrize(("group", "name"), ALL_NAMES)
def test_each_sentence_wants_the_same_values_in_each_language(group: str, name: str) -> None:
    wanted = {language: placeholders(SENTENCES[language][group][name]) for language in LANGUAGES}
    assert wanted["zh-Hans"] == wanted["en"] == wanted["zh-Hant"]


TRADITIONAL = re.compile("[們這說時為請問聯絡醫師藥團隊電話頁會個來還從對與開關經種應過邊]")
SIMPLIFIED = re.compile("[们这说时为请问联络医师药团队电话页会个来还从对与开关经种应过边]")


@pytest.mark.parametrize(("group", "name"), ALL_NAMES)
def test_each_sentence_is_in_its_own_script(group: str, name: str) -> None:
    """Chinese stands in an English line only where the guide is named by its title."""
    assert SIMPLIFIED.search(SOURCE[group][name]) is None
    assert TRADITIONAL.search(SENTENCES["zh-Hans"][group][name]) is None
    english = SENTENCES["en"][group][name].replace("癌症病患的骨骼健康", "")
    assert re.search("[\u3000-\u9fff\uff00-\uffef]", english) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_as_many_questions_are_to_be_taken_along_in_each_language(language: str) -> None:
    for name, sentence in SENTENCES[language]["take_along"].items():
        questions = sentence.split("\n")
        assert len(questions) == len(SOURCE["take_along"][name].split("\n")) == 3
        assert all(question[0] in "・•" and question[-1] in "？?" for question in questions)


def test_each_variety_is_answered_from_its_file(templates: Templates) -> None:
    languages = load_languages(templates)
    assert {name: found.language for name, found in languages.items()} == {
        Language.TAIWAN: "zh-Hant",
        Language.HONG_KONG: "zh-Hant",
        Language.MAINLAND: "zh-Hans",
        Language.ENGLISH: "en",
    }
    assert languages[Language.TAIWAN] is templates


@pytest.mark.parametrize(
    ("language", "written"),
    [("zh-Hant", "9、16、26"), ("zh-Hans", "9、16、26"), ("en", "9, 16, 26")],
)
def test_pages_of_several_passages_are_listed_once_in_order(
    by_file: dict[str, Templates], language: str, written: str
) -> None:
    passages = (passage("a", pages=(26, 9)), passage("b", pages=(16, 9)), passage("c", pages=()))
    assert by_file[language].pages(passages) == written
    assert by_file[language].pages(()) == ""


# What is named in code and data has its sentence


def named_by(call: ast.Call) -> tuple[str, str] | None:
    """Return group and name of a call of `say` or of a method that hands them on to it."""
    verb = getattr(call.func, "attr", getattr(call.func, "id", ""))
    given = call.args[1:3] if verb == "_line" else call.args[:2]
    if verb not in {"say", "_line"} or len(given) < 2:
        return None
    literal = all(isinstance(argument, ast.Constant) for argument in given)
    return (ast.literal_eval(given[0]), ast.literal_eval(given[1])) if literal else None


def test_every_template_that_the_code_names_exists() -> None:
    named: set[tuple[str, str]] = set()
    folder = Path(str(chatbot.__file__)).parent
    for path in folder.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            found = named_by(call) if isinstance(call, ast.Call) else None
            if found is not None:
                named.add(found)
    messages = tomllib.loads((folder / "messages.toml").read_text(encoding="utf-8"))
    sentences = {(group, name) for group, names in messages.items() for name in names}
    assert {("page", "hello"), ("urgent", "silent"), ("crisis", "numbers")} < named
    own = {(group, name) for language, group, name in NAMES if language == "zh-Hant"}
    assert named - own - sentences == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_tier_has_its_notice_and_every_number_its_label(language: str) -> None:
    assert {*NAME_OF} == {Tier.EMERGENCY, Tier.TODAY, Tier.TELL}
    assert {*NAME_OF.values()} < {*SENTENCES[language]["urgent"]}
    assert {*DIALS_OF} == {*NAME_OF, Tier.CRISIS}
    shown = {name for names in DIALS_OF.values() for name in names}
    assert shown == {*NUMBERS} == {*SENTENCES[language]["dial"]} - {"team"}


def abouts() -> set[str]:
    """Return all that a decision can be about, by forms, words, brought passages and training."""
    forms = load_forms()
    known = {about for about, _ in (*forms.requests, *forms.subjects)}
    known |= {about for about, _, _ in forms.brings}
    heads = (WEIGHTS / "decisions.tsv").read_text(encoding="utf-8").split("\n")[0].split("\t")
    return known | {h.removeprefix(ABOUT) for h in heads if h.startswith(ABOUT)} | {DEFAULT_ABOUT}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_decision_has_its_sentence_and_its_questions(language: str) -> None:
    assert abouts() - set(SENTENCES[language]["ask_clinician"]) == set()
    assert abouts() - set(SENTENCES[language]["take_along"]) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_small_talk_is_answered(language: str) -> None:
    by_words = {topic.name for topic in load_small_talk().topics}
    assert set(SENTENCES[language]["smalltalk"]) == by_words | set(TOPICS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", [*AbstainReason, *ClarifyReason])
def test_every_reason_has_a_sentence(
    by_file: dict[str, Templates], language: str, reason: AbstainReason | ClarifyReason
) -> None:
    group = "out_of_scope" if isinstance(reason, AbstainReason) else "clarify"
    values = VALUES.get((group, reason.value), {})
    sentence = by_file[language].say(group, reason.value, **values)
    assert sentence.endswith((".", ":") if language == "en" else ("。", "："))


@pytest.mark.parametrize(
    ("group", "name"),
    [
        ("answer", "lead"),
        ("answer", "lead_with_companion"),
        ("out_of_scope", "not_in_guide"),
        ("out_of_scope", "unrelated"),
        ("page", "source_button"),
    ],
)
def test_a_missing_value_is_an_error(templates: Templates, group: str, name: str) -> None:
    with pytest.raises(UndefinedError):
        templates.say(group, name)


@pytest.mark.parametrize(("group", "name"), [("answer", "no"), ("no", "lead"), ("page", "lead")])
def test_a_sentence_that_does_not_exist_is_an_error(
    templates: Templates, group: str, name: str
) -> None:
    with pytest.raises(KeyError):
        templates.say(group, name, pages="")


@pytest.mark.parametrize("name", ["lead", "lead_with_companion"])
def test_pages_are_named_only_where_there_are_any(templates: Templates, name: str) -> None:
    assert f"第 {PAGES} 頁" in templates.say("answer", name, pages=PAGES)
    without = templates.say("answer", name, pages="")
    assert "頁" not in without
    assert "指南" in without


def test_values_are_not_escaped(templates: Templates) -> None:
    assert "沒有談到<A&B>" in templates.say("out_of_scope", "not_in_guide", topic="<A&B>")


def test_values_are_not_read_as_templates(templates: Templates) -> None:
    said = templates.say("out_of_scope", "not_in_guide", topic="{{ 7 * 7 }}")
    assert "{{ 7 * 7 }}" in said


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (PassageKind.PROSE, "依指南改寫"),
        (PassageKind.GLOSSARY, "依指南改寫"),
        (PassageKind.LIST, "依指南的列表改寫"),
        (PassageKind.TABLE, "依指南的表格改寫"),
        (PassageKind.CHART, "依指南的圖表改寫"),
        (PassageKind.OVERVIEW, "依指南各頁彙整改寫"),
    ],
)
def test_whose_words_they_are_depends_on_kind_and_span(
    templates: Templates, kind: PassageKind, words: str
) -> None:
    restated = Passage("p", "節", (9,), kind, "標題", "內文。")
    assert templates.whose_words(restated) == words
    imported = Passage("p", "節", (9,), kind, "標題", "內文。", span=Span(0, 3))
    assert templates.whose_words(imported) == "出版者原句"


@pytest.mark.parametrize(
    ("pages", "written"), [((), ""), ((9,), "9"), ((9, 26), "9、26"), ((14, 16, 22), "14、16、22")]
)
def test_pages_are_listed_as_in_a_sentence(pages: tuple[int, ...], written: str) -> None:
    assert page_list(pages) == written


def test_the_publishers_words_are_named_with_all_their_pages(templates: Templates) -> None:
    words = (PublisherSentence("散步有益。", (9, 26)), PublisherSentence("牛奶有鈣。", (4, 9)))
    own = passage(pages=(9,), publisher=words)
    expected = "出版者原句（第 4、9、26 頁）：散步有益。 牛奶有鈣。"
    assert templates.publisher_beside(own) == expected


def test_without_the_publishers_words_nothing_stands_beside(templates: Templates) -> None:
    assert templates.publisher_beside(passage()) == ""


def test_the_publishers_words_do_not_change_whose_the_quotation_is(templates: Templates) -> None:
    own = passage(publisher=(PublisherSentence("散步有益。", (9,)),))
    assert templates.whose_words(own) == "依指南改寫"
