"""Files and pages that the tests of `corpus` build by hand; every sentence is the project's own."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from pypdf import PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from corpus.pages import Page
from corpus.reading import RawPage

CHINESE_FONT = "MSung-Light"
CHINESE = "骨頭撐住身體，也存放鈣質。每天散步，對骨頭有好處。有疑問時，請找醫療團隊談談。"
ENGLISH = "Bones hold the body up. Walk a little every day, and talk to your care team."

EDITION_FILE = """\
# 骨轉移

## 骨轉移是什麼

- 編號：p9-what
- 頁碼：9
- 種類：敘述
- 主題：一般
- 面向：
  - definition：癌細胞跑到骨頭裡

骨轉移的意思，是癌細胞跑到骨頭裡。這和原本就長在骨頭的癌症不一樣。有疑問時，請和醫療團隊談談。

### 台灣問法

- 骨轉移是什麼
- 什麼叫骨轉移
- 癌症跑到骨頭是什麼意思
- 骨轉移的意思
- 骨轉移是骨癌嗎
- 癌細胞怎麼會到骨頭
- 報告寫骨轉移
- 骨頭有癌細胞

### 简体问法

- 骨转移是什么
- 什么叫骨转移
- 骨转移的意思

### 香港問法

- 骨轉移係咩

### English

- What are bone metastases?
- What does bone mets mean?
- Is it bone cancer?
"""


def write_edition(folder: Path, **files: str) -> Path:
    """Write `name.md` for each argument and return the folder."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / f"{name}.md").write_text(content, encoding="utf-8")
    return folder


def pages_of(*texts: str) -> tuple[Page, ...]:
    """Return pages numbered from 1, one for each text."""
    return tuple(Page(n, tuple(text.split("\n"))) for n, text in enumerate(texts, start=1))


def raw_pages(*texts: str, start: int | None = None) -> tuple[RawPage, ...]:
    """Return raw pages; without `start` the file gives them no number."""
    return tuple(
        RawPage(None if start is None else start + n, tuple(text.split("\n")))
        for n, text in enumerate(texts)
    )


def pdf_of(pages: Iterable[Sequence[str]], *, font: str = CHINESE_FONT) -> bytes:
    """Return a PDF with these lines on its pages."""
    if font == CHINESE_FONT:
        pdfmetrics.registerFont(UnicodeCIDFont(CHINESE_FONT))
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for lines in pages:
        canvas.setFont(font, 10)
        for row, line in enumerate(lines):
            canvas.drawString(50, 780 - 16 * row, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def drawn_pdf() -> bytes:
    """Return a PDF of three pages on which there is only a drawing, as a scan would be."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    for _ in range(3):
        canvas.rect(50, 50, 400, 600, fill=1)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def locked(pdf: bytes, *, password: str) -> bytes:
    """Return the PDF encrypted; an empty password lets everyone read it."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
    return _written(writer)


def labelled(pdf: bytes, *, first: int) -> bytes:
    """Return the PDF with its pages labelled in decimals from `first`."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    writer.set_page_label(0, len(writer.pages) - 1, style=PageLabelStyle.DECIMAL, start=first)
    return _written(writer)


def _written(writer: PdfWriter) -> bytes:
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def bare(text: str) -> str:
    """Return the visible characters."""
    return "".join(text.split())


def all_files(folder: Path) -> dict[str, bytes]:
    """Return the content of every file under a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
