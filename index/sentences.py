"""The sentences of passages: which of a cited passage answer what was asked.

By meaning, each sentence has a vector of its own, encoded under its passage's heading; by words
alone, the words that it shares with the question count, those most that the passage says once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from corpus.not_in_guide import Topic
from corpus.passage import Guide, Passage, Span
from corpus.splitting import SENTENCE
from index.encoder import Vectors
from index.key import Key, KeyKind, keys_of
from index.script import normalise
from index.synonyms import fold_synonyms
from index.words import terms

FEWEST = 3  # of a shorter passage nothing is marked: it answers as a whole
SLACK = 0.06  # cosine; a second and third sentence are marked that are nearly as close
SHARED_SLACK = 0.8  # by words: that shares at least this much of what the best one shares
LONG = 5  # sentences; from here on three may be marked, else two
NAMES_PAGES = re.compile(r"第 ?[\d、–-]+ ?頁")  # outside brackets: it tells where, not what
BRACKETED = re.compile("（[^）]*）")
PAGES_COST = 0.08  # cosine
Weight = Callable[[str], float]


def sentence_spans(text: str) -> tuple[Span, ...]:
    """Return where the sentences of a text stand."""
    return tuple(Span(*m.span()) for m in SENTENCE.finditer(text) if m.group().strip())


def sentence_keys(guide: Guide) -> tuple[Key, ...]:
    """Return a key for each sentence, in order; its owner is the passage's position."""
    return tuple(
        Key(owner, KeyKind.SENTENCE, f"{passage.heading}。{passage.text[span.start : span.end]}")
        for owner, passage in enumerate(guide.passages)
        for span in sentence_spans(passage.text)
    )


def encoded_keys(guide: Guide, topics: tuple[Topic, ...]) -> tuple[Key, ...]:
    """Return all that an index of a guide encodes: its keys, then its sentences."""
    return (*keys_of(guide, topics), *sentence_keys(guide))


class SentenceIndex:
    """Vectors of all sentences of a guide."""

    def __init__(self, guide: Guide, vectors: Vectors) -> None:
        """Keep vectors, float32, shape (n_sentences, dimension), in the order of the keys.

        Raises:
            ValueError: There are more or fewer of them than sentences.
        """
        self._guide = guide
        self.vectors = vectors
        if len(vectors) != self._starts[-1]:
            raise ValueError(f"{len(vectors)} vectors for {self._starts[-1]} sentences.")

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        counts = [len(sentence_spans(passage.text)) for passage in self._guide.passages]
        return np.concatenate([[0], np.cumsum(counts)])

    def answering(
        self, owner: int, questions: Vectors, weights: Sequence[float]
    ) -> tuple[Span, ...]:
        """Return the sentences of a passage that are closest to what was asked.

        Args:
            owner: Position of the passage.
            questions: Vectors of the readings, shape (n_readings, dimension).
            weights: How much each reading counts.
        """
        text = self._guide.passages[owner].text
        spans = sentence_spans(text)
        own = self.vectors[self._starts[owner] : self._starts[owner + 1]]
        counted = np.array(weights, dtype=np.float32) / np.float32(sum(weights))
        scores = own @ (questions.T @ counted) - PAGES_COST * _name_pages(text, spans)
        return _best(spans, scores, lambda best: best - SLACK)


def answering_by_words(
    passage: Passage, question_terms: Sequence[str], weight: Weight
) -> tuple[Span, ...]:
    """Return the sentences of a passage that share most with a question's terms.

    Args:
        passage: The passage.
        question_terms: Terms of the question.
        weight: How rare a term is among all passages.
    """
    spans = sentence_spans(passage.text)
    held = _terms_of(passage.text)
    wanted = set(question_terms)
    counts: Mapping[str, int] = _counts(held)
    scores = [sum(weight(t) / counts[t] for t in sorted(own & wanted)) for own in held]
    if not scores or max(scores) == 0:
        return ()
    return _best(spans, np.array(scores), lambda best: best * SHARED_SLACK)


def _best(
    spans: tuple[Span, ...], scores: NDArray[np.floating], least: Callable[[float], float]
) -> tuple[Span, ...]:
    if len(spans) < FEWEST:
        return ()
    most = 3 if len(spans) >= LONG else 2
    order = np.argsort(-scores, kind="stable")[:most]
    floor = least(float(scores[order[0]]))
    kept = [i for i in order.tolist() if scores[i] >= floor]
    return tuple(spans[i] for i in sorted(kept))


def _name_pages(text: str, spans: Sequence[Span]) -> NDArray[np.float32]:
    """Return 1 for each sentence that speaks of pages of the guide, else 0."""
    plain = (BRACKETED.sub("", text[span.start : span.end]) for span in spans)
    return np.array([bool(NAMES_PAGES.search(one)) for one in plain], dtype=np.float32)


@lru_cache(maxsize=1024)
def _terms_of(text: str) -> tuple[frozenset[str], ...]:
    return tuple(
        frozenset(terms(fold_synonyms(normalise(text[span.start : span.end]))))
        for span in sentence_spans(text)
    )


def _counts(held: Sequence[frozenset[str]]) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for own in held:
        for term in own:
            counts[term] = counts.get(term, 0) + 1
    return counts
