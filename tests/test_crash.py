"""Kill the process at random moments of a build and of an import: the old state still answers."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from corpus.importing import load_guide
from corpus.storage import DATA_VARIABLE
from index.passage_index import Reading
from index.query import read_query
from index.store import IndexStore
from tests.helpers import ROOT, FakeEncoder, small_guide, small_topics

KILLS = 50
BUILD = """
from index.store import IndexStore
from tests.helpers import FakeEncoder, small_guide, small_topics
guide, encoder = small_guide(), FakeEncoder()
store = IndexStore.of(guide, encoder)
print("ready", flush=True)
while True:
    store.build(guide, small_topics(), encoder)
"""
IMPORT = """
import sys
from pathlib import Path
from corpus.importing import import_guide
print("ready", flush=True)
while True:
    import_guide(Path(sys.argv[1]))
"""


def kill_while_running(script: str, folder: Path, seconds: float, *arguments: str) -> None:
    environment = {**os.environ, DATA_VARIABLE: str(folder)}
    process = subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    time.sleep(seconds)
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.timeout(400)
def test_a_build_killed_at_any_moment_leaves_an_index_that_answers(tmp_path: Path) -> None:
    guide, topics, encoder = small_guide(), small_topics(), FakeEncoder()
    store = IndexStore.of(guide, encoder, tmp_path)
    store.build(guide, topics, encoder)
    moments = random.Random(1)
    for _ in range(KILLS):
        kill_while_running(BUILD, tmp_path, moments.uniform(0.0, 0.15))
        index = store.load(guide, topics, encoder)
        found = index.search([Reading(read_query("denosumab 多久打一次"))], top_k=1)
        assert found.hits[0].passage.passage_id == "often"


@pytest.mark.timeout(400)
def test_an_import_killed_at_any_moment_leaves_the_guide_readable(tmp_path: Path) -> None:
    file = tmp_path / "guide.txt"
    file.write_text(
        "# 骨頭\n\n" + "骨轉移是癌症擴散到骨頭，任何癌症都可能發生。\n\n" * 400, encoding="utf-8"
    )
    kill_while_running(IMPORT, tmp_path, 0.5, str(file))
    (stored,) = (tmp_path / "guides").glob("*.json")
    before = load_guide(stored.stem, tmp_path / "guides")
    moments = random.Random(2)
    for _ in range(KILLS):
        kill_while_running(IMPORT, tmp_path, moments.uniform(0.0, 0.1), str(file))
        assert load_guide(stored.stem, tmp_path / "guides") == before
