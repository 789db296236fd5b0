"""Rejoin hard-wrapped lines into blocks: headings, paragraphs, list items, figure labels."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import zip_longest

from corpus.pages import HAN, Page


class BlockKind(StrEnum):
    """What a block is in its document."""

    SECTION = "section"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    LABELS = "labels"


@dataclass
class Block:
    """A run of lines that belong together, joined into one text.

    Attributes:
        kind: What it is.
        text: Its text, hard wraps removed.
        pages: Printed pages it stands on, ascending; empty where unknown.
        turn: Where in its text the last of two pages begins; 0 where it stands on one.
    """

    kind: BlockKind
    text: str
    pages: tuple[int, ...]
    turn: int = field(default=0, compare=False)

    def pages_of(self, start: int, end: int) -> tuple[int, ...]:
        """Return the pages on which the characters from `start` to `end` stand."""
        if not self.turn:
            return self.pages
        return self.pages[: -1 if end <= self.turn else None][-1 if start >= self.turn else 0 :]


@dataclass
class _Lines:
    """Lines gathered for one block, with their length and how many brackets stay open."""

    page: int | None
    first_on_page: bool
    lines: list[str] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)
    lines_before_turn: int = 0
    length: int = 0
    opens: int = 0

    def add(self, line: str) -> None:
        self.lines.append(line)
        self.length += len(line)
        self.opens += _opens(line)


BULLET = re.compile(
    r"\s*(?:[•●◦‣▪■□○◆*·]\s*|[-–—]\s+|\(?\d{1,2}[.)、]\s+|[（(][一二三四五六七八九十]+[）)])"
)
MARKDOWN_HEADING = re.compile(r"\s*(#{1,6})\s+(.*?\S)(?:\s+#+)?\s*")
SENTENCE_END = "。！？!?；;：:."
CLOSERS = "」』”’\"')）］]》〉】"
CONTINUES = "，,、（(「『“–—-"
SHORT_COLUMNS = 44  # a heading is at most this wide; a Han character takes two columns
SUBHEADING_COLUMNS = 30
FULL_SHARE = 0.88  # a line this wide, of the page's widest, was wrapped and not ended
FEWEST_LABELS = 3


def columns(text: str) -> int:
    """Return how wide a text is on paper, Han characters counting twice."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def join_lines(lines: list[str]) -> str:
    """Join wrapped lines: with a space between Latin words, without one beside Han."""
    text = ""
    for line in (" ".join(line.split()) for line in lines):
        if text and line:
            latin = columns(text[-1] + line[0]) == 2 and text[-1] not in "-/(“"
            text += (" " if latin else "") + line
        else:
            text += line
    return text


def find_blocks(pages: tuple[Page, ...]) -> list[Block]:
    """Return the blocks of a document in reading order."""
    gathered = [lines for page in pages for lines in _gather(page)]
    merged = _join_across_pages(gathered)
    has_pages = any(page.number is not None for page in pages)
    blocks = [block for lines in merged for block in _as_blocks(lines, has_pages=has_pages)]
    return _settle_headings(_gather_labels(blocks))


def _gather(page: Page) -> list[_Lines]:
    """Split a page's lines at blank lines and bullets, except where a sentence goes on."""
    widest = max((columns(line.strip()) for line in page.lines), default=0)
    found: list[_Lines] = []
    blank = True
    for line in page.lines:
        bare = line.strip()
        if not bare:
            blank = True
            continue
        starts = bool(BULLET.match(line) or MARKDOWN_HEADING.match(line))
        goes_on = bool(found) and not starts and _goes_on(found[-1], bare, widest)
        if not found or starts or (blank and not goes_on):
            pages = [page.number] if page.number is not None else []
            found.append(_Lines(page.number, not found, [], pages))
        found[-1].add(bare)
        blank = False
    return found


def _goes_on(gathered: _Lines, after: str, widest: int) -> bool:
    """Whether the blank line before `after` stands in the middle of a sentence."""
    last = gathered.lines[-1]
    if after[0] in "(（":
        return True
    if last[-1] in CONTINUES:
        return True
    if gathered.opens > 0:
        return gathered.length < 400
    ended = last.rstrip(CLOSERS)[-1:] in SENTENCE_END or _looks_like_heading(after)
    return columns(last) >= FULL_SHARE * widest and not ended and columns(last) > SHORT_COLUMNS


def _opens(text: str) -> int:
    return sum(text.count(c) for c in "（(") - sum(text.count(c) for c in "）)")


