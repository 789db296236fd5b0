"""PDFs that are small on the disk and large when they are unpacked, written by hand."""

from __future__ import annotations

import zlib

MIB = 2**20
SHOWN = b"BT /F1 9 Tf 10 10 Td (bones and bones) Tj ET\n"


def packed(content: bytes, *, mib: int, layers: int = 1) -> bytes:
    """Return `content`, repeated to so many MiB, deflated once or in several layers."""
    squeeze = zlib.compressobj(9)
    block = content * (MIB // len(content))
    stream = b"".join(squeeze.compress(block) for _ in range(mib)) + squeeze.flush()
    for _ in range(layers - 1):
        stream = zlib.compress(stream, 9)
    return stream


def pdf_with(stream: bytes, *, layers: int = 1, pages: int = 1) -> bytes:
    """Return a PDF whose pages all show the same deflated stream."""
    kids = b" ".join(b"%d 0 R" % (5 + number) for number in range(pages))
    filters = b"/FlateDecode " * layers
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, kids),
        b"<< /Length %d /Filter [%s] >>\nstream\n%s\nendstream" % (len(stream), filters, stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 3 0 R"
        b" /Resources << /Font << /F1 4 0 R >> >> >>"
    )
    return written([*objects, *[page] * pages])


def looped_pdf() -> bytes:
    """Return a PDF whose page tree leads back to itself."""
    return written(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 2 /Kids [3 0 R 2 0 R] >>",
            b"<< /Type /Pages /Parent 2 0 R /Count 2 /Kids [2 0 R 3 0 R] >>",
        ]
    )


def written(objects: list[bytes]) -> bytes:
    """Return a PDF of these objects, numbered from 1, the first one its catalog."""
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (size, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (size, table, trailer)
