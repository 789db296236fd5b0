"""Tables as CSV that Excel opens as it should: UTF-8 with a mark, and no cell that is a formula."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

MARK = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def as_csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a table, every cell quoted, lines ended as RFC 4180 has it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(map(neutral, head))
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return (MARK + out.getvalue()).encode()


def neutral(cell: object) -> str:
    """Return a cell that no spreadsheet computes: an apostrophe goes before what would be one.

    Signs of full width count as well; Excel reads them so in Chinese and Japanese.
    """
    text = str(cell).replace("\x00", "")
    begin = unicodedata.normalize("NFKC", text.lstrip(" \u3000\u00a0")[:1])
    return f"'{text}" if begin.startswith(FORMULA_STARTS) or text[:1] in FORMULA_STARTS else text
