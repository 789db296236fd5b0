"""Kill the process at random moments of a build and of an import: the old state still answers.

`KILLS=500` (as `make faults` sets it) kills more often; the count is printed.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from corpus.importing import import_guide, load_guide
from index.passage_index import Reading
from index.query import read_query
from index.store import IndexStore
from tests.helpers import FakeEncoder, small_guide, small_topics

KILLS = int(os.environ.get("KILLS", "30"))
# Forked from a process that has loaded everything, so that most of the time is spent on killing.
FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload(["tests.test_crash"])


def build_for_ever(folder: Path, ready: Connection) -> None:
    guide, encoder = small_guide(), FakeEncoder()
    store = IndexStore.of(guide, encoder, folder)
    for_ever(lambda: store.build(guide, small_topics(), encoder), ready)


def import_for_ever(folder: Path, ready: Connection) -> None:
    for_ever(lambda: import_guide(folder / "guide.txt", folder=folder / "guides"), ready)


def for_ever(work: Callable[[], object], ready: Connection) -> None:
    """Work once, tell how many seconds that took, and go on."""
    start = time.perf_counter()
    work()
    ready.send(time.perf_counter() - start)
    while True:
        work()


def kill_while(work: Callable[[Path, Connection], None], folder: Path, rounds: float) -> None:
    """Kill somebody at work after so many rounds of it, a part of one included."""
    receiver, sender = FORKING.Pipe(duplex=False)
    process = FORKING.Process(target=work, args=(folder, sender))
    process.start()
    sender.close()
    time.sleep(rounds * receiver.recv())
    process.kill()
    process.join()
    assert process.exitcode == -9  # it was still at work
    process.close()
    receiver.close()


def told(what: str, unfinished: int, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        sys.stdout.write(
            f"\n{KILLS} kills during {what}: nothing lost; "
            f"{unfinished} left something unfinished, which the next run removes\n"
        )


@pytest.mark.timeout(3600)
def test_a_build_killed_at_any_moment_leaves_an_index_that_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    guide, topics, encoder = small_guide(), small_topics(), FakeEncoder()
    store = IndexStore.of(guide, encoder, tmp_path)
    store.build(guide, topics, encoder)
    moments, unfinished = random.Random(1), 0
    for _ in range(KILLS):
        kill_while(build_for_ever, tmp_path, moments.uniform(0.0, 2.0))
        unfinished += any(store.folder.glob("unfinished-*"))
        index = store.load(guide, topics, encoder)
        found = index.search([Reading(read_query("denosumab 多久打一次"))], top_k=1)
        assert found.hits[0].passage.passage_id == "often"
    store.build(guide, topics, encoder)
    assert not list(store.folder.glob("unfinished-*"))
    assert len([path for path in store.folder.iterdir() if path.is_dir()]) == 2
    told("an index build", unfinished, capsys)


@pytest.mark.timeout(3600)
def test_an_import_killed_at_any_moment_leaves_the_guide_readable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "# 骨頭\n\n" + "骨轉移是癌症擴散到骨頭，任何癌症都可能發生。\n\n" * 400
    (tmp_path / "guide.txt").write_text(text, encoding="utf-8")
    folder = tmp_path / "guides"
    before = import_guide(tmp_path / "guide.txt", folder=folder).guide
    moments, unfinished = random.Random(2), 0
    for _ in range(KILLS):
        kill_while(import_for_ever, tmp_path, moments.uniform(0.0, 2.0))
        unfinished += any(folder.glob("unfinished-*"))
        assert load_guide(before.guide_id, folder) == before
    import_guide(tmp_path / "guide.txt", folder=folder)
    assert not list(folder.glob("unfinished-*"))
    told("an import", unfinished, capsys)
