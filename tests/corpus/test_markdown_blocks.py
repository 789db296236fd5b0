"""Lists that are read line by line come out as markdown-it reads them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import corpus
from corpus import markdown_blocks
from corpus.markdown_blocks import MARKDOWN, Block, content_of, read_blocks

FOLDER = Path(corpus.__file__).parent
FILES = [*sorted(FOLDER.glob("edition/*.md")), *sorted(FOLDER.glob("not_in_guide/*.md"))]
LINES = (
    "",
    " ",
    "# 名稱",
    "## 第一則",
    "### 台灣問法",
    "####",
    "#沒有空格",
    "- 甲會痛嗎？",
    "- English, too?  ",
    "- 3 個月打一次嗎",
    "- 1. 一",
    "- 2) 二",
    "- # 標題",
    "- > 引文",
    "- - 巢狀",
    "- ---",
    "- ```",
    "- <b>",
    "- [甲]: 乙",
    "-",
    "- ",
    "-  兩格",
    "  - 縮排",
    "* 星號",
    "續行",
    "    縮排的程式",
    "> 引文",
    "1. 一",
    "---",
    "===",
    "```",
    "<!-- 註 -->",
)


def parsed(source: str) -> list[Block]:
    """Return the blocks of a file as markdown-it alone reads them."""
    return markdown_blocks._nested(MARKDOWN.parse(source))


def told(blocks: list[Block]) -> list[tuple[object, ...]]:
    """Return what a reader of blocks goes by."""
    return [(b.type, b.tag, b.line, content_of(b), told(b.children)) for b in blocks]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_of_the_corpus_reads_the_same(path: Path) -> None:
    source = path.read_text(encoding="utf-8-sig")
    assert told(read_blocks(source)) == told(parsed(source))


@given(lines=st.lists(st.sampled_from(LINES), max_size=12))
def test_any_lines_read_the_same(lines: list[str]) -> None:
    source = "\n".join(lines)
    assert told(read_blocks(source)) == told(parsed(source))


@given(text=st.text(max_size=12), after=st.sampled_from(["", "\n", "\n\n## 下一則\n\n一段"]))
def test_any_item_reads_the_same(text: str, after: str) -> None:
    source = f"### 台灣問法\n\n- 甲\n- {text}\n- 乙{after}"
    assert told(read_blocks(source)) == told(parsed(source))


def lists_read_by_lines(source: str) -> Iterator[int]:
    """Yield how many items each list has that is read line by line."""
    return (end - start for start, end in markdown_blocks._plain_lists(source.split("\n")))


def test_the_banks_lists_are_read_line_by_line() -> None:
    sources = [path.read_text(encoding="utf-8-sig") for path in FILES]
    by_lines = sum(sum(lists_read_by_lines(source)) for source in sources)
    items = sum(line.startswith("- ") for source in sources for line in source.split("\n"))
    assert by_lines > 0.9 * items