def _join_across_pages(gathered: list[_Lines]) -> list[_Lines]:
    """Join a sentence that a page break cuts in two."""
    merged: list[_Lines] = []
    for lines in gathered:
        before = merged[-1] if merged else None
        if (
            before is not None
            and lines.first_on_page
            and before.page != lines.page
            and not BULLET.match(lines.lines[0])
            and columns(before.lines[-1]) > SHORT_COLUMNS
            and before.lines[-1].rstrip(CLOSERS)[-1:] not in SENTENCE_END
            and not _looks_like_heading(lines.lines[0])
        ):
            before.lines_before_turn = len(before.lines)
            before.lines += lines.lines
            before.pages += lines.pages
        else:
            merged.append(lines)
    return merged


def _looks_like_heading(line: str) -> bool:
    return columns(line) <= SHORT_COLUMNS and not re.search(r"[，。,；;]", line)


def _as_blocks(gathered: _Lines, *, has_pages: bool) -> list[Block]:
    lines, pages = gathered.lines, tuple(sorted(set(gathered.pages)))
    marked = MARKDOWN_HEADING.fullmatch(lines[0])
    if marked:
        kind = BlockKind.SECTION if len(marked[1]) <= 2 else BlockKind.HEADING
        rest = [Block(BlockKind.PARAGRAPH, join_lines(lines[1:]), pages)] if lines[1:] else []
        return [Block(kind, marked[2], pages), *rest]
    if BULLET.match(lines[0]):
        return [Block(BlockKind.ITEM, join_lines(lines), pages)]
    if _is_figure(lines):
        return [Block(BlockKind.LABELS, join_lines(lines), pages)]
    if not _looks_like_heading(lines[0]) or lines[0][-1] in ":：." + CONTINUES:
        turn = len(join_lines(lines[: gathered.lines_before_turn]))
        return [Block(BlockKind.PARAGRAPH, join_lines(lines), pages, turn)]
    if len(lines) == 1:
        if lines[0][-1] in "?？" or gathered.first_on_page or not has_pages:
            return [Block(BlockKind.SECTION, lines[0], pages)]
        return [Block(BlockKind.LABELS, lines[0], pages)]
    if columns(lines[0]) <= SUBHEADING_COLUMNS and columns(lines[1]) > columns(lines[0]):
        body = Block(BlockKind.PARAGRAPH, join_lines(lines[1:]), pages)
        level = BlockKind.SECTION if gathered.first_on_page else BlockKind.HEADING
        return [Block(level, lines[0], pages), body]
    return [Block(BlockKind.PARAGRAPH, join_lines(lines), pages)]


def _is_figure(lines: list[str]) -> bool:
    """Whether these lines are the wrapped labels of a figure: all narrow, none a sentence."""
    widths = [columns(line) for line in lines]
    ends = any(line[-1] in SENTENCE_END + CLOSERS for line in lines)
    narrow = max(widths) <= SUBHEADING_COLUMNS and not ends
    return narrow and (len(lines) > 2 or (len(lines) == 2 and widths[1] <= widths[0]))


def _gather_labels(blocks: list[Block]) -> list[Block]:
    """Join runs of short loose lines, the labels of a figure; a single one is a caption."""
    found: list[Block] = []
    run: list[Block] = []
    for block in [*blocks, None]:
        if block is not None and block.kind is BlockKind.LABELS:
            run.append(block)
            continue
        if run:
            if len(run) < FEWEST_LABELS:
                found += [Block(BlockKind.PARAGRAPH, b.text, b.pages) for b in run]
            else:
                pages = tuple(sorted({page for b in run for page in b.pages}))
                found.append(Block(BlockKind.LABELS, "\n".join(b.text for b in run), pages))
            run = []
        if block is not None:
            found.append(block)
    return found


def _settle_headings(blocks: list[Block]) -> list[Block]:
    """Make text of a heading with nothing under it, and of a foreign line among Chinese ones."""
    chinese = sum(bool(HAN.search(block.text)) for block in blocks) > len(blocks) / 2
    for block in blocks:
        if block.kind is BlockKind.SECTION and chinese and not HAN.search(block.text):
            block.kind = BlockKind.PARAGRAPH
    for block, after in zip_longest(blocks, blocks[1:]):
        is_bare = after is None or after.kind is BlockKind.SECTION or after.kind is block.kind
        if block.kind in (BlockKind.SECTION, BlockKind.HEADING) and is_bare:
            block.kind = BlockKind.PARAGRAPH
    return blocks
