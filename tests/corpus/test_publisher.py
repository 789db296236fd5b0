"""The publisher's own words beside the edition's, where the guide was imported."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.alignment import Alignment
from corpus.importing import import_guide
from corpus.original import sentences_of
from corpus.pages import KnownGuide
from corpus.passage import Guide, PublisherSentence
from corpus.publisher import add_sentences, with_publisher_words
from corpus.source import open_source
from tests.corpus.audit.builders import aligned, sentence
from tests.helpers import small_guide

WALK = sentence("每天散步半小時。", start=50)
CARPET = sentence("• 地毯要收好。", pages=(9, 10), start=10)
TEXT = "## 走路\n每天在公園或家裡附近散步半小時，腿上的骨頭和肌肉都會更有力。\n"


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Guide:
    """Import a guide into a folder of the test's own, and have it known."""
    path = tmp_path / "guide.txt"
    path.write_text(TEXT, encoding="utf-8")
    guide = import_guide(path, folder=tmp_path / "guides").guide
    monkeypatch.setattr(
        "corpus.publisher.known_guides", lambda: (KnownGuide(guide.guide_id, "指南", ()),)
    )
    return guide


def test_a_passage_carries_the_sentences_that_it_restates_in_reading_order() -> None:
    added = add_sentences(small_guide(), (WALK, CARPET), aligned(what=(WALK, CARPET)))
    assert added.by_id["what"].publisher == (
        PublisherSentence("地毯要收好。", (9, 10)),
        PublisherSentence("每天散步半小時。", (9,)),
    )
    assert [p.passage_id for p in added.passages if p.publisher] == ["what"]


@pytest.mark.parametrize(
    ("written", "shown"),
    [("•散步", "散步"), ("·\t散步", "散步"), ("散步•走路", "散步•走路"), ("• • 散步", "• 散步")],
)
def test_only_the_bullet_in_front_is_left_out(written: str, shown: str) -> None:
    own = sentence(written)
    (words,) = add_sentences(small_guide(), (own,), aligned(pain=(own,))).by_id["pain"].publisher
    assert words.text == shown


def test_nothing_else_of_the_edition_changes() -> None:
    edition = small_guide()
    added = add_sentences(edition, (WALK,), aligned(what=(WALK,), nowhere=(WALK,)))
    bare = [replace(passage, publisher=()) for passage in added.passages]
    assert bare == list(edition.passages)
    assert [s.title for s in added.sections] == [s.title for s in edition.sections]
    assert added.fingerprint == edition.fingerprint


def test_names_that_the_guide_does_not_hold_add_nothing() -> None:
    alignment = Alignment({"what": ("000000000000",)}, {})
    assert add_sentences(small_guide(), (WALK,), alignment) == small_guide()


def test_an_imported_guide_is_read_beside_the_edition(known: Guide, tmp_path: Path) -> None:
    alignment = aligned(pain=sentences_of(known))
    added = with_publisher_words(small_guide(), alignment, tmp_path / "guides")
    words = (PublisherSentence(TEXT.split("\n")[1], ()),)
    assert added.by_id["pain"].publisher == words
    assert added.by_id["what"].publisher == ()


def test_without_an_alignment_the_reviewed_one_is_used(
    known: Guide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviewed = aligned(flare=sentences_of(known))
    monkeypatch.setattr("corpus.publisher.load_alignment", lambda: reviewed)
    added = with_publisher_words(small_guide(), folder=tmp_path / "guides")
    assert [p.passage_id for p in added.passages if p.publisher] == ["flare"]


def test_where_no_guide_was_imported_the_edition_comes_back(tmp_path: Path) -> None:
    edition = small_guide()
    assert with_publisher_words(edition, aligned(), tmp_path) is edition


def test_where_the_imported_guide_is_damaged_the_edition_comes_back(
    known: Guide, tmp_path: Path
) -> None:
    (tmp_path / "guides" / f"{known.guide_id}.json").write_text("{", encoding="utf-8")
    edition = small_guide()
    assert with_publisher_words(edition, aligned(), tmp_path / "guides") is edition


def test_the_edition_is_opened_with_the_publishers_words(monkeypatch: pytest.MonkeyPatch) -> None:
    edition = add_sentences(small_guide(), (WALK,), aligned(what=(WALK,)))
    given: list[Guide] = []

    def with_words(guide: Guide) -> Guide:
        given.append(guide)
        return edition

    monkeypatch.setattr("corpus.source.load_edition", small_guide)
    monkeypatch.setattr("corpus.source.with_publisher_words", with_words)
    assert open_source().guide is edition
    assert given == [small_guide()]
