"""The table of criteria is whole, and the tests that it names are there."""

from __future__ import annotations

import re

from evals.page.access import LEAST
from evals.page.states import At
from tests.helpers import ROOT

TABLE = (ROOT / "docs" / "accessibility.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TABLE.splitlines()
    if re.match(r"\| \d\.\d\.\d+ ", line)
]
# WCAG 2.2, level A and AA, without the withdrawn 4.1.1.
CRITERIA = """
1.1.1 1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.3.3 1.3.4 1.3.5 1.4.1 1.4.2 1.4.3 1.4.4 1.4.5
1.4.10 1.4.11 1.4.12 1.4.13 2.1.1 2.1.2 2.1.4 2.2.1 2.2.2 2.3.1 2.4.1 2.4.2 2.4.3 2.4.4 2.4.5 2.4.6
2.4.7 2.4.11 2.5.1 2.5.2 2.5.3 2.5.4 2.5.7 2.5.8 3.1.1 3.1.2 3.2.1 3.2.2 3.2.3 3.2.4 3.2.6 3.3.1
3.3.2 3.3.3 3.3.4 3.3.7 3.3.8 4.1.2 4.1.3
"""


def test_each_of_the_55_criteria_has_its_row() -> None:
    assert len(CRITERIA.split()) == 55
    assert [row[0].split()[0] for row in ROWS] == CRITERIA.split()
    assert all(len(row) == 3 and all(row) for row in ROWS)


def test_every_test_that_is_named_exists() -> None:
    named = set(re.findall(r"`([\w/]+\.py)(?:::(test_\w+))?`", "\n".join(map(str, ROWS))))
    assert len(named) > 20
    for file, name in sorted(named):
        source = (ROOT / "tests" / file).read_text(encoding="utf-8")
        assert not name or f"def {name}(" in source, (file, name)


def test_what_is_demanded_is_what_is_measured() -> None:
    for at, words in ((At.PERSON, "{target} px; "), (At.KIOSK, "; {target} px on a kiosk")):
        assert words.format(**LEAST[at]) in TABLE
