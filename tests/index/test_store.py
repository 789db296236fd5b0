"""Indexes on disk."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest

from corpus.passage import Guide
from corpus.storage import DATA_VARIABLE
from index import store as store_module
from index.encoder import Vectors
from index.errors import IndexDamaged, IndexMissing, IndexProblem, IndexStale
from index.passage_index import PassageIndex, Reading
from index.query import read_query
from index.store import CURRENT, DENSE_FILE, IndexStore, lexicon_fingerprint
from tests.helpers import FakeEncoder, small_guide, small_topics

GUIDE, TOPICS, ENCODER = small_guide(), small_topics(), FakeEncoder()
QUESTIONS = ("骨頭痛怎麼辦", "癌骨瓦幾週打一針", "明天會下雨嗎", "pain")


class BrokenEncoder(FakeEncoder):
    """Fails at the first text."""

    def _encode(self, texts: Sequence[str]) -> Vectors:
        raise RuntimeError(f"cannot encode {len(texts)} texts")


def edited(guide: Guide) -> Guide:
    """Return the guide with one character more in its first passage."""
    first, *rest = guide.sections
    changed = replace(first.passages[0], text=first.passages[0].text + "！")
    return replace(guide, sections=(replace(first, passages=(changed, *first.passages[1:])), *rest))


def usable(index: PassageIndex) -> bool:
    """Return whether an index finds what a bank question belongs to."""
    found = index.search([Reading(read_query("骨頭痛要找誰"))], top_k=1)
    return found.hits[0].passage.passage_id == "pain" and index.searches_by_meaning


def builds(store: IndexStore) -> list[str]:
    return sorted(path.name for path in store.folder.iterdir() if path.is_dir())


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a root with one build, to be copied."""
    root = tmp_path_factory.mktemp("pristine")
    IndexStore.of(GUIDE, ENCODER, root).build(GUIDE, TOPICS, ENCODER)
    return root


@pytest.fixture
def store(pristine: Path, tmp_path: Path) -> IndexStore:
    """Return a store with one build, this test's own."""
    shutil.copytree(pristine, tmp_path / "root")
    return IndexStore.of(GUIDE, ENCODER, tmp_path / "root")


def test_a_loaded_index_finds_what_the_built_one_finds(tmp_path: Path) -> None:
    store = IndexStore.of(GUIDE, ENCODER, tmp_path)
    built = store.build(GUIDE, TOPICS, ENCODER)
    loaded = store.load(GUIDE, TOPICS, ENCODER)
    assert usable(built)
    for question in QUESTIONS:
        readings = [Reading(read_query(question))]
        assert loaded.search(readings, top_k=4) == built.search(readings, top_k=4)


def test_a_store_lies_in_the_data_folder_and_is_one_models_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    ours, theirs = IndexStore.of(GUIDE, ENCODER), IndexStore.of(GUIDE, FakeEncoder("other"))
    assert ours.folder.parent == theirs.folder.parent == tmp_path / "index"
    assert ours.folder.name.startswith("small-")
    assert ours.folder != theirs.folder
    assert IndexStore.of(GUIDE, FakeEncoder()) == ours


def test_the_build_before_is_kept_and_no_other(store: IndexStore) -> None:
    names = [store.current().name]
    for _ in range(2):
        store.build(GUIDE, TOPICS, ENCODER)
        names.append(store.current().name)
        assert builds(store) == names[-2:]
    assert len(set(names)) == 3
    assert usable(store.load(GUIDE, TOPICS, ENCODER))


@pytest.mark.parametrize("clock", ["20990102-030405", "20010102-030405"])
def test_builds_within_a_second_or_with_the_clock_set_back_keep_the_one_before(
    store: IndexStore, monkeypatch: pytest.MonkeyPatch, clock: str
) -> None:
    monkeypatch.setattr("index.store.time.strftime", lambda *_: clock)
    previous = store.current().name
    for _ in range(12):
        store.build(GUIDE, TOPICS, ENCODER)
        assert set(builds(store)) == {previous, store.current().name}
        previous = store.current().name


def test_nothing_built_is_missing(tmp_path: Path) -> None:
    store = IndexStore.of(GUIDE, ENCODER, tmp_path)
    with pytest.raises(IndexMissing, match="還沒有建立索引"):
        store.load(GUIDE, TOPICS, ENCODER)


def test_another_text_is_named(store: IndexStore) -> None:
    with pytest.raises(IndexStale, match="guide_fingerprint"):
        store.load(edited(GUIDE), TOPICS, ENCODER)


def test_other_topics_are_named(store: IndexStore) -> None:
    renamed = (replace(TOPICS[0], phrase="費用"), TOPICS[1])
    with pytest.raises(IndexStale, match="topics_fingerprint"):
        store.load(GUIDE, renamed, ENCODER)


@pytest.mark.parametrize(
    ("encoder", "named"),
    [
        (FakeEncoder("other"), "model .*fake.*other"),
        (FakeEncoder(dimension=32), "dimension .*64.*32"),
    ],
)
def test_another_model_is_named_with_both_names(
    store: IndexStore, encoder: FakeEncoder, named: str
) -> None:
    with pytest.raises(IndexStale, match=named):
        store.load(GUIDE, TOPICS, encoder)


