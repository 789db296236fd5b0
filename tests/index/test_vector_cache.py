"""Vectors kept between builds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index import vector_cache
from index.encoder import Vectors
from index.key import Key, KeyKind
from index.vector_cache import STEP, VectorCache, unwatched
from tests.helpers import FakeEncoder


class TiredEncoder(FakeEncoder):
    """Encodes one batch and then fails."""

    def _encode(self, texts: Sequence[str]) -> Vectors:
        if self.encoded:
            raise RuntimeError("tired")
        return super()._encode(texts)


class TwoPromptEncoder(FakeEncoder):
    """Puts another prompt before questions than before passages, as real models do."""

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        return self._encode([f"query: {text}" for text in texts])

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode([f"passage: {text}" for text in texts])


def questions(*texts: str) -> list[Key]:
    return [Key(0, KeyKind.QUESTION, text) for text in texts]


def encoded(path: Path, encoder: FakeEncoder, keys: Sequence[Key]) -> int:
    """Return how many texts a new process would encode for `keys`; check every vector."""
    before = encoder.encoded
    vectors = VectorCache(path).encode(encoder, keys, unwatched)
    count = encoder.encoded - before
    fresh = type(encoder)(encoder.name, encoder.dimension)
    for key, vector in zip(keys, vectors, strict=True):
        is_text = key.kind in (KeyKind.TEXT, KeyKind.BODY)
        encode = fresh.encode_passages if is_text else fresh.encode_questions
        np.testing.assert_array_equal(vector, encode([key.text])[0])
    assert vectors.shape == (len(keys), encoder.dimension)
    assert vectors.dtype == np.float32
    return count


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vectors.npz"


def test_nothing_is_encoded_twice(path: Path) -> None:
    keys = questions("骨轉移", "顎骨壞死", "骨轉移")
    assert encoded(path, FakeEncoder(), keys) == 2
    assert encoded(path, FakeEncoder(), keys) == 0


def test_an_edited_text_costs_one_vector(path: Path) -> None:
    encoded(path, FakeEncoder(), questions("一", "二", "三", "四"))
    assert encoded(path, FakeEncoder(), questions("一", "二", "三改", "四")) == 1
    assert encoded(path, FakeEncoder(), questions("四", "三", "二", "一")) == 0


@pytest.mark.parametrize("other", [FakeEncoder("other"), FakeEncoder(dimension=32)])
def test_another_model_costs_all(path: Path, other: FakeEncoder) -> None:
    keys = questions("一", "二", "三")
    encoded(path, FakeEncoder(), keys)
    assert encoded(path, other, keys) == 3


def test_questions_and_passages_are_encoded_by_verbs_of_their_own(path: Path) -> None:
    keys = [
        Key(0, KeyKind.TEXT, "同"),
        Key(0, KeyKind.HEADING, "同"),
        Key(0, KeyKind.QUESTION, "同"),
        Key(1, KeyKind.BODY, "同"),
    ]
    assert encoded(path, TwoPromptEncoder(), keys) == 2
    assert encoded(path, TwoPromptEncoder(), list(reversed(keys))) == 0


def test_another_prompt_costs_all(path: Path) -> None:
    texts = ["一", "二", "三"]
    encoded(path, TwoPromptEncoder(), questions(*texts))
    assert encoded(path, TwoPromptEncoder(), [Key(0, KeyKind.TEXT, text) for text in texts]) == 3


def test_vectors_are_saved_between_steps(path: Path) -> None:
    keys = questions(*(f"第{i}題" for i in range(STEP + 7)))
    with pytest.raises(RuntimeError, match="tired"):
        VectorCache(path).encode(TiredEncoder(), keys, unwatched)
    assert encoded(path, FakeEncoder(), keys) == 7


def test_progress_tells_what_is_done_and_what_is_to_do(path: Path) -> None:
    seen: list[tuple[int, int]] = []
    keys = questions(*(f"第{i}題" for i in range(STEP + 7)))
    encoded(path, FakeEncoder(), keys[:3])
    VectorCache(path).encode(FakeEncoder(), keys, lambda *step: seen.append(step))
    assert seen == [(0, STEP + 4), (STEP, STEP + 4), (STEP + 4, STEP + 4)]


def test_the_oldest_vectors_go_first(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_cache, "KEPT", 3)
    encoded(path, FakeEncoder(), questions("一", "二", "三", "四", "五"))
    assert encoded(path, FakeEncoder(), questions("三", "四", "五")) == 0
    assert encoded(path, FakeEncoder(), questions("一", "二")) == 2


def damages(content: bytes) -> dict[str, bytes]:
    middle = len(content) // 2
    return {
        "empty": b"",
        "rubbish": b"rubbish",
        "half": content[:middle],
        "last byte missing": content[:-1],
        "a bit in the middle": _flipped(content, middle),
        "only the mark of an archive": content[:4],
    }


def _flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@pytest.mark.parametrize("damage", damages(b"12345678"))
def test_a_damaged_file_is_ignored_and_replaced(path: Path, damage: str) -> None:
    keys = questions("一", "二", "三")
    encoded(path, FakeEncoder(), keys)
    path.write_bytes(damages(path.read_bytes())[damage])
    assert encoded(path, FakeEncoder(), keys) == 3
    assert encoded(path, FakeEncoder(), keys) == 0


def test_whatever_bit_flips_no_wrong_vector_comes_out(path: Path) -> None:
    keys = questions("一", "二", "三")
    encoded(path, FakeEncoder(), keys)
    content = path.read_bytes()
    for at in range(0, len(content), 3):
        path.write_bytes(_flipped(content, at))
        assert encoded(path, FakeEncoder(), keys) in (0, 3)


def test_an_archive_of_something_else_is_ignored(path: Path) -> None:
    np.savez(path, other=np.zeros(3))
    assert encoded(path, FakeEncoder(), questions("一")) == 1
    np.savez(path, names=np.zeros((2, 16), dtype=np.uint8), vectors=np.zeros((3, 64)))
    assert encoded(path, FakeEncoder(), questions("一")) == 1
