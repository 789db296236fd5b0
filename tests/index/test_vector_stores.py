"""One contract for all stores: each must find what numpy finds.

Runs over exact FAISS in 32 and in 16 bits, HNSW along its graph, and Milvus Lite; and over a real
server where `MILVUS_URI` names one (`docs/growth.md`).
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from corpus.passage import Guide, Language, Section
from index import candidates as candidates_module
from index import hnsw as hnsw_module
from index import milvus as milvus_module
from index.dense import DENSE_FILE, DenseIndex, ExactStores
from index.encoder import Vectors
from index.errors import IndexDamaged, IndexStale, RecallTooLow, StoreUnavailable
from index.hnsw import HnswIndex, HnswStores
from index.milvus import MilvusPlace, MilvusStore, MilvusStores, client_of
from index.passage_index import PassageIndex, Reading
from index.query import read_query
from index.recall import RecallCheck
from index.store import SAMPLE_FILE, IndexStore
from index.store_choice import StoreName, store_kind
from index.vector_store import NO_KEY, STORE_FILE, Neighbours, StoreKind, VectorStore
from tests.helpers import FakeEncoder, passage, small_guide, small_topics

SERVER = os.environ.get("MILVUS_URI", "")
COUNT, DIMENSION = 600, 24
NAMES = ["exact", "half", "hnsw", "milvus-lite", "milvus-server"]
CHARACTERS = "山水火木金土天地人手足口目耳心雨雪風雲花草樹鳥魚蟲馬牛羊米麥豆瓜果茶酒油鹽糖衣帽鞋"
QUESTIONS = ("骨頭痛怎麼辦", "癌骨瓦幾週打一針", "明天會下雨嗎", "denosumab 幾週", "pain")


@dataclass(frozen=True)
class Half(ExactStores):
    """Exact search that keeps 16 bits from the first key on."""

    suffix: str = "-half"

    def write(self, vectors: Vectors, folder: Path) -> None:
        DenseIndex.build(vectors, half_from=0).save(folder / DENSE_FILE)

    def compares_all(self, n_keys: int) -> bool:  # noqa: ARG002
        return False


def unit_vectors(count: int, seed: int) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(count, DIMENSION))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


KEYS, ASKED = unit_vectors(COUNT, seed=1), unit_vectors(7, seed=2)
COSINES = ASKED @ KEYS.T


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusPlace]:
    """Return a Milvus Lite of this module's own; it is let go at the end."""
    path = tmp_path_factory.mktemp("milvus") / "lite.db"
    yield MilvusPlace(str(path))
    from milvus_lite.server_manager import server_manager_instance

    client_of.cache_clear()
    server_manager_instance.release_server(str(path))


