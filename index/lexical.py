"""Search by words: BM25 over owners, each with its text and its ways of asking as one document."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import bm25s
import marisa_trie
import numpy as np
from numpy.typing import NDArray

from index.script import normalise
from index.synonyms import fold_synonyms
from index.words import terms

VOCABULARY_FILE = "vocabulary.marisa"
MOST_POSTINGS = 50_000  # documents looked at for the words of one question, the rarest first
Documents = NDArray[np.int64]

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to DEBUG


@dataclass(frozen=True, slots=True)
class LexicalScores:
    """What the words of one question say about every document.

    Attributes:
        scores: BM25, float32, shape (n_documents,); 0 where no word is shared.
        coverage: Share of the question's weight in words that a document holds, 0 to 1, same
            shape. Rare words weigh more; a word that no document holds weighs most.
    """

    scores: NDArray[np.float32]
    coverage: NDArray[np.float32]


class LexicalIndex:
    """BM25 and word coverage over documents that are lists of terms."""

    def __init__(self, model: bm25s.BM25, vocabulary: marisa_trie.Trie) -> None:
        """Take BM25 over terms by number, and the trie that gives each term its number."""
        self._model = model
        self._ids = vocabulary
        scores = model.scores
        starts = scores["indptr"]
        self._starts: list[int] = starts.tolist()
        self._all_documents, self._all_scores = scores["indices"], scores["data"]
        self._count = int(scores["num_docs"])
        holding = np.diff(starts)
        self._weights = np.log1p((self._count - holding + 0.5) / (holding + 0.5))
        self._unknown_weight = float(np.log1p((self._count + 0.5) / 0.5))

    @classmethod
    def build(cls, documents: Sequence[str], *, synonyms: bool = True) -> LexicalIndex:
        """Return an index over raw texts, their synonyms made one unless told not to."""
        fold = fold_synonyms if synonyms else str
        cut = [terms(fold(normalise(document))) for document in documents]
        vocabulary = marisa_trie.Trie({term for words in cut for term in words})
        ids = dict(vocabulary.items())
        model = bm25s.BM25(k1=1.2, b=0.75)
        model.index(
            ([[ids[term] for term in words] for words in cut], ids),
            show_progress=False,
            create_empty_token=False,
        )
        model.vocab_dict = {}  # kept as a trie, in a tenth of the memory
        return cls(model, vocabulary)

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Return the index that `save` wrote, mapped, so that processes share it."""
        model = bm25s.BM25.load(folder, mmap=True, load_vocab=False, verbosity=0)
        for name in ("data", "indices", "indptr"):  # views of what is mapped, without its ways
            model.scores[name] = np.asarray(model.scores[name])
        vocabulary = marisa_trie.Trie()
        vocabulary.mmap(str(folder / VOCABULARY_FILE))
        return cls(model, vocabulary)

    def save(self, folder: Path) -> None:
        """Write the index into an existing folder."""
        self._model.save(folder, show_progress=False)
        self._ids.save(str(folder / VOCABULARY_FILE))

    def __len__(self) -> int:
        """Return the number of documents."""
        return self._count

    def weight(self, term: str) -> float:
        """Return how rare a term is; 0 where no document holds it."""
        number = self._ids.get(term)
        return 0.0 if number is None else float(self._weights[number])

    def search(self, question_terms: Sequence[str]) -> LexicalScores:
        """Return BM25 and coverage of every document for a question's terms."""
        wanted = list(dict.fromkeys(question_terms))
        known = self._known(wanted)
        if not known:
            nothing = np.zeros(self._count, dtype=np.float32)
            return LexicalScores(nothing, nothing)
        scores = self._model.get_scores_from_ids(known)
        coverage = np.zeros(self._count, dtype=np.float32)
        for term in known:
            coverage[self._documents(term)] += self._weights[term]
        whole = self._weights[known].sum() + self._unknown_weight * (len(wanted) - len(known))
        return LexicalScores(np.asarray(scores, dtype=np.float32), coverage / np.float32(whole))

    def closest(self, question_terms: Sequence[str], *, top_k: int, within: range) -> Documents:
        """Return up to `top_k` documents that hold a question's rarest terms, in order.

        Terms that so many documents hold that they tell little are left out, but for the rarest.
        Those documents are the best by BM25 as long as none is left out.

        Args:
            question_terms: Terms of the question.
            top_k: How many documents are wanted.
            within: Only documents from here to there.
        """
        held = [self._postings(number, within) for number in self._known(question_terms)]
        held = sorted((own for own in held if len(own[0])), key=lambda own: len(own[0]))
        room = np.cumsum([len(own[0]) for own in held]) <= MOST_POSTINGS
        chosen = [own for i, own in enumerate(held) if i == 0 or room[i]]
        if not chosen:
            return np.empty(0, dtype=np.int64)
        documents, place = np.unique(
            np.concatenate([own[0] for own in chosen]), return_inverse=True
        )
        scores = np.bincount(place, weights=np.concatenate([own[1] for own in chosen]))
        best = np.argsort(-scores, kind="stable")[:top_k]
        return np.sort(documents[best]).astype(np.int64)

    def scores_of(self, question_terms: Sequence[str], documents: Documents) -> LexicalScores:
        """Return BM25 and coverage of some documents, shape (n_documents,)."""
        wanted = list(dict.fromkeys(question_terms))
        known = self._known(wanted)
        scores = np.zeros(len(documents), dtype=np.float32)
        coverage = np.zeros(len(documents), dtype=np.float32)
        if not known:
            return LexicalScores(scores, coverage)
        for term in known:
            holding = self._documents(term)
            at = np.searchsorted(holding, documents)
            is_held = at < len(holding)
            is_held[is_held] = holding[at[is_held]] == documents[is_held]
            scores[is_held] += self._scores(term)[at[is_held]]
            coverage[is_held] += self._weights[term]
        whole = self._weights[known].sum() + self._unknown_weight * (len(wanted) - len(known))
        return LexicalScores(scores, coverage / np.float32(whole))

    def _known(self, question_terms: Sequence[str]) -> list[int]:
        return [self._ids[t] for t in dict.fromkeys(question_terms) if t in self._ids]

    def _postings(self, term: int, within: range) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the documents of a stretch that hold a term, and its score in each."""
        holding = self._documents(term)
        start, end = np.searchsorted(holding, (within.start, within.stop))
        return holding[start:end], self._scores(term)[start:end]

    def _documents(self, term: int) -> NDArray[np.int32]:
        """Return the documents that hold a term; keeping such views for all takes memory."""
        found: NDArray[np.int32] = self._all_documents[self._starts[term] : self._starts[term + 1]]
        return found

    def _scores(self, term: int) -> NDArray[np.float32]:
        """Return a term's score in each document that holds it."""
        found: NDArray[np.float32] = self._all_scores[self._starts[term] : self._starts[term + 1]]
        return found
