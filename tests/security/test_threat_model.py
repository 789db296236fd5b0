"""The threat model and the list of faults name tests and modes that are there."""

from __future__ import annotations

import re

from chatbot.opening import Mode
from tests.helpers import ROOT

TEST = re.compile(r"`([\w/]+\.py)(?:::(test_\w+))?`")


def test_every_test_that_the_threat_model_names_exists() -> None:
    model = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    named = [(file, name) for file, name in TEST.findall(model) if "/test_" in f"/{file}"]
    assert len(named) > 10
    for file, name in named:
        source = (ROOT / "tests" / file).read_text(encoding="utf-8")
        assert f"def {name}" in source, (file, name)


def test_every_mode_is_described() -> None:
    faults = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    for mode in Mode:
        assert f"\n| `{mode.value}` | " in faults
