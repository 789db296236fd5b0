"""How long the stages of a reply take: told to whoever watches, at the cost of a look else.

A function with `@stage("search")` tells its seconds to the observer of the block it runs in.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
Observer = Callable[[str, float], None]
_observer: ContextVar[Observer | None] = ContextVar("stages", default=None)


@contextmanager
def watched_by(observer: Observer) -> Iterator[None]:
    """Tell `observer` the name and the seconds of every stage that ends in this block."""
    token = _observer.set(observer)
    try:
        yield
    finally:
        _observer.reset(token)


def stage(name: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator that makes a function the stage of that name."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def timed(*args: P.args, **kwargs: P.kwargs) -> R:
            observer = _observer.get()
            if observer is None:
                return function(*args, **kwargs)
            start = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                observer(name, time.perf_counter() - start)

        return timed

    return decorate
