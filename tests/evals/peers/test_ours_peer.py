"""Our own search, given vectors as every peer is: the same order as the index itself."""

from __future__ import annotations

import pytest

from corpus.source import Source
from evals.peers import ours_peer
from evals.peers.job import Mode, SearchJob
from evals.peers.unit import key_units
from index.dense import DenseIndex
from index.lexical import LexicalIndex
from index.passage_index import PassageIndex, Reading, owner_documents
from index.query import read_query
from tests.helpers import FakeEncoder, small_guide, small_topics

QUESTIONS = ("骨頭痛怎麼辦", "請問癌骨瓦幾週打一針，謝謝", "电疗后更痛正常吗")


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Source:
    edition = Source(small_guide(), small_topics())
    monkeypatch.setattr(ours_peer, "open_source", lambda _: edition)
    return edition


def job(source: Source, encoder: FakeEncoder) -> SearchJob:
    units = tuple(unit.text for unit in key_units(source.guide, source.topics))
    asked = [read_query(question).asked for question in QUESTIONS]
    return SearchJob(
        Mode.HYBRID,
        False,
        4,
        units,
        QUESTIONS,
        encoder.encode_passages(units),
        encoder.encode_questions(asked),
    )


def test_it_finds_what_the_index_finds_with_the_best_cosine(source: Source) -> None:
    encoder = FakeEncoder()
    given = job(source, encoder)
    search = ours_peer.index(given)
    lexical = LexicalIndex.build(owner_documents(source.guide, source.topics))
    dense = DenseIndex.build(given.unit_vectors)
    index = PassageIndex(source.guide, source.topics, lexical, dense, encoder)
    units = key_units(source.guide, source.topics)
    for position, question in enumerate(QUESTIONS):
        hits = index.search([Reading(read_query(question))], top_k=4).hits
        ranking = search(position)
        assert [units[u].name for u, _ in ranking] == [hit.passage.passage_id for hit in hits]
        best = max(hit.support.similarity or 0.0 for hit in hits)
        assert {round(score, 5) for _, score in ranking} == {round(best, 5)}


def test_other_units_than_its_keys_are_refused(source: Source) -> None:
    given = job(source, FakeEncoder())
    with pytest.raises(ValueError, match="1 units are not the"):
        ours_peer.index(
            SearchJob(
                Mode.HYBRID,
                False,
                4,
                ("別的",),
                QUESTIONS,
                given.unit_vectors[:1],
                given.question_vectors,
            )
        )
