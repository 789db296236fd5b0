"""Write multilingual-e5-small as an ONNX graph whose weights stay in their 4-bit blocks.

Nothing is rounded again: codes and scales are only packed in another order. What would suffer from
activations of 8 bits goes past them in 32, as two thin matrices beside the quantised one: what the
adapter learnt, and the few channels whose values are many times those of their neighbours and would
take the 8 bits of their whole block. A bias is added by the quantised product itself: attention and
activation would go through everything once more for it. Three traps are answered here:
`MatMulNBits` is slow and different without `accuracy_level=4`, `SkipLayerNormalization` takes
longer than what it stands for, and so does `GatherBlockQuantized`, four times as long.
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
        downs: list[NDArray[np.float32]] = []
        ups: list[NDArray[np.float32]] = []
        first = 0
        for part, blocks in parts.items():
            last = first + len(blocks.codes)
            if part in self._adapter.factors:
                own_down, own_up = self._adapter.factors[part]
                wide = np.zeros((len(own_down), rows), dtype=np.float32)
                wide[:, first:last] = own_up.T
                downs.append(own_down)
                ups.append(wide)
            first = last
        if loud:
            every = np.concatenate([own.dequantised() for own in parts.values()])
            ups.append(every[:, list(loud)].T)
        if not ups:
            return ""
        if downs:
            downs.append(np.eye(columns, dtype=np.float32)[list(loud)])
            down = self.weight(f"{name}.down", np.concatenate(downs).T)
            thin = self.add("MatMul", [source, down], f"{name}.thin")
        else:  # nothing but channels, which are sooner taken out than multiplied by 1
            channels = self.weight(f"{name}.loud", np.array(loud, dtype=np.int64))
            thin = self.add("Gather", [source, channels], f"{name}.thin", axis=-1)
        up = self.weight(f"{name}.up", np.concatenate(ups))
        return self.add("MatMul", [thin, up], f"{name}.beside")

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
    """Return the graph from `ids`, int64, shape (texts, tokens), to unit `vectors`.

    Texts of a batch have the same number of tokens: nothing is filled up, so there is no mask, and
    the attention that does without one takes a third less time.
    """
    graph = _Graph(file.epsilon, adapter)
    state = _embeddings(graph, file, kept)
    for layer in range(file.layers):
        state = _layer(graph, file, f"l{layer}", state)
    _pooling(graph, state)
    return helper.make_model(
        helper.make_graph(
            graph.nodes,
            "multilingual-e5-small",
            [helper.make_tensor_value_info("ids", TensorProto.INT64, ["texts", "tokens"])],
            [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", file.hidden])],
            graph.weights,
        ),
        opset_imports=[helper.make_opsetid("", 23), helper.make_opsetid(MICROSOFT, 1)],
        ir_version=11,
    )


def _embeddings(graph: _Graph, file: E5File, kept: NDArray[np.int64]) -> str:
    _words(graph, file.blocks("emb.word", file.hidden), kept)
    first_type = file.vector("emb.type")[: file.hidden]
    table = file.vector("emb.pos").reshape(file.positions, file.hidden) + first_type
    graph.weight("positions", table)
    for name, number in (("zero", 0), ("one", 1), ("two", 2)):
        graph.weight(name, np.array([number], dtype=np.int64))
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


def _words(graph: _Graph, words: Blocks, kept: NDArray[np.int64]) -> None:
    """Look words up: a byte holds a code of a row's first half and one of its second."""
    codes = words.codes[kept].reshape(len(kept), 2, -1).swapaxes(1, 2).reshape(len(kept), -1)
    graph.weight("words", packed(codes))
    graph.weight("words.scales", words.scales[kept])
    graph.weight("low", np.array(0xF, dtype=np.uint8))
    graph.weight("four", np.array(4, dtype=np.uint8))
    graph.weight("middle", np.array(8, dtype=np.float32))  # the code of zero
    graph.weight("last", np.array([-1], dtype=np.int64))
    graph.weight("blocks", np.array([0, 0, -1, BLOCK], dtype=np.int64))
    graph.weight("row", np.array([0, 0, -1], dtype=np.int64))
    graph.add("Gather", ["words", "ids"], "words.bytes")
    graph.add("BitwiseAnd", ["words.bytes", "low"], "words.first")
    graph.add("BitShift", ["words.bytes", "four"], "words.second", direction="RIGHT")
    graph.add("Concat", ["words.first", "words.second"], "words.codes", axis=-1)
    graph.add("Cast", ["words.codes"], "words.numbers", to=TensorProto.FLOAT)
    graph.add("Reshape", ["words.numbers", "blocks"], "words.blocks")
    graph.add("Sub", ["words.blocks", "middle"], "words.steps")
    graph.add("Gather", ["words.scales", "ids"], "words.half")
    graph.add("Cast", ["words.half"], "words.scale", to=TensorProto.FLOAT)
    graph.add("Unsqueeze", ["words.scale", "last"], "words.each")
    graph.add("Mul", ["words.steps", "words.each"], "words.values")
    graph.add("Reshape", ["words.values", "row"], "words.out")


def _layer(graph: _Graph, file: E5File, layer: str, state: str) -> str:
    parts = {f"{layer}.{name}": file.blocks(f"{layer}.{name}.w", file.hidden) for name in "qkv"}
    bias = np.concatenate([file.vector(f"{layer}.{name}.b") for name in "qkv"])
    graph.weight(f"{layer}.qkv.b", bias)
    packed = graph.linear(state, f"{layer}.qkv", parts, f"{layer}.qkv.b", LOUD_CHANNELS)
    split = [f"{layer}.{name}" for name in "qkv"]
    graph.nodes.append(
        helper.make_node("Split", [packed], split, name=f"{layer}.split", axis=-1, num_outputs=3)
    )
    graph.add(
        "Attention", split, f"{layer}.attended", q_num_heads=file.heads, kv_num_heads=file.heads
    )
    out, into, back = (f"{layer}.{name}" for name in ("ao", "fi", "fo"))
    for name in (out, into, back):
        graph.weight(f"{name}.b", file.vector(f"{name}.b"))
    blocks = {out: file.blocks(f"{out}.w", file.hidden)}
    attended = graph.linear(f"{layer}.attended", out, blocks, f"{out}.b")
    state = graph.skip_norm(attended, state, f"{layer}.aln", file)
    blocks = {into: file.blocks(f"{into}.w", file.hidden)}
    inner = graph.linear(state, into, blocks, f"{into}.b", LOUD_CHANNELS)
    graph.add("Gelu", [inner], f"{layer}.gelu", MICROSOFT)
    blocks = {back: file.blocks(f"{back}.w", file.feed_forward)}
    outer = graph.linear(f"{layer}.gelu", back, blocks, f"{back}.b")
    return graph.skip_norm(outer, state, f"{layer}.oln", file)


def _pooling(graph: _Graph, state: str) -> None:
    """Sum over the tokens of a text and bring to length 1; the mean's divisor cancels."""
    graph.add("ReduceSum", [state, "one"], "pooled", keepdims=0)
    graph.add("ReduceL2", ["pooled", "one"], "length", keepdims=1)
    graph.add("Div", ["pooled", "length"], "vectors")
