"""Make the tokenizer of multilingual-e5-small, pruned to the scripts that the product reads.

A Unigram piece can only be used where it is a substring of the text, so leaving out pieces with
other characters changes nothing for texts written in the kept ones. Every single character of any
script is kept, so that a stray accent still has a token of its own.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

from index.e5_file import E5File

SPECIALS = 4  # <s> <pad> </s> <unk>
UNKNOWN = 3
PADDING = 1
FULL_WIDTH_TILDE = "～"  # NFKC would fold it, the model's own map does not
PROTECTED = "\ue000"  # a private-use character stands in for it meanwhile
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


def build_tokenizer(file: E5File, kept: NDArray[np.int64]) -> Tokenizer:
    """Return a tokenizer over the kept pieces, their new ids in the order of `kept`."""
    vocabulary = [(file.pieces[i], float(file.scores[i])) for i in kept.tolist()]
    tokenizer = Tokenizer(Unigram(vocabulary, unk_id=UNKNOWN, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Nmt(),
            normalizers.Replace(FULL_WIDTH_TILDE, PROTECTED),
            normalizers.NFKC(),
            normalizers.Replace(PROTECTED, FULL_WIDTH_TILDE),
            normalizers.Replace(Regex(" {2,}"), " "),
            normalizers.Strip(),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.enable_truncation(file.positions)
    return tokenizer
