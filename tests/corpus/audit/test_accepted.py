"""Differences that an editor accepted, for one wording of a passage."""

from __future__ import annotations

import re
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.audit.accepted import Accepted, load_accepted, passage_hash, save_accepted
from corpus.passage import Passage, PublisherSentence
from tests.helpers import passage

NAMES = st.text(st.sampled_from("abc-9"), min_size=1, max_size=8)
DIFFERENCES = st.frozensets(
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12), max_size=4
)


@given(st.dictionaries(NAMES, st.builds(Accepted, NAMES, DIFFERENCES), max_size=5))
def test_what_was_saved_is_loaded_in_its_order(accepted: dict[str, Accepted]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "accepted.tsv"
        save_accepted(accepted, path)
        loaded = load_accepted(path)
    assert loaded == accepted
    assert list(loaded) == list(accepted)


def test_a_line_holds_id_hash_and_sorted_differences(tmp_path: Path) -> None:
    path = tmp_path / "accepted.tsv"
    save_accepted({"p1": Accepted("abc", frozenset({"page 9|8", "hedge 0|可能*1"}))}, path)
    lines = path.read_text(encoding="utf-8").split("\n")
    assert lines[0].startswith("# ")
    assert lines[1:] == ["p1\tabc\thedge 0|可能*1\tpage 9|8", ""]


def test_where_nothing_was_accepted_nothing_is(tmp_path: Path) -> None:
    assert load_accepted(tmp_path / "none.tsv") == {}


def test_a_line_of_another_form_is_named(tmp_path: Path) -> None:
    path = tmp_path / "accepted.tsv"
    path.write_text("# head\n\np1 abc\n", encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape("accepted.tsv:3: 要有編號和內文雜湊")):
        load_accepted(path)


@pytest.mark.parametrize(
    "changed",
    [
        replace(passage(), text="骨轉移是癌症擴散到骨頭！"),
        replace(passage(), heading="什麼是骨轉移"),
        replace(passage(), pages=(9, 10)),
        replace(passage(), pages=()),
    ],
)
def test_the_hash_changes_with_what_a_reader_sees(changed: Passage) -> None:
    assert passage_hash(changed) != passage_hash(passage())


@pytest.mark.parametrize(
    "changed",
    [
        passage(questions=("骨頭痛怎麼辦",)),
        passage(companions=("pain",)),
        replace(passage(), subjects=("乳癌",)),
        replace(passage(), publisher=(PublisherSentence("甲。", (9,)),)),
        passage("p2"),
    ],
)
def test_the_hash_stays_with_what_a_reader_does_not_see(changed: Passage) -> None:
    assert passage_hash(changed) == passage_hash(passage())


def test_parts_that_run_together_are_told_apart() -> None:
    one = passage(heading="走路", pages=(9,), text="散步。")
    for other in (
        passage(heading="走路9", pages=(), text="散步。"),
        passage(heading="走路", pages=(), text="9散步。"),
    ):
        assert passage_hash(one) != passage_hash(other)
