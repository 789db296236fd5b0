"""Write multilingual-e5-small as an ONNX graph whose weights stay in their 4-bit blocks.

Nothing is rounded again: codes and scales are only packed in another order. What would suffer from
activations of 8 bits goes past them in 32, as two thin matrices beside the quantised one: what the
adapter learnt, and the few channels whose values are many times those of their neighbours and would
take the 8 bits of their whole block. Three traps are answered here: `GatherBlockQuantized` reads
signed int4 (codes XOR 8), `MatMulNBits` is slow and different without `accuracy_level=4`, and
`SkipLayerNormalization` takes longer than what it stands for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from index.adapter import Adapter
from index.e5_file import BLOCK, Blocks, E5File, packed

MICROSOFT = "com.microsoft"
ACCURACY_LEVEL = 4
# Channels of a normalised state that are the largest of their block most often, by squares, over
# 200 questions; together 0.63 of all. The first two alone are 0.38.
LOUD_CHANNELS = (15, 35, 297, 321, 146, 87, 351, 135)


class _Graph:
    """Collects nodes and weights."""

    def __init__(self, epsilon: float, adapter: Adapter) -> None:
        self.epsilon = epsilon
        self._adapter = adapter
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def add(
        self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: Any
    ) -> str:
        node = helper.make_node(kind, inputs, [output], name=output, domain=domain, **attributes)
        self.nodes.append(node)
        return output

    def weight(self, name: str, values: NDArray[np.generic]) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def linear(
        self,
        source: str,
        name: str,
        parts: dict[str, Blocks],
        bias: str = "",
        loud: Sequence[int] = (),
    ) -> str:
        """Multiply by matrices below each other, each of shape (outputs, inputs), by their names.

        Args:
            source: What is multiplied.
            name: Name of the product.
            parts: The matrices.
            bias: Name of a weight that is added, or nothing.
            loud: Channels of `source` that are too loud for 8 bits.
        """
        aside = self._beside(source, name, parts, loud)
        if loud:
            quiet = np.ones(_shape(parts)[1], dtype=np.float32)
            quiet[list(loud)] = 0
            source = self.add("Mul", [source, self.weight(f"{name}.quiet", quiet)], f"{name}.in")
        product = self._quantised(source, name, parts, bias)
        return self.add("Add", [product, aside], f"{name}.out") if aside else product

    def _quantised(self, source: str, name: str, parts: dict[str, Blocks], bias: str) -> str:
        rows, columns = _shape(parts)
        codes = packed(np.concatenate([own.codes for own in parts.values()]))
        scales = np.concatenate([own.scales for own in parts.values()]).astype(np.float32)
        self.weight(f"{name}.codes", codes.reshape(rows, columns // BLOCK, BLOCK // 2))
        self.weight(f"{name}.scales", scales)
        inputs = [source, f"{name}.codes", f"{name}.scales"]
        return self.add(
            "MatMulNBits",
            [*inputs, "", "", bias] if bias else inputs,
            f"{name}.product",
            MICROSOFT,
            K=columns,
            N=rows,
            bits=4,
            block_size=BLOCK,
            accuracy_level=ACCURACY_LEVEL,
        )

    def _beside(self, source: str, name: str, parts: dict[str, Blocks], loud: Sequence[int]) -> str:
        """Multiply by what stays in 32 bits, as two thin matrices; nothing where there is none."""
        rows, columns = _shape(parts)
        downs, ups, first = [], [], 0
        for part, blocks in parts.items():
            last = first + len(blocks.codes)
            if part in self._adapter.factors:
                down, up = self._adapter.factors[part]
                wide = np.zeros((len(down), rows), dtype=np.float32)
                wide[:, first:last] = up.T
                downs.append(down)
                ups.append(wide)
            first = last
        if loud:
            every = np.concatenate([own.dequantised() for own in parts.values()])
            downs.append(np.eye(columns, dtype=np.float32)[list(loud)])
            ups.append(every[:, list(loud)].T)
        if not downs:
            return ""
        self.weight(f"{name}.down", np.concatenate(downs).T)
        self.weight(f"{name}.up", np.concatenate(ups))
        thin = self.add("MatMul", [source, f"{name}.down"], f"{name}.thin")
        return self.add("MatMul", [thin, f"{name}.up"], f"{name}.beside")

    def skip_norm(self, source: str, skip: str, norm: str, file: E5File) -> str:
        """Add the skip connection, then normalise by `norm`."""
        self.weight(f"{norm}.w", file.vector(f"{norm}.w"))
        self.weight(f"{norm}.b", file.vector(f"{norm}.b"))
        total = self.add("Add", [source, skip], f"{norm}.sum")
        return self.add(
            "LayerNormalization",
            [total, f"{norm}.w", f"{norm}.b"],
            f"{norm}.out",
            axis=-1,
            epsilon=self.epsilon,
        )


def _shape(parts: dict[str, Blocks]) -> tuple[int, int]:
    """Return rows and columns of matrices below each other."""
    columns = next(iter(parts.values())).codes.shape[1]
    return sum(len(blocks.codes) for blocks in parts.values()), columns


def build_graph(file: E5File, kept: NDArray[np.int64], adapter: Adapter) -> onnx.ModelProto:
    """Return the graph: `ids` int64 and `mask` int32, both (texts, tokens), to unit `vectors`."""
    graph = _Graph(file.epsilon, adapter)
    state = _embeddings(graph, file, kept)
    for layer in range(file.layers):
        state = _layer(graph, file, f"l{layer}", state)
    _pooling(graph, state)
    return helper.make_model(
        helper.make_graph(
            graph.nodes,
            "multilingual-e5-small",
            [
                helper.make_tensor_value_info("ids", TensorProto.INT64, ["texts", "tokens"]),
                helper.make_tensor_value_info("mask", TensorProto.INT32, ["texts", "tokens"]),
            ],
            [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", file.hidden])],
            graph.weights,
        ),
        opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid(MICROSOFT, 1)],
        ir_version=10,
    )


def _embeddings(graph: _Graph, file: E5File, kept: NDArray[np.int64]) -> str:
    words = file.blocks("emb.word", file.hidden)
    signed = packed(words.codes[kept] ^ np.uint8(8))
    graph.weights.append(
        helper.make_tensor(
            "words", TensorProto.INT4, [len(kept), file.hidden], signed.tobytes(), raw=True
        )
    )
    graph.weight("words.scales", words.scales[kept])
    graph.add(
        "GatherBlockQuantized",
        ["words", "ids", "words.scales"],
        "words.half",
        MICROSOFT,
        gather_axis=0,
        quantize_axis=1,
        block_size=BLOCK,
    )
    graph.add("Cast", ["words.half"], "words.out", to=TensorProto.FLOAT)
    first_type = file.vector("emb.type")[: file.hidden]
    table = file.vector("emb.pos").reshape(file.positions, file.hidden) + first_type
    graph.weight("positions", table)
    graph.weight("zero", np.array([0], dtype=np.int64))
    graph.weight("one", np.array([1], dtype=np.int64))
    graph.weight("two", np.array([2], dtype=np.int64))
    graph.add("Shape", ["ids"], "ids.shape")
    graph.add("Slice", ["ids.shape", "one", "two"], "tokens")
    graph.add("Slice", ["positions", "zero", "tokens", "zero"], "positions.out")
    graph.add("Add", ["words.out", "positions.out"], "embedded")
    graph.weight("emb.ln.w", file.vector("emb.ln.w"))
    graph.weight("emb.ln.b", file.vector("emb.ln.b"))
    return graph.add(
        "LayerNormalization",
        ["embedded", "emb.ln.w", "emb.ln.b"],
        "emb.out",
        axis=-1,
        epsilon=file.epsilon,
    )


def _layer(graph: _Graph, file: E5File, layer: str, state: str) -> str:
    parts = {f"{layer}.{name}": file.blocks(f"{layer}.{name}.w", file.hidden) for name in "qkv"}
    packed = graph.linear(state, f"{layer}.qkv", parts, loud=LOUD_CHANNELS)
    split = [f"{layer}.{name}" for name in "qkv"]
    graph.nodes.append(
        helper.make_node("Split", [packed], split, name=f"{layer}.split", axis=-1, num_outputs=3)
    )
    bias = np.concatenate([file.vector(f"{layer}.{name}.b") for name in "qkv"])
    graph.weight(f"{layer}.qkv.b", bias)
    graph.add(
        "MultiHeadAttention",
        [*split, f"{layer}.qkv.b", "mask"],
        f"{layer}.attended",
        MICROSOFT,
        num_heads=file.heads,
    )
    out, into, back = (f"{layer}.{name}" for name in ("ao", "fi", "fo"))
    for name in (out, into, back):
        graph.weight(f"{name}.b", file.vector(f"{name}.b"))
    blocks = {out: file.blocks(f"{out}.w", file.hidden)}
    attended = graph.linear(f"{layer}.attended", out, blocks, f"{out}.b")
    state = graph.skip_norm(attended, state, f"{layer}.aln", file)
    blocks = {into: file.blocks(f"{into}.w", file.hidden)}
    inner = graph.linear(state, into, blocks, loud=LOUD_CHANNELS)
    graph.add("BiasGelu", [inner, f"{into}.b"], f"{layer}.gelu", MICROSOFT)
    blocks = {back: file.blocks(f"{back}.w", file.feed_forward)}
    outer = graph.linear(f"{layer}.gelu", back, blocks, f"{back}.b")
    return graph.skip_norm(outer, state, f"{layer}.oln", file)


def _pooling(graph: _Graph, state: str) -> None:
    """Sum over the tokens of a text and bring to length 1; the mean's divisor cancels."""
    graph.add("Cast", ["mask"], "mask.float", to=TensorProto.FLOAT)
    graph.add("Unsqueeze", ["mask.float", "one"], "mask.row")
    graph.add("MatMul", ["mask.row", state], "pooled.row")
    graph.add("Squeeze", ["pooled.row", "one"], "pooled")
    graph.add("ReduceL2", ["pooled", "one"], "length", keepdims=1)
    graph.add("Div", ["pooled", "length"], "vectors")
