"""How a running server bears many people: paced crowds, a burst, and hours of use."""

from __future__ import annotations

import asyncio
import json
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from scipy import stats

from chatbot.settings import Settings
from evals.measures import percentile
from evals.page.serving import serving
from evals.speed import questions
from evals.visitors import Answered, burst, crowd

RESULTS = Path("evals/results/load.json")
DOCUMENT = Path("docs/load.md")
CROWDS = (1, 20, 100, 500)
THINK_SECONDS = 30.0  # between two questions: an answer of 180 to 420 characters is read meanwhile
IDLE_THINK = 0.5
WARMING = 100_000  # number of a visitor that is no other's
BURST = 1_000
REFUSED = (429, 503)
ENOUGH_SECONDS = 2.0
SOAK_USERS = 50
SOAK_THINK = 2.0
SAMPLE_SECONDS = 2.0
WARM_UP = 0.25  # of the soak: caches fill, and are not counted
BLOCKS = 12  # means over blocks, because neighbouring samples are not independent


@dataclass(frozen=True, slots=True)
class Crowd:
    """What a crowd met.

    Attributes:
        name: What was tried.
        requests: How many were sent.
        answered: With status 200.
        refused: With a sentence and the time to wait.
        failed: Anything else: broken connections, errors, refusals without a time.
        p50: Milliseconds of the answered.
        p99: The same.
        slowest: Milliseconds of the slowest request of all, refusals included.
        late: Requests of all that took longer than two seconds.
    """

    name: str
    requests: int
    answered: int
    refused: int
    failed: int
    p50: float
    p99: float
    slowest: float
    late: int


@dataclass(frozen=True, slots=True)
class Soak:
    """What long use did to the process.

    Attributes:
        minutes: How long it was used.
        requests: How many questions were asked.
        failed: How many of them were neither answered nor refused with a time.
        resident: Mebibytes at the end of the warm-up.
        slope: Mebibytes an hour after it.
        low: Lower end of the 95 % interval of the slope.
        high: Upper end.
        descriptors: Open descriptors at the end of the warm-up and of the soak, pages closed.
    """

    minutes: float
    requests: int
    failed: int
    resident: float
    slope: float
    low: float
    high: float
    descriptors: tuple[int, int]


def summary(name: str, found: Sequence[Answered]) -> Crowd:
    """Return what a crowd met."""
    answered = [a.seconds * 1000 for a in found if a.status == 200]
    refused = sum(a.status in REFUSED and a.may_retry for a in found)
    return Crowd(
        name,
        len(found),
        len(answered),
        refused,
        len(found) - len(answered) - refused,
        percentile(answered, 0.5) if answered else 0.0,
        percentile(answered, 0.99) if answered else 0.0,
        max((a.seconds * 1000 for a in found), default=0.0),
        sum(a.seconds > ENOUGH_SECONDS for a in found),
    )


def slope_of(minutes: Sequence[float], values: Sequence[float]) -> tuple[float, float, float]:
    """Return the slope an hour with its 95 % interval, by least squares over means of blocks."""
    parts = np.array_split(np.arange(len(values)), min(BLOCKS, len(values)))
    hours = [float(np.mean(np.take(minutes, part))) / 60 for part in parts]
    means = [float(np.mean(np.take(values, part))) for part in parts]
    fitted = stats.linregress(hours, means)
    reach = float(stats.t.ppf(0.975, len(means) - 2)) * float(fitted.stderr)
    return float(fitted.slope), float(fitted.slope) - reach, float(fitted.slope) + reach


