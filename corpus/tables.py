"""Read small tables that people edit: tabs between columns, `#` before a remark."""

from __future__ import annotations

from collections.abc import Iterator


def table_rows(source: str) -> Iterator[tuple[int, list[str]]]:
    """Yield line number, from 1, and columns of each line that is neither empty nor a remark."""
    for number, line in enumerate(source.splitlines(), start=1):
        if line and not line.startswith("#"):
            yield number, line.split("\t")
