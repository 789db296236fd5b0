"""Search over passages: from queries to hits, with or without an encoder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from sys import intern

import numpy as np
from numpy.typing import NDArray

from corpus.not_in_guide import Topic
from corpus.passage import Guide, PassageKind, Span
from corpus.subjects import without_slots
from index.candidates import Sample, candidates, sampled
from index.dense import DenseIndex
from index.encoder import Encoder, Vectors
from index.errors import StoreUnavailable
from index.fuse import BANK_WEIGHTS, TEXT_WEIGHTS, Legs, Scores, fuse, standardised
from index.head import Head, through
from index.hit import Found, Hit, Looked, Support, TopicHit
from index.key import Key, keys_of, passage_text
from index.lexical import LexicalIndex, LexicalScores
from index.owners import KeyScores, Owners, key_scores
from index.query import Query, read_query
from index.script import normalise
from index.sentences import SentenceIndex, answering_by_words
from index.stages import stage
from index.vector_store import VectorStore
from index.words import count_han, pairs

EXPLAINS_FROM = 150  # characters; a longer passage is not better for being longer
NO_ANSWER_PENALTY = 3.0  # deviations; for what is hardly an answer by itself
LEAST_HAN = 0.3


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read what a person asked, and how much it counts."""

    query: Query
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class _Judged:
    """What was found for each reading of a question, about the owners that were looked at.

    Attributes:
        owners: Which owners: all of them, or those that a large store leads to.
        lexical: Words, for each reading.
        dense: Cosines, for each reading; `None` where words alone were searched.
        samples: What is usual among all passages, for each reading; `None` where all were looked
            at.
    """

    owners: Owners
    lexical: list[LexicalScores]
    dense: list[KeyScores] | None = None
    samples: list[Legs] | None = None


