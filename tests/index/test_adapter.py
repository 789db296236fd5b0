"""The adapter of the encoder's upper layers: what is added, kept, refused, and put into the graph."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from onnx import numpy_helper

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
from index.e5_graph import build_graph
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


def test_the_graph_keeps_4_bits_where_nothing_was_tuned_and_32_elsewhere() -> None:
    file, adapter = read_e5_file(find_e5_file()), load_adapter()
    graph = build_graph(file, np.arange(8), adapter).graph
    stored = {weight.name: weight for weight in graph.initializer}
    plain = numpy_helper.to_array(stored["l7.fi.codes"])
    assert plain.shape == (file.feed_forward, file.hidden // BLOCK, BLOCK // 2)
    assert plain[0, 0, 0] & 15 == file.blocks("l7.fi.w", file.hidden).codes[0, 0]
    tuned = numpy_helper.to_array(stored["l8.fi.w"])
    wanted = adapter.added_to("l8.fi", file.blocks("l8.fi.w", file.hidden).dequantised())
    np.testing.assert_array_equal(tuned, wanted.T)
    kinds = {node.name: node.op_type for node in graph.node}
    assert kinds["l7.fo.out"] == kinds["l0.qkv.out"] == "MatMulNBits"
    assert kinds["l8.fo.product"] == kinds["l11.qkv.product"] == "MatMul"
