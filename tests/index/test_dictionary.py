"""jieba's dictionary as a trie."""

from __future__ import annotations

from pathlib import Path

import jieba
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.storage import DATA_VARIABLE
from index.dictionary import COUNTS_FILE, TRIE_FILE, WordCounts, load_dictionary

TEXT = "骨转移是癌症扩散到骨头，打骨针以前请先看牙科医师，denosumab 每4周皮下注射一次"


@pytest.fixture(scope="module")
def plain() -> jieba.Tokenizer:
    """Return jieba as it comes."""
    cutter = jieba.Tokenizer()
    cutter.FREQ, cutter.total = cutter.gen_pfdict(cutter.get_dict_file())
    cutter.initialized = True
    return cutter


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    return tmp_path


def cutter_of() -> jieba.Tokenizer:
    cutter = jieba.Tokenizer()
    load_dictionary(cutter)
    return cutter


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> jieba.Tokenizer:
    """Return a tokenizer whose dictionary was read from the file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(DATA_VARIABLE, str(tmp_path_factory.mktemp("data")))
        cutter_of()
        return cutter_of()


def test_every_word_has_its_count(plain: jieba.Tokenizer, ours: jieba.Tokenizer) -> None:
    assert isinstance(ours.FREQ, WordCounts)
    assert ours.total == plain.total
    words = list(plain.FREQ.items())[::97]
    assert len(words) > 5000
    for word, count in words:
        assert word in ours.FREQ
        assert ours.FREQ[word] == ours.FREQ.get(word) == count
    for unknown in ("骨瓦", "", "zzzz", "癌症癌"):
        assert (unknown in ours.FREQ, ours.FREQ.get(unknown), ours.FREQ.get(unknown, 7)) == (
            unknown in plain.FREQ,
            plain.FREQ.get(unknown),
            plain.FREQ.get(unknown, 7),
        )
    with pytest.raises(KeyError):
        ours.FREQ["骨瓦"]


@given(st.text(st.one_of(st.sampled_from(TEXT), st.characters(max_codepoint=0x9FFF)), max_size=40))
@settings(deadline=None)
def test_it_cuts_as_jieba_does(plain: jieba.Tokenizer, ours: jieba.Tokenizer, text: str) -> None:
    for whole in (text, TEXT + text):
        assert list(ours.tokenize(whole, mode="search")) == list(
            plain.tokenize(whole, mode="search")
        )


def test_a_word_can_be_added(data: Path) -> None:
    cutter = cutter_of()
    assert "骨瓦针" not in cutter.cut("打骨瓦针好吗")
    cutter.add_word("骨瓦针")
    assert "骨瓦针" in cutter.cut("打骨瓦针好吗")
    assert cutter.FREQ["骨瓦"] == 0


@pytest.mark.parametrize("name", [TRIE_FILE, COUNTS_FILE, "manifest.json"])
@pytest.mark.parametrize("content", [b"", b"rubbish"])
def test_what_is_damaged_is_made_anew(data: Path, name: str, content: bytes) -> None:
    cutter_of()
    (path,) = data.rglob(name)
    path.write_bytes(content)
    assert cutter_of().FREQ["癌症"] > 0
    assert path.read_bytes() != content


def test_where_nothing_can_be_written_it_works_all_the_same(data: Path) -> None:
    (data / "jieba").write_bytes(b"a file where a folder must be")
    assert cutter_of().FREQ["癌症"] > 0
