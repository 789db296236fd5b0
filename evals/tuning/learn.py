"""Learn the adapter from a lesson: torch and numpy are all it needs, so it may run elsewhere.

Four losses at once. Keys of one passage or topic are drawn together and apart from all others
(supervised contrastive loss over the batch, and a softmax over one learnt vector for each passage
and topic); a passage's key is nearer to all passages than to all topics, and a topic's the other
way. Heads over the vector tell messages with signs, crises, requests and remarks from others, so
that the vectors keep what triage needs. Only the adapter is kept.

`python -m evals tune --pack FOLDER` writes what is needed; `python -m evals.tuning.learn FOLDER`
learns from it on a machine that has a GPU and nothing of ours, and writes `learnt.npz` beside it;
`python -m evals tune --learnt FILE` makes the adapter of that.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from evals.tuning.layers import UpperLayers
from evals.tuning.lesson import HEADS, Drawn, Lesson, Sampler
from evals.tuning.weights import EncoderWeights

WARM_UP = 30  # steps
HEAD_WEIGHS = (1.0, 0.5, 0.5, 1.0, 1.5, 1.0)  # in the order of HEADS
SHARPNESS = 8.0  # of unit vectors before the heads
LARGEST_STEP = 1.0
FEW_KEYS = 8  # of an owner; their mean is where its vector starts
TOLD_EVERY = 50
LESSON_FILE, WEIGHTS_FILE, LEARNT_FILE = "lesson.npz", "weights.npz", "learnt.npz"
Learnt = Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]]
Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Settings:
    """How it is learnt.

    Attributes:
        first_tuned: The first layer with an adapter, counted from 0.
        rank: Of the adapter.
        steps: How many are taken.
        owners: Of how many passages and topics keys are drawn in a step.
        keys: How many of each.
        messages: How many messages of the banks are drawn in a step.
        temperature: Of the cosines.
        rate: Of the adapter, the owners' vectors and the heads.
        boundary: How much the side counts that a key is on, inside the guide or beside it.
        seed: Of what is drawn and where it starts.
    """

    first_tuned: int = 8
    rank: int = 16
    steps: int = 3000
    owners: int = 192
    keys: int = 4
    messages: int = 400
    temperature: float = 0.05
    rate: tuple[float, float, float] = (1e-3, 3e-3, 1e-3)
    boundary: float = 0.5
    seed: int = 0


def learn(
    lesson: Lesson, weights: EncoderWeights, settings: Settings, say: Say, device: str = "cpu"
) -> tuple[Learnt, UpperLayers]:
    """Return the adapter's factors, and the layers that have learnt them."""
    torch.manual_seed(settings.seed)
    layers = UpperLayers(
        weights,
        lesson,
        first_tuned=settings.first_tuned,
        rank=settings.rank,
        device=device,
    )
    sampler = Sampler(lesson, settings.owners, settings.keys, settings.messages, settings.seed)
    with torch.inference_mode():
        means = [layers(own[:FEW_KEYS]).mean(0) for own in sampler.owners]
    centres = nn.Parameter(torch.stack(means).clone())
    heads = nn.Linear(centres.shape[1], len(HEADS)).to(device)
    of_adapter, of_centres, of_heads = settings.rate
    optimizer = torch.optim.AdamW(
        [
            {"params": [*layers.parameters()], "lr": of_adapter},
            {"params": [centres], "lr": of_centres},
            {"params": [*heads.parameters()], "lr": of_heads},
        ],
        weight_decay=0.01,
        betas=(0.9, 0.98),
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: rate_at(step, settings.steps)
    )
    told: list[Tensor] = []
    for step in range(1, settings.steps + 1):
        losses = _losses(lesson, sampler.draw(), layers, centres, heads, settings)
        optimizer.zero_grad()
        losses.sum().backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(layers.parameters(), LARGEST_STEP)
        optimizer.step()
        schedule.step()
        told.append(losses.detach())
        if step % TOLD_EVERY == 0:
            means = torch.stack(told[-TOLD_EVERY:]).mean(0).tolist()
            names = ("centres", "batch", "boundary", "messages")
            say(f"{step}: " + ", ".join(f"{n} {m:.3f}" for n, m in zip(names, means, strict=True)))
    return layers.factors(), layers


