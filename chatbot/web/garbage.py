"""Memory: the search for garbage kept away from starting and from what lasts, one heap for all.

A start makes some hundred thousand objects that stay: looking through them again and again takes
a fifth of its time, and later holds up a reply now and then.
"""

from __future__ import annotations

import ctypes
import gc
import sys

ARENAS = -8  # glibc's name of the setting, in malloc.h: M_ARENA_MAX


def hold() -> None:
    """Search for no garbage until `resume` is called, and keep one heap for all threads.

    Each thread would else begin a heap of its own, of which a part is never used: 4 MiB in all.
    """
    gc.disable()
    if sys.platform == "linux":
        _share_heap()


def _share_heap() -> None:
    try:
        ctypes.CDLL("libc.so.6").mallopt(ARENAS, 1)
    except (OSError, AttributeError):  # another C library, which has no such setting
        return


def resume() -> None:
    """Search again, but not through what is there now."""
    gc.freeze()
    gc.enable()


def settle() -> None:
    """Collect once, leave out of every later search what is there now, and give memory back."""
    gc.unfreeze()  # what an earlier call left out may be garbage by now
    gc.collect()
    gc.freeze()
    if sys.platform == "linux":
        _give_back()


def _give_back() -> None:
    try:
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    except (OSError, AttributeError):  # another C library, which has no such function
        return
