"""`make tune`: teach the encoder's upper layers what leads where, and what tells of what.

Three losses at once. Keys of one passage or topic are drawn together and apart from all others
(supervised contrastive loss over the batch, and a softmax over one learnt vector for each passage
and topic). Heads over the vector tell messages with signs, crises and requests from calm and
general ones, so that the vectors keep what triage needs. Only the adapter is kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from corpus.source import Source
from evals.tuning.layers import UpperLayers
from evals.tuning.taught import HEADS, Lesson, Sampler, read_lesson
from index.adapter import FOLDER
from index.e5_file import find_e5_file, read_e5_file
from index.e5_tokenizer import Tokenizer, build_tokenizer, kept_pieces

STEPS = 900
OWNERS, KEYS, MESSAGES = 40, 3, 60  # a step: keys of so many owners, and messages of the banks
TEMPERATURE = 0.05
RATE = {"adapter": 1e-3, "centres": 3e-3, "heads": 1e-3}
WARM_UP = 30  # steps
MESSAGES_WEIGH = 1.0
HEAD_WEIGHS = (1.0, 0.5, 0.5, 1.0, 1.5)  # in the order of HEADS
SHARPNESS = 8.0  # of unit vectors before the heads
LARGEST_STEP = 1.0
SEED = 0
TOLD_EVERY = 20
Say = Callable[[str], object]


def tune(source: Source, say: Say = print, folder: Path = FOLDER, *, steps: int = STEPS) -> None:
    """Learn the adapter and write it; half an hour and 6 GB of memory on two cores.

    Args:
        source: The edition and the topics beside it.
        say: Told what was reached.
        folder: Where the adapter goes.
        steps: How many steps are taken.
    """
    torch.manual_seed(SEED)
    lesson = read_lesson(source)
    file = read_e5_file(find_e5_file())
    kept = kept_pieces(file)
    cut = Tokenizer(build_tokenizer(file, kept)).encode(lesson.texts)
    say(f"{len(lesson.texts)} texts; the lower layers read them once")
    layers = UpperLayers(file, [kept[ids].tolist() for ids in cut])
    _learn(layers, lesson, steps, say)
    layers.adapter().save(folder)


def _learn(layers: UpperLayers, lesson: Lesson, steps: int, say: Say) -> None:
    sampler = Sampler(lesson, OWNERS, KEYS, MESSAGES, SEED)
    with torch.inference_mode():
        means = [layers(own[:8]).mean(0) for own in sampler.owners]
    centres = nn.Parameter(torch.stack(means).clone())
    heads = nn.Linear(centres.shape[1], len(HEADS))
    optimizer = torch.optim.AdamW(
        [
            {"params": [*layers.parameters()], "lr": RATE["adapter"]},
            {"params": [centres], "lr": RATE["centres"]},
            {"params": [*heads.parameters()], "lr": RATE["heads"]},
        ],
        weight_decay=0.01,
        betas=(0.9, 0.98),
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, steps))
    told: list[list[float]] = []
    for step in range(1, steps + 1):
        drawn, n_keys = sampler.draw()
        vectors = layers(drawn)
        losses = [
            *_key_losses(vectors[:n_keys], lesson.owners[drawn[:n_keys]], centres),
            MESSAGES_WEIGH * _head_loss(heads(SHARPNESS * vectors), lesson.labels[drawn]),
        ]
        optimizer.zero_grad()
        torch.stack(losses).sum().backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(layers.parameters(), LARGEST_STEP)
        optimizer.step()
        schedule.step()
        told.append([float(loss.detach()) for loss in losses])
        if step % TOLD_EVERY == 0:
            centre, batch, messages = np.mean(told[-TOLD_EVERY:], axis=0)
            say(f"{step}: centres {centre:.3f}, batch {batch:.3f}, messages {messages:.3f}")


def _rate(step: int, steps: int) -> float:
    """Return the share of the full rate: a warm-up, then down to nothing along a cosine."""
    return min(1.0, (step + 1) / WARM_UP) * 0.5 * (1 + math.cos(math.pi * min(1.0, step / steps)))


def _key_losses(
    vectors: Tensor, owners: NDArray[np.int64], centres: Tensor
) -> tuple[Tensor, Tensor]:
    """Return how far keys are from their owner's centre, and from each other's."""
    owner = torch.from_numpy(owners)
    by_centre = vectors @ functional.normalize(centres, dim=1).T / TEMPERATURE
    of_centre = functional.cross_entropy(by_centre, owner)
    itself = torch.eye(len(owner), dtype=torch.bool)
    alike = (vectors @ vectors.T / TEMPERATURE).masked_fill(itself, -1e4)
    same = (owner[:, None] == owner[None]) & ~itself
    share = torch.log_softmax(alike, dim=1).masked_fill(~same, 0.0).sum(1)
    paired = same.any(1)
    of_batch = -(share[paired] / same.sum(1)[paired]).mean()
    return of_centre, of_batch


def _head_loss(scores: Tensor, labels: NDArray[np.int8]) -> Tensor:
    """Return the binary cross-entropy of the heads, of each over the texts whose label is known."""
    wanted = torch.from_numpy(labels.astype(np.float32))
    known = (wanted >= 0).float()
    each = functional.binary_cross_entropy_with_logits(
        scores, wanted.clamp(min=0.0), reduction="none"
    )
    by_head = (each * known).sum(0) / known.sum(0).clamp(min=1.0)
    return (by_head * torch.tensor(HEAD_WEIGHS)).sum()
