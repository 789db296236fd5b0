"""A bar for what takes more than two seconds: what is done, what is left. Terminals only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

T = TypeVar("T")
Watch = Callable[[int, int], None]


@contextmanager
def progress_bar(title: str, *, while_opening: str = "") -> Iterator[Watch]:
    """Yield what to call with the number done and the number to do; it draws while less is done.

    The bar stands on standard error and goes away when all is done. Where no terminal is
    attached nothing is drawn.

    Args:
        title: What is being done.
        while_opening: What is being done until it is known how much there is to do; nothing is
            drawn until then where this is empty.
    """
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    bar = Progress(
        *columns,
        console=console,
        transient=True,
        disable=not console.is_terminal,
        redirect_stdout=sys.stdout.isatty(),  # a pipe must get what is printed
    )
    with bar:
        task = bar.add_task(while_opening or title, total=None, visible=bool(while_opening))

        def watch(done: int, todo: int) -> None:
            bar.update(task, description=title, completed=done, total=todo, visible=done < todo)

        yield watch


def watched(items: Sequence[T], title: str) -> Iterator[T]:
    """Yield the items, a bar of that title telling how many are done."""
    with progress_bar(title) as watch:
        for done, item in enumerate(items):
            watch(done, len(items))
            yield item
        watch(len(items), len(items))
