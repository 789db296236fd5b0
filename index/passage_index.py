"""Search over passages: from queries to hits, with or without an encoder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.not_in_guide import Topic
from corpus.passage import Guide, PassageKind, Span
from corpus.subjects import without_slots
from index.dense import DenseIndex
from index.encoder import Encoder, Vectors
from index.fuse import BANK_WEIGHTS, TEXT_WEIGHTS, Legs, Scores, fuse, standardised
from index.head import Head, through
from index.hit import Found, Hit, Support, TopicHit
from index.key import Key, KeyKind, keys_of, passage_text
from index.lexical import LexicalIndex, LexicalScores
from index.query import Query, read_query
from index.script import normalise
from index.sentences import SentenceIndex, answering_by_words
from index.stages import stage
from index.words import HAN_RUN, pairs

EXPLAINS_FROM = 150  # characters; a longer passage is not better for being longer
NO_ANSWER_PENALTY = 3.0  # deviations; for what is hardly an answer by itself
LEAST_HAN = 0.3


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read what a person asked, and how much it counts."""

    query: Query
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class _KeyScores:
    """Per owner, arrays of shape (n_owners,); per key, shape (n_keys,)."""

    best: Scores
    best_three: Scores
    text: Scores
    best_key: NDArray[np.int64]


class PassageIndex:
    """All that is needed to find passages of one guide.

    Owners are the guide's passages, then the topics outside it; keys of one owner stand side by
    side. Without `dense` and `encoder` it searches by words alone.
    """

    def __init__(
        self,
        guide: Guide,
        topics: tuple[Topic, ...],
        lexical: LexicalIndex,
        dense: DenseIndex | None = None,
        encoder: Encoder | None = None,
        head: Head | None = None,
        sentences: SentenceIndex | None = None,
    ) -> None:
        self.guide = guide
        self.topics = topics
        self.keys = keys_of(guide, topics)
        self._lexical = lexical
        self._dense = dense
        self._encoder = encoder
        self._head = head
        self._sentences = sentences
        owners = np.array([key.owner for key in self.keys])
        self._starts = np.flatnonzero(np.diff(owners, prepend=-1))
        self._ends = np.append(self._starts[1:], len(self.keys))
        text_keys = [i for i, key in enumerate(self.keys) if key.kind is KeyKind.TEXT]
        self._text_keys = np.array(text_keys, dtype=np.int64)
        self.has_bank = any(passage.questions for passage in guide.passages)
        self._weights = BANK_WEIGHTS if self.has_bank else TEXT_WEIGHTS
        self._prior = _overview_prior(guide) if self.has_bank else _length_prior(guide)

    @property
    def searches_by_meaning(self) -> bool:
        """Whether an encoder takes part; else words alone decide."""
        return self._dense is not None

    @stage("search")
    def search(self, readings: Sequence[Reading], *, top_k: int) -> Found:
        """Return the `top_k` passages found for all readings together, and the closest topic.

        The scores of the readings are added, which beats choosing one of them.

        Raises:
            ValueError: There is no reading.
        """
        if not readings:
            raise ValueError("A search needs at least one reading.")
        lexical = [self._lexical.search(reading.query.terms) for reading in readings]
        vectors = self._encode(readings)
        mapped = None if vectors is None else through(self._head, vectors)
        dense = None if mapped is None else self._search_keys(mapped)
        order = self._order(readings, lexical, dense)[:top_k]
        hits = tuple(
            Hit(
                self.guide.passages[i],
                rank,
                self._support(i, readings, lexical, dense),
                self._answering(i, readings, mapped),
            )
            for rank, i in enumerate(order.tolist(), start=1)
        )
        topic = self._closest_topic(readings, lexical, dense)
        return Found(hits, topic, None if vectors is None else vectors[0])

    @property
    def encoder_name(self) -> str:
        """Name of the encoder, or nothing where words alone are searched."""
        return self._encoder.name if self._encoder is not None else ""

    def vector_of(self, question: str) -> Vectors | None:
        """Return the encoder's vector of a question, shape (dimension,), or none without one."""
        vectors = self._encode([Reading(read_query(question))])
        return None if vectors is None else vectors[0]

    @stage("encode")
    def _encode(self, readings: Sequence[Reading]) -> Vectors | None:
        """Return the encoder's vectors of the readings, shape (n_readings, dimension)."""
        if self._dense is None or self._encoder is None:
            return None
        return self._encoder.encode_questions([r.query.asked for r in readings])

    def _answering(
        self, owner: int, readings: Sequence[Reading], mapped: Vectors | None
    ) -> tuple[Span, ...]:
        """Return the sentences of a passage that answer, by the readings' vectors mapped."""
        if self._sentences is not None and mapped is not None:
            return self._sentences.answering(owner, mapped, [r.weight for r in readings])
        wanted = [term for reading in readings for term in reading.query.terms]
        return answering_by_words(self.guide.passages[owner], wanted, self._lexical.weight)

    def _search_keys(self, mapped: Vectors) -> list[_KeyScores] | None:
        if self._dense is None:
            return None
        similarities = self._dense.similarities(mapped)
        return [self._by_owner(row) for row in similarities]

    def _by_owner(self, by_key: Scores) -> _KeyScores:
        best = np.maximum.reduceat(by_key, self._starts)
        best_three = np.empty_like(best)
        best_key = np.empty(len(best), dtype=np.int64)
        for owner, (start, end) in enumerate(zip(self._starts, self._ends, strict=True)):
            own = by_key[start:end]
            best_key[owner] = start + int(own.argmax())
            best_three[owner] = own.mean() if len(own) < 4 else np.partition(own, -3)[-3:].mean()
        return _KeyScores(best, best_three, by_key[self._text_keys], best_key)

    def _order(
        self,
        readings: Sequence[Reading],
        lexical: list[LexicalScores],
        dense: list[_KeyScores] | None,
    ) -> NDArray[np.int64]:
        """Return positions of all passages, best first; ties keep the order of the guide."""
        count = len(self.guide.passages)
        total = np.zeros(count, dtype=np.float32)
        for i, reading in enumerate(readings):
            legs = Legs(lexical[i].scores[:count], self._prior)
            if dense is not None:
                d = dense[i]
                legs = Legs(legs.words, legs.prior, d.best[:count], d.best_three[:count], d.text)
            english = reading.query.is_english
            weights = self._weights.for_english() if english else self._weights
            total += np.float32(reading.weight) * fuse(legs, weights)
        return np.argsort(-total, kind="stable")

    def _support(
        self,
        owner: int,
        readings: Sequence[Reading],
        lexical: list[LexicalScores],
        dense: list[_KeyScores] | None,
    ) -> Support:
        """Return the strongest support that any reading gives an owner."""
        word_score = max(float(scores.scores[owner]) for scores in lexical)
        coverage = max(float(scores.coverage[owner]) for scores in lexical)
        if dense is None:
            key = self._closest_key_by_words(owner, readings[0].query)
            return Support(None, word_score, coverage, key)
        best = max(dense, key=lambda scores: float(scores.best[owner]))
        key = self.keys[int(best.best_key[owner])]
        return Support(float(best.best[owner]), word_score, coverage, key)

    def _closest_key_by_words(self, owner: int, query: Query) -> Key:
        wanted = set(pairs(query.text)) | set(query.text.split())
        own = self.keys[self._starts[owner] : self._ends[owner]]

        def shared(key: Key) -> float:
            text = normalise(key.text)
            held = set(pairs(text)) | set(text.split())
            return 2 * len(wanted & held) / (len(wanted) + len(held) or 1)

        return max(own, key=shared)

    def _closest_topic(
        self,
        readings: Sequence[Reading],
        lexical: list[LexicalScores],
        dense: list[_KeyScores] | None,
    ) -> TopicHit | None:
        first = len(self.guide.passages)
        if not self.topics:
            return None
        # One key may stand under the wrong topic; the best three say which topic it is.
        per_reading = (
            [d.best + d.best_three for d in dense] if dense else [s.scores for s in lexical]
        )
        best = int(np.argmax(np.max([scores[first:] for scores in per_reading], axis=0)))
        support = self._support(first + best, readings, lexical, dense)
        return TopicHit(self.topics[best], support)


