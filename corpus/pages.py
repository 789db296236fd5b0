"""Give every page its printed number, and drop what is printed on page after page."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files

from corpus.reading import RawPage

RECOGNISED_SHARE = 0.8
RECURRING_PAGES = 3
NUMBER_LINE = re.compile(r"[-–—\s]*(\d{1,4})[-–—\s]*")
HAN = re.compile(r"[㐀-鿿]")


@dataclass(frozen=True, slots=True)
class KnownGuide:
    """A guide whose extracted text is recognised by hashes of the first lines of its pages."""

    guide_id: str
    title: str
    page_starts: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page by its printed number (`None` where unknown), without running headers."""

    number: int | None
    lines: tuple[str, ...]


def known_guides() -> tuple[KnownGuide, ...]:
    """Return the guides that are recognised."""
    source = tomllib.loads((files("corpus") / "known_guides.toml").read_text(encoding="utf-8"))
    return tuple(
        KnownGuide(guide_id, guide["title"], tuple((s["page"], s["hash"]) for s in guide["starts"]))
        for guide_id, guide in source.items()
    )


def start_hash(lines: Iterable[str]) -> str:
    """Return the hash by which a page's start is known: of its first two lines, spaces dropped."""
    first = [bare for line in lines if (bare := re.sub(r"\s", "", line))][:2]
    return hashlib.sha256("\n".join(first).encode()).hexdigest()[:16]


def recognise(pages: tuple[RawPage, ...]) -> tuple[KnownGuide, tuple[RawPage, ...]] | None:
    """Return the known guide that these pages are, cut at its page starts, or none."""
    lines = [line for page in pages for line in page.lines]
    hashes = [start_hash(lines[i : i + 6]) if line.strip() else "" for i, line in enumerate(lines)]
    for guide in known_guides():
        starts: list[tuple[int, int]] = []
        position = 0
        for number, expected in guide.page_starts:
            try:
                position = hashes.index(expected, position)
            except ValueError:
                continue
            starts.append((position, number))
            position += 1
        if len(starts) >= RECOGNISED_SHARE * len(guide.page_starts):
            ends = [start for start, _ in starts[1:]] + [len(lines)]
            begins = [0] + [start for start, _ in starts[1:]]
            return guide, tuple(
                RawPage(number, tuple(lines[begin:end]))
                for begin, end, (_, number) in zip(begins, ends, starts, strict=True)
            )
    return None


def number_pages(pages: tuple[RawPage, ...]) -> tuple[Page, ...]:
    """Return pages with printed numbers, running headers and page-number lines removed.

    Where a file counts its pages but prints other numbers on them, the printed ones win.
    """
    shift = _printed_shift(pages)
    recurring = _recurring_lines(pages)
    numbered: list[Page] = []
    for index, page in enumerate(pages):
        number = page.number if page.number is not None else None
        if number is None and len(pages) > 1:
            number = index + 1
        if number is not None and shift:
            number += shift
        kept = tuple("" if _is_furniture(line, number, recurring) else line for line in page.lines)
        numbered.append(Page(number, kept))
    return tuple(numbered)


def _is_furniture(line: str, number: int | None, recurring: frozenset[str]) -> bool:
    bare = re.sub(r"\s", "", line)
    printed = NUMBER_LINE.fullmatch(line)
    return bare in recurring or (printed is not None and int(printed[1]) == number)


def _edge_lines(page: RawPage) -> list[str]:
    """Return the first two and the last line that are not blank."""
    lines = [line for line in page.lines if line.strip()]
    return lines[:2] + lines[2:][-1:]


def _printed_shift(pages: tuple[RawPage, ...]) -> int:
    """Return by how much printed numbers differ from the file's own count, if most agree."""
    shifts: Counter[int] = Counter()
    for index, page in enumerate(pages, start=1):
        for line in _edge_lines(page):
            if printed := NUMBER_LINE.fullmatch(line):
                shifts[int(printed[1]) - (page.number or index)] += 1
    if not shifts:
        return 0
    shift, votes = shifts.most_common(1)[0]
    return shift if votes >= RECURRING_PAGES and votes > sum(shifts.values()) / 2 else 0


def _recurring_lines(pages: tuple[RawPage, ...]) -> frozenset[str]:
    """Return lines at the edge of three pages or more, and foreign lines of a Chinese guide."""
    edges: Counter[str] = Counter()
    anywhere: Counter[str] = Counter()
    chinese = sum(any(map(HAN.search, page.lines)) for page in pages) > len(pages) / 2
    for page in pages:
        edges.update({re.sub(r"\s", "", line) for line in _edge_lines(page)})
        if chinese:
            foreign = [line for line in page.lines if not HAN.search(line)]
            anywhere.update({re.sub(r"\s", "", line) for line in foreign})
    found = {bare for bare, count in edges.items() if count >= RECURRING_PAGES}
    found |= {
        bare for bare, count in anywhere.items() if count >= RECURRING_PAGES and len(bare) > 4
    }
    return frozenset(bare for bare in found if bare and not bare.isdigit())
