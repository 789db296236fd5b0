"""The low-rank adapter of the encoder's upper layers (LoRA, Hu et al. 2021), learnt by `make tune`.

The weights of multilingual-e5-small come from their package; what our banks teach it stands beside
this file as two thin matrices for each weight that was tuned. They stay two thin matrices beside
the weight's 4-bit blocks, which costs less than one matrix of their sum in 32 bits.
"""

from __future__ import annotations

import hashlib
import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from corpus.storage import write_atomically
from index.errors import EncoderUnavailable
from index.messages import say

FOLDER = Path(__file__).parent
FACTORS_FILE = "e5_adapter.npz"
MANIFEST_FILE = "e5_adapter.toml"
NOT_KNOWN = "unknown"
Factors = tuple[NDArray[np.float32], NDArray[np.float32]]


@dataclass(frozen=True)
class Adapter:
    """What is added to the weights.

    Attributes:
        factors: By the weight's name in the data file (`l8.q`), `down` of shape (rank, columns)
            and `up` of shape (rows, rank).
    """

    factors: Mapping[str, Factors]

    def added_to(self, name: str, weights: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the weights with what was learnt for them, same shape."""
        if name not in self.factors:
            return weights
        down, up = self.factors[name]
        return np.asarray(weights + up @ down, dtype=np.float32)

    def save(self, folder: Path = FOLDER) -> None:
        """Write the factors as float16, and their hash."""
        content = io.BytesIO()
        parts: dict[str, NDArray[np.float16]] = {}
        for name, (down, up) in sorted(self.factors.items()):
            parts[f"{name}.down"] = down.astype(np.float16)
            parts[f"{name}.up"] = up.astype(np.float16)
        np.savez(content, allow_pickle=False, **parts)
        write_atomically(folder / FACTORS_FILE, content.getvalue())
        sha256 = hashlib.sha256(content.getvalue()).hexdigest()
        manifest = f'# Written by `make tune` (evals/tuning/).\nsha256 = "{sha256}"\n'
        write_atomically(folder / MANIFEST_FILE, manifest.encode())


@cache
def adapter_sha256(folder: Path = FOLDER) -> str:
    """Return the hash that the factors must have, or that it is not known; it names the model."""
    try:
        manifest = tomllib.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        return str(manifest["sha256"])
    except (OSError, ValueError, KeyError):
        return NOT_KNOWN


def load_adapter(folder: Path = FOLDER) -> Adapter:
    """Return the adapter that is delivered.

    Raises:
        EncoderUnavailable: The file is missing, or not the one with that hash.
    """
    path = folder / FACTORS_FILE
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EncoderUnavailable(
            say("model_file", "cannot_read", path=path, error=error)
        ) from error
    if hashlib.sha256(content).hexdigest() != adapter_sha256(folder):
        raise EncoderUnavailable(say("model_file", "wrong_sum", path=path))
    return Adapter(read_factors(io.BytesIO(content)))


def read_factors(file: Path | BinaryIO) -> dict[str, Factors]:
    """Return the factors in an archive, `down` and `up` of each weight by its name."""
    with np.load(file, allow_pickle=False) as stored:
        parts = {name: np.asarray(stored[name], dtype=np.float32) for name in stored.files}
    names = sorted(name.removesuffix(".down") for name in parts if name.endswith(".down"))
    return {name: (parts[f"{name}.down"], parts[f"{name}.up"]) for name in names}
