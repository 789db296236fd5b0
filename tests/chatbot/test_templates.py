from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest
from jinja2 import UndefinedError

import chatbot
from chatbot.reply import AbstainReason, ClarifyReason
from chatbot.templates import TEMPLATE_FOLDER, Templates, page_list
from corpus.passage import Passage, PassageKind, PublisherSentence, Span
from tests.helpers import passage

PAGES = "9、26"
TOPIC = "健保給付與費用"
SECTION = "骨轉移"
WORDS = "散步有益。 牛奶有鈣。"
SOURCE = tomllib.loads((TEMPLATE_FOLDER / "zh-Hant.toml").read_text(encoding="utf-8"))
NAMES = [(group, name) for group, sentences in SOURCE.items() for name in sentences]
# What the code hands to each template; a template that wants anything else fails to render.
VALUES: dict[tuple[str, str], dict[str, str]] = {
    ("answer", "lead"): {"pages": PAGES},
    ("answer", "lead_with_companion"): {"pages": PAGES},
    ("page", "source_button"): {"pages": PAGES},
    ("page", "source_button_no_page"): {"pages": PAGES},
    ("page", "source_title"): {"section": SECTION},
    ("whose_words", "publisher_beside"): {"pages": PAGES, "words": WORDS},
    **{("out_of_scope", reason.value): {"topic": TOPIC} for reason in AbstainReason},
}


@pytest.fixture(scope="module")
def templates() -> Templates:
    return Templates()


@pytest.mark.parametrize(("group", "name"), NAMES)
def test_every_template_renders_with_what_the_code_passes(
    templates: Templates, group: str, name: str
) -> None:
    values = VALUES.get((group, name), {})
    sentence = templates.say(group, name, **values)
    assert sentence.strip() == sentence != ""
    assert "{" not in sentence
    for placeholder, value in values.items():
        assert (value in sentence) == (f"{{{{ {placeholder} }}}}" in SOURCE[group][name])


def test_every_template_that_the_code_names_exists() -> None:
    named: set[tuple[str, str]] = set()
    folder = Path(str(chatbot.__file__)).parent
    for path in folder.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and len(call.args) >= 2:
                verb = getattr(call.func, "attr", getattr(call.func, "id", ""))
                group, name = call.args[:2]
                literal = isinstance(group, ast.Constant) and isinstance(name, ast.Constant)
                if verb == "say" and literal:
                    named.add((ast.literal_eval(group), ast.literal_eval(name)))
    messages = tomllib.loads((folder / "messages.toml").read_text(encoding="utf-8"))
    sentences = {(group, name) for group, names in messages.items() for name in names}
    assert ("page", "hello") in named
    assert named - set(NAMES) - sentences == set()


@pytest.mark.parametrize("reason", [*AbstainReason, *ClarifyReason])
def test_every_reason_has_a_sentence(
    templates: Templates, reason: AbstainReason | ClarifyReason
) -> None:
    group = "out_of_scope" if isinstance(reason, AbstainReason) else "clarify"
    assert templates.say(group, reason.value, topic=TOPIC).endswith(("。", "："))


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
