"""Texts that know their lines, and who may make them."""

from __future__ import annotations

import ast
import pickle
from collections.abc import Callable, Iterator
from copy import copy, deepcopy
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from chatbot.said import Line, Said, paragraphs
from chatbot.templates import TEMPLATE_FOLDER, Templates
from tests.helpers import ROOT

CHINESE = Templates()
ENGLISH = Templates(TEMPLATE_FOLDER / "en.toml")


def named(text: Said) -> list[tuple[str, str, str]]:
    return [(line.language, line.group, line.name) for line in text.lines]


def test_a_sentence_is_a_line_with_its_place_and_its_values() -> None:
    text = CHINESE.say("urgent", "team", phone="02-2345-6789", name="個管師")
    assert text == "個管師電話：02-2345-6789。"
    assert text.lines == (
        Line(
            "zh-Hant",
            "urgent",
            "team",
            (("name", "個管師"), ("phone", "02-2345-6789")),
            "個管師電話：02-2345-6789。",
        ),
    )


def test_chinese_lines_follow_each_other_without_a_space() -> None:
    text = CHINESE.say("clarify", "too_long").then(CHINESE.say("out_of_scope", "can_answer"))
    assert text == ("這段話太長了，我看不完。請用一兩句話寫下您最想問的事。指南可以回答這些問題：")
    assert named(text) == [
        ("zh-Hant", "clarify", "too_long"),
        ("zh-Hant", "out_of_scope", "can_answer"),
    ]


def test_english_lines_follow_each_other_with_a_space() -> None:
    first = ENGLISH.say("smalltalk", "goodbye")
    text = first.then(first, ENGLISH.say("out_of_scope", "can_answer"))
    assert text == (
        "Goodbye, and please take good care. Goodbye, and please take good care. "
        "The guide can answer these questions (in Chinese):"
    )
    assert [line.name for line in text.lines] == ["goodbye", "goodbye", "can_answer"]


def test_nothing_behind_it_leaves_a_text_as_it_is() -> None:
    first = CHINESE.say("smalltalk", "goodbye")
    assert first.then() == first
    assert first.then().lines == first.lines


def test_paragraphs_stand_on_lines_of_their_own_and_keep_all_lines() -> None:
    first = CHINESE.say("smalltalk", "goodbye").then(CHINESE.say("smalltalk", "thanks"))
    text = paragraphs(first, ENGLISH.say("smalltalk", "goodbye"))
    assert text == (
        "再見，請多保重。不客氣。還有想問的，隨時可以再寫。身體不舒服時，請直接聯絡您的醫療團隊。"
        "\nGoodbye, and please take good care."
    )
    assert named(text) == [
        ("zh-Hant", "smalltalk", "goodbye"),
        ("zh-Hant", "smalltalk", "thanks"),
        ("en", "smalltalk", "goodbye"),
    ]


def test_what_is_made_of_a_text_otherwise_is_no_said() -> None:
    text = CHINESE.say("smalltalk", "goodbye")
    made = (
        text + "好",
        text.replace("再見", "好"),
        text[:2],
        f"{text}",
        "".join([text]),
        str(text),
    )
    assert [type(other) for other in made] == [str] * 6


@pytest.mark.parametrize("made_by", [copy, deepcopy, lambda text: pickle.loads(pickle.dumps(text))])
def test_a_text_can_be_copied(made_by: Callable[[Said], Said]) -> None:
    """Gradio copies all that its page is made of before each visit."""
    text = CHINESE.say("answer", "lead", pages="9").then(CHINESE.say("smalltalk", "goodbye"))
    made = made_by(text)
    assert made == text
    assert made.lines == text.lines


def test_a_line_cannot_be_changed() -> None:
    (line,) = CHINESE.say("smalltalk", "goodbye").lines
    with pytest.raises(FrozenInstanceError):
        line.text = "好"  # type: ignore[misc]


# Who makes them: the whole promise hangs on it


def modules() -> Iterator[tuple[str, ast.Module]]:
    folder = ROOT / "chatbot"
    for path in sorted(folder.rglob("*.py")):
        yield str(path.relative_to(folder)), ast.parse(Path(path).read_text(encoding="utf-8"))


def mentions(node: ast.AST, name: str) -> bool:
    """Return whether a name stands in an expression, bare, as an attribute or in quotes."""
    return any(
        getattr(part, "id", getattr(part, "attr", getattr(part, "value", None))) == name
        for part in ast.walk(node)
    )


def made_in(name: str) -> set[tuple[str, str]]:
    """Return the files and functions that call a name."""
    found: set[tuple[str, str]] = set()

    def look(node: ast.AST, file: str, place: tuple[str, ...]) -> None:
        if isinstance(node, ast.Call) and mentions(node.func, name):
            found.add((file, ".".join(place)))
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            place = (*place, node.name)
        for child in ast.iter_child_nodes(node):
            look(child, file, place)

    for file, module in modules():
        look(module, file, ())
    return found


def test_only_the_templates_and_this_module_make_a_said() -> None:
    assert made_in("Said") == {
        ("said.py", "Said.then"),
        ("said.py", "paragraphs"),
        ("templates.py", "Templates.say"),
    }
    assert made_in("Line") == {("templates.py", "Templates.say")}


def test_only_the_bot_makes_a_question_to_be_asked() -> None:
    files = {file for file, _ in made_in("Asked")}
    assert files == {"bot.py"}


@pytest.mark.parametrize("name", ["Said", "Line", "Asked"])
def test_nobody_goes_round_it_by_a_cast_another_name_or_a_class_of_its_own(name: str) -> None:
    for file, module in modules():
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and mentions(node.func, "cast"):
                assert not mentions(node.args[0], name), file
            if isinstance(node, ast.ImportFrom):
                assert all(a.asname is None for a in node.names if a.name == name), file
            if isinstance(node, ast.ClassDef):
                assert not any(mentions(base, name) for base in node.bases), file
            if isinstance(node, ast.Assign):
                assert not (isinstance(node.value, ast.Name) and node.value.id == name), file
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert not (node.func.attr == "__new__" and mentions(node.func, name)), file
