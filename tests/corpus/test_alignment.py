"""Which passage restates which sentences: kept in a file, and suggested for a start."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from corpus.alignment import (
    MOST_SENTENCES,
    Alignment,
    load_alignment,
    save_alignment,
    suggest_alignment,
)
from corpus.passage import Passage
from tests.corpus.audit.builders import guide_of, sentence
from tests.helpers import passage

WALK = sentence("每天散步半小時，腿骨會更有力。", start=0)
MILK = sentence("牛奶與豆腐含有鈣質。", start=40)
DENTIST = sentence("注射 denosumab 之前先看牙醫。", start=80)
ELSEWHERE = sentence("每天散步半小時，腿骨就會更有力！", pages=(10,), start=120)
NONSENSE = sentence("窗外下著細雨。", start=160)
ALL = (WALK, MILK, DENTIST, ELSEWHERE, NONSENSE)


def suggested(own: Passage) -> tuple[str, ...]:
    return suggest_alignment(guide_of(own), ALL)[own.passage_id]


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    path, omissions = tmp_path / "alignment.tsv", tmp_path / "omissions.tsv"
    names = {"p9-b": ("bbb", "aaa-2"), "p9-a": ("ccc",), "p9-none": ()}
    save_alignment(names, path)
    omissions.write_text("# name\twhy\nddd\t目錄\n\neee\t版權 聲明\n", encoding="utf-8")
    loaded = load_alignment(path, omissions)
    assert loaded == Alignment(names, {"ddd": "目錄", "eee": "版權 聲明"})
    assert list(loaded.names) == ["p9-b", "p9-a", "p9-none"]
    assert path.read_text(encoding="utf-8").startswith("# passage\t")


def test_where_nothing_was_aligned_nothing_is(tmp_path: Path) -> None:
    assert load_alignment(tmp_path / "a.tsv", tmp_path / "o.tsv") == Alignment({}, {})


@pytest.mark.parametrize("line", ["p9-a bbb", "p9-a\tbbb\tccc", "\tbbb", "p9-a"])
def test_a_line_of_another_form_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.tsv"
    path.write_text(f"# head\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape("a.tsv:2: 要有兩欄")):
        load_alignment(path, tmp_path / "o.tsv")
    with pytest.raises(ValueError, match=re.escape("a.tsv:2: 要有兩欄")):
        load_alignment(tmp_path / "none.tsv", path)


def test_the_alignment_of_the_repository_names_sentences_by_their_hashes() -> None:
    alignment = load_alignment()
    assert len(alignment.restated) > 100
    for name in alignment.restated | alignment.omissions.keys():
        assert re.fullmatch(r"[0-9a-f]{12}(-\d+)?", name), name


def test_restated_is_what_any_passage_restates() -> None:
    alignment = Alignment({"a": ("x", "y"), "b": ("y", "z"), "c": ()}, {"w": "目錄"})
    assert alignment.restated == {"x", "y", "z"}


def test_a_passages_sentences_come_in_reading_order_and_unknown_ones_are_left_out() -> None:
    alignment = Alignment({"p1": (DENTIST.name, "000000000000", WALK.name)}, {})
    by_name = {s.name: s for s in ALL}
    assert alignment.sentences_of(passage("p1"), by_name) == (WALK, DENTIST)
    assert alignment.sentences_of(passage("p2"), by_name) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("每天散步半小時，腿骨會更有力氣。", (WALK,)),
        ("牛奶和豆腐都有鈣質。", (MILK,)),
        ("打 Denosumab 之前，先看牙醫。", (DENTIST,)),
        ("牛奶和豆腐都有鈣質。每天散步半小時，腿骨更有力。", (WALK, MILK)),
        ("海邊很安靜。", ()),
    ],
)
def test_a_passage_is_given_the_sentences_that_it_shares_words_with(
    text: str, expected: tuple[object, ...]
) -> None:
    own = passage("p9-x", text, heading="")
    names = suggested(own)
    assert {s for s in ALL if s.name in names} == set(expected)
    assert len(names) == len(set(names))


def test_only_sentences_of_its_pages_are_given() -> None:
    own = passage("p10-x", "每天散步半小時，腿骨會更有力。", heading="", pages=(10,))
    assert suggested(own) == (ELSEWHERE.name,)
    assert suggested(passage("p11-x", own.text, heading="", pages=(11,))) == ()


def test_of_two_sentences_that_say_the_same_the_heading_decides() -> None:
    walking = sentence("每次半小時就好。", heading="散步的好處", start=200)
    swimming = sentence("每次半小時就好了。", heading="游泳的規矩", start=240)
    own = passage("p9-x", "每次半小時就好。", heading="游泳的規矩")
    for both in ([walking, swimming], [swimming, walking]):
        assert suggest_alignment(guide_of(own), both)["p9-x"] == (swimming.name,)


def test_a_sentence_that_adds_little_is_not_given() -> None:
    long, little = (
        sentence("".join(chr(0x4E00 + i) for i in range(60))),
        sentence("有益。", start=80),
    )
    own = passage("p9-x", f"{long.text}有益。", heading="")
    assert suggest_alignment(guide_of(own), [little, long])["p9-x"] == (long.name,)


def test_an_overview_takes_from_all_its_pages() -> None:
    later = sentence("浴室鋪上防滑墊。", pages=(10,), start=200)
    text = "牛奶和豆腐有鈣質。浴室要鋪防滑墊。"
    own = passage("ov", text, heading="", pages=(9, 10))
    names = suggest_alignment(guide_of(own), (*ALL, later))["ov"]
    assert set(names) == {MILK.name, later.name}


def test_no_more_than_the_most_sentences_are_given() -> None:
    words = ["".join(chr(0x4E00 + 40 * i + j) for j in range(6)) for i in range(20)]
    many = [sentence(f"{word}。", start=20 * i) for i, word in enumerate(words)]
    own = passage("p9-x", "。".join(words) + "。", heading="")
    names = suggest_alignment(guide_of(own), many)["p9-x"]
    assert len(names) == len(set(names)) == MOST_SENTENCES


def test_a_long_sentence_that_shares_a_little_is_not_given() -> None:
    short, long = sentence("散步有益。"), sentence("散步有益。" + WALK.text + MILK.text, start=50)
    own = passage("p9-x", "散步有益。", heading="")
    assert suggest_alignment(guide_of(own), [short])["p9-x"] == (short.name,)
    assert suggest_alignment(guide_of(own), [long, NONSENSE])["p9-x"] == ()


def test_what_one_sentence_covers_is_not_asked_of_another() -> None:
    again = sentence("半小時每天散步，腿骨會有力。", start=200)
    own = passage("p9-x", WALK.text, heading="")
    assert suggest_alignment(guide_of(own), [again])["p9-x"] == (again.name,)
    assert suggest_alignment(guide_of(own), [again, WALK])["p9-x"] == (WALK.name,)


def test_every_passage_has_a_line_in_the_order_of_the_edition() -> None:
    own = [passage(name, f"{name}。", heading="") for name in ("b", "a")]
    assert suggest_alignment(guide_of(*own), ALL) == {"b": (), "a": ()}
    assert list(suggest_alignment(guide_of(*own), ())) == ["b", "a"]
