"""Why a reply is what it is: the same bot, its stages watched, for volunteers.

The bot is copied and each stage wrapped, so that what is told is what the stages did and not a
second reckoning. What they took and gave is passed on untouched.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from typing import Any

from chatbot.bot import MOST_CHARACTERS, Chatbot, Turn
from chatbot.choice import Choice, Chooser
from chatbot.conversation import Conversation
from chatbot.decisions import Decision, Decisions
from chatbot.doubt import Doubts, Evidence, probability
from chatbot.triage.finding import Finding
from chatbot.triage.triage import Alarm, Triage
from index.hit import Found, Hit, TopicHit
from index.passage_index import PassageIndex, Reading

MOST_CANDIDATES = 30


@dataclass
class Seen:
    """What the stages of a turn took and gave, in order."""

    alarms: list[Alarm] = field(default_factory=list)
    searches: list[tuple[tuple[Reading, ...], Found]] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    decisions: list[Decision | None] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Request:
    """How much a message looks like a request for a decision.

    Attributes:
        score: Log-odds by sentences, or with the vector.
        threshold: From here on it is one.
    """

    score: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence against an answer.

    Attributes:
        name: A field of `Evidence`.
        value: What was found.
        added: What it adds to the log-odds that the guide does not hold it.
    """

    name: str
    value: float
    added: float


