"""Python's search for garbage, kept away from starting and from what lasts as long as the process.

A start makes some hundred thousand objects that stay: looking through them again and again takes
a fifth of its time, and later holds up a reply now and then.
"""

from __future__ import annotations

import ctypes
import gc
import sys


def hold() -> None:
    """Search for no garbage until `resume` is called."""
    gc.disable()


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