def test_another_lexicon_is_named(
    store: IndexStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lexicon").mkdir()
    (tmp_path / "lexicon" / "terms.txt").write_text("骨轉移\n", encoding="utf-8")
    monkeypatch.setattr(store_module, "files", lambda _: tmp_path)
    with pytest.raises(IndexStale, match="lexicon_fingerprint"):
        store.load(GUIDE, TOPICS, ENCODER)
    before = lexicon_fingerprint()
    (tmp_path / "lexicon" / "terms.txt").write_text("骨轉移\n骨針\n", encoding="utf-8")
    assert lexicon_fingerprint() != before


@pytest.mark.parametrize(("name", "value"), [("FORMAT", 0), ("code_version", lambda: "0.0.0")])
def test_another_version_is_stale(
    store: IndexStore, monkeypatch: pytest.MonkeyPatch, name: str, value: object
) -> None:
    monkeypatch.setattr(store_module, name, value)
    with pytest.raises(IndexStale, match="format" if name == "FORMAT" else "code"):
        store.load(GUIDE, TOPICS, ENCODER)


def test_a_stale_index_is_replaced_by_building(store: IndexStore) -> None:
    built = store.build(edited(GUIDE), TOPICS, ENCODER)
    assert usable(built)
    assert usable(store.load(edited(GUIDE), TOPICS, ENCODER))
    with pytest.raises(IndexStale):
        store.load(GUIDE, TOPICS, ENCODER)


def test_every_file_is_missed_and_every_changed_one_noticed(store: IndexStore) -> None:
    paths = sorted(path for path in store.current().rglob("*") if path.is_file())
    assert {DENSE_FILE, "manifest.json"} < {path.name for path in paths}
    for path in paths:
        content = path.read_bytes()
        middle = len(content) // 2 if path.name != "manifest.json" else 0
        flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
        for damaged in (flipped, content[:-1], content + b" x", b""):
            path.write_bytes(damaged)
            with pytest.raises(IndexDamaged, match="索引損壞"):
                store.load(GUIDE, TOPICS, ENCODER)
        path.unlink()
        with pytest.raises(IndexDamaged, match="索引損壞"):
            store.load(GUIDE, TOPICS, ENCODER)
        path.write_bytes(content)
        assert usable(store.load(GUIDE, TOPICS, ENCODER))


def test_no_flipped_bit_of_the_manifest_goes_unnoticed(store: IndexStore) -> None:
    path = store.current() / "manifest.json"
    content = path.read_bytes()
    for at in range(0, len(content), 5):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        with pytest.raises(IndexProblem):
            store.load(GUIDE, TOPICS, ENCODER)


@pytest.mark.parametrize(
    "rubbish",
    [b"", b"\n", b"\xff\xfe", b"nothing", b"..", b".", b"../small", b"/", b"\0", b"x" * 5000],
    ids=lambda rubbish: repr(rubbish[:9]),
)
def test_rubbish_in_the_name_of_the_index_in_use_is_damage(
    store: IndexStore, rubbish: bytes
) -> None:
    (store.folder / CURRENT).write_bytes(rubbish)
    with pytest.raises(IndexDamaged, match="索引損壞"):
        store.load(GUIDE, TOPICS, ENCODER)
    store.build(GUIDE, TOPICS, ENCODER)
    assert usable(store.load(GUIDE, TOPICS, ENCODER))


def test_a_damaged_index_is_replaced_by_building(store: IndexStore) -> None:
    (store.current() / DENSE_FILE).unlink()
    store.build(GUIDE, TOPICS, ENCODER)
    assert usable(store.load(GUIDE, TOPICS, ENCODER))


def test_a_build_that_fails_leaves_the_old_index_in_use(store: IndexStore) -> None:
    before = store.current()
    with pytest.raises(RuntimeError, match="cannot encode"):
        store.build(edited(GUIDE), TOPICS, BrokenEncoder())
    assert store.current() == before
    assert usable(store.load(GUIDE, TOPICS, ENCODER))
    assert builds(store) == [before.name]


def test_what_a_killed_build_left_is_removed(store: IndexStore) -> None:
    (store.folder / "unfinished-1").mkdir()
    (store.folder / "unfinished-1" / DENSE_FILE).write_bytes(b"half")
    (store.folder / "unfinished-2").write_bytes(b"half")
    before = store.current().name
    store.build(GUIDE, TOPICS, ENCODER)
    assert builds(store) == sorted([before, store.current().name])
    assert not list(store.folder.glob("unfinished-*"))


def test_two_builders_at_once_both_end_with_a_usable_index(tmp_path: Path) -> None:
    together = Barrier(2)

    def build(_: int) -> PassageIndex:
        together.wait(timeout=10)
        return IndexStore.of(GUIDE, ENCODER, tmp_path).build(GUIDE, TOPICS, FakeEncoder())

    with ThreadPoolExecutor(max_workers=2) as pool:
        assert [usable(index) for index in pool.map(build, range(2))] == [True, True]
    store = IndexStore.of(GUIDE, ENCODER, tmp_path)
    assert usable(store.load(GUIDE, TOPICS, ENCODER))
    assert len(builds(store)) == 2


def test_progress_is_told_and_a_second_build_encodes_nothing(tmp_path: Path) -> None:
    store, encoder = IndexStore.of(GUIDE, ENCODER, tmp_path), FakeEncoder()
    seen: list[tuple[int, int]] = []
    index = store.build(GUIDE, TOPICS, encoder, lambda *step: seen.append(step))
    todo = len({(key.text, key.kind.value == "text") for key in index.keys})
    assert seen == [(0, todo), (todo, todo)]
    assert encoder.encoded == todo
    seen.clear()
    store.build(GUIDE, TOPICS, encoder, lambda *step: seen.append(step))
    assert seen == [(0, 0)]
    assert encoder.encoded == todo


def test_an_edited_passage_costs_one_vector(store: IndexStore) -> None:
    encoder = FakeEncoder()
    store.build(edited(GUIDE), TOPICS, encoder)
    assert encoder.encoded == 1
