"""The cases of triage and decisions: their format, and that a bad line is named."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from chatbot.triage.signs import load_signs
from chatbot.triage.tier import Tier
from evals.case import CaseError
from evals.triage_case import (
    CalmCase,
    DecisionCase,
    SignCase,
    load_calm_cases,
    load_decision_cases,
    load_sign_cases,
)

Row = dict[str, object]
SIGN: Row = {
    "id": "S1",
    "turns": ["我腳沒力"],
    "sign": "leg_arm_weakness",
    "tier": "T2",
    "clear": True,
    "lang": "hant",
    "tags": ["carer", "typo"],
}
CALM: Row = {
    "id": "K1",
    "turns": ["骨轉移會痛嗎"],
    "why": "general",
    "lang": "hant",
    "answerable": True,
}
DECISION: Row = {
    "id": "D1",
    "turns": ["denosumab 是什麼", "那我可以停嗎"],
    "label": "request",
    "about": "stop_delay",
    "lang": "hant",
    "pages": [26],
}
KINDS: dict[str, tuple[Row, Callable[[str, Path], object]]] = {
    "signs": (SIGN, load_sign_cases),
    "calm": (CALM, load_calm_cases),
    "decisions": (DECISION, load_decision_cases),
}


def written(folder: Path, kind: str, *lines: str) -> Path:
    (folder / f"{kind}-dev.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def line(row: Row, /, **changed: object) -> str:
    return json.dumps({**row, **changed}, ensure_ascii=False)


def without(row: Row, name: str) -> str:
    return json.dumps({key: value for key, value in row.items() if key != name})


def test_a_line_is_read_as_a_case_of_a_sign(tmp_path: Path) -> None:
    assert load_sign_cases("dev", written(tmp_path, "signs", line(SIGN))) == (
        SignCase(
            "S1",
            "我腳沒力",
            "leg_arm_weakness",
            Tier.TODAY,
            clear=True,
            language="hant",
            tags=frozenset({"carer", "typo"}),
        ),
    )


def test_a_line_is_read_as_a_calm_case(tmp_path: Path) -> None:
    assert load_calm_cases("dev", written(tmp_path, "calm", line(CALM))) == (
        CalmCase("K1", "骨轉移會痛嗎", "general", "hant", answerable=True),
    )


def test_a_line_is_read_as_a_request_or_its_general_twin(tmp_path: Path) -> None:
    lines = (line(DECISION), line(DECISION, id="D2", label="general", turns=["停藥會怎樣"]))
    first, second = load_decision_cases("dev", written(tmp_path, "decisions", *lines))
    assert first == DecisionCase(
        "D1",
        ("denosumab 是什麼", "那我可以停嗎"),
        is_request=True,
        about="stop_delay",
        language="hant",
        pages=frozenset({26}),
    )
    assert (second.case_id, second.is_request, second.turns) == ("D2", False, ("停藥會怎樣",))


BAD = {
    "not JSON": ("signs", "{"),
    "blank": ("signs", ""),
    "array": ("calm", "[]"),
    "null": ("decisions", "null"),
    "an unknown sign": ("signs", line(SIGN, sign="headache")),
    "an unknown tier": ("signs", line(SIGN, tier="T9")),
    "no turns": ("signs", line(SIGN, turns=[])),
    "no turns of a calm case": ("calm", line(CALM, turns=[])),
    "tags are missing": ("signs", without(SIGN, "tags")),
    "clear is missing": ("signs", without(SIGN, "clear")),
    "answerable is missing": ("calm", without(CALM, "answerable")),
    "an unknown label": ("decisions", line(DECISION, label="perhaps")),
    "pages are a number": ("decisions", line(DECISION, pages=26)),
    "about is missing": ("decisions", without(DECISION, "about")),
    "id is missing": ("calm", without(CALM, "id")),
    "turns are a text": ("signs", line(SIGN, turns="我腳沒力")),
    "turns of a request are a text": ("decisions", line(DECISION, turns="我可以停嗎")),
    "an id that stands twice": ("calm", line(CALM)),
}


@pytest.mark.parametrize(("kind", "bad"), BAD.values(), ids=BAD)
def test_a_bad_line_is_named_by_file_and_line(tmp_path: Path, kind: str, bad: str) -> None:
    row, load = KINDS[kind]
    folder = written(tmp_path, kind, line(row), line(row, id="x2"), bad, line(row, id="x4"))
    with pytest.raises(CaseError, match=rf"^{kind}-dev\.jsonl:3: "):
        load("dev", folder)


@pytest.mark.parametrize("separator", ["\u2028", "\x85"])
def test_only_a_line_feed_ends_a_line(tmp_path: Path, separator: str) -> None:
    typed = f"我腳{separator}沒力"
    (case,) = load_sign_cases("dev", written(tmp_path, "signs", line(SIGN, turns=[typed])))
    assert case.text == typed


# The real cases of the split that thresholds are set on


def test_the_cases_of_dev_are_whole() -> None:
    signs, calm = load_sign_cases("dev"), load_calm_cases("dev")
    decisions = load_decision_cases("dev")
    assert min(len(signs), len(calm), len(decisions)) >= 250
    names = [case.case_id for case in signs]
    names += [case.case_id for case in calm]
    names += [case.case_id for case in decisions]
    counted = Counter(names)
    assert [name for name, count in counted.items() if count > 1] == []
    assert {case.sign for case in signs} == set(load_signs())
    assert {case.tier for case in signs} == set(Tier) - {Tier.INFORMATIONAL}
    assert all(text.strip() for text in [*(c.text for c in signs), *(c.text for c in calm)])
    assert {case.is_request for case in decisions} == {True, False}
    assert all(1 <= page <= 35 for case in decisions for page in case.pages)


def test_a_crisis_among_the_cases_is_one_of_its_signs() -> None:
    for case in load_sign_cases("dev"):
        is_crisis = load_signs()[case.sign].tier is Tier.CRISIS
        assert (case.tier is Tier.CRISIS) == is_crisis, case.case_id