@pytest.fixture(scope="module")
def kinds(lite: MilvusPlace) -> Iterator[Mapping[str, StoreKind]]:
    """Return every kind; the graph is followed from 50 keys on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hnsw_module, "SCANNED", 50)
        yield {
            "exact": ExactStores(),
            "half": Half(),
            "hnsw": HnswStores(),
            "milvus-lite": MilvusStores(lite),
            "milvus-server": MilvusStores(MilvusPlace(SERVER)),
        }


@pytest.fixture(scope="module", params=NAMES)
def kind(request: pytest.FixtureRequest, kinds: Mapping[str, StoreKind]) -> StoreKind:
    """Return one kind after the other."""
    if request.param == "milvus-server" and not SERVER:
        pytest.skip("MILVUS_URI names no server")
    return kinds[request.param]


@pytest.fixture(scope="module")
def store(kind: StoreKind, tmp_path_factory: pytest.TempPathFactory) -> Iterator[VectorStore]:
    """Return a store over `KEYS`, opened from its folder."""
    folder = tmp_path_factory.mktemp("store")
    kind.write(KEYS, folder)
    yield kind.open(folder)
    kind.forget(folder)


@pytest.fixture(scope="module")
def close(kind: StoreKind) -> float:
    """Return how far a cosine may be off: 16 bits of a vector keep three digits of it."""
    return 1e-3 if isinstance(kind, Half) else 1e-5


def test_it_knows_its_size(store: VectorStore) -> None:
    assert (len(store), store.dimension) == (COUNT, DIMENSION)


@pytest.mark.parametrize("within", [None, range(100, 400), range(90, 110), range(590, 9000)])
def test_it_finds_the_closest_keys_in_order(
    store: VectorStore, close: float, within: range | None
) -> None:
    found = store.closest(ASKED, top_k=10, within=within)
    start, stop = (within.start, within.stop) if within else (0, COUNT)
    cosines = COSINES[:, start:stop]
    best = np.argsort(-cosines, axis=1)[:, :10]
    assert found.keys.dtype == np.int64
    assert found.similarities.dtype == np.float32
    np.testing.assert_array_equal(
        found.keys[:, :10][found.keys >= 0].reshape(best.shape), best + start
    )
    np.testing.assert_allclose(
        found.similarities[found.keys >= 0].reshape(best.shape),
        np.take_along_axis(cosines, best, axis=1),
        atol=close,
    )


def test_a_key_is_closest_to_itself(store: VectorStore, close: float) -> None:
    found = store.closest(KEYS[:40], top_k=1)
    assert found.keys[:, 0].tolist() == list(range(40))
    np.testing.assert_allclose(found.similarities, 1, atol=close)


def test_what_is_not_there_has_no_key(store: VectorStore) -> None:
    for within in (range(0), range(COUNT, COUNT + 5), range(10, 13)):
        found = store.closest(ASKED[:2], top_k=8, within=within)
        there = found.keys != NO_KEY
        assert there.sum(axis=1).tolist() == [len(range(COUNT)[within.start : within.stop])] * 2
        assert set(found.keys[there].tolist()) <= set(within)
        assert (found.similarities[~there] == -1).all()


def test_more_than_all_are_all(store: VectorStore) -> None:
    keys = store.closest(ASKED[:1], top_k=5000).keys[0]
    assert sorted(keys[keys != NO_KEY].tolist()) == list(range(COUNT))


def test_a_stretch_with_gaps_is_refused(store: VectorStore) -> None:
    with pytest.raises(ValueError, match="leaves keys out"):
        store.closest(ASKED, top_k=3, within=range(0, 100, 2))


def test_it_gives_the_similarities_of_chosen_keys(store: VectorStore, close: float) -> None:
    chosen = np.array([5, 599, 0, 5, 301])
    found = store.similarities_of(ASKED, chosen)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, COSINES[:, chosen], atol=close)


@pytest.mark.parametrize("length", [0.0, 0.9, float("nan")])
def test_vectors_of_another_length_are_refused(
    kind: StoreKind, tmp_path: Path, length: float
) -> None:
    vectors = KEYS[:5].copy()
    vectors[2] *= np.float32(length)
    with pytest.raises(ValueError, match="length 1"):
        kind.write(vectors, tmp_path)


def larger_guide() -> Guide:
    """Return the small guide with 50 passages more: too few to learn a head from."""
    chance = random.Random(0)
    words = ["".join(chance.sample(CHARACTERS, 6)) for _ in range(50)]
    more = tuple(
        passage(
            word,
            f"{word}是什麼，{word[::2]}要注意。",
            heading=word,
            section="更多",
            questions=(f"{word}多久一次", f"{word[:4]}的間隔"),
        )
        for word in words
    )
    return Guide("larger", "大指南", (*small_guide().sections, Section("更多", more)))


def few_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look closely at fewer owners than there are."""
    for name, most in (("FEWEST_KEYS", 40), ("MOST_KEYS", 40), ("BY_MEANING", 10), ("BY_WORDS", 5)):
        monkeypatch.setattr(candidates_module, name, most)


@pytest.mark.parametrize("make", [small_guide, larger_guide])
def test_an_index_gives_the_same_hits_whatever_the_store(
    kind: StoreKind,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    make: Callable[[], Guide],
) -> None:
    guide, topics, encoder = make(), small_topics(), FakeEncoder()
    exact = IndexStore.of(guide, encoder, tmp_path).build(guide, topics, encoder)
    kept = IndexStore.of(guide, encoder, tmp_path, kind)
    kept.build(guide, topics, encoder)
    index = kept.load(guide, topics, encoder)
    assert (kept.current() / SAMPLE_FILE).exists() == (kind != ExactStores())
    top_k = 1 if isinstance(kind, Half) else 4  # 16 bits change the order of what is nearly even
    bank = [q for p in guide.passages for q in p.questions[Language.TAIWAN]]
    asked = [*QUESTIONS, *bank[::7]]
    for question in asked:
        readings = [Reading(read_query(question)), Reading(read_query("骨頭"), 0.3)]
        same_hits(exact, index, readings, top_k=top_k)
        same_hits(exact, index, readings[:1], top_k=top_k)
    few_candidates(monkeypatch)
    for question in bank[::5]:
        same_hits(exact, index, [Reading(read_query(question))], top_k=1)
    kind.forget(kept.current())


