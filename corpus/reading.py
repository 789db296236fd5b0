"""Read a file as its user has it: PDF or extracted text, to pages of raw lines."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from corpus.errors import ImportRefused
from corpus.messages import say
from corpus.pdf_pages import MOST_CHARACTERS, pdf_pages

MOST_BYTES = 50 * 1024 * 1024
PDF_MARK = b"%PDF-"
FORM_FEED = "\f"
ENCODINGS = ["utf_8", "utf_16", "utf_16_le", "utf_16_be", "big5", "cp950", "big5hkscs", "gb18030"]
LEAST_LETTERS = 20
LEAST_LETTERS_PER_PDF_PAGE = 5
MOST_CONTROL_SHARE = 0.02
UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
LINE_END = re.compile(r"\r\n|\r|\n|\x85|\u2028|\u2029")


@dataclass(frozen=True, slots=True)
class RawPage:
    """The lines of one page.

    Attributes:
        number: The page's number as the file itself gives it; `None` where it gives none.
        lines: Lines as extracted, without their ends.
    """

    number: int | None
    lines: tuple[str, ...]


def read_file(path: Path) -> tuple[RawPage, ...]:
    """Return the pages of a guide; text without page marks is one page without a number.

    Raises:
        ImportRefused: The file cannot be used; the message says why.
    """
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise ImportRefused(say("reading", "no_file", path=path))
        if size > MOST_BYTES:
            raise ImportRefused(say("reading", "too_large", size=size / 2**20))
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise ImportRefused(say("reading", "not_found", path=path)) from error
    except OSError as error:
        raise ImportRefused(
            say("reading", "cannot_read", path=path, reason=error.strerror)
        ) from error
    if not content.strip():
        raise ImportRefused(say("reading", "empty"))
    if PDF_MARK in content[:1024]:
        pages = _read_pdf(content)
    elif path.suffix.lower() == ".pdf":
        raise ImportRefused(say("reading", "not_pdf"))
    else:
        pages = _read_text(content)
    _refuse_foreign_text("".join(line for page in pages for line in page.lines))
    return pages


def _read_pdf(content: bytes) -> tuple[RawPage, ...]:
    pages = pdf_pages(content)
    letters = sum(_letters(text) for _, text in pages)
    if letters < LEAST_LETTERS_PER_PDF_PAGE * max(len(pages), 1):
        raise ImportRefused(say("reading", "pdf_scanned"))
    return tuple(
        RawPage(int(label) if label.isdecimal() else number, _lines(text))
        for number, (label, text) in enumerate(pages, start=1)
    )


def _read_text(content: bytes) -> tuple[RawPage, ...]:
    text = _decode(content)
    controls = sum(unicodedata.category(c) == "Cc" and not c.isspace() for c in text)
    if "\x00" in text or controls > MOST_CONTROL_SHARE * len(text):
        raise ImportRefused(say("reading", "binary"))
    if len(text) > MOST_CHARACTERS:
        raise ImportRefused(say("reading", "too_long", most=MOST_CHARACTERS))
    return tuple(RawPage(None, _lines(part)) for part in text.split(FORM_FEED))


def _lines(text: str) -> tuple[str, ...]:
    """Return the lines of a text without what no page shows: controls and turns of direction.

    They could colour or clear the terminal of whoever reads a passage there, or turn its words.
    """
    return tuple(map(seen, LINE_END.split(text)))


def seen(line: str) -> str:
    """Return what a reader sees of a line: no controls, no turns of direction."""
    return UNSEEN.sub("", line)


def _decode(content: bytes) -> str:
    if b"\x00" in content and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return _decode_utf_16(content)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    best = from_bytes(content, cp_isolation=ENCODINGS).best()
    if best is None:
        raise ImportRefused(say("reading", "unknown_encoding"))
    return str(best)


def _decode_utf_16(content: bytes) -> str:
    """Return UTF-16 text that lacks its mark: in the byte order that gives more of our letters."""
    readings: list[str] = []
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            readings.append(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    # English read in the wrong order looks like Han characters, so its own letters count more.
    text = max(readings, key=lambda t: _letters(t) + 2 * sum(map(str.isascii, t)), default="")
    strange = sum(unicodedata.category(c) in ("Cc", "Cn", "Co") and not c.isspace() for c in text)
    if not text or strange > MOST_CONTROL_SHARE * len(text):
        raise ImportRefused(say("reading", "binary"))
    return text


def _refuse_foreign_text(text: str) -> None:
    letters = [c for c in text if c.isalpha()]
    readable = _letters(text)
    if readable < LEAST_LETTERS or readable < len(letters) / 2:
        raise ImportRefused(say("reading", "foreign"))


def _letters(text: str) -> int:
    """Count Han characters and English letters."""
    return sum("a" <= c <= "z" or "A" <= c <= "Z" or "㐀" <= c <= "鿿" for c in text)
