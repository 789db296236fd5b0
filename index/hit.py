"""What a search gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from corpus.not_in_guide import Topic
from corpus.passage import Passage, Span
from index.key import Key
from index.lexical import LexicalScores
from index.owners import KeyScores


@dataclass(frozen=True, slots=True)
class Support:
    """How much speaks for one owner; each number on its own scale, never added up.

    Attributes:
        similarity: Cosine of the best key, -1 to 1; `None` where there is no encoder.
        word_score: BM25 over text and ways of asking; 0 where no word is shared.
        coverage: Share of the question's weight in words that the owner holds, 0 to 1.
        key: The key that matched best; it explains the match to a person.
        nearest: Mean cosine of its best three keys, which one odd key cannot raise; `None` where
            there is no encoder.
    """

    similarity: float | None
    word_score: float
    coverage: float
    key: Key
    nearest: float | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query. Rank orders (1 is first), support decides.

    Attributes:
        passage: The passage.
        rank: Its place.
        support: What speaks for it.
        answering: Where the sentences stand in it that answer; none where it does as a whole.
    """

    passage: Passage
    rank: int
    support: Support
    answering: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicHit:
    """The topic outside the guide that comes closest to a query."""

    topic: Topic
    support: Support


@dataclass(frozen=True, slots=True)
class Looked:
    """What one reading brought, so that another search of the same turn need not look again.

    Attributes:
        vector: The encoder's vector, shape (dimension,).
        lexical: Words, of all owners; `None` where a store led to some of them only.
        dense: Cosines, of all owners; likewise.
    """

    vector: NDArray[np.float32]
    lexical: LexicalScores | None = None
    dense: KeyScores | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """All that a search found: passages, best first, and the closest topic outside the guide.

    Attributes:
        hits: Passages, best first.
        topic: The closest topic outside the guide.
        vector: The encoder's vector of the first reading, shape (dimension,); `None` without one.
        looked: By what was asked, what each reading brought; empty without an encoder.
    """

    hits: tuple[Hit, ...]
    topic: TopicHit | None
    vector: NDArray[np.float32] | None = field(default=None, compare=False, repr=False)
    looked: Mapping[str, Looked] = field(default_factory=dict, compare=False, repr=False)

    @property
    def similarity(self) -> float:
        """Cosine of the closest key of all hits; 0 where words alone were searched."""
        return max((hit.support.similarity or 0.0 for hit in self.hits), default=0.0)

    @property
    def nearest(self) -> float:
        """Mean cosine of the best three keys of the closest hit; 0 by words alone."""
        return max((hit.support.nearest or 0.0 for hit in self.hits), default=0.0)

    @property
    def by_meaning(self) -> bool:
        """Whether passages were compared by meaning; not where their store was silent."""
        return bool(self.hits) and self.hits[0].support.similarity is not None

    @property
    def compared_vector(self) -> NDArray[np.float32] | None:
        """The vector where passages were compared with it."""
        return self.vector if self.by_meaning else None
