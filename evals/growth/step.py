"""Measure one store at one size, in a process of its own: `python -m evals.growth.step JOB`.

Memory is what the process holds more than before the store was opened: its own (anonymous) and
mapped from files, which processes share. The search is asked one question at a time.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import faiss
import numpy as np

from evals.measures import percentile
from index.encoder import Vectors
from index.milvus import MilvusPlace, MilvusStores
from index.store_choice import StoreName, store_kind
from index.vector_store import STORE_FILE, Keys, StoreKind, VectorStore

TOP_K = 3
SECONDS_FILE = "seconds"  # how long building took
ROUNDS = 2  # over all questions; the first one that is asked is not counted


@dataclass(frozen=True, slots=True)
class Job:
    """What is measured.

    Attributes:
        store: The kind.
        vectors: File of the passages' vectors, of which the first `count` are taken.
        questions: File of the questions' vectors.
        truth: File of the closest passages by exact search, shape (n_questions, `TOP_K`).
        folder: Where the store is written; removed at the end.
        count: How many passages.
        threads: How many threads a search may use.
    """

    store: str
    vectors: str
    questions: str
    truth: str
    folder: str
    count: int
    threads: int


@dataclass(frozen=True, slots=True)
class Step:
    """What one store did at one size. Times in ms but the build, memory in MiB.

    Attributes:
        store: The kind.
        count: How many passages.
        recall: Share of the three closest that were found, the mean over the questions.
        p50: Of one search.
        p99: Of one search.
        processor: Of one search, over all threads, the mean.
        build_seconds: Writing the store, its recall check included.
        own_memory: Held by the process alone.
        shared_memory: Mapped from files.
        bytes_each: On disk, by passage.
        width: Of a graph: keys held in mind while searching; 0 without one.
    """

    store: str
    count: int
    recall: float
    p50: float
    p99: float
    processor: float
    build_seconds: float
    own_memory: float
    shared_memory: float
    bytes_each: float
    width: int


def measure(job: Job) -> Step:
    """Return what a store does at a size: written by one process before, opened by this one."""
    faiss.omp_set_num_threads(job.threads)
    folder = Path(job.folder)
    questions = np.load(job.questions)
    kind = kind_of(job)
    own, shared = memory()
    store = kind.open(folder)
    found, wall, processor = timed(store, questions)
    own_after, shared_after = memory()
    width = 0
    if (folder / STORE_FILE).exists():
        width = int(json.loads((folder / STORE_FILE).read_text()).get("width", 0))
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    if job.store == StoreName.MILVUS:
        size = sum(p.stat().st_size for p in _lite(job).rglob("*") if p.is_file())
    truth = np.load(job.truth)
    return Step(
        job.store,
        job.count,
        recall_at(found, truth),
        1000 * percentile(wall, 0.5),
        1000 * percentile(wall, 0.99),
        1000 * sum(processor) / len(processor),
        float((folder / SECONDS_FILE).read_text()),
        own_after - own,
        shared_after - shared,
        size / job.count,
        width,
    )


def build(job: Job) -> None:
    """Write the store, and beside it how long that took; whoever shares the machine goes first."""
    os.nice(10)
    faiss.omp_set_num_threads(job.threads)
    folder = Path(job.folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    vectors = np.ascontiguousarray(np.load(job.vectors, mmap_mode="r")[: job.count])
    start = time.perf_counter()
    kind_of(job).write(vectors, folder)
    (folder / SECONDS_FILE).write_text(str(time.perf_counter() - start))


def kind_of(job: Job) -> StoreKind:
    """Return the kind of a job; Milvus is Milvus Lite beside its folder."""
    if job.store == StoreName.MILVUS:
        return MilvusStores(MilvusPlace(str(_lite(job))))
    return store_kind(job.store)


def _lite(job: Job) -> Path:
    return Path(job.folder).with_suffix(".db")


def timed(store: VectorStore, questions: Vectors) -> tuple[Keys, list[float], list[float]]:
    """Return what was found, and wall and processor seconds of every search."""
    return timed_search(
        lambda row: store.closest(questions[row : row + 1], top_k=TOP_K).keys[0], len(questions)
    )


def timed_search(
    search: Callable[[int], Sequence[int]], count: int
) -> tuple[Keys, list[float], list[float]]:
    """Return what `search` finds for each of `count` questions, and its seconds.

    All are asked once before, so that what is mapped from files is in memory.
    """
    for row in range(count):
        search(row)
    wall: list[float] = []
    processor: list[float] = []
    found: list[Sequence[int]] = []
    for turn in range(ROUNDS):
        for row in range(count):
            start, start_processor = time.perf_counter(), time.process_time()
            keys = search(row)
            wall.append(time.perf_counter() - start)
            processor.append(time.process_time() - start_processor)
            if not turn:
                found.append(keys)
    return np.array(found, dtype=np.int64), wall, processor


def recall_at(found: Keys, truth: Keys) -> float:
    """Return the share of the truth that was found, the mean over the questions."""
    shares = [
        len(set(a) & set(b)) / len(b) for a, b in zip(found.tolist(), truth.tolist(), strict=True)
    ]
    return float(np.mean(shares))


def memory() -> tuple[float, float]:
    """Return what this process holds by itself and mapped from files, in MiB (Linux)."""
    fields = dict(
        line.split(":", 1)
        for line in Path("/proc/self/status").read_text().splitlines()
        if ":" in line
    )
    own, shared = (int(fields[name].split()[0]) / 1024 for name in ("RssAnon", "RssFile"))
    return own, shared


def peak() -> float:
    """Return the most memory that this process ever held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(arguments: Sequence[str]) -> None:
    """Build or measure the job that is given as JSON."""
    what, text = arguments
    job = Job(**json.loads(text))
    if what == "build":
        build(job)
    else:
        sys.stdout.write(json.dumps(asdict(measure(job))))


if __name__ == "__main__":
    main(sys.argv[1:])
