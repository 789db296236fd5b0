"""PDFs that unpack to more than a machine holds are refused, in bounded time and memory."""

from __future__ import annotations

import resource
import time
import zlib
from pathlib import Path

import pytest

from corpus.errors import ImportRefused
from corpus.importing import import_guide
from corpus.pdf_pages import Bounds, pdf_pages, read_pages
from tests.security.bombs import SHOWN, looped_pdf, packed, pdf_with, written

COSTLY = "展開後太大"
SHORT = Bounds(seconds=3)


def test_a_stream_of_a_gigabyte_is_refused_and_nothing_is_kept(tmp_path: Path) -> None:
    bomb = pdf_with(packed(b" " * 1024, mib=1000, layers=2), layers=2)
    assert len(bomb) < 100_000
    (tmp_path / "bomb.pdf").write_bytes(bomb)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ImportRefused, match=COSTLY):
        import_guide(tmp_path / "bomb.pdf", folder=tmp_path / "guides")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kibibytes
    assert not (tmp_path / "guides").exists()


@pytest.mark.parametrize(
    ("content", "bounds"),
    [
        (pdf_with(packed(SHOWN, mib=1), pages=60), SHORT),  # time
        (pdf_with(packed(SHOWN, mib=1)), Bounds(characters=1000)),  # text
        (pdf_with(packed(SHOWN, mib=1)), Bounds(memory=64 * 2**20)),  # memory
        (pdf_with(packed(b"BT ET ", mib=1), pages=5_001), Bounds()),  # pages
    ],
    ids=["time", "text", "memory", "pages"],
)
def test_whatever_costs_more_than_its_bounds_is_refused(content: bytes, bounds: Bounds) -> None:
    start = time.monotonic()
    with pytest.raises(ImportRefused, match=COSTLY):
        pdf_pages(content, bounds)
    assert time.monotonic() - start < bounds.seconds + 10


@pytest.mark.parametrize(
    "content",
    [
        looped_pdf(),
        written([b"<< /Type /Catalog /Pages 2 0 R /X " + b"[" * 100_000 + b" >>"]),
        b"%PDF-1.4\n" + b"\x00" * 1000,
    ],
    ids=["loop", "nested", "rubbish"],
)
def test_what_leads_nowhere_is_refused(content: bytes) -> None:
    with pytest.raises(ImportRefused):
        pdf_pages(content, SHORT)


def test_an_honest_pdf_is_read() -> None:
    stream = zlib.compress(SHOWN * 3)
    (page,) = pdf_pages(pdf_with(stream))
    assert page[0] == "1"
    assert page[1].count("bones and bones") == 3


def test_the_child_tells_which_message_is_meant() -> None:
    assert read_pages(b"", 10)["refused"] == "pdf_damaged"
