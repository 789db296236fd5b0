"""Wordings that mean the same, made one before words are counted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.script import normalise
from index.synonyms import fold_synonyms, read_synonyms

TABLE = read_synonyms()
LETTERS = st.text(st.sampled_from("abc123 ，。甲乙"), max_size=6)


def folded(text: str) -> str:
    return fold_synonyms(normalise(text))


def table_of(folder: Path, content: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    (folder / "lexicon").mkdir()
    (folder / "lexicon" / "synonyms.tsv").write_text(content, encoding="utf-8")
    monkeypatch.setattr("index.synonyms.files", lambda _: folder)
    return read_synonyms()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("癌骨瓦", "denosumab"),
        ("Xgeva", "denosumab"),
        ("地舒单抗", "denosumab"),
        ("Zometa 和卓骨祂", "zoledronate 和zoledronate"),
        ("zoledronic acid", "zoledronate"),
        ("颌骨坏死", "顎骨壞死"),
        ("ONJ", "顎骨壞死"),
        ("osteonecrosis of the jaw", "顎骨壞死"),
        ("打骨針", "打骨骼標靶藥物"),
        ("骨鬆針", "denosumab"),
        ("做 CT", "做 電腦斷層"),
    ],
)
def test_a_wording_is_read_as_the_usual_one(written: str, read: str) -> None:
    assert folded(written) == normalise(read)


@pytest.mark.parametrize(
    "text",
    [
        "骨轉移",
        "骨骼標靶藥物",
        "放射性核種骨骼掃描",
        "荷爾蒙治療",
        "ctx",
        "onjx",
        "connect",
        "denosumab2",
        "3ct",
        "chemotherapist",
        "今天天氣",
        "",
    ],
)
def test_what_is_no_synonym_stays(text: str) -> None:
    assert folded(text) == normalise(text)


def test_bone_turnover_is_not_taken_for_metastasis() -> None:
    assert folded("骨轉換") == folded("骨代謝")
    assert "轉移" not in folded("骨转换指标")


def test_a_latin_wording_ends_where_han_begins() -> None:
    assert folded("照ct時打xgeva。") == normalise("照電腦斷層時打denosumab。")


def test_the_longest_wording_wins() -> None:
    assert folded("multiple myeloma") == folded("myeloma") == "多發性骨髓瘤"
    assert folded("皮質激素") == "類固醇"
    assert folded("性激素") == "性荷爾蒙"


@pytest.mark.parametrize("wording", TABLE)
def test_every_wording_is_read_as_its_first_column(wording: str) -> None:
    assert fold_synonyms(wording) == TABLE[wording]


@pytest.mark.parametrize("usual", sorted(set(TABLE.values())))
def test_what_a_wording_is_read_as_stays_as_it_is(usual: str) -> None:
    assert usual not in TABLE
    assert fold_synonyms(usual) == usual


def test_wordings_are_in_normal_form() -> None:
    assert [w for w in [*TABLE, *TABLE.values()] if normalise(w) != w] == []


@given(LETTERS, st.sampled_from(sorted(TABLE)), LETTERS)
def test_a_wording_is_found_between_marks_and_what_is_around_stays(
    before: str, wording: str, after: str
) -> None:
    text = f"{before}，{wording}。{after}"
    assert fold_synonyms(text) == f"{before}，{TABLE[wording]}。{after}"


@given(st.text(st.sampled_from("ab12 ，。甲乙"), max_size=20))
def test_a_text_without_a_wording_stays(text: str) -> None:
    assert fold_synonyms(text) == text


def test_a_table_is_read_with_both_columns_normalised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = "# head\n\n鈣质\tCA\ttw\town\n鈣質\t \uff36\uff29\uff34\ttw\town\n"
    assert table_of(tmp_path, content, monkeypatch) == {"ca": "鈣質", "vit": "鈣質"}


@pytest.mark.parametrize(
    "line", ["鈣質\t鈣片\ttw", "鈣質\t鈣片\ttw\town\tmore", "鈣質\t\ttw\town", "鈣質 鈣片 tw own"]
)
def test_a_line_without_its_four_columns_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    with pytest.raises(ValueError, match=re.escape("synonyms.tsv:2: four columns")):
        table_of(tmp_path, f"# head\n{line}\n", monkeypatch)


def test_a_wording_that_stands_twice_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = "鈣質\t鈣片\ttw\town\n骨折\t钙片\tcn\town\n"
    with pytest.raises(ValueError, match=re.escape("synonyms.tsv:2: 钙片 stands twice")):
        table_of(tmp_path, content, monkeypatch)
