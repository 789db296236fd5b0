"""The growth curves: every store at every size, then one JSON, one table and one picture."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from corpus.source import open_source
from evals.case import SPLITS, load_cases
from evals.growth.plot import draw
from evals.growth.step import SECONDS_FILE, TOP_K, Job, Step
from evals.growth.synthetic import directions, drawn, write_vectors
from evals.growth.whole import Whole, WholeJob
from evals.written import replace_figures
from index.encoder import Encoder, Vectors
from index.head import Head
from index.key import Key, keys_of
from index.models import load_encoder
from index.query import read_query
from index.sentences import sentence_keys
from index.store import HEAD_FILE, IndexStore
from index.store_choice import StoreName
from index.vector_cache import unwatched
from index.vector_store import Keys

SIZES = (1_000, 10_000, 100_000, 1_000_000)
MOST_WHOLE = 100_000  # at 10^6 passages and words take 10 GB
MOST_LITE = 100_000  # Milvus Lite is a stand-in for tests; larger, it takes minutes
QUESTIONS = 500
TEXTS_CHECKED = 300
THREADS = 2
RESULTS = Path("evals/results/growth.json")
DOCUMENT = Path("docs/growth.md")
PICTURE = Path("docs/growth.png")
Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How like the made passages are to texts that were really encoded, both as medians.

    Attributes:
        texts: How many were compared.
        to_sum: Cosine of a real vector and the sum of its sentences'.
        made_to_sum: The same of a made one.
        closest: Cosine of a question and its closest real passage.
        made_closest: The same of a made one.
        directions: Over how many directions the real ones are spread.
        made_directions: The same of the made ones.
    """

    texts: int
    to_sum: float
    made_to_sum: float
    closest: float
    made_closest: float
    directions: float
    made_directions: float


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """What passages are made from, and what is asked: unit vectors through the head."""

    sentences: tuple[Key, ...]
    base: Vectors
    asked: tuple[str, ...]
    questions: Vectors
    topics: Vectors


def run_growth(
    sizes: Sequence[int],
    stores: Sequence[str],
    say: Say,
    kept: Path | None = None,
    most_whole: int = MOST_WHOLE,
) -> str:
    """Measure, write `evals/results/growth.json`, `docs/growth.md` and its picture.

    Args:
        sizes: How many passages.
        stores: Which kinds.
        say: Told what is being done.
        most_whole: Up to how many passages the whole search is measured too.
        kept: A folder where passages and stores stay, to be measured again without building.
    """
    given, likeness = _given(load_encoder())
    folder = kept or Path(tempfile.mkdtemp(prefix="growth-"))
    folder.mkdir(parents=True, exist_ok=True)
    steps: list[Step] = []
    wholes: list[Whole] = []
    try:
        _write_given(folder, given, max(sizes), say)
        for job in _jobs(folder, sizes, stores, given, say):
            if not (Path(job.folder) / SECONDS_FILE).exists():
                say(f"building {job.store}, {job.count} passages")
                _run("build", job)
            steps.append(Step(**json.loads(_run("measure", job))))
            say(_line(steps[-1]))
            if kept is None:
                shutil.rmtree(job.folder)
                shutil.rmtree(Path(job.folder).with_suffix(".db"), ignore_errors=True)
        for count in (size for size in sizes if size <= most_whole):
            say(f"whole search, {count} passages")
            wholes.append(_whole(folder, count, given))
    finally:
        if kept is None:
            shutil.rmtree(folder, ignore_errors=True)
    return write(steps, wholes, likeness)


def _whole(folder: Path, count: int, given: Given) -> Whole:
    texts = [key.text.partition("。")[2] for key in given.sentences]
    np.savez(folder / "sentences.npz", texts=np.array(texts), vectors=given.base)
    np.savez(folder / "asked.npz", texts=np.array(given.asked), vectors=given.questions)
    np.save(folder / "topics.npy", given.topics)
    place = folder / f"whole-{count}"
    job = WholeJob(
        count,
        str(folder / "sentences.npz"),
        str(folder / "topics.npy"),
        str(folder / "asked.npz"),
        str(place),
        THREADS,
    )
    try:
        return Whole(**json.loads(_process("evals.growth.whole", json.dumps(asdict(job)))))
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _write_given(folder: Path, given: Given, count: int, say: Say) -> None:
    path = folder / "vectors.npy"
    if not path.exists() or len(np.load(path, mmap_mode="r")) < count:
        say(f"making {count} passages")
        write_vectors(path, given.base, count)
    np.save(folder / "questions.npy", given.questions)


