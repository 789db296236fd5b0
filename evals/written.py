"""Figures in the docs: a command replaces what stands between its two marks, and nothing else."""

from __future__ import annotations

from pathlib import Path


class MarkMissing(ValueError):
    """A document has no place for the figures. The message names it."""


def replace_figures(path: Path, name: str, figures: str) -> None:
    """Put figures between `<!-- NAME -->` and `<!-- /NAME -->` in a document.

    Raises:
        MarkMissing: It has no such marks.
    """
    text = path.read_text(encoding="utf-8")
    before, start, rest = text.partition(f"<!-- {name} -->")
    _, end, after = rest.partition(f"<!-- /{name} -->")
    if not start or not end:
        raise MarkMissing(f"{path} has no place for {name}.")
    path.write_text(f"{before}{start}\n\n{figures}\n\n{end}{after}", encoding="utf-8")