class PassageIndex:
    """All that is needed to find passages of one guide.

    Owners are the guide's passages, then the topics outside it; keys of one owner stand side by
    side. Without `dense` and `encoder` it searches by words alone. An exact store of usual size
    is compared as a whole; of any other one the closest keys are asked for, and it must come with
    a `sample` of vectors.
    """

    def __init__(
        self,
        guide: Guide,
        topics: tuple[Topic, ...],
        lexical: LexicalIndex,
        dense: VectorStore | None = None,
        encoder: Encoder | None = None,
        head: Head | None = None,
        sentences: SentenceIndex | None = None,
        sample: Vectors | None = None,
    ) -> None:
        """Put an index together.

        Raises:
            ValueError: A store that is not compared as a whole has no sample, or one of another
                size.
        """
        self.guide = guide
        self.topics = topics
        self.keys = keys_of(guide, topics)
        self._lexical = lexical
        self._dense = dense
        self._encoder = encoder
        self._head = head
        self._sentences = sentences
        self._owners = Owners.of(self.keys)
        self._sample = None if scanned(dense) else self._sample_of(sample)
        self.has_bank = any(passage.questions for passage in guide.passages)
        self._weights = BANK_WEIGHTS if self.has_bank else TEXT_WEIGHTS
        self._prior = _overview_prior(guide) if self.has_bank else _length_prior(guide)

    @property
    def searches_by_meaning(self) -> bool:
        """Whether an encoder takes part; else words alone decide."""
        return self._dense is not None

    @stage("search")
    def search(
        self, readings: Sequence[Reading], *, top_k: int, before: Found | None = None
    ) -> Found:
        """Return the `top_k` passages found for all readings together, and the closest topic.

        The scores of the readings are added, which beats choosing one of them.

        Args:
            readings: What is searched.
            top_k: How many passages are returned.
            before: What an earlier search of the same turn found: readings that it looked at
                are neither encoded nor compared again.

        Raises:
            ValueError: There is no reading.
        """
        if not readings:
            raise ValueError("A search needs at least one reading.")
        known = before.looked if before is not None else {}
        vectors = self._encode(readings, known)
        mapped = None if vectors is None else through(self._head, vectors)
        judged = self._judge(readings, mapped, known)
        order = self._order(readings, judged)[:top_k]
        hits = tuple(
            Hit(
                self.guide.passages[owner],
                rank,
                self._support(place, readings, judged),
                self._answering(owner, readings, mapped),
            )
            for rank, (place, owner) in enumerate(
                zip(order.tolist(), judged.owners.positions[order].tolist(), strict=True), start=1
            )
        )
        topic = self._closest_topic(readings, judged)
        if vectors is None:
            return Found(hits, topic)
        return Found(hits, topic, vectors[0], {**known, **_looked(readings, vectors, judged)})

    @property
    def encoder_name(self) -> str:
        """Name of the encoder, or nothing where words alone are searched."""
        return self._encoder.name if self._encoder is not None else ""

    def vector_of(self, question: str) -> Vectors | None:
        """Return the encoder's vector of a question, shape (dimension,), or none without one."""
        vectors = self._encode([Reading(read_query(question))], {})
        return None if vectors is None else vectors[0]

    @stage("encode")
    def _encode(self, readings: Sequence[Reading], known: Mapping[str, Looked]) -> Vectors | None:
        """Return the encoder's vectors of the readings, shape (n_readings, dimension)."""
        if self._dense is None or self._encoder is None:
            return None
        asked = [reading.query.asked for reading in readings]
        new = [question for question in dict.fromkeys(asked) if question not in known]
        vectors = {question: known[question].vector for question in asked if question in known}
        if new:
            vectors |= zip(new, self._encoder.encode_questions(new), strict=True)
        return np.stack([vectors[question] for question in asked])

    def _answering(
        self, owner: int, readings: Sequence[Reading], mapped: Vectors | None
    ) -> tuple[Span, ...]:
        """Return the sentences of a passage that answer, by the readings' vectors mapped."""
        if self._sentences is not None and mapped is not None:
            return self._sentences.answering(owner, mapped, [r.weight for r in readings])
        wanted = [term for reading in readings for term in reading.query.terms]
        return answering_by_words(self.guide.passages[owner], wanted, self._lexical.weight)

    def _judge(
        self, readings: Sequence[Reading], mapped: Vectors | None, known: Mapping[str, Looked]
    ) -> _Judged:
        """Return what is found for the readings; by words alone where the store is silent."""
        if mapped is not None and self._dense is not None and self._sample is not None:
            try:
                return self._judge_candidates(readings, mapped, self._dense, self._sample)
            except StoreUnavailable:
                mapped = None
        looked = [known.get(reading.query.asked) for reading in readings]
        lexical = [
            before.lexical if before and before.lexical else self._lexical.search(r.query.terms)
            for r, before in zip(readings, looked, strict=True)
        ]
        if mapped is None or not isinstance(self._dense, DenseIndex):
            return _Judged(self._owners, lexical)
        dense = [before.dense if before else None for before in looked]
        missing = [i for i, scores in enumerate(dense) if scores is None]
        if missing:
            rows = self._dense.similarities(mapped[missing])
            for i, row in zip(missing, rows, strict=True):
                dense[i] = key_scores(row, self._owners)
        return _Judged(self._owners, lexical, [scores for scores in dense if scores is not None])

    def _judge_candidates(
        self, readings: Sequence[Reading], mapped: Vectors, store: VectorStore, sample: Sample
    ) -> _Judged:
        """Return what is found for the readings among the owners that the store leads to.

        Raises:
            StoreUnavailable: The store does not answer.
        """
        terms = [reading.query.terms for reading in readings]
        count = len(self.guide.passages)
        owners = candidates(self._owners, count, store, self._lexical, mapped, terms)
        rows = store.similarities_of(mapped, owners.keys)
        usual = [key_scores(row, sample.owners) for row in mapped @ sample.vectors.T]
        return _Judged(
            owners,
            [self._lexical.scores_of(own, owners.positions) for own in terms],
            [key_scores(row, owners) for row in rows],
            [
                Legs(
                    self._lexical.scores_of(own, sample.owners.positions).scores,
                    self._prior[sample.owners.positions],
                    scores.best,
                    scores.best_three,
                    scores.text,
                )
                for own, scores in zip(terms, usual, strict=True)
            ],
        )

    def _sample_of(self, vectors: Vectors | None) -> Sample:
        owners = sampled(self._owners, len(self.guide.passages))
        if vectors is None or len(vectors) != len(owners.keys):
            given = "no" if vectors is None else len(vectors)
            raise ValueError(f"{given} vectors for a sample of {len(owners.keys)} keys.")
        return Sample(owners, vectors)

    def _order(self, readings: Sequence[Reading], judged: _Judged) -> NDArray[np.int64]:
        """Return places of the passages looked at, best first; ties keep the guide's order."""
        count = judged.owners.count_before(len(self.guide.passages))
        prior = self._prior[judged.owners.positions[:count]]
        total = np.zeros(count, dtype=np.float32)
        for i, reading in enumerate(readings):
            legs = Legs(judged.lexical[i].scores[:count], prior)
            if judged.dense is not None:
                d = judged.dense[i]
                legs = Legs(legs.words, prior, d.best[:count], d.best_three[:count], d.text[:count])
            english = reading.query.is_english
            weights = self._weights.for_english() if english else self._weights
            sample = judged.samples[i] if judged.samples else None
            total += np.float32(reading.weight) * fuse(legs, weights, sample)
        return np.argsort(-total, kind="stable")

    def _support(self, place: int, readings: Sequence[Reading], judged: _Judged) -> Support:
        """Return the strongest support that any reading gives an owner that was looked at."""
        word_score = max(float(scores.scores[place]) for scores in judged.lexical)
        coverage = max(float(scores.coverage[place]) for scores in judged.lexical)
        if judged.dense is None:
            owner = int(judged.owners.positions[place])
            key = self._closest_key_by_words(owner, readings[0].query)
            return Support(None, word_score, coverage, key)
        best = max(judged.dense, key=lambda scores: float(scores.best[place]))
        key = self.keys[int(best.best_key[place])]
        nearest = max(float(scores.best_three[place]) for scores in judged.dense)
        return Support(float(best.best[place]), word_score, coverage, key, nearest)

    def _closest_key_by_words(self, owner: int, query: Query) -> Key:
        wanted = _held(query.text)
        start, end = self._owners.starts[owner], self._owners.ends[owner]
        own = self.keys[start:end]

        def shared(key: Key) -> float:
            held = _held_by_key(key.text)
            return 2 * len(wanted & held) / (len(wanted) + len(held) or 1)

        return max(own, key=shared)

    def _closest_topic(self, readings: Sequence[Reading], judged: _Judged) -> TopicHit | None:
        first = judged.owners.count_before(len(self.guide.passages))
        if first == len(judged.owners):
            return None
        # One key may stand under the wrong topic; the best three say which topic it is.
        per_reading = (
            [d.best + d.best_three for d in judged.dense]
            if judged.dense
            else [s.scores for s in judged.lexical]
        )
        best = first + int(np.argmax(np.max([scores[first:] for scores in per_reading], axis=0)))
        topic = int(judged.owners.positions[best]) - len(self.guide.passages)
        return TopicHit(self.topics[topic], self._support(best, readings, judged))


