"""The adapter of the encoder's upper layers: what is added, kept, refused, and put into the graph."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, numpy_helper

from index.adapter import (
    FACTORS_FILE,
    FOLDER,
    MANIFEST_FILE,
    NOT_KNOWN,
    Adapter,
    adapter_sha256,
    load_adapter,
)
from index.e5_file import BLOCK, find_e5_file, read_e5_file
from index.e5_graph import LOUD_CHANNELS, build_graph
from index.errors import EncoderUnavailable
from index.onnx_encoder import MODEL_NAME

DOWN = np.array([[1.0, 2.0, 0.0]], dtype=np.float32)
UP = np.array([[0.5], [-1.0]], dtype=np.float32)


def some() -> Adapter:
    return Adapter({"l8.q": (DOWN, UP)})


def test_the_product_is_added_to_the_weight_that_was_tuned_and_to_no_other() -> None:
    weights = np.ones((2, 3), dtype=np.float32)
    assert some().added_to("l8.q", weights).tolist() == [[1.5, 2.0, 1.0], [0.0, -1.0, 1.0]]
    assert some().added_to("l8.k", weights) is weights


def test_what_is_saved_is_read_again_and_named_by_its_hash(tmp_path: Path) -> None:
    some().save(tmp_path)
    read = load_adapter(tmp_path)
    assert list(read.factors) == ["l8.q"]
    down, up = read.factors["l8.q"]
    assert (down.tolist(), up.tolist()) == (DOWN.tolist(), UP.tolist())
    assert len(adapter_sha256(tmp_path)) == 64


def test_saving_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    some().save(tmp_path / "a")
    some().save(tmp_path / "b")
    for name in (FACTORS_FILE, MANIFEST_FILE):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize("break_it", ["flip", "remove", "forget"])
def test_a_damaged_adapter_is_an_encoder_that_is_not_there(tmp_path: Path, break_it: str) -> None:
    some().save(tmp_path)
    path = tmp_path / FACTORS_FILE
    if break_it == "flip":
        content = bytearray(path.read_bytes())
        content[100] ^= 1
        path.write_bytes(bytes(content))
    elif break_it == "remove":
        path.unlink()
    else:
        (tmp_path / MANIFEST_FILE).unlink()
        assert adapter_sha256(tmp_path) == NOT_KNOWN
    with pytest.raises(EncoderUnavailable, match=FACTORS_FILE):
        load_adapter(tmp_path)


def test_the_one_that_is_delivered_tunes_the_upper_third_and_names_the_model() -> None:
    names = {
        f"l{layer}.{part}" for layer in range(8, 12) for part in ("q", "k", "v", "ao", "fi", "fo")
    }
    assert set(load_adapter().factors) == names
    assert adapter_sha256()[:8] in MODEL_NAME
    assert (FOLDER / FACTORS_FILE).stat().st_size < 1_000_000


def thin(stored: dict[str, TensorProto], name: str) -> NDArray[np.float32]:
    """Return what two thin matrices beside a quantised one stand for, shape (outputs, inputs).

    Channels that are only taken out stand there by their numbers.
    """
    up = numpy_helper.to_array(stored[f"{name}.up"])
    if f"{name}.down" in stored:
        return np.asarray((numpy_helper.to_array(stored[f"{name}.down"]) @ up).T, dtype=np.float32)
    taken = numpy_helper.to_array(stored[f"{name}.loud"])
    whole = np.zeros((up.shape[1], read_e5_file(find_e5_file()).hidden), dtype=np.float32)
    whole[:, taken] = up.T
    return whole


def test_the_graph_keeps_4_bits_and_puts_what_was_learnt_beside_them() -> None:
    file, adapter = read_e5_file(find_e5_file()), load_adapter()
    graph = build_graph(file, np.arange(8), adapter).graph
    stored = {weight.name: weight for weight in graph.initializer}
    plain = numpy_helper.to_array(stored["l8.fo.codes"])
    assert plain.shape == (file.hidden, file.feed_forward // BLOCK, BLOCK // 2)
    assert plain[0, 0, 0] & 15 == file.blocks("l8.fo.w", file.feed_forward).codes[0, 0]
    down, up = adapter.factors["l8.fo"]
    np.testing.assert_allclose(thin(stored, "l8.fo"), up @ down, atol=1e-6)
    assert "l7.fo.down" not in stored
    kinds = [node.op_type for node in graph.node]
    assert kinds.count("MatMulNBits") == 4 * file.layers


def test_loud_channels_go_past_the_8_bits_and_nothing_else_does() -> None:
    file = read_e5_file(find_e5_file())
    graph = build_graph(file, np.arange(8), Adapter({})).graph
    stored = {weight.name: weight for weight in graph.initializer}
    loud = list(LOUD_CHANNELS)
    quiet = numpy_helper.to_array(stored["l3.fi.quiet"])
    assert sorted(np.flatnonzero(quiet == 0)) == sorted(loud)
    weights = file.blocks("l3.fi.w", file.hidden).dequantised()
    beside = thin(stored, "l3.fi")
    np.testing.assert_array_equal(beside[:, loud], weights[:, loud])
    assert not beside[:, quiet == 1].any()
