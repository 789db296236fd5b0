"""The index on the command line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corpus.source import Source
from corpus.storage import DATA_VARIABLE
from index.__main__ import cli
from index.errors import EncoderUnavailable
from index.store import CURRENT, IndexStore
from tests.helpers import FakeEncoder, small_guide, small_topics

BUILT = "索引建好了：4 個段落、2 個指南外的主題、20 個鍵"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a data folder of this test's own; the guide is small and the encoder a fake."""
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    monkeypatch.setattr("index.__main__.load_encoder", lambda _: FakeEncoder())
    monkeypatch.setattr(
        "index.__main__.open_source", lambda _: Source(small_guide(), small_topics())
    )
    return tmp_path / "data"


def run(*arguments: str) -> tuple[int, str, str]:
    """Return exit status, standard output and standard error."""
    result = CliRunner().invoke(cli, arguments)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def current() -> Path:
    return IndexStore.of(small_guide(), FakeEncoder()).current()


def test_build_tells_what_was_built_and_verify_agrees(data: Path) -> None:
    status, out, err = run("build")
    assert (status, err) == (0, "")
    assert out.startswith(BUILT)
    assert current().is_relative_to(data)
    assert run("verify") == (0, f"索引完整，可以使用：{current()}\n", "")


def test_verify_fails_where_nothing_was_built(data: Path) -> None:
    assert run("verify") == (1, "", "還沒有建立索引。請執行 python -m index build。\n")
    assert not data.exists()


@pytest.mark.usefixtures("data")
def test_verify_fails_with_a_sentence_where_a_file_is_damaged() -> None:
    run("build")
    (current() / "dense.faiss").write_bytes(b"rubbish")
    status, out, err = run("verify")
    assert (status, out) == (1, "")
    assert err.startswith("索引損壞：")
    assert "dense.faiss" in err
    assert err.endswith("請執行 python -m index build。\n")


@pytest.mark.usefixtures("data")
def test_verify_names_what_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    run("build")
    source = Source(small_guide(), small_topics()[:1])
    monkeypatch.setattr("index.__main__.open_source", lambda _: source)
    status, out, err = run("verify")
    assert (status, out) == (1, "")
    assert err.startswith("索引過期：topics_fingerprint")


@pytest.mark.usefixtures("data")
def test_build_if_needed_leaves_a_good_index_alone() -> None:
    run("build")
    before = current()
    assert run("build", "--if-needed") == (0, "索引已是最新。\n", "")
    assert current() == before
    assert run("build")[0] == 0
    assert current() != before


@pytest.mark.usefixtures("data")
def test_build_if_needed_builds_where_the_index_is_missing_or_damaged() -> None:
    status, out, err = run("build", "--if-needed")
    assert (status, err) == (0, "還沒有建立索引。重新建立中……\n")
    assert out.startswith(BUILT)
    (current() / "manifest.json").unlink()
    status, out, err = run("build", "--if-needed")
    assert status == 0
    assert err.startswith("索引損壞：")
    assert out.startswith(BUILT)
    assert run("verify")[0] == 0


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize("command", ["build", "verify"])
def test_without_an_encoder_nothing_is_done(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: str) -> FakeEncoder:
        raise EncoderUnavailable("沒有模型。")

    monkeypatch.setattr("index.__main__.load_encoder", refuse)
    assert run(command) == (1, "", "沒有模型。\n")


@pytest.mark.usefixtures("data")
def test_the_model_is_chosen_by_option_or_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def remember(model: str) -> FakeEncoder:
        asked.append(model)
        return FakeEncoder(model)

    monkeypatch.setattr("index.__main__.load_encoder", remember)
    run("build")
    run("build", "--model", "mine")
    monkeypatch.setenv("BONEHEALTH_MODEL", "theirs")
    run("build")
    assert asked == ["default", "mine", "theirs"]
    assert IndexStore.of(small_guide(), FakeEncoder("mine")).current().is_dir()


def test_a_file_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    status, out, err = run("build", "--original", "nowhere.txt")
    assert (status, out) == (1, "")
    assert "nowhere.txt" in err


def test_a_folder_that_cannot_be_written_is_named(data: Path) -> None:
    data.mkdir()
    (data / "index").write_text("a file where the folder should be", encoding="utf-8")
    status, out, err = run("build")
    assert (status, out) == (1, "")
    assert err.startswith(f"無法寫入 {data / 'index'}")


@pytest.mark.usefixtures("data")
def test_a_damaged_name_of_the_index_in_use_is_a_sentence_too() -> None:
    run("build")
    (current().parent / CURRENT).write_text("nothing-like-this", encoding="utf-8")
    status, _, err = run("verify")
    assert status == 1
    assert err.startswith(f"索引損壞：{CURRENT} 指向不存在的「nothing-like-this」")


@pytest.mark.usefixtures("data")
def test_an_edited_guide_is_another_index(monkeypatch: pytest.MonkeyPatch) -> None:
    run("build")
    edited = Source(replace(small_guide(), guide_id="other"), small_topics())
    monkeypatch.setattr("index.__main__.open_source", lambda _: edited)
    assert run("verify")[2].startswith("還沒有建立索引")
    monkeypatch.undo()
