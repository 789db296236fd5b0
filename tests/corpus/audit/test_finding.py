"""Findings in the words of the file of rules."""

from __future__ import annotations

import string
import tomllib
from importlib.resources import files

import pytest

from corpus.audit.finding import finding

RULES = tomllib.loads((files("corpus.audit") / "rules.toml").read_text(encoding="utf-8"))


def test_a_finding_names_passage_and_rule() -> None:
    found = finding("number", "p9-a", passage="4週*1", original="3週*1")
    assert str(found) == "p9-a: [number] 數字不同：段落 4週*1；原文 3週*1。"


def test_a_finding_of_no_passage_says_so() -> None:
    found = finding("uncovered", page="9", text="甲。")
    assert found.passage_id == ""
    assert str(found).startswith("-: [uncovered] 第 9 頁")


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_needs_the_values_that_it_names(rule: str) -> None:
    names = [name for _, name, _, _ in string.Formatter().parse(RULES[rule]) if name]
    values = {name: f"<{name}>" for name in names}
    sentence = finding(rule, "p", **values).sentence
    assert all(value in sentence for value in values.values())
    for name in names:
        with pytest.raises(KeyError, match=name):
            finding(rule, "p", **{key: value for key, value in values.items() if key != name})


def test_a_value_is_not_read_as_a_template() -> None:
    assert "{other}" in finding("uncovered", page="9", text="{other}").sentence


def test_an_unknown_rule_is_an_error() -> None:
    with pytest.raises(KeyError):
        finding("color")