@dataclass(frozen=True, slots=True)
class Refusing:
    """The weighing of whether the guide holds it.

    Attributes:
        pieces: The evidence, the strongest first.
        bias: The log-odds of no evidence.
        doubt: The sum: log-odds that the guide does not hold it.
        threshold: From here on it is refused.
    """

    pieces: tuple[Piece, ...]
    bias: float
    doubt: float
    threshold: float

    @property
    def is_refused(self) -> bool:
        """Whether the sum reaches the threshold."""
        return self.doubt >= self.threshold

    @property
    def percent(self) -> int:
        """The probability that the guide does not hold it, in percent."""
        return round(100 * probability(self.doubt))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that was found.

    Attributes:
        hit: What was found and what speaks for it.
        by_meaning: Its place among the candidates by cosine alone; `None` without an encoder.
        by_words: Its place by BM25 alone; `None` where it shares no word.
        cited: The number under which it is quoted, or 0.
    """

    hit: Hit
    by_meaning: int | None
    by_words: int | None
    cited: int


@dataclass(frozen=True, slots=True)
class Why:
    """A turn and what led to it.

    Attributes:
        turn: The reply, and the conversation after it.
        findings: What triage found, held ones too.
        searched: The questions that were searched, with their weights; empty without a search.
        by_meaning: Whether an encoder took part.
        candidates: All that was found, best first.
        topic: The closest topic that the guide leaves out.
        refusing: The weighing, where evidence was weighed.
        request: How much it looks like a request, where that was scored.
        decision: The request that was recognised, or none.
        leaves_out: Which of several questions have no answer, counted from 1.
        n_parts: Into how many questions the message was taken apart.
    """

    turn: Turn
    findings: tuple[Finding, ...]
    searched: tuple[tuple[str, float], ...]
    by_meaning: bool
    candidates: tuple[Candidate, ...]
    topic: TopicHit | None
    refusing: Refusing | None
    request: Request | None
    decision: Decision | None
    leaves_out: tuple[int, ...]
    n_parts: int


class _Watched:
    """A copy of a stage that tells what it takes and gives."""

    def __init__(self, stage: object, seen: Seen) -> None:
        self.__dict__.update(stage.__dict__)
        self._seen = seen


class _WatchedTriage(_Watched, Triage):
    def check(self, *args: Any, **kwargs: Any) -> Alarm:
        alarm = super().check(*args, **kwargs)
        self._seen.alarms.append(alarm)
        return alarm

    def check_vector(self, *args: Any, **kwargs: Any) -> Alarm:
        alarm = super().check_vector(*args, **kwargs)
        self._seen.alarms.append(alarm)
        return alarm


class _WatchedIndex(_Watched, PassageIndex):
    def search(self, *args: Any, **kwargs: Any) -> Found:
        found = super().search(*args, **kwargs)
        readings = kwargs.get("readings", args[0] if args else ())
        self._seen.searches.append((tuple(readings), found))
        return found


class _WatchedDecisions(_Watched, Decisions):
    def check(self, *args: Any, **kwargs: Any) -> Decision | None:
        decision = super().check(*args, **kwargs)
        self._seen.decisions.append(decision)
        return decision

    def reaches(self, score: float, threshold: float) -> bool:
        self._seen.requests.append(Request(score, threshold))
        return super().reaches(score, threshold)


@dataclass(frozen=True)
class _WatchedDoubts(Doubts):
    seen: Seen = field(default_factory=Seen)

    def evidence(self, *args: Any, **kwargs: Any) -> Evidence:
        evidence = super().evidence(*args, **kwargs)
        self.seen.evidence.append(evidence)
        return evidence


class _WatchedChooser(_Watched, Chooser):
    def __init__(self, chooser: Chooser, index: PassageIndex, seen: Seen) -> None:
        super().__init__(chooser, seen)
        self._index = index
        doubts = chooser._doubts
        if doubts is not None:
            own = (doubts.ngrams, doubts.with_vectors, doubts.by_words)
            self._doubts = _WatchedDoubts(*own, seen=seen)

    def choose(self, *args: Any, **kwargs: Any) -> Choice:
        choice = super().choose(*args, **kwargs)
        self._seen.choices.append(choice)
        return choice

    def refusing(self, *, by_meaning: bool) -> Refusing | None:
        """Return how the whole message was weighed; none where gates decided."""
        if self._doubts is None or not self._seen.evidence:
            return None
        weighing, evidence = self._doubts.weighing(by_meaning=by_meaning), self._seen.evidence[0]
        pieces = tuple(
            Piece(name, float(getattr(evidence, name)), added)
            for name, added in weighing.reasons(evidence)
        )
        return Refusing(pieces, weighing.bias, weighing.doubt(evidence), weighing.threshold)


def explain(chatbot: Chatbot, question: str, conversation: Conversation = Conversation()) -> Why:  # noqa: B008
    """Return what the bot says to a question, and why."""
    seen = Seen()
    watched = copy(chatbot)
    watched.index = _WatchedIndex(chatbot.index, seen)
    watched.triage = _WatchedTriage(chatbot.triage, seen)
    watched.decisions = _WatchedDecisions(chatbot.decisions, seen)
    chooser = watched.chooser = _WatchedChooser(chatbot.chooser, watched.index, seen)
    turn = watched.reply(question, conversation)
    readings, found = seen.searches[0] if seen.searches else ((), Found((), None))
    decision = seen.decisions[-1] if seen.decisions else None
    request = seen.requests[-1] if seen.requests else None
    choice = seen.choices[-1] if seen.choices else Choice(())
    return Why(
        turn=turn,
        findings=seen.alarms[-1].findings if seen.alarms else (),
        searched=tuple(
            (reading.query.asked[:MOST_CHARACTERS], reading.weight) for reading in readings
        ),
        by_meaning=found.by_meaning,
        candidates=_candidates(chatbot.index, readings, found, turn),
        topic=found.topic,
        refusing=chooser.refusing(by_meaning=found.by_meaning),
        request=request,
        decision=decision,
        leaves_out=choice.leaves_out,
        n_parts=max(len(seen.evidence) - 1, 0),
    )


def _candidates(
    index: PassageIndex, readings: tuple[Reading, ...], found: Found, turn: Turn
) -> tuple[Candidate, ...]:
    """Return more than the bot looked at: what stands further down tells what was missed."""
    if not readings:
        return ()
    hits = index.search(readings, top_k=MOST_CANDIDATES, before=found).hits
    meaning = _places([hit.support.similarity for hit in hits])
    words = _places([hit.support.word_score or None for hit in hits])
    citations = getattr(turn.reply, "citations", ())
    cited = {citation.passage.passage_id: citation.number for citation in citations}
    return tuple(
        Candidate(
            hit,
            meaning[i],
            words[i],
            cited.get(hit.passage.passage_id, 0),
        )
        for i, hit in enumerate(hits)
    )


def _places(scores: list[float | None]) -> list[int | None]:
    """Return the place of each score, 1 for the highest; equal ones share a place."""
    counted = [score for score in scores if score is not None]
    return [None if s is None else 1 + sum(other > s for other in counted) for s in scores]