def _overview_prior(guide: Guide) -> Scores:
    """Return 1 for overviews: asked broadly or in doubt, the whole is worth more than a part."""
    kinds = [passage.kind is PassageKind.OVERVIEW for passage in guide.passages]
    return np.array(kinds, dtype=np.float32)


def _length_prior(guide: Guide) -> Scores:
    """Return what speaks for each passage beforehand: length, to a point.

    Labels of a figure count little, and so do English references in a Chinese guide.
    """
    lengths = [min(len(passage.text), EXPLAINS_FROM) for passage in guide.passages]
    prior = standardised(np.log(np.array(lengths, dtype=np.float32)))
    chinese = [_share_of_han(passage.text) >= LEAST_HAN for passage in guide.passages]
    is_chinese_guide = sum(chinese) > len(chinese) / 2
    for i, passage in enumerate(guide.passages):
        if passage.kind is PassageKind.CHART or (is_chinese_guide and not chinese[i]):
            prior[i] -= NO_ANSWER_PENALTY
    return prior


def _share_of_han(text: str) -> float:
    return sum(len(run) for run in HAN_RUN.findall(text)) / (len(text) or 1)


def owner_documents(guide: Guide, topics: tuple[Topic, ...]) -> list[str]:
    """Return one document an owner, for lexical search: its text and its ways of asking."""
    documents = ["\n".join([passage_text(p), *without_slots(p.questions)]) for p in guide.passages]
    documents += ["\n".join(without_slots(topic.questions)) for topic in topics]
    return documents


def words_only_index(guide: Guide, topics: tuple[Topic, ...]) -> PassageIndex:
    """Return an index that needs neither model nor stored files."""
    return PassageIndex(guide, topics, LexicalIndex.build(owner_documents(guide, topics)))