def _held(text: str) -> frozenset[str]:
    """Return the pairs of characters and the words of a normalised text."""
    return frozenset(map(intern, (*pairs(text), *text.split())))


@lru_cache(maxsize=50_000)
def _held_by_key(text: str) -> frozenset[str]:
    """Return what a key holds; by words alone the same keys are looked at again and again."""
    return _held(normalise(text))


def _looked(readings: Sequence[Reading], vectors: Vectors, judged: _Judged) -> Mapping[str, Looked]:
    """Return what each reading brought; scores only where they are of all owners."""
    whole = judged.dense is not None and judged.samples is None
    return {
        reading.query.asked: Looked(
            vectors[i],
            judged.lexical[i] if whole else None,
            judged.dense[i] if whole and judged.dense is not None else None,
        )
        for i, reading in enumerate(readings)
    }


def scanned(store: VectorStore | None) -> bool:
    """Return whether a store is compared as a whole, so that nothing stands for what is left."""
    return store is None or (isinstance(store, DenseIndex) and store.scans_all)


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
    return count_han(text) / (len(text) or 1)


def owner_documents(guide: Guide, topics: tuple[Topic, ...]) -> list[str]:
    """Return one document an owner, for lexical search: its text and its ways of asking."""
    documents = ["\n".join([passage_text(p), *without_slots(p.questions)]) for p in guide.passages]
    documents += ["\n".join(without_slots(topic.questions)) for topic in topics]
    return documents


def words_only_index(guide: Guide, topics: tuple[Topic, ...]) -> PassageIndex:
    """Return an index that needs neither model nor stored files."""
    return PassageIndex(guide, topics, LexicalIndex.build(owner_documents(guide, topics)))
