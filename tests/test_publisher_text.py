"""None of the publisher's sentences stands in the repository."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.helpers import NO_ORIGINAL, ORIGINAL, ROOT

RUN = 24
SUFFIXES = (".md", ".toml", ".json", ".jsonl", ".txt", ".tsv", ".py", ".html", ".js", ".css")


@pytest.mark.skipif(not ORIGINAL.exists(), reason=NO_ORIGINAL)
def test_no_run_of_characters_is_shared_with_the_original() -> None:
    original = re.sub(r"\W+", "", ORIGINAL.read_text(encoding="utf-8"))
    runs = {original[i : i + RUN] for i in range(len(original) - RUN + 1)}
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    shared = []
    for name in listed.stdout.split():
        if not name.endswith(SUFFIXES) or not (ROOT / name).is_file():
            continue
        text = re.sub(r"\W+", "", (ROOT / name).read_text(encoding="utf-8"))
        for i in range(len(text) - RUN + 1):
            run = text[i : i + RUN]
            if run in runs and len(re.findall(r"[一-鿿]", run)) >= 16:
                shared.append((name, run))
    assert shared == []
