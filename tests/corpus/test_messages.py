"""Sentences for people stand in data files: each is there, is used, and is filled."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from corpus.messages import Messages
from scripts import setup
from tests.helpers import ROOT

FOLDERS = ("corpus", "index", "chatbot", "evals", "scripts")
SOURCES = [ROOT / "app.py", *(p for name in FOLDERS for p in sorted((ROOT / name).rglob("*.py")))]
FILES = {path.parent.name: path for path in sorted(ROOT.glob("*/messages.toml"))}
HAN = re.compile("[\u3400-\u9fff]")
# Constants whose Chinese belongs to the form of the edition's files or to the analysis of texts.
FORM = {
    "corpus/edition.py": ("FIELDS", "KINDS"),
    "corpus/entries.py": ("QUESTION_HEADINGS",),
    "corpus/not_in_guide.py": ("PHRASE", "DISTANCE", "UNRELATED"),
    "corpus/subjects.py": ("GENERAL",),
}
ANALYSIS = {
    "corpus/audit/facts.py": (
        *("HAN_DIGITS", "HAN_NUMBER", "NUMBER", "SAME_UNIT", "EVERY", "DASHES", "ITEM_BREAK"),
        "PAGE_MENTION",
    ),
    "corpus/audit/faults.py": (
        *("DIGITS", "INTERVAL", "UNITS", "NEGATION", "AFFIRMED", "AFFIRMATION", "HARDENED"),
        *("HEDGE", "CONDITION"),
    ),
    "corpus/aspects.py": ("NUMBER",),
    "corpus/blocks.py": ("BULLET",),
    "corpus/pages.py": ("HAN",),
    "chatbot/triage/expressions.py": ("HAN_GAP",),
    "chatbot/triage/rules.py": ("HAN_NUMBER",),
    "chatbot/web/markdown.py": ("HAN",),
    "index/query.py": ("HONG_KONG_WORDS",),
    "index/sentences.py": ("NAMES_PAGES",),
    "index/words.py": ("HAN_RUN",),
}


def sentences(package: str) -> dict[tuple[str, str], str]:
    """Return a package's sentences by group and name."""
    groups = tomllib.loads(FILES[package].read_text(encoding="utf-8"))
    return {(group, name): s for group, named in groups.items() for name, s in named.items()}


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def ways_of_saying(path: Path) -> dict[str, str]:
    """Return the names under which a module calls `say`, each with the package it speaks for."""
    ways: dict[str, str] = {}
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            package, _, module = node.module.partition(".")
            for alias in node.names:
                called = alias.asname or alias.name
                if module == "messages" and alias.name == "say":
                    ways[called] = package
                elif not module and alias.name == "messages":
                    ways[f"{called}.say"] = package
        elif isinstance(node, ast.FunctionDef) and node.name == "say" and path.stem == "setup":
            ways["say"] = "scripts"
    return ways


def said() -> Iterator[tuple[str, str, str, set[str], str]]:
    """Yield package, group, name, values and place of every call; all are written out."""
    for path in SOURCES:
        ways = ways_of_saying(path)
        for call in (node for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)):
            package = ways.get(ast.unparse(call.func))
            if package is not None:
                place = f"{path.relative_to(ROOT).as_posix()}:{call.lineno}"
                group, name = (ast.literal_eval(argument) for argument in call.args)
                yield package, group, name, {str(k.arg) for k in call.keywords}, place


def placeholders(sentence: str) -> set[str]:
    """Return the names of what has to be filled in."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def chinese_in_code(path: Path) -> Iterator[str]:
    """Yield file and constant (or line) of every string with two or more Han characters."""
    file = path.relative_to(ROOT).as_posix()
    for statement in parsed(path).body:
        constant = isinstance(statement, ast.Assign) and ast.unparse(statement.targets[-1])
        inside = list(ast.walk(statement))
        docstrings = [node.value for node in inside if isinstance(node, ast.Expr)]
        for node in inside:
            if isinstance(node, ast.Constant | ast.JoinedStr) and node not in docstrings:
                parts = node.values if isinstance(node, ast.JoinedStr) else [node]
                text = "".join(str(p.value) for p in parts if isinstance(p, ast.Constant))
                if len(HAN.findall(text)) > 1:
                    yield f"{file} {constant or node.lineno}"


def test_all_four_files_are_there() -> None:
    assert set(FILES) == {"corpus", "index", "chatbot", "scripts"}


@pytest.mark.parametrize("package", FILES)
def test_every_sentence_is_said_somewhere(package: str) -> None:
    used = {(group, name) for of, group, name, _, _ in said() if of == package}
    assert set(sentences(package)) - used == set()


def test_what_is_said_exists_with_exactly_its_placeholders() -> None:
    known = {package: sentences(package) for package in FILES}
    calls = list(said())
    assert len(calls) > 150
    for package, group, name, values, place in calls:
        assert (group, name) in known[package], place
        assert placeholders(known[package][group, name]) == values, place


def test_no_sentence_stands_in_code() -> None:
    allowed = {f"{file} {name}" for file, names in (FORM | ANALYSIS).items() for name in names}
    assert {where for path in SOURCES for where in chinese_in_code(path)} == allowed


def test_set_up_reads_its_file_as_toml_is_read() -> None:
    groups = {name: dict(setup.MESSAGES[name]) for name in setup.MESSAGES.sections()}
    read = {(g, n): json.loads(value) for g, named in groups.items() for n, value in named.items()}
    assert read == sentences("scripts")


@pytest.fixture
def messages(tmp_path: Path) -> Messages:
    path = tmp_path / "messages.toml"
    path.write_text('[file]\nlost = "找不到 {name}：{{癌}}。"\n', encoding="utf-8")
    return Messages(path)


def test_a_sentence_is_filled_by_name(messages: Messages) -> None:
    assert messages.say("file", "lost", name="甲") == "找不到 甲：{癌}。"


def test_a_missing_value_or_name_is_an_error(messages: Messages) -> None:
    with pytest.raises(KeyError, match="name"):
        messages.say("file", "lost")
    with pytest.raises(KeyError, match="found"):
        messages.say("file", "found")
    with pytest.raises(KeyError, match="folder"):
        messages.say("folder", "lost")