def rate_at(step: int, steps: int) -> float:
    """Return the share of the full rate: a warm-up, then down to nothing along a cosine."""
    return min(1.0, (step + 1) / WARM_UP) * 0.5 * (1 + math.cos(math.pi * min(1.0, step / steps)))


def _losses(
    lesson: Lesson,
    drawn: Drawn,
    layers: UpperLayers,
    centres: Tensor,
    heads: nn.Module,
    settings: Settings,
) -> Tensor:
    """Return the four losses of one step, shape (4,)."""
    vectors = layers(drawn.positions)
    keys = vectors[: drawn.n_keys]
    owner = torch.from_numpy(lesson.owners[drawn.positions[: drawn.n_keys]].astype(np.int64))
    labels = torch.from_numpy(lesson.labels[drawn.positions].astype(np.float32))
    passages = int(lesson.passages)
    owner = owner.to(vectors.device)
    of_keys = key_losses(keys, owner, centres, passages, settings.temperature)
    of_heads = head_loss(heads(SHARPNESS * vectors), labels.to(vectors.device))
    losses = torch.stack([*of_keys, of_heads])
    return losses * losses.new_tensor([1.0, 1.0, settings.boundary, 1.0])


def key_losses(
    vectors: Tensor, owner: Tensor, centres: Tensor, passages: int, temperature: float
) -> tuple[Tensor, Tensor, Tensor]:
    """Return how far keys are from their owner's vector, from each other's, and on which side."""
    by_centre = vectors @ functional.normalize(centres, dim=1).T / temperature
    of_centre = functional.cross_entropy(by_centre, owner)
    itself = torch.eye(len(owner), dtype=torch.bool, device=owner.device)
    alike = (vectors @ vectors.T / temperature).masked_fill(itself, -1e4)
    same = (owner[:, None] == owner[None]) & ~itself
    share = torch.log_softmax(alike, dim=1).masked_fill(~same, 0.0).sum(1)
    paired = same.any(1)
    of_batch = -(share[paired] / same.sum(1)[paired]).mean()
    inside, beside = by_centre[:, :passages], by_centre[:, passages:]
    margin = torch.logsumexp(inside, dim=1) - torch.logsumexp(beside, dim=1)
    of_side = functional.binary_cross_entropy_with_logits(margin, (owner < passages).float())
    return of_centre, of_batch, of_side


def head_loss(scores: Tensor, wanted: Tensor) -> Tensor:
    """Return the binary cross-entropy of the heads, of each over the texts whose label is known."""
    known = (wanted >= 0).float()
    each = functional.binary_cross_entropy_with_logits(
        scores, wanted.clamp(min=0.0), reduction="none"
    )
    by_head = (each * known).sum(0) / known.sum(0).clamp(min=1.0)
    return (by_head * by_head.new_tensor(HEAD_WEIGHS)).sum()


def device() -> str:
    """Return where it is learnt: on a GPU where there is one."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def learn_packed(folder: Path, say: Say = print, settings: Settings | None = None) -> None:
    """Learn from what `tune --pack` wrote, and write the factors beside it."""
    lesson = Lesson.load(folder / LESSON_FILE)
    weights = EncoderWeights.load(folder / WEIGHTS_FILE)
    factors, _ = learn(lesson, weights, settings or Settings(), say, device())
    parts = {
        f"{name}.{part}": matrix
        for name, both in factors.items()
        for part, matrix in zip(("down", "up"), both, strict=True)
    }
    np.savez(folder / LEARNT_FILE, allow_pickle=False, **parts)


if __name__ == "__main__":
    learn_packed(Path(sys.argv[1]))