class Process:
    """A process as Linux tells of it."""

    def __init__(self, pid: int) -> None:
        self._folder = Path(f"/proc/{pid}")

    def resident(self) -> float:
        """Return its resident memory in mebibytes."""
        pages = int((self._folder / "statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def descriptors(self) -> int:
        """Return how many descriptors it holds open."""
        return len(list((self._folder / "fd").iterdir()))


@contextmanager
def server(model: str) -> Iterator[tuple[str, int]]:
    """Serve in a process of its own until the block ends; give its address and process number."""
    most = str(Settings().requests_per_minute)  # of one address, as an operator would have it
    with serving(MODEL=model, REQUESTS_PER_MINUTE=most) as served:
        served.wait_until_built()
        yield served.address, served.process.pid


def run_load(address: str, *, seconds: float, users: Sequence[int] = CROWDS) -> list[Crowd]:
    """Measure idle use, each crowd, and a burst."""
    asked = questions()
    first_use = crowd(address, 2, asked, think=0.05, seconds=5, first=WARMING)
    asyncio.run(first_use)  # what is loaded then is not counted
    told = [summary("idle", asyncio.run(crowd(address, 2, asked, think=IDLE_THINK, seconds=30)))]
    for count in users:
        found = asyncio.run(crowd(address, count, asked, think=THINK_SECONDS, seconds=seconds))
        told.append(summary(f"{count} users", found))
    told.append(summary(f"burst of {BURST}", asyncio.run(burst(address, BURST, asked))))
    told.append(
        summary("idle again", asyncio.run(crowd(address, 2, asked, think=IDLE_THINK, seconds=30)))
    )
    return told


def run_soak(address: str, pid: int, *, minutes: float) -> Soak:
    """Use a server for a time and return what that did to its memory and descriptors."""
    process = Process(pid)
    samples: list[tuple[float, float]] = []
    ended = threading.Event()
    start = time.perf_counter()

    def watch() -> None:
        while not ended.wait(SAMPLE_SECONDS):
            samples.append(((time.perf_counter() - start) / 60, process.resident()))

    def use(share: float) -> list[Answered]:
        seconds = minutes * 60 * share
        return asyncio.run(
            crowd(address, SOAK_USERS, questions(), think=SOAK_THINK, seconds=seconds)
        )

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        found = use(WARM_UP)
        time.sleep(7)  # connections that are kept alive are let go of after five seconds
        before, resident, warm = process.descriptors(), process.resident(), len(samples)
        found += use(1 - WARM_UP)
        time.sleep(7)
        after = process.descriptors()
    finally:
        ended.set()
        watcher.join()
    kept = samples[warm:]
    slope, low, high = slope_of([at for at, _ in kept], [value for _, value in kept])
    failed = summary("soak", found).failed
    return Soak(
        (time.perf_counter() - start) / 60,
        len(found),
        failed,
        resident,
        slope,
        low,
        high,
        (before, after),
    )


def load_table(told: Sequence[Crowd], seconds: float) -> str:
    """Return the crowds as a Markdown table, and whether the bars are met.

    Args:
        told: What each crowd met.
        seconds: How long each crowd asked.
    """
    lines = [
        f"{seconds / 60:g} minutes a crowd, {os.cpu_count()} processors.",
        "",
        "| | requests | answered | refused | failed | p50 ms | p99 ms | slowest ms | over 2 s |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {c.name} | {c.requests} | {c.answered} | {c.refused} | {c.failed} | {c.p50:.0f} "
        f"| {c.p99:.0f} | {c.slowest:.0f} | {c.late} |"
        for c in told
    ]
    idle = min(c.p50 for c in told if c.name.startswith("idle"))  # the stricter of the two
    for c in told:
        if c.name == f"{CROWDS[-1]} users":
            ratio = c.p99 / idle
            lines += ["", f"{c.name}: p99 is {ratio:.1f} times the idle p50; {c.failed} failed."]
        if c.name.startswith("burst"):
            lines += ["", f"{c.name}: {c.requests - c.late} within 2 s, {c.failed} failed."]
    return "\n".join(lines)


def soak_sentence(soak: Soak) -> str:
    """Return what a soak showed."""
    return (
        f"Soak of {soak.minutes:.0f} minutes, {SOAK_USERS} users, {soak.requests} questions "
        f"({soak.failed} failed): {soak.resident:.0f} MiB resident after the warm-up, slope "
        f"{soak.slope:+.1f} MiB an hour (95 %: {soak.low:+.1f} to {soak.high:+.1f}); "
        f"descriptors {soak.descriptors[0]} before, {soak.descriptors[1]} after."
    )


def write_results(told: Sequence[Crowd], soak: Soak | None, path: Path = RESULTS) -> None:
    """Keep what was measured; what was not measured now stays as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if told:
        kept["crowds"] = [asdict(c) for c in told]
    if soak:
        kept["soak"] = asdict(soak)
    path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
