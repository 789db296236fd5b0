"""Chromium for tests in a browser: what leaves the machine and what goes wrong is collected."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, Page

from evals.page.access import KIOSK_SIZE
from evals.page.chromium import chromium

__all__ = ["KIOSK_SIZE", "PHONE_SIZE", "Seen", "chromium", "open_page"]

PHONE_SIZE = (390, 844)


@dataclass
class Seen:
    """What a page did that it must not do."""

    foreign: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@contextmanager
def open_page(
    browser: Browser, address: str, size: tuple[int, int] = PHONE_SIZE, *, may_fail: bool = False
) -> Iterator[Page]:
    """Open an address in a context of its own, with a clock that can be put forward.

    At the end nothing may have left the machine, and nothing may have gone wrong unless it may.
    """
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-TW")
    page = context.new_page()
    page.clock.install()
    seen = Seen()
    own = ("/".join(address.split("/")[:3]), "data:", "blob:")
    page.on("request", lambda r: None if r.url.startswith(own) else seen.foreign.append(r.url))
    page.on("console", lambda m: seen.problems.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: seen.problems.append(str(error)))
    page.goto(address)
    yield page
    assert seen.foreign == []
    assert context.cookies() == []
    assert [p for p in seen.problems if not may_fail or "Content Security Policy" in p] == []
    context.close()
