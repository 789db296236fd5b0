"""A data folder as a machine has it that has been used: model, imported guide, index, caches."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from corpus.importing import import_guide
from tests.faults.running import GUIDE, QUESTION, Way, ask


@pytest.fixture(scope="session")
def used(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return such a folder and the name of its guide; only to be copied."""
    folder = tmp_path_factory.mktemp("used")
    file = folder / "handbook.txt"
    file.write_text(GUIDE, encoding="utf-8")
    guide = import_guide(file, folder=folder / "data" / "guides").guide.guide_id
    ran = ask(QUESTION, "--original", guide, way=Way(folder / "data"))
    assert (ran.status, ran.log) == (0, ("還沒有建立索引。重新建立中……",))
    return folder / "data", guide


@pytest.fixture
def data(used: tuple[Path, str], tmp_path: Path) -> Path:
    """Return a copy of the folder for one test to break."""
    tmp_path.chmod(0o755)
    for folder in tmp_path.parents:
        if folder.owner() == tmp_path.owner() and "pytest" in str(folder):
            folder.chmod(0o755)
    # Old files are never written to, so links serve as copies; what is broken is written anew.
    shutil.copytree(used[0], tmp_path / "data", copy_function=os.link)
    return tmp_path / "data"


@pytest.fixture
def guide(used: tuple[Path, str]) -> str:
    """Return the name of the imported guide."""
    return used[1]
