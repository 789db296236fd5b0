"""What the page costs a reader: bytes until it can be used, and milliseconds until an answer."""

from __future__ import annotations

import statistics
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page

from evals.page.chromium import chromium
from evals.page.questions import TO_COST
from evals.page.serving import free_port, running, serving
from evals.page.states import start

MOST_KILOBYTES = 450
MOST_MILLISECONDS = 60
PAIRS = 20  # questions, asked of either page by turns, after one to warm up
# From the press of the key until a frame in which the reply stands has been drawn.
ASK = """(question) => new Promise((done) => {
  const box = document.querySelector("#question textarea");
  const before = document.querySelectorAll("#log .bot-row").length;
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, question);
  box.dispatchEvent(new Event("input", { bubbles: true }));
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const begun = performance.now();
    const watch = new MutationObserver(() => {
      if (document.querySelectorAll("#log .bot-row").length <= before) return;
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)));
    });
    watch.observe(document.body, { childList: true, subtree: true });
    document.querySelector("#send").click();
  }));
})"""


@dataclass(frozen=True, slots=True)
class Weight:
    """What a first visit loads.

    Attributes:
        requests: How many files.
        bytes_by_kind: Bytes over the wire, heads included, by kind of file.
    """

    requests: int
    bytes_by_kind: dict[str, int]

    @property
    def kilobytes(self) -> float:
        """All of it, in units of 1000 bytes."""
        return sum(self.bytes_by_kind.values()) / 1000


def weigh(browser: Browser, address: str) -> Weight:
    """Load a page with nothing kept and count what comes over the wire."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-TW")
    page = context.new_page()
    session = context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    sizes: Counter[str] = Counter()
    requests = 0

    def respond(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["type"]

    def finish(event: dict[str, Any]) -> None:
        nonlocal requests
        requests += 1
        sizes[kinds.get(event["requestId"], "Other")] += int(event["encodedDataLength"])

    session.on("Network.responseReceived", respond)
    session.on("Network.loadingFinished", finish)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto(address)
    start(page)
    page.wait_for_timeout(1000)  # what Gradio loads when it is idle
    context.close()
    return Weight(requests, dict(sizes.most_common()))


def time_both(ours: Page, echo: Page, pairs: int = PAIRS) -> tuple[list[float], list[float]]:
    """Ask either page by turns; return the milliseconds until each answer could be seen."""
    for page in (ours, echo):
        page.evaluate(ASK, TO_COST[0])
    own, other = [], []
    for number in range(pairs):
        question = TO_COST[number % len(TO_COST)]
        own.append(float(ours.evaluate(ASK, question)))
        other.append(float(echo.evaluate(ASK, question)))
        for page in (ours, echo):
            page.wait_for_timeout(150)  # what follows a reply is not part of the next
    return own, other


def run_cost(model: str, tell: Callable[[str], None]) -> tuple[str, bool]:
    """Measure both; return the tables, and whether the page weighs what it may."""
    port = free_port()
    program = [sys.executable, "-m", "evals.page.echo", str(port)]
    with (
        serving(MODEL=model) as served,
        running(program, port, {}, "/") as echo,
        chromium() as browser,
    ):
        tell("Waiting for the index ...")
        served.wait_until_built()
        weight, echoed = weigh(browser, served.address), weigh(browser, echo.address)
        own, other = time_both(_open(browser, served.address), _open(browser, echo.address))
    return _report(weight, echoed, own, other), weight.kilobytes <= MOST_KILOBYTES


def _open(browser: Browser, address: str) -> Page:
    page = browser.new_page()
    page.goto(address)
    page.locator("#question textarea").wait_for()
    return page


def _report(weight: Weight, echoed: Weight, own: list[float], other: list[float]) -> str:
    kinds = ", ".join(f"{kind} {size / 1000:.0f}" for kind, size in weight.bytes_by_kind.items())
    median, echo = statistics.median(own), statistics.median(other)
    return "\n".join(
        (
            "| first visit | kB over the wire | requests | at most |",
            "|---|---|---|---|",
            f"| this page | {weight.kilobytes:.0f} | {weight.requests} | {MOST_KILOBYTES} kB |",
            f"| an empty Gradio page | {echoed.kilobytes:.0f} | {echoed.requests} | |",
            f"\nBy kind: {kinds}.\n",
            "| question to visible answer | median ms | 90th percentile | n | at most |",
            "|---|---|---|---|---|",
            f"| this page | {median:.0f} | {_p90(own):.0f} | {len(own)} | {MOST_MILLISECONDS} ms |",
            f"| an empty Gradio echo | {echo:.0f} | {_p90(other):.0f} | {len(other)} | |",
            f"\nThis page takes {median - echo:.0f} ms more than the echo.",
        )
    )


def _p90(values: list[float]) -> float:
    return sorted(values)[int(0.9 * (len(values) - 1))]
