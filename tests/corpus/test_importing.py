"""Guides come in whole, with their pages, or are refused with nothing changed."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import GuideMissing, ImportRefused
from corpus.importing import import_guide, load_guide, read_guide
from tests.helpers import NO_ORIGINAL, ORIGINAL

SENTENCES = (
    "Bone is living tissue and it renews itself all the time.",
    "Cancer may spread to bone.",
)
needs_original = pytest.mark.skipif(not ORIGINAL.exists(), reason=NO_ORIGINAL)


def pdf(*pages: str) -> bytes:
    content = io.BytesIO()
    canvas = Canvas(content)
    for page in pages:
        if page:
            canvas.drawString(72, 700, page)
        else:
            canvas.rect(72, 600, 200, 100, fill=1)
        canvas.showPage()
    canvas.save()
    return content.getvalue()


def encrypted(content: bytes) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_pdf_keeps_its_pages(tmp_path: Path) -> None:
    file = tmp_path / "guide.pdf"
    file.write_bytes(pdf(*SENTENCES, "Tell your doctor about every new pain."))
    guide = import_guide(file, folder=tmp_path / "guides").guide
    assert [(p.pages, p.text) for p in guide.passages][:2] == [
        ((1,), SENTENCES[0]),
        ((2,), SENTENCES[1]),
    ]
    assert load_guide(guide.guide_id, tmp_path / "guides") == guide


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.pdf", b"no pdf at all, only words that go on for a while", "不是 PDF"),
        ("a.pdf", encrypted(pdf(*SENTENCES)), "密碼"),
        ("a.pdf", pdf("", ""), "掃描"),
        ("a.pdf", pdf(*SENTENCES)[:300], "損壞"),
        ("a.txt", b"", "空的"),
        ("a.txt", b" \r\n\t ", "空的"),
        ("a.txt", bytes(range(256)) * 40, "檔"),
        ("a.txt", "Это не по-китайски, совсем не то. ".encode() * 9, "沒有中文或英文"),
        ("a.txt", b"1234 5678\n" * 50, "沒有中文或英文"),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_changes(
    tmp_path: Path, name: str, content: bytes, word: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(ImportRefused, match=word):
        import_guide(file, folder=tmp_path / "guides")
    assert not (tmp_path / "guides").exists()


def test_a_file_over_50_mb_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "big.txt"
    with file.open("wb") as out:
        out.truncate(51 * 2**20)
    with pytest.raises(ImportRefused, match="50 MB"):
        import_guide(file)


def test_a_missing_guide_is_said(tmp_path: Path) -> None:
    with pytest.raises(GuideMissing, match="nothing"):
        load_guide("nothing", tmp_path)


def test_wrapped_lines_are_rejoined_and_list_items_stay_whole(tmp_path: Path) -> None:
    file = tmp_path / "guide.txt"
    file.write_text(
        "# 骨頭\n\n骨頭會不斷汰換，舊的被分解，新的被建造，這個過程一直進行，一生都不會停止，所以要好好照\n"
        "顧。\n\n常見的症狀有：\n• 髖部痛\n• 背痛\n",
        encoding="utf-8",
    )
    text = read_guide(file).guide.text
    assert "所以要好好照顧。" in text
    assert "• 髖部痛\n• 背痛" in text


@needs_original
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "big5"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_real_guide_is_known_in_every_encoding(
    tmp_path: Path, encoding: str, line_end: str
) -> None:
    text = ORIGINAL.read_text(encoding="utf-8").replace("\n", line_end)
    file = tmp_path / "guide.txt"
    file.write_bytes(text.encode(encoding, errors="ignore"))
    imported = read_guide(file)
    assert imported.is_known
    assert {p for passage in imported.guide.passages for p in passage.pages} == {
        2, *range(4, 36)
    }  # fmt: skip


@needs_original
@pytest.mark.parametrize(
    ("word", "page"),
    [("鐳-223", 13), ("0.1%", 26), ("RANKL", 14), ("熱點", 10), ("助行器", 23), ("芳香療法", 28)],
)
def test_the_real_guides_words_stand_on_their_printed_pages(word: str, page: int) -> None:
    guide = read_guide(ORIGINAL).guide
    assert any(word in passage.text and page in passage.pages for passage in guide.passages)


@needs_original
def test_every_span_cuts_its_passage_from_the_guides_text() -> None:
    guide = read_guide(ORIGINAL).guide
    for passage in guide.passages:
        assert passage.span is not None
        assert guide.text[passage.span.start : passage.span.end] == passage.text
