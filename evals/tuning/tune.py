"""`make tune`: teach the encoder's upper layers what leads where, and what tells of what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from corpus.source import Source
from evals.tuning.learn import LESSON_FILE, WEIGHTS_FILE, Settings, device, learn
from evals.tuning.lesson import Lesson
from evals.tuning.taught import read_lesson
from evals.tuning.weights import EncoderWeights, read_weights
from index.adapter import FOLDER, Adapter
from index.e5_file import find_e5_file, read_e5_file
from index.e5_tokenizer import Tokenizer, build_tokenizer, kept_pieces

Say = Callable[[str], object]


def tune(
    source: Source, say: Say = print, folder: Path = FOLDER, settings: Settings | None = None
) -> None:
    """Learn the adapter and write it; minutes on a GPU, days on two cores.

    Args:
        source: The edition and the topics beside it.
        say: Told what was reached.
        folder: Where the adapter goes.
        settings: How it is learnt.
    """
    lesson, weights = read_all(source)
    say(f"{len(lesson.lengths)} texts; the lower layers read them once ({device()})")
    factors, _ = learn(lesson, weights, settings or Settings(), say, device())
    Adapter(factors).save(folder)


def pack(source: Source, folder: Path) -> None:
    """Write all that `learn` needs, for a machine that has torch and nothing of ours."""
    lesson, weights = read_all(source)
    folder.mkdir(parents=True, exist_ok=True)
    lesson.save(folder / LESSON_FILE)
    weights.save(folder / WEIGHTS_FILE)


def take_learnt(path: Path, folder: Path = FOLDER) -> None:
    """Make the adapter of what was learnt elsewhere, and write it."""
    with np.load(path, allow_pickle=False) as stored:
        parts = {name: stored[name] for name in stored.files}
    names = sorted(name.removesuffix(".down") for name in parts if name.endswith(".down"))
    Adapter({name: (parts[f"{name}.down"], parts[f"{name}.up"]) for name in names}).save(folder)


def read_all(source: Source) -> tuple[Lesson, EncoderWeights]:
    """Return what is taught, and the weights as they are in the data file."""
    file = read_e5_file(find_e5_file())
    kept = kept_pieces(file)
    tokenizer = Tokenizer(build_tokenizer(file, kept))
    return read_lesson(source, tokenizer.encode), read_weights(file, kept)
