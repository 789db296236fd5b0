"""What a peer's process is asked to do, and what it hands back: files of JSON and of vectors.

Peers run in environments of their own, so this file and the workers import nothing of ours but
this file, and nothing of others but numpy, which every peer brings.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # numpy counts in a peer's own import time
    import numpy as np
    from numpy.typing import NDArray

JOB_FILE = "job.json"
RESULT_FILE = "result.json"
UNIT_VECTORS_FILE = "units.npy"
QUESTION_VECTORS_FILE = "questions.npy"


class Mode(StrEnum):
    """Which searches of a peer take part."""

    DENSE = "dense"
    WORDS = "words"
    HYBRID = "hybrid"


@dataclass(frozen=True)
class SearchJob:
    """Texts to index and questions to ask.

    Attributes:
        mode: Which searches take part.
        segmented: Whether texts and questions are terms with single spaces between them, already
            cut by our tokeniser, so that the peer's own must split at white space alone; else
            they are as written and the peer's own tokeniser reads them.
        top_k: How many units are asked for.
        units: What is indexed, text by text.
        questions: What is asked.
        unit_vectors: float32, shape (n_units, dimension), rows of length 1.
        question_vectors: float32, shape (n_questions, dimension), rows of length 1.
        original: Path of the guide, for our own systems, which cut it themselves; empty for the
            edition.
    """

    mode: Mode
    segmented: bool
    top_k: int
    units: tuple[str, ...]
    questions: tuple[str, ...]
    unit_vectors: NDArray[np.float32]
    question_vectors: NDArray[np.float32]
    original: str = ""

    def __post_init__(self) -> None:
        for texts, vectors in (
            (self.units, self.unit_vectors),
            (self.questions, self.question_vectors),
        ):
            if len(texts) != len(vectors):
                raise ValueError(f"{len(texts)} texts have {len(vectors)} vectors.")


Ranking = tuple[tuple[int, float], ...]  # positions of units with the peer's score, best first


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a peer found, and what it took.

    Attributes:
        rankings: For each question the units found.
        import_seconds: Time to import the peer's packages.
        index_ms: Time to index all units, vectors given.
        search_ms: Time of each search on the clock, vector and terms of the question given.
        processor_ms: Processor time of each search, over all threads: what others do on the
            machine moves it less than the clock.
        peak_mb: Largest resident size of the process, in 2^20 bytes.
    """

    rankings: tuple[Ranking, ...]
    import_seconds: float
    index_ms: float
    search_ms: tuple[float, ...]
    processor_ms: tuple[float, ...]
    peak_mb: float


def write_search_job(job: SearchJob, folder: Path) -> None:
    """Write a job into an existing folder."""
    import numpy as np

    np.save(folder / UNIT_VECTORS_FILE, job.unit_vectors, allow_pickle=False)
    np.save(folder / QUESTION_VECTORS_FILE, job.question_vectors, allow_pickle=False)
    _write(
        folder / JOB_FILE,
        {
            "task": "search",
            "mode": job.mode,
            "segmented": job.segmented,
            "top_k": job.top_k,
            "units": job.units,
            "questions": job.questions,
            "original": job.original,
        },
    )


def write_split_job(text: str, folder: Path) -> None:
    """Write the job to split a text into an existing folder."""
    _write(folder / JOB_FILE, {"task": "split", "text": text})


def read_job(folder: Path) -> SearchJob | str:
    """Return the job in a folder: a search, or the text to split.

    Raises:
        ValueError: It is neither.
    """
    import numpy as np

    job = _read(folder / JOB_FILE)
    if job["task"] == "split":
        return str(job["text"])
    if job["task"] != "search":
        raise ValueError(f"Task {job['task']} is neither split nor search.")
    return SearchJob(
        mode=Mode(job["mode"]),
        segmented=bool(job["segmented"]),
        top_k=int(job["top_k"]),
        units=tuple(job["units"]),
        questions=tuple(job["questions"]),
        unit_vectors=np.load(folder / UNIT_VECTORS_FILE, allow_pickle=False),
        question_vectors=np.load(folder / QUESTION_VECTORS_FILE, allow_pickle=False),
        original=str(job["original"]),
    )


def write_search_result(result: SearchResult, folder: Path) -> None:
    """Write what a peer found."""
    _write(folder / RESULT_FILE, asdict(result))


def read_search_result(folder: Path) -> SearchResult:
    """Return what a peer found."""
    result = _read(folder / RESULT_FILE)
    return SearchResult(
        rankings=tuple(
            tuple((int(unit), float(score)) for unit, score in ranking)
            for ranking in result["rankings"]
        ),
        import_seconds=float(result["import_seconds"]),
        index_ms=float(result["index_ms"]),
        search_ms=tuple(map(float, result["search_ms"])),
        processor_ms=tuple(map(float, result["processor_ms"])),
        peak_mb=float(result["peak_mb"]),
    )


def write_spans(spans: Sequence[tuple[int, int]], folder: Path) -> None:
    """Write where a peer splits a text: `[start, end)` in characters."""
    _write(folder / RESULT_FILE, spans)


def read_spans(folder: Path) -> tuple[tuple[int, int], ...]:
    """Return where a peer splits a text: `[start, end)` in characters."""
    return tuple((int(start), int(end)) for start, end in _read(folder / RESULT_FILE))


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
