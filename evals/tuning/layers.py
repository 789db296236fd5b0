"""multilingual-e5-small in torch: its lower layers as they are, its upper ones with an adapter."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from index.adapter import Adapter
from index.e5_file import E5File

RANK = 16
FIRST_TUNED = 8  # layers below are frozen and run once; a third of the work remains in each step
TOKENS_PER_BATCH = 4096
LINEAR = ("q", "k", "v", "ao", "fi", "fo")


class _Linear(nn.Module):
    """A frozen weight, and the product of two thin matrices that is learnt beside it."""

    weight: Tensor
    bias: Tensor

    def __init__(self, file: E5File, name: str, *, rank: int) -> None:
        super().__init__()
        columns = file.feed_forward if name.endswith(".fo") else file.hidden
        weight = file.blocks(f"{name}.w", columns).dequantised()
        self.register_buffer("weight", torch.from_numpy(weight))
        self.register_buffer("bias", torch.from_numpy(file.vector(f"{name}.b").copy()))
        self.down = nn.Parameter(torch.randn(rank, columns) / math.sqrt(columns))
        self.up = nn.Parameter(torch.zeros(len(weight), rank))

    def forward(self, state: Tensor) -> Tensor:
        learnt = functional.linear(functional.linear(state, self.down), self.up)
        return functional.linear(state, self.weight, self.bias) + learnt


class _Layer(nn.Module):
    """One layer of BERT."""

    def __init__(self, file: E5File, number: int, *, rank: int) -> None:
        super().__init__()
        self._heads, self._hidden, self._epsilon = file.heads, file.hidden, file.epsilon
        self.linear = nn.ModuleDict(
            {name: _Linear(file, f"l{number}.{name}", rank=rank) for name in LINEAR}
        )
        for norm in ("aln", "oln"):
            for part in "wb":
                values = torch.from_numpy(file.vector(f"l{number}.{norm}.{part}").copy())
                self.register_buffer(f"{norm}_{part}", values)

    def forward(self, state: Tensor, mask: Tensor) -> Tensor:
        query, key, value = (self._by_head(self.linear[name](state)) for name in "qkv")
        attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        joined = attended.transpose(1, 2).reshape(state.shape)
        state = self._norm(state + self.linear["ao"](joined), "aln")
        inner = functional.gelu(self.linear["fi"](state))
        return self._norm(state + self.linear["fo"](inner), "oln")

    def _by_head(self, state: Tensor) -> Tensor:
        texts, tokens, _ = state.shape
        return state.view(texts, tokens, self._heads, -1).transpose(1, 2)

    def _norm(self, state: Tensor, name: str) -> Tensor:
        weight, bias = getattr(self, f"{name}_w"), getattr(self, f"{name}_b")
        return functional.layer_norm(state, (self._hidden,), weight, bias, self._epsilon)


class UpperLayers(nn.Module):
    """The layers that are tuned, over the states that the lower ones left of every text."""

    def __init__(self, file: E5File, texts: Sequence[Sequence[int]]) -> None:
        """Run the lower layers over the token numbers of all texts; minutes for 50,000."""
        super().__init__()
        layers = [_Layer(file, number, rank=RANK) for number in range(FIRST_TUNED, file.layers)]
        self.layers = nn.ModuleList(layers)
        self._hidden = file.hidden
        self._lengths = np.array([len(text) for text in texts])
        self._ends = np.cumsum(self._lengths)
        self._states = _states_below(file, texts, self._ends)

    def forward(self, positions: NDArray[np.int64]) -> Tensor:
        """Return unit vectors of some texts, shape (n_positions, hidden)."""
        order = np.argsort(-self._lengths[positions], kind="stable")
        parts = [
            self._run(positions[order[start:end]])
            for start, end in _batches(self._lengths[positions[order]])
        ]
        back = torch.from_numpy(np.argsort(order, kind="stable"))
        return functional.normalize(torch.cat(parts)[back], dim=1)

    def _run(self, positions: NDArray[np.int64]) -> Tensor:
        longest = int(self._lengths[positions].max())
        state = np.zeros((len(positions), longest, self._hidden), dtype=np.float32)
        kept = np.zeros((len(positions), longest), dtype=np.bool_)
        for row, position in enumerate(positions):
            length, end = self._lengths[position], self._ends[position]
            state[row, :length] = self._states[end - length : end]
            kept[row, :length] = True
        hidden, mask = torch.from_numpy(state), torch.from_numpy(kept)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            for layer in self.layers:
                hidden = layer(hidden, mask[:, None, None, :])
        return _mean(hidden.float(), mask)

    def adapter(self) -> Adapter:
        """Return what was learnt."""
        return Adapter(
            {
                f"l{FIRST_TUNED + number}.{name}": (
                    linear.down.detach().numpy().copy(),
                    linear.up.detach().numpy().copy(),
                )
                for number, layer in enumerate(self.layers)
                for name, linear in layer.linear.items()  # type: ignore[union-attr, operator]
            }
        )


def _mean(state: Tensor, mask: Tensor) -> Tensor:
    counted = mask[..., None].float()
    return (state * counted).sum(1) / counted.sum(1)


def _batches(lengths: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Return ranges of texts, the longest first, of at most so many padded tokens each."""
    found: list[tuple[int, int]] = []
    start = 0
    while start < len(lengths):
        end = start + max(1, TOKENS_PER_BATCH // int(lengths[start]))
        found.append((start, min(end, len(lengths))))
        start = end
    return found


def _states_below(
    file: E5File, texts: Sequence[Sequence[int]], ends: NDArray[np.int64]
) -> NDArray[np.float16]:
    """Return the states after the frozen layers, shape (n_tokens of all texts, hidden)."""
    words = torch.from_numpy(file.blocks("emb.word", file.hidden).dequantised())
    first_type = file.vector("emb.type")[: file.hidden]
    places = torch.from_numpy(file.vector("emb.pos").reshape(-1, file.hidden) + first_type)
    scale, shift = (torch.from_numpy(file.vector(f"emb.ln.{part}").copy()) for part in "wb")
    layers = [_Layer(file, number, rank=1) for number in range(FIRST_TUNED)]
    found = np.empty((int(ends[-1]), file.hidden), dtype=np.float16)
    lengths = np.array([len(text) for text in texts])
    order = np.argsort(-lengths, kind="stable")
    for start, end in _batches(lengths[order]):
        batch, longest = order[start:end], int(lengths[order[start]])
        ids = np.ones((len(batch), longest), dtype=np.int64)
        kept = np.zeros((len(batch), longest), dtype=np.bool_)
        for row, position in enumerate(batch):
            ids[row, : lengths[position]] = texts[position]
            kept[row, : lengths[position]] = True
        mask = torch.from_numpy(kept)[:, None, None, :]
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
            state = words[torch.from_numpy(ids)] + places[:longest]
            state = functional.layer_norm(state, (file.hidden,), scale, shift, file.epsilon)
            for layer in layers:
                state = layer(state, mask)
        for row, position in enumerate(batch):
            length = lengths[position]
            found[ends[position] - length : ends[position]] = state[row, :length].float().numpy()
    return found
