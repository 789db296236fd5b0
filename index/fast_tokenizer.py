"""The tokenizer of multilingual-e5-small in the form that sentence-transformers reads.

It cuts as that of `index.e5_tokenizer` does (a test compares them), for seven times the memory;
but for the names of the marks (`<s>`) in a text, which whoever reads such a folder takes for marks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

from index.e5_file import E5File
from index.e5_tokenizer import UNKNOWN

FULL_WIDTH_TILDE = "～"  # NFKC would fold it, the model's own map does not
PROTECTED = "\ue000"  # a private-use character stands in for it meanwhile


def build_fast_tokenizer(file: E5File, kept: NDArray[np.int64]) -> Tokenizer:
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
