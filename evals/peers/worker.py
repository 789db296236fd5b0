"""A peer's process: `python -m evals.peers.worker PEER FOLDER`, job in, result out.

Run by the peer's own Python, with the repository's root on its path.
"""

from __future__ import annotations

import importlib
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from evals.peers.job import (
    Ranking,
    SearchJob,
    SearchResult,
    read_job,
    write_search_result,
    write_spans,
)


class Search(Protocol):
    """A peer's index that can be asked."""

    def __call__(self, question: int) -> Ranking:
        """Return the units found for the question of that position in the job."""


class Peer(Protocol):
    """What a module `evals.peers.PEER_peer` offers."""

    def split(self, text: str) -> Sequence[tuple[int, int]]:
        """Return where the peer's documented splitter cuts a text."""

    def index(self, job: SearchJob) -> Search:
        """Index the units of a job."""


def main(name: str, folder: Path) -> None:
    """Do the job in a folder."""
    start = time.perf_counter()
    peer: Peer = importlib.import_module(f"evals.peers.{name}_peer")
    import_seconds = time.perf_counter() - start
    job = read_job(folder)
    if isinstance(job, str):
        write_spans(peer.split(job), folder)
        return
    start = time.perf_counter()
    search = peer.index(job)
    index_ms = 1000 * (time.perf_counter() - start)
    rankings: list[Ranking] = []
    search_ms: list[float] = []
    processor_ms: list[float] = []
    for question in range(len(job.questions)):
        start, processor = time.perf_counter(), time.process_time()
        rankings.append(search(question))
        processor_ms.append(1000 * (time.process_time() - processor))
        search_ms.append(1000 * (time.perf_counter() - start))
    result = SearchResult(
        rankings=tuple(rankings),
        import_seconds=import_seconds,
        index_ms=index_ms,
        search_ms=tuple(search_ms),
        processor_ms=tuple(processor_ms),
        peak_mb=_peak_mb(),
    )
    write_search_result(result, folder)


def _peak_mb() -> float:
    """Return the largest resident size in 2^20 bytes.

    Linux counts a parent's pages into `ru_maxrss` where the process was forked from it, so the
    process's own high-water mark is read where there is one.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # macOS counts bytes


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
