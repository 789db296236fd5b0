"""Choose an encoder by name."""

from __future__ import annotations

from index.encoder import Encoder
from index.errors import EncoderUnavailable
from index.messages import say
from index.onnx_encoder import load_onnx_encoder

DEFAULT_MODEL = "default"
NO_MODEL = "none"
TORCH_MODEL = "sentence-transformers"


def load_encoder(model: str = DEFAULT_MODEL) -> Encoder:
    """Return the encoder of that name.

    `default` is multilingual-e5-small by onnxruntime; `sentence-transformers` the same weights by
    torch; any other name or path is handed to sentence-transformers.

    Raises:
        EncoderUnavailable: It cannot be loaded, or none is wanted.
    """
    if model == DEFAULT_MODEL:
        return load_onnx_encoder()
    if model == NO_MODEL:
        raise EncoderUnavailable(say("model", "none"))
    from index.sentence_encoder import SentenceEncoder, e5_model_folder

    return SentenceEncoder(str(e5_model_folder()) if model == TORCH_MODEL else model)