def same_hits(
    exact: PassageIndex, index: PassageIndex, readings: list[Reading], *, top_k: int
) -> None:
    mine, theirs = index.search(readings, top_k=top_k), exact.search(readings, top_k=top_k)
    assert mine.hits[0].passage == theirs.hits[0].passage
    for a, b in zip((*mine.hits, mine.topic), (*theirs.hits, theirs.topic), strict=True):
        assert a is not None
        assert b is not None
        # Other passages may change places only where nothing tells them apart.
        assert a.support.similarity == pytest.approx(b.support.similarity, abs=1e-3)
        assert a.support.word_score == pytest.approx(b.support.word_score, abs=1e-4)
        assert a.support.coverage == pytest.approx(b.support.coverage, abs=1e-5)
    assert mine.topic is not None
    assert theirs.topic is not None
    assert mine.topic.topic == theirs.topic.topic


def test_a_file_that_is_damaged_is_noticed(kind: StoreKind, tmp_path: Path) -> None:
    guide, topics, encoder = small_guide(), small_topics(), FakeEncoder()
    store = IndexStore.of(guide, encoder, tmp_path, kind)
    store.build(guide, topics, encoder)
    name = next(n for n in ("hnsw.faiss", STORE_FILE, DENSE_FILE) if (store.current() / n).exists())
    kind.forget(store.current())
    (store.current() / name).write_bytes(b"rubbish")
    with pytest.raises(IndexDamaged, match="索引損壞"):
        store.load(guide, topics, encoder)


def test_every_kind_has_a_folder_of_its_own_and_another_one_is_stale(tmp_path: Path) -> None:
    guide, topics, encoder = small_guide(), small_topics(), FakeEncoder()
    kinds = [store_kind(name, str(tmp_path / "x.db")) for name in StoreName]
    stores = [IndexStore.of(guide, encoder, tmp_path, kind) for kind in kinds]
    assert len({store.folder for store in stores}) == 3
    assert len({store.vectors for store in stores}) == 1
    stores[1].build(guide, topics, encoder)
    strict = IndexStore.of(guide, encoder, tmp_path, HnswStores(least_recall=0.99))
    with pytest.raises(IndexStale, match=r"least_recall .*0\.95.*0\.99"):
        strict.load(guide, topics, encoder)


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(StoreUnavailable, match=r"faiss.*exact、hnsw、milvus"):
        store_kind("faiss")


def test_half_the_bits_come_with_many_keys() -> None:
    few, many = DenseIndex.build(KEYS, half_from=COUNT + 1), DenseIndex.build(KEYS, half_from=COUNT)
    assert (few.scans_all, many.scans_all) == (True, False)
    with pytest.raises(ValueError, match="600 keys are too many"):
        many.similarities(ASKED)


def test_the_recall_found_is_written_down(tmp_path: Path) -> None:
    HnswStores().write(KEYS, tmp_path)
    said = json.loads((tmp_path / STORE_FILE).read_text())
    assert (said["questions"], said["closest"], said["width"]) == (500, 10, 64)
    assert 0.95 <= said["share"] <= 1


def test_a_graph_that_misses_too_much_is_never_put_into_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = Neighbours(np.full((500, 10), NO_KEY), np.ones((500, 10), dtype=np.float32))
    guide, topics, encoder = larger_guide(), small_topics(), FakeEncoder()
    store = IndexStore.of(guide, encoder, tmp_path, HnswStores())
    monkeypatch.setattr(HnswIndex, "along_graph", lambda *_: nothing)
    with pytest.raises(RecallTooLow, match=r"只找到精確搜尋的 0\.000，至少要 0\.95"):
        store.build(guide, topics, encoder)
    assert [path.name for path in store.folder.iterdir()] == ["build.lock"]


