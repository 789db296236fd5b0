"""Make the tokenizer of multilingual-e5-small, pruned to the scripts that the product reads.

A Unigram piece can only be used where it is a substring of the text, so leaving out pieces with
other characters changes nothing for texts written in the kept ones. Every single character of any
script is kept, so that a stray accent still has a token of its own.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sentencepiece import SentencePieceProcessor, SentencePieceTrainer

from index.e5_file import E5File

SPECIALS = 4  # <s> <pad> </s> <unk>
START, PADDING, END, UNKNOWN = range(SPECIALS)
POSITIONS = 512  # tokens of a text, its start and end included
CHARACTER_MAP = "nmt_nfkc"
KEPT_RANGES = (
    (0x20, 0x7E),  # ASCII
    (0xA0, 0xBF),  # Latin-1 signs
    (0xD7, 0xD7),
    (0xF7, 0xF7),
    (0x2010, 0x2027),  # dashes, quotation marks, dots
    (0x2030, 0x205E),
    (0x20A0, 0x20BF),  # currencies
    (0x2100, 0x23FF),  # letterlike, numbers, arrows, mathematics
    (0x2460, 0x25FF),
    (0x2600, 0x27BF),
    (0x2581, 0x2581),
    (0x2E80, 0x2FDF),  # radicals
    (0x3000, 0x303F),  # CJK punctuation
    (0x3100, 0x312F),  # zhuyin
    (0x3200, 0x33FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFE10, 0xFE1F),
    (0xFE30, 0xFE4F),
    (0xFF00, 0xFFEF),
    (0x20000, 0x3FFFF),
)


KEPT = re.compile(
    "|".join(["▁*.?", "[▁" + "".join(f"\\U{a:08x}-\\U{b:08x}" for a, b in KEPT_RANGES) + "]*"]),
    re.DOTALL,
)


def kept_pieces(file: E5File) -> NDArray[np.int64]:
    """Return the ids of the pieces to keep, ascending; special tokens come first."""
    matches = KEPT.fullmatch
    kept = [i for i, piece in enumerate(file.pieces) if i < SPECIALS or matches(piece)]
    lowest = int(np.argmin(file.scores))  # the penalty for <unk> is the lowest score - 10
    return np.array(sorted({*kept, lowest}), dtype=np.int64)


class Tokenizer:
    """Cuts texts into ids of pieces, between a start and an end, cut off at `POSITIONS`."""

    def __init__(self, model: bytes) -> None:
        """Read what `build_tokenizer` wrote.

        Raises:
            RuntimeError: It is no such model.
        """
        self._pieces = SentencePieceProcessor(model_proto=model)

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of each text."""
        cut = map(self._pieces.encode, texts)  # a list would wake threads, which takes longer
        return [[START, *ids[: POSITIONS - 2], END] for ids in cut]

    def pieces(self, ids: Sequence[int]) -> list[str]:
        """Return the pieces that ids stand for."""
        return [self._pieces.id_to_piece(i) for i in ids]


def build_tokenizer(file: E5File, kept: NDArray[np.int64]) -> bytes:
    """Return a model of sentencepiece over the kept pieces, their new ids in the order of `kept`.

    The map of characters that the model was trained with is one of sentencepiece's own, which hands
    it out with a model only: so a model of a few letters is trained for it. What writing one needs
    is imported here: serving does without.
    """
    from sentencepiece.sentencepiece_model_pb2 import ModelProto, TrainerSpec

    written = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter(["ab"]),
        model_writer=written,
        vocab_size=6,
        normalization_rule_name=CHARACTER_MAP,
        minloglevel=2,
    )
    letters = ModelProto.FromString(written.getvalue())
    model = ModelProto()
    trained = model.trainer_spec
    trained.model_type = TrainerSpec.UNIGRAM
    trained.bos_id, trained.pad_id, trained.eos_id, trained.unk_id = START, PADDING, END, UNKNOWN
    model.normalizer_spec.CopyFrom(letters.normalizer_spec)
    Piece = ModelProto.SentencePiece  # noqa: N806 - it is a class
    for new, old in enumerate(kept.tolist()):
        kind = (
            Piece.NORMAL if new >= SPECIALS else Piece.UNKNOWN if new == UNKNOWN else Piece.CONTROL
        )
        model.pieces.add(piece=file.pieces[old], score=float(file.scores[old]), type=kind)
    content: bytes = model.SerializeToString(deterministic=True)
    return content
