"""The search for garbage: off while starting, then not through what stays."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from collections.abc import Iterator

import pytest

from chatbot.web import garbage
from tests.helpers import ROOT


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


HEAPS = """
import ctypes, sys, threading
from chatbot.web import garbage
if sys.argv[1:] == ["held"]:
    garbage.hold()
ready, done = threading.Barrier(5), threading.Event()
def fill():
    kept = [bytes(5_000) for _ in range(200)]
    ready.wait()
    done.wait()
threads = [threading.Thread(target=fill) for _ in range(4)]
for thread in threads:
    thread.start()
ready.wait()
library = ctypes.CDLL("libc.so.6")
library.fdopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(library.fdopen(1, b"w"))
library.malloc_info(0, out)
library.fflush(out)
done.set()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's own")
def test_all_threads_share_one_heap() -> None:
    def heaps(*arguments: str) -> int:
        command = [sys.executable, "-c", HEAPS, *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
        return done.stdout.count("<heap nr=")

    assert heaps() > 1
    assert heaps("held") == 1
