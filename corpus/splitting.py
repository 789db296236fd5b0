"""Split blocks into passages that keep sentences, list items and headings whole."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from corpus.blocks import Block, BlockKind
from corpus.passage import Guide, Passage, PassageKind, Section, Span

AIM = 100  # characters a passage grows to before the next piece starts a new one
MOST = 160  # a piece joins the one before only up to this; a longer sentence stays whole
LEAST_LIST = 40  # a list this long is not joined with the paragraph after it
SENTENCE = re.compile(r".+?(?:[。！？!?；]+[」』”’）)]*|\.(?=\s+[A-Z])|\n|$)", re.DOTALL)


@dataclass
class _Open:
    """A passage being filled with pieces of the normalised text.

    `block` and `offset` tell in which block it begins, and where that block begins.
    """

    start: int
    end: int
    pages: set[int]
    kinds: set[BlockKind]
    block: int
    offset: int


@dataclass
class _Splitter:
    guide_id: str
    section: str
    texts: list[str] = field(default_factory=list)
    length: int = 0
    heading: str = ""
    open: _Open | None = None
    sections: list[Section] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    count: int = 0

    def add(self, block: Block) -> None:
        start = self.length
        self.texts.append(block.text)
        self.length += len(block.text) + 1
        if block.kind is BlockKind.SECTION:
            self.close_section()
            self.section, self.heading = block.text, ""
        elif block.kind is BlockKind.HEADING:
            self.close_passage()
            self.heading = block.text
        else:
            self._add_text(block, start)

    def _add_text(self, block: Block, start: int) -> None:
        pieces = (
            [(m.start(), m.end()) for m in SENTENCE.finditer(block.text) if m.group().strip()]
            if block.kind is BlockKind.PARAGRAPH
            else [(0, len(block.text))]
        )
        for a, b in pieces:
            self._add_piece(block, block.pages_of(a, b), start + a, start + b)

    def _add_piece(self, block: Block, pages: tuple[int, ...], start: int, end: int) -> None:
        current = self.open
        introduces = current is not None and self._text(current).rstrip()[-1:] in ":："
        if current is not None and (
            end - current.start > MOST
            or (current.end - current.start >= AIM and not introduces)
            or (BlockKind.LABELS in current.kinds) != (block.kind is BlockKind.LABELS)
            or (pages and current.pages and pages[0] > max(current.pages))
            or self._ends_list(current, block)
        ):
            self.close_passage()
            current = None
        if current is None:
            offset = self.length - len(block.text) - 1
            number = len(self.texts) - 1
            self.open = _Open(start, end, set(pages), {block.kind}, number, offset)
        else:
            current.end = end
            current.pages |= set(pages)
            current.kinds.add(block.kind)

    def _ends_list(self, current: _Open, block: Block) -> bool:
        """Whether a paragraph comes after list items that can stand alone."""
        after_item = BlockKind.ITEM in current.kinds and block.kind is BlockKind.PARAGRAPH
        return after_item and current.end - current.start >= LEAST_LIST

    def _text(self, passage: _Open) -> str:
        """Return a passage's text; only its own blocks are looked at, for a guide may be long."""
        parts: list[str] = []
        begin = passage.offset
        for number in range(passage.block, len(self.texts)):
            if begin > passage.end:
                break
            text = self.texts[number]
            parts.append(text[max(passage.start - begin, 0) : passage.end - begin])
            begin += len(text) + 1
        return "\n".join(parts)

    def close_passage(self) -> None:
        if self.open is None:
            return
        text = self._text(self.open)
        start = self.open.start + len(text) - len(text.lstrip())
        text = text.strip()
        self.count += 1
        self.passages.append(
            Passage(
                passage_id=f"{self.guide_id}-{self.count:04d}",
                section=self.section,
                pages=tuple(sorted(self.open.pages)),
                kind=_kind(self.open.kinds),
                heading=self.heading or self.section,
                text=text,
                span=Span(start, start + len(text)),
            )
        )
        self.open = None

    def close_section(self) -> None:
        self.close_passage()
        if self.passages:
            self.sections.append(Section(self.section, tuple(self.passages)))
        self.passages = []


def _kind(kinds: set[BlockKind]) -> PassageKind:
    if BlockKind.LABELS in kinds:
        return PassageKind.CHART
    return PassageKind.LIST if BlockKind.ITEM in kinds else PassageKind.PROSE


def split_guide(guide_id: str, title: str, blocks: list[Block]) -> Guide:
    """Return the guide: its normalised text, and passages with spans into it."""
    splitter = _Splitter(guide_id, title)
    for block in blocks:
        splitter.add(block)
    splitter.close_section()
    return Guide(guide_id, title, tuple(splitter.sections), "\n".join(splitter.texts))
