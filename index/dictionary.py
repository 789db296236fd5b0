"""jieba's dictionary as a trie that is mapped from a file: 5 MB instead of 90, and no start-up.

jieba keeps 580,000 words and beginnings of words in a dict. It asks that dict only whether it holds
a word and how often the word occurs, so anything that answers the same cuts the same.
"""

from __future__ import annotations

import logging
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import marisa_trie
import numpy as np
from numpy.typing import NDArray

from corpus.storage import FolderDamaged, data_folder, read_sealed, sealed_folder

if TYPE_CHECKING:
    from jieba import Tokenizer

logger = logging.getLogger("bonehealth")
FORMAT = 1  # raise it when the files change their meaning
TRIE_FILE = "words.marisa"
COUNTS_FILE = "counts.npy"


class WordCounts:
    """How often each word occurs; 0 for the beginning of a word. Words can be added.

    It has of a dict what jieba uses.
    """

    def __init__(self, trie: marisa_trie.Trie, counts: NDArray[np.int64]) -> None:
        """Take words and their counts, by the number that the trie gives each."""
        self._trie = trie
        self._counts = counts
        self._added: dict[str, int] = {}

    def get(self, word: str, default: int | None = None) -> int | None:
        """Return the count of a word, or `default`."""
        added = self._added.get(word)
        if added is not None:
            return added
        number = self._trie.get(word)
        return default if number is None else int(self._counts[number])

    def __contains__(self, word: str) -> bool:
        """Return whether it is a word or the beginning of one."""
        return word in self._trie or word in self._added

    def __getitem__(self, word: str) -> int:
        """Return the count of a word."""
        count = self.get(word)
        if count is None:
            raise KeyError(word)
        return count

    def __setitem__(self, word: str, count: int) -> None:
        """Add a word, or change its count."""
        self._added[word] = count


def load_dictionary(cutter: Tokenizer) -> None:
    """Give a jieba tokenizer its dictionary, from a file where there is one or can be one."""
    folder = data_folder() / "jieba" / f"{version('jieba')}-{FORMAT}"
    try:
        total = _loaded(folder, cutter)
    except (FolderDamaged, OSError, ValueError, RuntimeError, KeyError):
        total = _written(folder, cutter)
    cutter.total = total
    cutter.initialized = True


def _loaded(folder: Path, cutter: Tokenizer) -> int:
    total = read_sealed(folder)["total"]
    if not isinstance(total, int):
        raise FolderDamaged(f"{folder}: {total}")
    trie = marisa_trie.Trie()
    trie.mmap(str(folder / TRIE_FILE))
    cutter.FREQ = WordCounts(trie, np.load(folder / COUNTS_FILE, mmap_mode="r"))
    return total


def _written(folder: Path, cutter: Tokenizer) -> int:
    """Make the trie from jieba's own file, and keep it where that is allowed."""
    words, total = cutter.gen_pfdict(cutter.get_dict_file())
    trie = marisa_trie.Trie(words)
    counts = np.empty(len(words), dtype=np.int64)
    for word, count in words.items():
        counts[trie[word]] = count
    cutter.FREQ = WordCounts(trie, counts)
    try:
        if folder.exists():
            _set_aside(folder)
        with sealed_folder(folder, {"total": int(total)}) as unfinished:
            trie.save(str(unfinished / TRIE_FILE))
            np.save(unfinished / COUNTS_FILE, counts, allow_pickle=False)
    except (OSError, RuntimeError) as error:  # another process was faster; read-only or full
        if not folder.exists():
            logger.info("The dictionary is not kept: %s", type(error).__name__)
    return int(total)


def _set_aside(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
