"""Encoders from sentence-transformers: the same weights as the default, or any other model.

Needs `pip install .[models]`. `e5_model_folder` writes the weights of multilingual-e5-small as a
standard model folder, so that nothing is fetched from a hub.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corpus.storage import FolderDamaged, data_folder, read_sealed, sealed_folder
from index.adapter import Adapter, adapter_sha256, load_adapter
from index.e5_file import E5_SHA256, E5File, find_e5_file, read_e5_file
from index.encoder import Vectors
from index.errors import EncoderUnavailable
from index.messages import say
from index.onnx_encoder import PASSAGE_PROMPT, QUESTION_PROMPT

if TYPE_CHECKING:
    from numpy.typing import NDArray

FOLDER_NAME = f"multilingual-e5-small-torch-{E5_SHA256[:8]}-{adapter_sha256()[:8]}"
HOW_TO_INSTALL = say("model", "needs_torch")


class SentenceEncoder:
    """A sentence-transformers model behind the encoder protocol."""

    def __init__(self, name_or_path: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise EncoderUnavailable(HOW_TO_INSTALL) from error
        try:
            self._model = SentenceTransformer(name_or_path, device="cpu")
        except Exception as error:
            sentence = say("model", "cannot_load", name=name_or_path, error=error)
            raise EncoderUnavailable(sentence) from error
        self._name = _versioned_name(name_or_path)

    @property
    def name(self) -> str:
        """Name of the model; for a folder also a hash of its weights."""
        return self._name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, float32, shape (n_texts, dimension)."""
        vectors = self._model.encode_query(
            list(texts), normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, float32, shape (n_texts, dimension)."""
        vectors = self._model.encode_document(
            list(texts), normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)


def _versioned_name(name_or_path: str) -> str:
    weights = sorted(Path(name_or_path).glob("*.safetensors"))
    if not weights:
        return name_or_path
    digest = hashlib.sha256()
    for path in weights:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return f"{Path(name_or_path).name}-{digest.hexdigest()[:12]}"


def e5_model_folder(models: Path | None = None) -> Path:
    """Return multilingual-e5-small as a sentence-transformers folder, written where missing.

    Raises:
        EncoderUnavailable: It cannot be written.
    """
    folder = (models or data_folder() / "models") / FOLDER_NAME
    if folder.exists():
        try:
            read_sealed(folder)
            return folder
        except FolderDamaged:
            shutil.rmtree(folder)
    write_model_folder(read_e5_file(find_e5_file()), load_adapter(), folder)
    return folder


def write_model_folder(file: E5File, adapter: Adapter, folder: Path) -> None:
    """Write the tuned weights, tokenizer and configuration of `file` into a new folder.

    Raises:
        EncoderUnavailable: The package `safetensors` is missing.
    """
    try:
        from safetensors.numpy import save_file
    except ImportError as error:
        raise EncoderUnavailable(HOW_TO_INSTALL) from error
    from index.e5_tokenizer import kept_pieces
    from index.fast_tokenizer import build_fast_tokenizer

    kept = kept_pieces(file)
    with sealed_folder(folder, {"model": FOLDER_NAME}) as unfinished:
        tensors = _tensors(file, adapter, kept)
        save_file(tensors, unfinished / "model.safetensors", metadata={"format": "pt"})
        build_fast_tokenizer(file, kept).save(str(unfinished / "tokenizer.json"), pretty=False)
        for name, content in _configurations(file, len(kept)).items():
            (unfinished / name).parent.mkdir(exist_ok=True)
            (unfinished / name).write_text(json.dumps(content, indent=1), encoding="utf-8")


def _tensors(
    file: E5File, adapter: Adapter, kept: NDArray[np.int64]
) -> dict[str, NDArray[np.float32]]:
    """Return the weights under the names of a BERT model; the pooler, unused, is all zero."""
    hidden = file.hidden
    tensors = {
        "embeddings.word_embeddings.weight": file.blocks("emb.word", hidden).dequantised()[kept],
        "embeddings.position_embeddings.weight": file.vector("emb.pos").reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": file.vector("emb.type").reshape(-1, hidden),
        "embeddings.LayerNorm.weight": file.vector("emb.ln.w"),
        "embeddings.LayerNorm.bias": file.vector("emb.ln.b"),
        "pooler.dense.weight": np.zeros((hidden, hidden), dtype=np.float32),
        "pooler.dense.bias": np.zeros(hidden, dtype=np.float32),
    }
    linear = {
        "q": "attention.self.query",
        "k": "attention.self.key",
        "v": "attention.self.value",
        "ao": "attention.output.dense",
        "fi": "intermediate.dense",
        "fo": "output.dense",
    }
    norms = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
    for i in range(file.layers):
        for short, long in linear.items():
            columns = file.feed_forward if short == "fo" else hidden
            weight = file.blocks(f"l{i}.{short}.w", columns).dequantised()
            weight = adapter.added_to(f"l{i}.{short}", weight)
            tensors[f"encoder.layer.{i}.{long}.weight"] = weight
            tensors[f"encoder.layer.{i}.{long}.bias"] = file.vector(f"l{i}.{short}.b")
        for short, long in norms.items():
            tensors[f"encoder.layer.{i}.{long}.weight"] = file.vector(f"l{i}.{short}.w")
            tensors[f"encoder.layer.{i}.{long}.bias"] = file.vector(f"l{i}.{short}.b")
    return {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}


def _configurations(file: E5File, vocabulary: int) -> dict[str, Any]:
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "hidden_size": file.hidden,
            "num_hidden_layers": file.layers,
            "num_attention_heads": file.heads,
            "intermediate_size": file.feed_forward,
            "max_position_embeddings": file.positions,
            "type_vocab_size": 2,
            "vocab_size": vocabulary,
            "hidden_act": "gelu",
            "layer_norm_eps": file.epsilon,
            "pad_token_id": 1,
            "torch_dtype": "float32",
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": file.positions,
            "bos_token": "<s>",
            "eos_token": "</s>",
            "unk_token": "<unk>",
            "pad_token": "<pad>",
            "cls_token": "<s>",
            "sep_token": "</s>",
        },
        "special_tokens_map.json": {"pad_token": "<pad>", "unk_token": "<unk>"},
        "modules.json": [
            {
                "idx": 0,
                "name": "0",
                "path": "",
                "type": "sentence_transformers.models.Transformer",
            },
            {
                "idx": 1,
                "name": "1",
                "path": "1_Pooling",
                "type": "sentence_transformers.models.Pooling",
            },
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": file.hidden,
            "pooling_mode_mean_tokens": True,
        },
        "sentence_bert_config.json": {"max_seq_length": file.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {
            "prompts": {"query": QUESTION_PROMPT, "document": PASSAGE_PROMPT},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    }
