"""The index of words on disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from index.lexical import LexicalIndex
from index.passage_index import PassageIndex, Reading, words_only_index
from index.query import read_query
from index.word_store import stored_words_index
from tests.helpers import small_guide, small_topics

QUESTIONS = ("骨頭痛怎麼辦", "癌骨瓦幾週打一針", "明天會下雨嗎", "pain")


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows by the number of documents whenever texts are cut."""
    built: list[int] = []
    build = LexicalIndex.build

    def counted(documents: list[str]) -> LexicalIndex:
        built.append(len(documents))
        return build(documents)

    monkeypatch.setattr(LexicalIndex, "build", counted)
    return built


def same(index: PassageIndex) -> bool:
    fresh = words_only_index(small_guide(), small_topics())
    readings = [[Reading(read_query(question))] for question in QUESTIONS]
    return all(index.search(r, top_k=4) == fresh.search(r, top_k=4) for r in readings)


def test_it_is_made_once_and_then_read(tmp_path: Path, builds: list[int]) -> None:
    indexes = [stored_words_index(small_guide(), small_topics(), tmp_path) for _ in range(3)]
    assert builds == [6]
    assert all(map(same, indexes))


def test_another_text_has_an_index_of_its_own_and_the_old_one_goes(
    tmp_path: Path, builds: list[int]
) -> None:
    stored_words_index(small_guide(), small_topics(), tmp_path)
    renamed = (replace(small_topics()[0], phrase="費用"), small_topics()[1])
    stored_words_index(small_guide(), renamed, tmp_path)
    assert builds == [6, 6]
    assert len(list((tmp_path / "words" / "small").iterdir())) == 1


@pytest.mark.parametrize("content", [b"", b"rubbish"])
def test_every_damaged_file_is_noticed_and_made_anew(
    tmp_path: Path, builds: list[int], content: bytes
) -> None:
    stored_words_index(small_guide(), small_topics(), tmp_path)
    paths = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert len(paths) >= 5
    for path in paths:
        path.write_bytes(content)
        assert same(stored_words_index(small_guide(), small_topics(), tmp_path))
        assert path.read_bytes() != content


def test_where_nothing_can_be_written_words_are_searched_all_the_same(
    tmp_path: Path, builds: list[int]
) -> None:
    (tmp_path / "words").write_bytes(b"a file where a folder must be")
    assert same(stored_words_index(small_guide(), small_topics(), tmp_path))
