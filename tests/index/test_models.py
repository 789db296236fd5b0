"""Choosing an encoder by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.encoder import Encoder
from index.errors import EncoderUnavailable
from index.models import DEFAULT_MODEL, NO_MODEL, load_encoder
from index.onnx_encoder import MODEL_NAME, OnnxEncoder


def test_no_model_is_a_choice() -> None:
    with pytest.raises(EncoderUnavailable, match="不使用"):
        load_encoder(NO_MODEL)


@pytest.mark.model
def test_the_default_is_run_by_onnxruntime(encoder: Encoder) -> None:
    loaded = load_encoder(DEFAULT_MODEL)
    assert isinstance(loaded, OnnxEncoder)
    assert (loaded.name, loaded.dimension) == (MODEL_NAME, 384) == (encoder.name, encoder.dimension)


@pytest.mark.model
@pytest.mark.parametrize("kind", ["name", "folder"])
def test_an_unknown_model_is_unavailable_without_network(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The sockets are disabled anyway; the hub's client would try for a minute.
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    name = "nobody/no-such-model" if kind == "name" else str(tmp_path)
    with pytest.raises(EncoderUnavailable, match="無法載入模型") as caught:
        load_encoder(name)
    assert name in str(caught.value)
