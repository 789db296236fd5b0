"""multilingual-e5-small in torch: its lower layers as they are, its upper ones with an adapter."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from evals.tuning.lesson import Lesson
from evals.tuning.weights import (
    EMBEDDING_NORM,
    FIRST_TYPE,
    LINEAR,
    NORMS,
    POSITIONS,
    WORDS,
    EncoderWeights,
)

TOKENS_PER_BATCH = {"cpu": 4096, "cuda": 65_536}
QKV = ("q", "k", "v")  # three weights in one
Merged = dict[str, tuple[Tensor, Tensor]]  # weight and bias by name
PADDING = 1  # the number of the piece that fills up a batch


class _Linear(nn.Module):
    """A frozen weight, and the product of two thin matrices that is learnt beside it."""

    weight: Tensor
    bias: Tensor

    def __init__(self, weights: EncoderWeights, name: str, *, rank: int) -> None:
        super().__init__()
        weight = weights.matrix(name)
        self.register_buffer("weight", torch.from_numpy(weight))
        self.register_buffer("bias", torch.from_numpy(weights.vectors[f"{name}.b"].copy()))
        columns = weight.shape[1]
        self.down = nn.Parameter(torch.randn(rank, columns) / math.sqrt(columns))
        self.up = nn.Parameter(torch.zeros(len(weight), rank))

    def merged(self) -> Tensor:
        """Return the weight with what was learnt for it, shape (rows, columns)."""
        return self.weight + self.up @ self.down


class _Layer(nn.Module):
    """One layer of BERT."""

    def __init__(self, weights: EncoderWeights, number: int, *, rank: int) -> None:
        super().__init__()
        self._heads, self._hidden = weights.heads, weights.hidden
        self._epsilon = weights.epsilon
        self.linear = nn.ModuleDict(
            {name: _Linear(weights, f"l{number}.{name}", rank=rank) for name in LINEAR}
        )
        for norm in NORMS:
            for part in "wb":
                values = torch.from_numpy(weights.vectors[f"l{number}.{norm}.{part}"].copy())
                self.register_buffer(f"{norm}_{part}", values)

    def merged(self) -> Merged:
        """Return weight and bias of every linear part, with what was learnt; once for a step."""
        found: Merged = {}
        for name, linear in self.linear.items():
            found[name] = (linear.merged(), linear.bias)  # type: ignore[operator, assignment]
        three = [found.pop(name) for name in QKV]
        found["".join(QKV)] = (torch.cat([w for w, _ in three]), torch.cat([b for _, b in three]))
        return {
            name: (w.to(torch.bfloat16), b.to(torch.bfloat16)) for name, (w, b) in found.items()
        }

    def forward(self, state: Tensor, mask: Tensor, linear: Merged) -> Tensor:
        three = functional.linear(state, *linear["".join(QKV)]).chunk(3, dim=-1)
        query, key, value = (self._by_head(part) for part in three)
        attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        joined = attended.transpose(1, 2).reshape(state.shape)
        state = self._norm(state + functional.linear(joined, *linear["ao"]), "aln")
        inner = functional.gelu(functional.linear(state, *linear["fi"]))
        return self._norm(state + functional.linear(inner, *linear["fo"]), "oln")

    def _by_head(self, state: Tensor) -> Tensor:
        texts, tokens, _ = state.shape
        return state.view(texts, tokens, self._heads, -1).transpose(1, 2)

    def _norm(self, state: Tensor, name: str) -> Tensor:
        weight, bias = getattr(self, f"{name}_w"), getattr(self, f"{name}_b")
        return functional.layer_norm(state, (self._hidden,), weight, bias, self._epsilon)


class UpperLayers(nn.Module):
    """The layers that are tuned, over the states that the lower ones left of every text."""

    def __init__(
        self,
        weights: EncoderWeights,
        lesson: Lesson,
        *,
        first_tuned: int,
        rank: int,
        device: str = "cpu",
    ) -> None:
        """Run the lower layers over all texts; on two cores minutes for 50,000."""
        super().__init__()
        numbers = range(first_tuned, weights.layers)
        layers = [_Layer(weights, number, rank=rank) for number in numbers]
        self.layers = nn.ModuleList(layers).to(device)
        self.first_tuned, self._device = first_tuned, device
        self._hidden = weights.hidden
        self._lengths = lesson.lengths.astype(np.int64)
        self._starts = np.cumsum(self._lengths) - self._lengths
        below = _LowerLayers(weights, first_tuned).to(device)
        self._states = self._states_below(below, torch.from_numpy(lesson.pieces).to(device))

    def forward(self, positions: NDArray[np.int64]) -> Tensor:
        """Return unit vectors of some texts, shape (n_positions, hidden)."""
        order = np.argsort(-self._lengths[positions], kind="stable")
        merged = [layer.merged() for layer in self.layers]  # type: ignore[operator]
        parts = [
            self._run(positions[order[start:end]], merged)
            for start, end in self._batches(self._lengths[positions[order]])
        ]
        back = torch.from_numpy(np.argsort(order, kind="stable")).to(self._device)
        return functional.normalize(torch.cat(parts)[back], dim=1)

    def factors(self) -> dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """Return what was learnt: `down` and `up` by the name of the weight."""
        return {
            f"l{self.first_tuned + number}.{name}": (
                linear.down.detach().cpu().numpy().copy(),
                linear.up.detach().cpu().numpy().copy(),
            )
            for number, layer in enumerate(self.layers)
            for name, linear in layer.linear.items()  # type: ignore[union-attr, operator]
        }

    def _run(self, positions: NDArray[np.int64], merged: list[Merged]) -> Tensor:
        places, kept = self._places(positions)
        hidden = self._states[places].float()
        with torch.autocast(self._device, dtype=torch.bfloat16):
            for layer, linear in zip(self.layers, merged, strict=True):
                hidden = layer(hidden, kept[:, None, None, :], linear)
        counted = kept[..., None].float()
        return (hidden.float() * counted).sum(1) / counted.sum(1)

    def _places(self, positions: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        """Return where the pieces of texts stand, shape (n, longest), and which are no filling."""
        lengths = torch.from_numpy(self._lengths[positions]).to(self._device)
        starts = torch.from_numpy(self._starts[positions]).to(self._device)
        along = torch.arange(int(self._lengths[positions].max()), device=self._device)
        kept = along[None] < lengths[:, None]
        return torch.where(kept, starts[:, None] + along[None], starts[:, None]), kept

    def _batches(self, lengths: NDArray[np.int64]) -> list[tuple[int, int]]:
        """Return ranges of texts, longest first, each of at most so many pieces with filling."""
        most = TOKENS_PER_BATCH[self._device]
        found: list[tuple[int, int]] = []
        start = 0
        while start < len(lengths):
            end = min(start + max(1, most // int(lengths[start])), len(lengths))
            found.append((start, end))
            start = end
        return found

    @torch.inference_mode()
    def _states_below(self, below: _LowerLayers, pieces: Tensor) -> Tensor:
        """Return the states after the frozen layers, shape (n_pieces, hidden), float16."""
        found = torch.empty((len(pieces), self._hidden), dtype=torch.float16, device=self._device)
        order = np.argsort(-self._lengths, kind="stable")
        for start, end in self._batches(self._lengths[order]):
            places, kept = self._places(order[start:end])
            with torch.autocast(self._device, dtype=torch.bfloat16):
                state = below(pieces[places].masked_fill(~kept, PADDING), kept)
            found[places[kept]] = state[kept].to(torch.float16)
        return found.clone()  # as itself, made in inference mode, nothing could be learnt over it


class _LowerLayers(nn.Module):
    """Embeddings, and the layers that stay as they are."""

    words: Tensor
    places: Tensor
    scale: Tensor
    shift: Tensor

    def __init__(self, weights: EncoderWeights, layers: int) -> None:
        super().__init__()
        hidden = weights.hidden
        places = weights.vectors[POSITIONS].reshape(-1, hidden)
        first_type = weights.vectors[FIRST_TYPE][:hidden]
        scale, shift = (weights.vectors[name].copy() for name in EMBEDDING_NORM)
        for name, values in (
            ("words", weights.matrix(WORDS)),
            ("places", places + first_type),
            ("scale", scale),
            ("shift", shift),
        ):
            self.register_buffer(name, torch.from_numpy(values))
        self.layers = nn.ModuleList([_Layer(weights, number, rank=1) for number in range(layers)])
        self._epsilon = weights.epsilon
        self._merged: list[Merged] = []

    def forward(self, pieces: Tensor, kept: Tensor) -> Tensor:
        state = self.words[pieces] + self.places[: pieces.shape[1]]
        state = functional.layer_norm(
            state, (state.shape[-1],), self.scale, self.shift, self._epsilon
        )
        if not self._merged:
            self._merged = [layer.merged() for layer in self.layers]  # type: ignore[operator]
        for layer, linear in zip(self.layers, self._merged, strict=True):
            state = layer(state, kept[:, None, None, :], linear)
        return state
