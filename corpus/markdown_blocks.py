"""The blocks of a Markdown file, each with its line.

The bank's long lists of questions are nothing but lines of one item each. They are read here line
by line and the rest by markdown-it, which took most of the time of a start to find the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.blocks import join_lines

MARKDOWN = MarkdownIt("commonmark").disable(["inline", "text_join"])  # emphasis means nothing here
HEADING = re.compile(r"#{1,6} \S.*")
# Items whose text can only be the first line of a paragraph: nothing that begins another block.
PLAIN_ITEM = re.compile(r"- (?!\d{1,9}[.)])[^\s\x00#>+*_=~`<\[|-][^\x00\r]*")
SWALLOWS = re.compile(r" {0,3}(?:```|~~~|<)", re.MULTILINE)  # what may hold headings as mere text


@dataclass(slots=True)
class Block:
    """A block of Markdown with what stands in it.

    markdown-it has a tree of its own whose nodes know their parents too: a hundred thousand
    cycles, which are slow to make and to clear away.
    """

    type: str
    tag: str
    line: int
    content: str = ""
    children: list[Block] = field(default_factory=list)


def read_blocks(source: str) -> list[Block]:
    """Return the blocks of a Markdown file in their order."""
    if SWALLOWS.search(source):
        return _parsed(source)
    lines = source.split("\n")
    lists = [_plain_list(lines, start, end) for start, end in _plain_lists(lines)]
    for taken in lists:
        start = taken.line - 1
        lines[start : start + len(taken.children)] = [""] * len(taken.children)
    return sorted([*_parsed("\n".join(lines)), *lists], key=lambda block: block.line)


def content_of(block: Block) -> str:
    """Return a block's own text: its first inline, soft line breaks joined."""
    for child in block.children:
        if child.type == "inline":
            return join_lines(child.content.split("\n")).strip()
        if child.type == "paragraph":
            return content_of(child)
    return ""


def _plain_lists(lines: list[str]) -> Iterable[tuple[int, int]]:
    """Yield where a list of plain items begins and ends that is all there is under a heading."""
    start, before = 0, ""
    while start < len(lines):
        end = _end_of_items(lines, start)
        if end > start and HEADING.fullmatch(before):
            after = next(filter(str.strip, islice(lines, end, None)), "")
            if not after or HEADING.fullmatch(after):
                yield start, end
        start = max(end, start + 1)
        before = lines[start - 1] if lines[start - 1].strip() else before


def _end_of_items(lines: list[str], start: int) -> int:
    end = start
    while end < len(lines) and PLAIN_ITEM.fullmatch(lines[end]):
        end += 1
    return end


def _plain_list(lines: list[str], start: int, end: int) -> Block:
    items = []
    for number, line in enumerate(lines[start:end], start=start + 1):
        inline = Block("inline", "", number, line.removeprefix("- ").strip())
        paragraph = Block("paragraph", "p", number, children=[inline])
        items.append(Block("list_item", "li", number, children=[paragraph]))
    return Block("bullet_list", "ul", start + 1, children=items)


def _parsed(source: str) -> list[Block]:
    return _nested(MARKDOWN.parse(source))


def _nested(tokens: Iterable[Token]) -> list[Block]:
    """Return the blocks of the flat tokens, nested as they stand."""
    whole = Block("root", "", 1)
    open_blocks = [whole]
    for token in tokens:
        if token.nesting < 0:
            open_blocks.pop()
            continue
        line = token.map[0] + 1 if token.map else 1
        block = Block(token.type.removesuffix("_open"), token.tag, line, token.content)
        open_blocks[-1].children.append(block)
        if token.nesting > 0:
            open_blocks.append(block)
    return whole.children
