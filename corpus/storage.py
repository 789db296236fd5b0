"""Where the user's files live, and how they are written so that a crash leaves no half state."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from platformdirs import user_data_path

from corpus.configuration import configured
from corpus.messages import say

DATA_VARIABLE = "BONEHEALTH_DATA"
APPLICATION = "bone-health-qa"
MANIFEST = "manifest.json"
UNFINISHED = "unfinished-"


class FolderDamaged(Exception):
    """A sealed folder is not as its manifest says. The message names the file."""


def data_folder() -> Path:
    """Return the user's data folder: the setting `data`, or the platform's usual place.

    Raises:
        ConfigurationError: The settings file cannot be used.
    """
    chosen = configured("data")
    return Path(chosen) if chosen else user_data_path(APPLICATION, appauthor=False)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_atomically(path: Path, content: bytes) -> None:
    """Replace `path` by `content` in one step; a reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=UNFINISHED, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


@contextmanager
def sealed_folder(target: Path, facts: Mapping[str, object]) -> Iterator[Path]:
    """Fill a new folder, seal it with a manifest, and give it its name in one step.

    Yields an unfinished folder beside `target`. When the block ends well, `manifest.json` with
    `facts` and the SHA-256 of every file is added, everything is forced to disk, and the folder
    is renamed to `target` (which must not exist). When it fails, the unfinished folder is removed.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=target.parent))
    try:
        yield unfinished
        paths = [path for path in sorted(unfinished.rglob("*")) if path.is_file()]
        sums = {path.relative_to(unfinished).as_posix(): sha256_of(path) for path in paths}
        manifest = json.dumps({**facts, "sha256": sums}, ensure_ascii=False, indent=1)
        (unfinished / MANIFEST).write_text(manifest, encoding="utf-8")
        for path in [*paths, unfinished / MANIFEST]:
            with path.open("rb") as file:
                os.fsync(file.fileno())
        _sync_folder(unfinished)
        unfinished.rename(target)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    _sync_folder(target.parent)


def read_sealed(folder: Path, *, check: bool = True) -> dict[str, object]:
    """Return a sealed folder's manifest, its files compared with their SHA-256 unless told not to.

    Raises:
        FolderDamaged: A file is missing, changed, or the manifest cannot be read.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        sums = manifest["sha256"]
        for name, expected in sums.items():
            if check and sha256_of(folder / name) != expected:
                raise FolderDamaged(say("storage", "wrong_sum", path=folder / name))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FolderDamaged(f"{folder}：{error}") from error
    return dict(manifest)


def remove_unfinished(folder: Path) -> None:
    """Remove what a killed process left in `folder`. Call it only while holding its lock."""
    for path in folder.glob(f"{UNFINISHED}*"):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open folders
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
