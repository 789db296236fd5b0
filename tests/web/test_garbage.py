"""The search for garbage: off while starting, then not through what stays."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from chatbot.web import garbage


class Ring:
    """An object that only the search for garbage can find."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    gc.enable()
    gc.unfreeze()


def test_nothing_is_searched_while_starting_and_what_is_there_then_stays_out() -> None:
    garbage.hold()
    assert not gc.isenabled()
    garbage.resume()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 10_000


def test_what_was_left_out_and_is_garbage_by_now_is_collected() -> None:
    ring = Ring()
    seen = weakref.ref(ring)
    garbage.resume()
    del ring
    gc.collect()
    assert seen() is not None
    garbage.settle()
    assert seen() is None
    assert gc.get_freeze_count() > 10_000
