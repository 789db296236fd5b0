"""The safety case names hazards, files and tests that are there."""

from __future__ import annotations

import re

from chatbot.triage.signs import load_signs
from chatbot.triage.tier import Tier
from corpus.audit.safety_sign_offs import SAFETY_SIGN_OFFS_FILE
from tests.helpers import ROOT

CASE = (ROOT / "docs" / "safety.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in CASE.splitlines()
    if re.match(r"\| H\d+ \|", line)
]
TEST = re.compile(r"`([\w/]+\.py)(?:::(test_\w+))?`")


def test_every_hazard_has_a_control_a_test_and_what_remains() -> None:
    assert [row[0] for row in ROWS] == [f"H{number}" for number in range(1, len(ROWS) + 1)]
    assert len(ROWS) >= 11 + 6
    for row in ROWS:
        assert len(row) == 5, row[0]
        assert all(row), row[0]
        assert TEST.search(row[3]), row[0]


def test_every_test_that_is_named_exists() -> None:
    named = {found for row in ROWS for found in TEST.findall(row[3])}
    files = {file: ROOT / "tests" / file for file, _ in named}
    assert [file for file, path in sorted(files.items()) if not path.is_file()] == []
    sources = {file: path.read_text(encoding="utf-8") for file, path in files.items()}
    assert [name for file, name in sorted(named) if f"def {name}" not in sources[file]] == []


def test_every_tier_is_described_and_the_signs_are_counted() -> None:
    for tier in Tier:
        assert f"\n| {tier} | " in CASE
    assert f"{len(load_signs())} signs" in CASE
    silent = sum(sign.silent for sign in load_signs().values())
    assert f"{('Four', 'Five', 'Six')[silent - 4]} signs are not named by the guide" in CASE


def test_where_signatures_stand_is_told() -> None:
    assert f"`corpus/{SAFETY_SIGN_OFFS_FILE.name}`" in CASE
