"""Files as users have them: every encoding and line end reads alike; the rest is refused."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import ImportRefused
from corpus.importing import import_guide
from corpus.reading import MOST_BYTES, RawPage, read_file
from tests.corpus.builders import CHINESE, ENGLISH, all_files, drawn_pdf, labelled, locked, pdf_of

TEXT = f"骨骼健康\n\n{CHINESE}\n每天走 30 分鐘，維生素 D 也別忘了。"
LINES = tuple(TEXT.split("\n"))
RUSSIAN = "Кости держат тело. Гуляйте каждый день и скажите это врачу. " * 3
JAPANESE_KANA = "ほねはからだをささえます。まいにちあるきましょう。" * 3
DIGITS = "12 345 6789\n98 76 54\n" * 20


def write(tmp_path: Path, content: bytes, name: str = "guide.txt") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def png() -> bytes:
    """Return a small picture of noise."""

    def chunk(name: bytes, content: bytes) -> bytes:
        checked = name + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    pixels = zlib.compress(random.Random(1).randbytes(16 * 49))
    header = struct.pack(">IIBBBBB", 16, 16, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "big5", "cp950", "gb18030"],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_encoding_and_line_end_reads_alike(
    tmp_path: Path, encoding: str, line_end: str
) -> None:
    path = write(tmp_path, TEXT.replace("\n", line_end).encode(encoding))
    assert read_file(path) == (RawPage(None, LINES),)


def test_utf_16_of_either_order_with_a_mark_is_read(tmp_path: Path) -> None:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert read_file(write(tmp_path, mark + TEXT.encode(encoding))) == (RawPage(None, LINES),)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text",
    ["一天走一次，一次走 30 分鐘。一有疑問，請找醫療團隊一起談談。", ENGLISH],
    ids=["the zero byte of 一 on the other side", "English"],
)
def test_utf_16_without_a_mark_is_read(tmp_path: Path, encoding: str, text: str) -> None:
    assert read_file(write(tmp_path, text.encode(encoding))) == (RawPage(None, (text,)),)


def test_form_feeds_part_pages(tmp_path: Path) -> None:
    path = write(tmp_path, f"{CHINESE}\n甲\f{CHINESE}".encode())
    assert read_file(path) == (RawPage(None, (CHINESE, "甲")), RawPage(None, (CHINESE,)))


def test_english_is_read(tmp_path: Path) -> None:
    assert read_file(write(tmp_path, ENGLISH.encode())) == (RawPage(None, (ENGLISH,)),)


def test_the_suffix_of_a_text_file_does_not_matter(tmp_path: Path) -> None:
    for name in ("guide", "guide.md", "guide.doc"):
        assert read_file(write(tmp_path, TEXT.encode(), name)) == (RawPage(None, LINES),)


def test_a_pdf_is_read_page_by_page(tmp_path: Path) -> None:
    path = write(tmp_path, pdf_of([[CHINESE], ["第二頁", CHINESE]]), "guide.pdf")
    first, second = read_file(path)
    assert (first.number, second.number) == (1, 2)
    assert [line for line in first.lines if line] == [CHINESE]
    assert [line for line in second.lines if line] == ["第二頁", CHINESE]


def test_a_pdf_is_known_by_its_content_and_not_by_its_name(tmp_path: Path) -> None:
    (page,) = read_file(write(tmp_path, pdf_of([[CHINESE]]), "guide.txt"))
    assert (page.number, page.lines[0]) == (1, CHINESE)


def test_page_labels_number_the_pages_of_a_pdf(tmp_path: Path) -> None:
    content = labelled(pdf_of([[CHINESE], [CHINESE], [CHINESE]]), first=7)
    pages = read_file(write(tmp_path, content, "guide.pdf"))
    assert [page.number for page in pages] == [7, 8, 9]


def test_a_pdf_that_anybody_may_read_is_read_though_encrypted(tmp_path: Path) -> None:
    content = locked(pdf_of([[CHINESE]]), password="")
    assert b"/Encrypt" in content
    (page,) = read_file(write(tmp_path, content, "guide.pdf"))
    assert page.lines[0] == CHINESE


def missing(tmp_path: Path) -> Path:
    return tmp_path / "nowhere.txt"


def folder(tmp_path: Path) -> Path:
    (tmp_path / "folder.txt").mkdir()
    return tmp_path / "folder.txt"


def too_large(tmp_path: Path) -> Path:
    path = write(tmp_path, CHINESE.encode())
    with path.open("r+b") as file:
        file.truncate(MOST_BYTES + 1)
    return path


def holding(content: bytes, name: str = "guide.txt") -> Callable[[Path], Path]:
    return lambda tmp_path: write(tmp_path, content, name)


WHOLE_PDF = pdf_of([[CHINESE] * 3] * 3)
REFUSED = {
    "missing": (missing, "找不到檔案"),
    "below a file": (lambda tmp_path: write(tmp_path, b"x") / "y", "無法讀取"),
    "folder": (folder, "不是檔案"),
    "too large": (too_large, "檔案有 50 MB，超過 50 MB 的上限。"),
    "empty": (holding(b""), "檔案是空的。"),
    "only white space": (holding(b" \n\t\r\n "), "檔案是空的。"),
    "empty but named .pdf": (holding(b"", "guide.pdf"), "檔案是空的。"),
    "only wide spaces": (holding("\u3000\n".encode()), "檔案"),
    "only a byte order mark": (holding(b"\xef\xbb\xbf"), "檔案"),
    "zero bytes": (holding(TEXT.encode() + b"\0\0\0"), "這是二進位檔"),
    "control characters": (holding(b"\x01\x02\x03 bones and drugs " * 20), "這是二進位檔"),
    "binary": (holding(random.Random(3).randbytes(4096)), "檔"),
    "all bytes": (holding(bytes(range(256)) * 20), "檔"),
    "picture": (holding(png(), "scan.png"), "這是二進位檔"),
    "picture named .txt": (holding(png()), "這是二進位檔"),
    "text named .pdf": (holding(TEXT.encode(), "guide.pdf"), "檔名是 .pdf，內容卻不是 PDF。"),
    "picture named .PDF": (holding(png(), "SCAN.PDF"), "檔名是 .pdf，內容卻不是 PDF。"),
    "PDF, its first bytes": (holding(WHOLE_PDF[:20], "guide.pdf"), "這個 PDF 已損壞"),
    "PDF, half of it": (holding(WHOLE_PDF[: len(WHOLE_PDF) // 2], "guide.pdf"), "這個 PDF 已損壞"),
    "PDF without its end": (holding(WHOLE_PDF[:-60], "guide.pdf"), "這個 PDF 已損壞"),
    "PDF, its middle overwritten": (
        holding(WHOLE_PDF[:300] + b"\xff" * 1500 + WHOLE_PDF[1800:], "guide.pdf"),
        "這個 PDF ",
    ),
    "PDF with a filter that is unknown": (
        holding(WHOLE_PDF.replace(b"/FlateDecode", b"/Fl         "), "guide.pdf"),
        "這個 PDF 已損壞",
    ),
    "PDF with a password": (
        holding(locked(WHOLE_PDF, password="secret"), "guide.pdf"),
        "這個 PDF 有密碼保護，請先解除再匯入。",
    ),
    "PDF of scans": (holding(drawn_pdf(), "guide.pdf"), "這個 PDF 只有掃描影像"),
    "Russian": (holding(RUSSIAN.encode()), "沒有中文或英文的內容"),
    "kana": (holding(JAPANESE_KANA.encode()), "沒有中文或英文的內容"),
    "digits": (holding(DIGITS.encode()), "沒有中文或英文的內容"),
    "a word in Russian": (holding((RUSSIAN + ENGLISH).encode()), "沒有中文或英文的內容"),
    "a handful of words": (holding("骨頭痛怎麼辦".encode()), "沒有中文或英文的內容"),
    "unknown encoding": (
        holding(bytes([0x81, 0xFF, 0xFE, 0x80, 0xA0, 0xFD]) * 50),
        "看不懂這個檔案的文字編碼",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_used_is_refused_and_changes_nothing(
    tmp_path: Path, make: Callable[[Path], Path], sentence: str
) -> None:
    kept = tmp_path / "guides"
    good = write(tmp_path, TEXT.encode(), "good.txt")
    import_guide(good, folder=kept)
    before = all_files(kept)
    assert [name.endswith(".json") for name in sorted(before)] == [True, False]  # and its lock
    with pytest.raises(ImportRefused) as caught:
        import_guide(make(tmp_path), folder=kept)
    assert sentence in str(caught.value)
    assert str(caught.value).endswith("。")
    assert all_files(kept) == before


def test_a_file_of_just_the_largest_size_is_not_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, TEXT.encode())
    monkeypatch.setattr("corpus.reading.MOST_BYTES", path.stat().st_size)
    assert read_file(path) == (RawPage(None, LINES),)
    monkeypatch.setattr("corpus.reading.MOST_BYTES", path.stat().st_size - 1)
    with pytest.raises(ImportRefused, match="上限"):
        read_file(path)


def test_text_with_a_few_foreign_words_is_read(tmp_path: Path) -> None:
    text = CHINESE + "（Кости）"
    assert read_file(write(tmp_path, text.encode())) == (RawPage(None, (text,)),)
