"""Environments and processes of peers, without installing any: CI does not."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from corpus.source import open_source
from evals.afternoon import Afternoon, fixed_chunks
from evals.peers import environment
from evals.peers.environment import (
    AFTERNOON,
    OURS,
    PEERS,
    STAMP,
    Peer,
    PeerUnavailable,
    prepare,
    search,
)
from evals.peers.job import Mode, SearchJob
from tests.helpers import FakeEncoder

PINNED = {"haystack": "haystack-ai==3.4.1", "txtai": "txtai_minimal==9.14.0"}
PINNED["llama_index"] = "llama-index-core==0.14.25"


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_everything_of_a_peer_is_pinned_and_torch_is_not_in_it(peer: Peer) -> None:
    lines = peer.pins.read_text(encoding="utf-8").splitlines()
    assert PINNED[peer.name] in lines
    assert all(line.count("==") == 1 and " " not in line for line in lines)
    assert not any(line.startswith("torch") for line in lines)
    assert peer.pins.with_name(f"{peer.name}_peer.py").exists()


def test_ours_runs_in_our_own_environment(tmp_path: Path) -> None:
    assert prepare(OURS, tmp_path) == Path(sys.executable)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Return the commands that are given instead of being run; installing "gone" fails."""
    given: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        given.append(command)
        if command[2] == "venv":
            python = Path(command[3]) / "bin" / "python"
            python.parent.mkdir(parents=True)
            python.touch()
        failed = command[2] == "pip" and "gone" in command[-1]
        return subprocess.CompletedProcess(command, int(failed), "", "a warning\nno such version\n")

    monkeypatch.setattr(subprocess, "run", run)
    return given


def peer_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str = "other") -> Peer:
    """Return a peer whose pins stand in a folder of the test's own."""
    pins = tmp_path / f"{name}.txt"
    pins.write_text("other==1.0\n", encoding="utf-8")
    monkeypatch.setattr(Peer, "pins", property(lambda _: pins))
    return Peer(name)


def test_an_environment_is_made_once_and_again_when_its_pins_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, commands: list[list[str]]
) -> None:
    peer = peer_of(tmp_path, monkeypatch)
    cache = tmp_path / "cache"
    python = prepare(peer, cache)
    assert python == cache / "other" / "bin" / "python"
    assert [command[2] for command in commands] == ["venv", "pip"]
    assert commands[1][-2:] == ["-r", str(peer.pins)]
    assert prepare(peer, cache) == python
    assert len(commands) == 2
    peer.pins.write_text("other==2.0\n", encoding="utf-8")
    prepare(peer, cache)
    assert len(commands) == 4
    stamp = (cache / "other" / STAMP).read_text(encoding="utf-8")
    assert stamp == hashlib.sha256(b"other==2.0\n").hexdigest()


def test_a_peer_that_cannot_be_installed_is_named_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, commands: list[list[str]]
) -> None:
    peer = peer_of(tmp_path, monkeypatch, "gone")
    for _ in range(2):
        with pytest.raises(PeerUnavailable, match="gone cannot be installed: no such version"):
            prepare(peer, tmp_path / "cache")
    assert len(commands) == 4


def guide_file(folder: Path) -> Path:
    """Write a guide of three pages; return its path."""
    pages = (
        "骨質疏鬆讓骨頭容易斷裂。" * 30,
        "浴室鋪上防滑墊可以防跌。" * 30,
        "牛奶豆腐有鈣質。" * 30,
    )
    path = folder / "guide.txt"
    path.write_text("\f".join(pages), encoding="utf-8")
    return path


def test_a_process_finds_what_the_afternoon_finds(tmp_path: Path) -> None:
    path = guide_file(tmp_path)
    guide, encoder = open_source(path).guide, FakeEncoder()
    texts = tuple(chunk.text for chunk in fixed_chunks(guide))
    questions = ("浴室防滑墊", "鈣質")
    job = SearchJob(
        Mode.HYBRID,
        False,
        5,
        texts,
        questions,
        encoder.encode_passages(texts),
        encoder.encode_questions(questions),
        str(path),
    )
    result = search(AFTERNOON, job)
    afternoon = Afternoon(guide, encoder)
    for question, ranking, vector in zip(
        questions, result.rankings, job.question_vectors, strict=True
    ):
        shown = [chunk.text for chunk in afternoon.search(question)]
        assert [texts[unit] for unit, _ in ranking] == shown
        assert ranking[0][1] == pytest.approx(float((job.unit_vectors @ vector).max()), abs=1e-5)
    assert len(result.search_ms) == 2
    assert result.peak_mb > 10
    assert result.index_ms > 0


def test_a_process_that_fails_is_told_with_its_last_line(tmp_path: Path) -> None:
    vectors = np.eye(1, 4, dtype=np.float32)
    job = SearchJob(
        Mode.HYBRID, False, 5, ("別的",), ("問",), vectors, vectors, str(guide_file(tmp_path))
    )
    with pytest.raises(PeerUnavailable, match=r"ours failed: ValueError: 1 units are not the"):
        search(OURS, job)


def test_nothing_of_a_peer_may_call_home() -> None:
    assert environment.QUIET["HAYSTACK_TELEMETRY_ENABLED"] == "False"
    assert environment.QUIET["HF_HUB_OFFLINE"] == "1"