def test_keys_of_the_same_text_count_whichever_is_found() -> None:
    twice = np.concatenate([KEYS[:300], KEYS[:300]])
    first = DenseIndex.build(KEYS[:300])

    def search(asked: Vectors, top_k: int) -> Neighbours:
        found = first.closest(asked, top_k=top_k // 2)
        keys = np.repeat(found.keys, 2, axis=1)  # the first of both, two times
        return Neighbours(keys, np.repeat(found.similarities, 2, axis=1))

    check = RecallCheck(twice)
    assert check.of(search).share == pytest.approx(1)
    half = check.of(lambda asked, k: _last(first.closest(asked, top_k=2 * k), k))
    assert half.share < 0.05


def _last(found: Neighbours, count: int) -> Neighbours:
    return Neighbours(found.keys[:, -count:], found.similarities[:, -count:])


def test_a_graph_searches_wider_until_it_finds_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = unit_vectors(3000, seed=5)
    index = HnswIndex.build(vectors, links=4)
    monkeypatch.setattr(hnsw_module, "WIDTHS", (10, 400))
    recall = index.widen(vectors, least=0.95)
    assert index.width == 400
    assert recall.share >= 0.95
    index.widen(vectors, least=0.1)
    assert index.width == 10


def test_processes_share_a_mapped_graph(tmp_path: Path) -> None:
    """What is mapped from the file is no memory of the process's own."""
    index = HnswIndex.build(KEYS)
    index.save(tmp_path / "g")
    loaded = HnswIndex.load(tmp_path / "g")
    maps = Path("/proc/self/maps")
    if not maps.exists():
        pytest.skip("needs /proc")
    assert str(tmp_path / "g") in maps.read_text()
    np.testing.assert_array_equal(
        loaded.closest(ASKED, top_k=5).keys, index.closest(ASKED, top_k=5).keys
    )


def test_a_new_build_drops_the_collection_before_the_last(
    lite: MilvusPlace, tmp_path: Path
) -> None:
    guide, topics, encoder = small_guide(), small_topics(), FakeEncoder()
    kind = MilvusStores(lite)
    store, client = IndexStore.of(guide, encoder, tmp_path, kind), client_of(lite)
    before = set(client.list_collections())
    names = []
    for _ in range(3):
        store.build(guide, topics, encoder)
        said = json.loads((store.current() / STORE_FILE).read_text())
        names.append(said["collection"])
    assert set(client.list_collections()) - before == set(names[1:])
    for name in names[1:]:
        client.drop_collection(name)
    with pytest.raises(IndexDamaged, match=names[2]):
        store.load(guide, topics, encoder)


def test_a_build_that_fails_leaves_no_collection(
    lite: MilvusPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(client_of(lite).list_collections())
    monkeypatch.setattr(milvus_module, "count_of", lambda *_: 3)
    with pytest.raises(StoreUnavailable, match="RuntimeError"):
        MilvusStores(lite).write(KEYS, tmp_path)
    assert set(client_of(lite).list_collections()) == before
    assert not (tmp_path / STORE_FILE).exists()


def test_a_servers_graph_is_checked_too(
    lite: MilvusPlace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = MilvusStores(lite, graph_from=10)
    kind.write(KEYS, tmp_path)
    assert json.loads((tmp_path / STORE_FILE).read_text())["share"] >= 0.95
    kind.forget(tmp_path)
    monkeypatch.setattr(milvus_module, "LEAST_RECALL", 1.01)
    with pytest.raises(RecallTooLow):
        kind.write(KEYS, tmp_path)


def test_no_address_is_said() -> None:
    with pytest.raises(StoreUnavailable, match="BONEHEALTH_MILVUS_URI"):
        MilvusStores(MilvusPlace("")).open(Path("nowhere"))


def test_without_pymilvus_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(milvus_module, "find_spec", lambda _: None)
    with pytest.raises(StoreUnavailable, match=r"pip install \.\[milvus\]"):
        MilvusStores(MilvusPlace("http://127.0.0.1:1")).write(KEYS, tmp_path)


class SilentClient:
    """A database that went away; counts how often it is asked."""

    asked = 0

    def search(self, *_: object, **__: object) -> object:
        self.asked += 1
        raise ConnectionError("骨頭痛怎麼辦")


def test_when_the_database_goes_away_words_alone_are_searched(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    guide, topics, encoder = small_guide(), small_topics(), FakeEncoder()
    IndexStore.of(guide, encoder, tmp_path, HnswStores()).build(guide, topics, encoder)
    silent = SilentClient()
    monkeypatch.setattr(
        HnswStores,
        "open",
        lambda *_: MilvusStore(silent, "c", 20, encoder.dimension),
    )
    index = IndexStore.of(guide, encoder, tmp_path, HnswStores()).load(guide, topics, encoder)
    for _ in range(3):
        found = index.search([Reading(read_query("骨頭痛怎麼辦"))], top_k=4)
        assert found.hits[0].passage.passage_id == "pain"
        assert found.hits[0].support.similarity is None
        assert found.vector is not None  # the third net for signs still hears it
        assert found.compared_vector is None  # requests are weighed by forms and words alone
    assert silent.asked == 1  # then it is left in peace for a while
    assert [record.getMessage() for record in caplog.records] == [
        "The vector database does not answer: ConnectionError"
    ]
