"""`make tune`: teach the encoder's upper layers what leads where, and what tells of what."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from corpus.source import Source
from evals.tuning.learn import LESSON_FILE, WEIGHTS_FILE, Settings, device, learn
from evals.tuning.lesson import Lesson
from evals.tuning.taught import read_lesson
from evals.tuning.weights import EncoderWeights, read_weights
from index.adapter import FOLDER, Adapter, Factors, read_factors
from index.e5_file import find_e5_file, read_e5_file
from index.e5_tokenizer import Tokenizer, build_tokenizer, kept_pieces

RUNS = (Settings(steps=1500), Settings(steps=3000, seed=1), Settings(steps=2000, seed=2))
Say = Callable[[str], object]


def tune(
    source: Source,
    say: Say = print,
    folder: Path = FOLDER,
    runs: Sequence[Settings] = RUNS,
) -> None:
    """Learn the adapter and write it; minutes on a GPU; on two cores nobody has waited for it.

    Args:
        source: The edition and the topics beside it.
        say: Told what was reached.
        folder: Where the adapter goes.
        runs: How it is learnt; of several runs the mean is taken.
    """
    lesson, weights = read_all(source)
    say(f"{len(lesson.lengths)} texts; the lower layers read them once ({device()})")
    learnt = [learn(lesson, weights, settings, say, device())[0] for settings in runs]
    Adapter(mean_of(learnt)).save(folder)


def pack(source: Source, folder: Path) -> None:
    """Write all that `learn` needs, for a machine that has torch and nothing of ours."""
    lesson, weights = read_all(source)
    folder.mkdir(parents=True, exist_ok=True)
    lesson.save(folder / LESSON_FILE)
    weights.save(folder / WEIGHTS_FILE)


def take_learnt(paths: Sequence[Path], folder: Path = FOLDER) -> None:
    """Make one adapter of what was learnt elsewhere, in one run or several, and write it."""
    Adapter(mean_of([read_factors(path) for path in paths])).save(folder)


def mean_of(learnt: Sequence[Mapping[str, Factors]]) -> Mapping[str, Factors]:
    """Return the mean of several adapters, in the rank of the first.

    What several runs agree on stays, what each of them only learnt by chance shrinks (model soup,
    Wortsman et al. 2022). The product of the factors is averaged and cut to its largest parts.
    """
    if len(learnt) == 1:
        return learnt[0]
    found: dict[str, Factors] = {}
    for name, (down, _) in learnt[0].items():
        products = [up @ own for own, up in (factors[name] for factors in learnt)]
        left, strength, right = np.linalg.svd(np.mean(products, axis=0), full_matrices=False)
        half, rank = np.sqrt(strength), len(down)
        found[name] = (half[:rank, None] * right[:rank], left[:, :rank] * half[:rank])
    return found


def read_all(source: Source) -> tuple[Lesson, EncoderWeights]:
    """Return what is taught, and the weights as they are in the data file."""
    file = read_e5_file(find_e5_file())
    kept = kept_pieces(file)
    tokenizer = Tokenizer(build_tokenizer(file, kept))
    return read_lesson(source, tokenizer.encode), read_weights(file, kept)
