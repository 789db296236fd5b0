"""One normal form for matching. It is never shown: what was typed and what is quoted stay as is."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.resources import files

from opencc import OpenCC

from corpus.tables import table_rows


@cache
def _converter(name: str) -> OpenCC:
    return OpenCC(name)


@cache
def _variants() -> dict[int, str]:
    source = (files("corpus") / "lexicon" / "variants.tsv").read_text(encoding="utf-8")
    return {ord(variant): usual for _, (variant, usual) in table_rows(source)}


def to_traditional(text: str) -> str:
    """Return `text` with Simplified characters made Traditional."""
    return str(_converter("s2t").convert(text))


def to_simplified(text: str) -> str:
    """Return `text` with Traditional characters made Simplified."""
    return str(_converter("t2s").convert(text))


def fold_variants(text: str) -> str:
    """Return `text` with characters that are written in two ways made one."""
    return text.translate(_variants())


def fold_script(text: str) -> str:
    """Return `text` with every way of writing a character made one, Simplified ones too."""
    return fold_variants(to_traditional(to_simplified(text)))


def normalise(text: str) -> str:
    """Return the form in which texts are compared.

    NFKC, lower case, Simplified to Traditional, variants made one, white space made single
    spaces, other control characters dropped.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", _visible(text)).casefold())
    return " ".join(fold_script(folded).split())


def _visible(text: str) -> str:
    """Return `text` without control characters that are no white space; most texts have none."""
    if all(map(str.isprintable, text.split())):
        return text
    return "".join(c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
