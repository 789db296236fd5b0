"""QR codes that hold a text itself, so that a phone shows it without a network."""

from __future__ import annotations

from collections.abc import Sequence

import segno
from markupsafe import Markup

MOST_BYTES = 1150  # with a head about version 26: a phone still reads it from 4 cm of paper
ENDS = "。！？.!?\n"


def pack(parts: Sequence[str], more: str) -> tuple[str, ...]:
    """Return the texts of as few codes as hold all parts in their order.

    A part stands whole in one code; one that is too long for any is cut behind a sentence, and
    `more` tells so.
    """
    texts: list[str] = []
    for part in parts:
        joined = f"{texts[-1]}\n\n{part}" if texts else ""
        if joined and size(joined) <= MOST_BYTES:
            texts[-1] = joined
        else:
            texts.append(_fitting(part, more))
    return tuple(texts)


def size(text: str) -> int:
    """Return the bytes of a text in a code."""
    return len(text.encode())


def draw(text: str, label: str) -> Markup:
    """Return a code as SVG to be put into a page; `label` is what it is called aloud."""
    code = segno.make(text, encoding="utf-8", error="l", boost_error=False, micro=False)
    drawn = code.svg_inline(omitsize=True, border=4, dark="#000", light="#fff", svgclass="code")
    named = Markup('<svg role="img" aria-label="{}" ').format(label)
    return named + Markup(drawn.removeprefix("<svg "))


def _fitting(text: str, more: str) -> str:
    if size(text) <= MOST_BYTES:
        return text
    kept = text
    while size(f"{kept}\n{more}") > MOST_BYTES:
        shorter = kept[:-1].rstrip()
        kept = shorter[: max(map(shorter.rfind, ENDS)) + 1] or shorter
    return f"{kept}\n{more}"