def _given(encoder: Encoder) -> tuple[Given, Likeness]:
    source = open_source()
    store = IndexStore.of(source.guide, encoder)
    head = Head.load(store.current() / HEAD_FILE)
    keys = sentence_keys(source.guide)
    base = head.apply(store.vector_cache().encode(encoder, keys, unwatched))
    asked = list(dict.fromkeys(c.turns[-1] for split in SPLITS for c in load_cases(split)))
    chosen = asked[:: max(1, len(asked) // QUESTIONS)][:QUESTIONS]
    texts_asked = tuple(dict.fromkeys(read_query(q).asked for q in chosen))
    questions = head.apply(encoder.encode_questions(texts_asked))
    topic_keys = [
        key
        for key in keys_of(source.guide, source.topics)
        if key.owner >= len(source.guide.passages)
    ]
    topics = head.apply(store.vector_cache().encode(encoder, topic_keys, unwatched))
    made = next(drawn(base, TEXTS_CHECKED))
    (plain,) = drawn(base, TEXTS_CHECKED, noise=0.0)
    texts = [text_of(keys, row) for row in made.sentences]
    real = head.apply(encoder.encode_passages(texts))
    likeness = Likeness(
        len(texts),
        float(np.median((real * plain.vectors).sum(axis=1))),
        float(np.median((made.vectors * plain.vectors).sum(axis=1))),
        float(np.median((questions @ real.T).max(axis=1))),
        float(np.median((questions @ made.vectors.T).max(axis=1))),
        directions(real),
        directions(made.vectors),
    )
    return Given(keys, base, texts_asked, questions, topics), likeness


def text_of(keys: Sequence[Key], sentences: Keys) -> str:
    """Return the text of a made passage: its sentences, without their headings."""
    return "".join(keys[i].text.partition("。")[2] for i in sentences.tolist() if i >= 0)


def _jobs(
    folder: Path, sizes: Sequence[int], stores: Sequence[str], given: Given, say: Say
) -> Iterator[Job]:
    vectors = np.load(folder / "vectors.npy", mmap_mode="r")
    for count in sizes:
        say(f"exact search over {count}, for comparison")
        truth = folder / f"truth-{count}.npy"
        np.save(truth, closest_by_numpy(vectors[:count], given.questions))
        for store in stores:
            if store == StoreName.MILVUS and count > MOST_LITE:
                continue
            yield Job(
                store,
                str(folder / "vectors.npy"),
                str(folder / "questions.npy"),
                str(truth),
                str(folder / f"{store}-{count}"),
                count,
                THREADS,
            )


def closest_by_numpy(vectors: Vectors, questions: Vectors, *, at_once: int = 20_000) -> Keys:
    """Return the closest passages of every question, block by block, shape (n, `TOP_K`)."""
    best = np.empty((len(questions), 0), dtype=np.float32)
    keys = np.empty((len(questions), 0), dtype=np.int64)
    for start in range(0, len(vectors), at_once):
        block = np.asarray(vectors[start : start + at_once])
        here = np.arange(start, start + len(block))
        best = np.concatenate([best, questions @ block.T], axis=1)
        keys = np.concatenate([keys, np.broadcast_to(here, (len(questions), len(here)))], axis=1)
        order = np.argsort(-best, axis=1, kind="stable")[:, :TOP_K]
        best = np.take_along_axis(best, order, axis=1)
        keys = np.take_along_axis(keys, order, axis=1)
    return keys


def _run(what: str, job: Job) -> str:
    return _process("evals.growth.step", what, json.dumps(asdict(job)))


def _process(module: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": str(THREADS)},
    )
    return done.stdout


def write(steps: Sequence[Step], wholes: Sequence[Whole], likeness: Likeness) -> str:
    """Write the JSON and the picture, and return the report."""
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "steps": [asdict(step) for step in steps],
        "wholes": [asdict(whole) for whole in wholes],
        "likeness": asdict(likeness),
        "load": load(),
    }
    RESULTS.write_text(json.dumps(content, indent=1), encoding="utf-8")
    draw(steps, PICTURE)
    parts = [table(steps), *([whole_table(wholes)] if wholes else []), _remarks(likeness)]
    text = "\n\n".join(parts)
    replace_figures(DOCUMENT, "growth", text)
    return text


def table(steps: Sequence[Step]) -> str:
    """Return the steps as a Markdown table."""
    lines = [
        "| store | passages | recall@3 | p50 ms | p99 ms | processor ms | build s | own MiB |"
        " shared MiB | bytes a passage |",
        "|---" * 10 + "|",
    ]
    return "\n".join([*lines, *map(_line, steps)])


def _line(step: Step) -> str:
    name = {
        StoreName.EXACT: "exact",
        StoreName.HNSW: f"HNSW, width {step.width}",
        StoreName.MILVUS: "Milvus Lite",
    }[StoreName(step.store)]
    return (
        f"| {name} | {step.count:,} | {step.recall:.3f} | {step.p50:.2f} | {step.p99:.2f} |"
        f" {step.processor:.2f} | {step.build_seconds:.1f} | {step.own_memory:.0f} |"
        f" {step.shared_memory:.0f} | {step.bytes_each:.0f} |"
    )


def whole_table(wholes: Sequence[Whole]) -> str:
    """Return the whole searches as a Markdown table."""
    lines = [
        "| whole search, words and fusing included | p50 ms | p99 ms | processor ms | build s |"
        " memory of the process, MiB |",
        "|---" * 6 + "|",
    ]
    lines += [
        f"| {w.count:,} passages, {2 * w.count:,} keys | {w.p50:.1f} | {w.p99:.1f} |"
        f" {w.processor:.1f} | {w.build_seconds:.0f} | {w.own_memory:.0f} |"
        for w in wholes
    ]
    return "\n".join(lines)


def load() -> float:
    """Return how many processes wanted a core in the last minute; NaN where nobody can tell."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")


def _remarks(likeness: Likeness) -> str:
    return (
        f"n = {QUESTIONS} questions of the cases, asked one by one, {THREADS} threads;"
        f" load of the machine at the end {load():.1f} on {os.cpu_count()} cores. Made passages"
        f" beside {likeness.texts} that were really encoded: cosine to the sum of their sentences"
        f" {likeness.made_to_sum:.2f} and {likeness.to_sum:.2f}; of a question and its closest"
        f" {likeness.made_closest:.2f} and {likeness.closest:.2f}; spread over"
        f" {likeness.made_directions:.0f} and {likeness.directions:.0f} directions."
    )
