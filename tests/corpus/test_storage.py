"""Files are written whole or not at all, and damage is noticed."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from platformdirs import user_data_path

from corpus.storage import (
    DATA_VARIABLE,
    MANIFEST,
    FolderDamaged,
    data_folder,
    read_sealed,
    remove_unfinished,
    sealed_folder,
    sha256_of,
    write_atomically,
)
from tests.corpus.builders import all_files
from tests.helpers import ROOT

FACTS = {"model": "fake", "dimension": 64}
CONTENTS = {"a.txt": "骨頭\n".encode(), "below/b.bin": bytes(range(48))}


def test_a_failed_seal_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), sealed_folder(tmp_path / "a", {}) as folder:
        (folder / "x").write_text("1")
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_a_sealed_folder_gives_back_its_facts_and_notices_every_flipped_byte(
    tmp_path: Path,
) -> None:
    with sealed_folder(tmp_path / "a", {"model": "m"}) as folder:
        (folder / "x").write_bytes(b"abcdef")
    assert read_sealed(tmp_path / "a")["model"] == "m"
    for i in range(6):
        content = bytearray(b"abcdef")
        content[i] ^= 1
        (tmp_path / "a" / "x").write_bytes(content)
        with pytest.raises(FolderDamaged):
            read_sealed(tmp_path / "a")


def test_replacing_keeps_no_leftover(tmp_path: Path) -> None:
    write_atomically(tmp_path / "f", b"old")
    write_atomically(tmp_path / "f", b"new")
    assert (tmp_path / "f").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def fail(*_: object) -> None:
    raise OSError(28, "No space left on device")


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def sealed(target: Path) -> Path:
    """Return a sealed folder of two files."""
    with sealed_folder(target, FACTS) as folder:
        for name, content in CONTENTS.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content)
    return target


def test_the_data_folder_is_where_the_variable_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "mine"))
    assert data_folder() == tmp_path / "mine"
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize("unset", [True, False])
def test_without_the_variable_the_platforms_folder_is_used(
    monkeypatch: pytest.MonkeyPatch, unset: bool
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, "")
    if unset:
        monkeypatch.delenv(DATA_VARIABLE)
    assert data_folder() == user_data_path("bone-health-qa", appauthor=False)
    assert data_folder().name == "bone-health-qa"


def test_a_checksum_is_sha256(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert sha256_of(tmp_path / "a") == hashlib.sha256(b"abc").hexdigest()


def test_a_file_is_written_with_the_folders_above_it(tmp_path: Path) -> None:
    write_atomically(tmp_path / "x" / "y" / "f", b"content")
    assert all_files(tmp_path) == {"x/y/f": b"content"}


@pytest.mark.parametrize("broken", [fail, interrupt])
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_failed_write_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: object, step: str
) -> None:
    write_atomically(tmp_path / "f", b"old")
    if step == "fsync":
        monkeypatch.setattr(os, "fsync", broken)
    else:
        monkeypatch.setattr(Path, "replace", broken)
    with pytest.raises((OSError, KeyboardInterrupt)):
        write_atomically(tmp_path / "f", b"new")
    monkeypatch.undo()
    assert all_files(tmp_path) == {"f": b"old"}


def test_the_old_file_is_whole_until_the_new_one_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_atomically(tmp_path / "f", b"old")
    seen: list[bytes] = []
    sync = os.fsync

    def watch(handle: int) -> None:
        seen.append((tmp_path / "f").read_bytes())
        sync(handle)

    monkeypatch.setattr(os, "fsync", watch)
    write_atomically(tmp_path / "f", b"new")
    assert seen == [b"old", b"new"]


def test_a_sealed_folder_holds_its_files_and_a_manifest_of_them(tmp_path: Path) -> None:
    folder = sealed(tmp_path / "deep" / "index")
    files = all_files(folder)
    assert {name: files[name] for name in CONTENTS} == CONTENTS
    assert set(files) == {*CONTENTS, MANIFEST}
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in CONTENTS.items()}
    assert read_sealed(folder) == {**FACTS, "sha256": sums}
    assert json.loads(files[MANIFEST]) == {**FACTS, "sha256": sums}
    assert [path.name for path in folder.parent.iterdir()] == ["index"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_no_folder_appears_when_the_block_fails(tmp_path: Path, error: type[BaseException]) -> None:
    sealed(tmp_path / "other")
    before = all_files(tmp_path)
    with pytest.raises(error), sealed_folder(tmp_path / "index", FACTS) as folder:
        (folder / "x").write_bytes(b"half")
        assert not (tmp_path / "index").exists()
        raise error
    assert all_files(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["other"]


def test_no_folder_appears_when_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"), sealed_folder(tmp_path / "index", FACTS) as f:
        (f / "x").write_bytes(b"whole")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_that_name_is_not_overwritten(tmp_path: Path) -> None:
    sealed(tmp_path / "index")
    before = all_files(tmp_path)
    with pytest.raises(OSError, match="index"), sealed_folder(tmp_path / "index", {}) as folder:
        (folder / "x").write_bytes(b"new")
    assert all_files(tmp_path) == before


def test_every_flipped_bit_of_every_file_is_noticed(tmp_path: Path) -> None:
    folder = sealed(tmp_path / "index")
    for name, content in CONTENTS.items():
        for position in range(len(content)):
            for bit in range(8):
                flipped = bytearray(content)
                flipped[position] ^= 1 << bit
                (folder / name).write_bytes(flipped)
                with pytest.raises(FolderDamaged, match=name):
                    read_sealed(folder)
        (folder / name).write_bytes(content)
    assert read_sealed(folder)["model"] == "fake"


def test_every_flipped_bit_of_the_checksums_is_noticed(tmp_path: Path) -> None:
    folder = sealed(tmp_path / "index")
    good = (folder / MANIFEST).read_bytes()
    places = [
        good.index(word.encode()) + i
        for word in [*CONTENTS, *(hashlib.sha256(c).hexdigest() for c in CONTENTS.values())]
        for i in range(len(word))
    ]
    assert len(places) > 128
    for position in places:
        for bit in range(8):
            flipped = bytearray(good)
            flipped[position] ^= 1 << bit
            (folder / MANIFEST).write_bytes(flipped)
            with pytest.raises(FolderDamaged):
                read_sealed(folder)


@pytest.mark.parametrize("name", [*CONTENTS, MANIFEST])
def test_a_missing_file_is_noticed(tmp_path: Path, name: str) -> None:
    folder = sealed(tmp_path / "index")
    (folder / name).unlink()
    with pytest.raises(FolderDamaged, match=str(folder)):
        read_sealed(folder)


@pytest.mark.parametrize("change", [b"", b"x", b"\0" * 8])
def test_a_cut_or_longer_file_is_noticed(tmp_path: Path, change: bytes) -> None:
    folder = sealed(tmp_path / "index")
    content = CONTENTS["a.txt"]
    (folder / "a.txt").write_bytes(content + change if change else content[:-1])
    with pytest.raises(FolderDamaged, match=r"a\.txt"):
        read_sealed(folder)


@pytest.mark.parametrize(
    "manifest",
    [
        b"", b"\xff\xfe", b"[]", b'"sha256"', b"{}", b"null", b'{"sha256": null}',
        b'{"sha256": ["a.txt"]}', b'{"sha256": {"a.txt": null}}', b'{"sha256": {"": "0"}}',
        b'{"sha256": {"no\\u0000name": "0"}}',
    ],
)  # fmt: skip
def test_a_manifest_that_is_none_is_noticed(tmp_path: Path, manifest: bytes) -> None:
    folder = sealed(tmp_path / "index")
    (folder / MANIFEST).write_bytes(manifest)
    with pytest.raises(FolderDamaged):
        read_sealed(folder)


@pytest.mark.parametrize("junk", [b"x", b"{}", b"\0", b'\n{"sha256": {}}'])
def test_junk_after_the_manifest_is_noticed(tmp_path: Path, junk: bytes) -> None:
    folder = sealed(tmp_path / "index")
    good = (folder / MANIFEST).read_bytes()
    (folder / MANIFEST).write_bytes(good + junk)
    with pytest.raises(FolderDamaged):
        read_sealed(folder)


def test_files_are_not_read_when_told_so(tmp_path: Path) -> None:
    folder = sealed(tmp_path / "index")
    (folder / "a.txt").write_bytes(b"changed")
    assert read_sealed(folder, check=False)["dimension"] == 64


def test_what_a_killed_process_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    sealed(tmp_path / "index")
    before = all_files(tmp_path)
    script = """
import os, sys
from pathlib import Path
from corpus.storage import sealed_folder, write_atomically
os.fsync = lambda handle: None
Path.replace = lambda *names: os._exit(9)
with sealed_folder(Path(sys.argv[1]) / "new", {}) as folder:
    (folder / "x").write_bytes(b"half")
    write_atomically(Path(sys.argv[1]) / "file", b"half")
"""
    killed = subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, check=False)
    assert killed.returncode == 9
    left = {path.name for path in tmp_path.iterdir()}
    assert len(left) == 3
    assert not left & {"new", "file"}
    remove_unfinished(tmp_path)
    assert all_files(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["index"]
