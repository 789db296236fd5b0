"""The edition loads, and each broken rule is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.edition import load_edition
from corpus.errors import EditionError
from corpus.passage import Language
from corpus.source import Source

ASKED = "\n".join(
    [
        "### 台灣問法\n",
        *(f"- 問法{i}" for i in range(8)),
        "\n### 简体问法\n",
        *(f"- 简体{i}" for i in range(3)),
        "\n### 香港問法\n\n- 點樣\n\n### English\n",
        *(f"- How {i}" for i in range(3)),
    ]
)
TEXT = "骨頭痛的時候，請先告訴自己的醫師，說清楚是新的痛還是已經痛了一陣子，這樣才好判斷。"


def entry(number: str = "p9-pain", pages: str = "9", kind: str = "敘述", text: str = TEXT) -> str:
    return f"## 標題 {number}\n\n- 編號：{number}\n- 頁碼：{pages}\n- 種類：{kind}\n\n{text}\n\n{ASKED}\n\n"


def written(folder: Path, content: str) -> Path:
    (folder / "09-test.md").write_text(content, encoding="utf-8")
    return folder


def test_the_edition_covers_the_pages_of_its_first_part(edition: Source) -> None:
    pages = {page for passage in edition.guide.passages for page in passage.pages}
    assert {9, 13, 14, 16, 22, 25, 26} <= pages
    assert len(edition.guide.passages) >= 40
    assert len(edition.topics) >= 80


def test_a_sound_file_is_read(tmp_path: Path) -> None:
    guide = load_edition(written(tmp_path, "# 章節\n\n" + entry()))
    (passage,) = guide.passages
    assert (passage.passage_id, passage.pages, passage.section) == ("p9-pain", (9,), "章節")
    assert passage.text == TEXT
    assert passage.questions[Language.ENGLISH] == ("How 0", "How 1", "How 2")


@pytest.mark.parametrize(
    ("content", "line", "word"),
    [
        (entry(number="P 9"), 3, "編號"),
        (entry(pages="36"), 3, "頁碼"),
        (entry(pages="9,26"), 3, "頁碼"),
        (entry(pages="26、9"), 3, "頁碼"),
        (entry(kind="別的"), 3, "種類"),
        (entry(text="太短。"), 3, "3 字"),
        (entry(text=TEXT[:-1]), 3, "句號"),
        (entry().replace("- 點樣\n", ""), 3, "少於 1 句"),
        (entry().replace("問法1", "問法0"), 3, "重複"),
        (entry().replace("- 種類", "- 顏色：紅\n- 種類"), 7, "顏色"),
        (
            entry().replace("- 種類：敘述", "- 種類：敘述\n- 面向：\n  - cause：沒有這幾個字"),
            3,
            "不在內文",
        ),
        (entry().replace("- 種類：敘述", "- 種類：敘述\n- 並列：p0-none"), 3, "不存在"),
        (entry() + entry(), 3 + entry().count("\n"), "重複"),
    ],
)
def test_a_broken_rule_names_file_and_line(
    tmp_path: Path, content: str, line: int, word: str
) -> None:
    with pytest.raises(EditionError) as caught:
        load_edition(written(tmp_path, "# 章節\n\n" + content))
    assert any(p.startswith(f"09-test.md:{line}:") and word in p for p in caught.value.problems)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    content = (
        "# 章節\n\n" + entry(number="A") + entry(number="p9-b", pages="99", text=TEXT + TEXT[:-1])
    )
    with pytest.raises(EditionError) as caught:
        load_edition(written(tmp_path, content))
    assert len(caught.value.problems) >= 3
