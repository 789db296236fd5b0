from __future__ import annotations

import hashlib
import re
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

from chatbot import versions as module
from chatbot.__main__ import cli
from chatbot.versions import _digest, versions
from index.e5_file import E5_SHA256

PARTS = [
    *("code", "edition", "not_in_guide", "lexicon", "banks", "templates", "weights", "model"),
]


def test_every_part_has_a_hash_of_its_own() -> None:
    found = versions()
    assert [v.part for v in found] == PARTS
    assert len({v.sha256 for v in found}) == len(PARTS)
    assert all(re.fullmatch("[0-9a-f]{16}", v.sha256) for v in found)
    by_part = {v.part: v for v in found}
    assert by_part["code"].version == version("bone-health-qa")
    assert by_part["model"].sha256 == E5_SHA256[:16]
    assert by_part["edition"].short == f"{by_part['edition'].version}+{by_part['edition'].sha256}"


def test_a_hash_is_over_names_and_contents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHATBOT", tmp_path / "chatbot")
    one, two = tmp_path / "a.md", tmp_path / "b.md"
    one.write_text("骨")
    two.write_text("頭")
    lines = [
        f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n" for path in (one, two)
    ]
    assert _digest([two, one]) == hashlib.sha256("".join(lines).encode()).hexdigest()[:16]
    before = _digest([one, two])
    two.write_text("頸")
    assert _digest([one, two]) != before


def test_the_command_line_prints_a_line_for_each() -> None:
    result = CliRunner().invoke(cli, ["--version"])
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert len(lines) == len(PARTS)
    assert lines[0] == f"程式 {version('bone-health-qa')} {versions()[0].sha256}"
    assert [line.rpartition(" ")[2] for line in lines] == [v.sha256 for v in versions()]
