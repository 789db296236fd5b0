"""Files are written whole or not at all, and damage is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.storage import FolderDamaged, read_sealed, sealed_folder, write_atomically


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
