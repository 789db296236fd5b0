"""Check the edition by itself: near-twins, shared questions, long sentences, stale agreements."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import mean, median

from corpus.alignment import Alignment
from corpus.audit.accepted import Accepted
from corpus.audit.finding import Finding, finding
from corpus.original import bare_text, character_pairs
from corpus.passage import Guide, Passage, PassageKind

MOST_ALIKE = 0.85  # of the character pairs of the shorter passage
MOST_MEAN = 26.0  # characters a sentence, on average over a passage; the aim over all is 22
SENTENCE_END = re.compile("[。！？\n]")
ADDRESS = re.compile(r"(?:https?://|www\.)[\w./?=&%-]+|[A-Z][\w.-]+(?: [A-Za-z(][\w.()-]*)+")


def audit_alone(
    edition: Guide, alignment: Alignment, accepted: Mapping[str, Accepted]
) -> list[Finding]:
    """Return what can be found without the publisher's guide."""
    return [
        *_twins(edition),
        *_shared_questions(edition),
        *_long_sentences(edition),
        *_agreements(edition, alignment, accepted),
    ]


def _twins(edition: Guide) -> Iterator[Finding]:
    bags = [(p, character_pairs(p.text)) for p in edition.passages]
    for i, (passage, bag) in enumerate(bags):
        for other, theirs in bags[:i]:
            share = len(bag & theirs) / (min(len(bag), len(theirs)) or 1)
            if share >= MOST_ALIKE and _could_be_one(passage, other):
                percent = round(100 * share)
                yield finding("twin", passage.passage_id, other=other.passage_id, share=percent)


def _could_be_one(passage: Passage, other: Passage) -> bool:
    """Whether two passages of the same words are one too many.

    An overview may repeat its details, a glossary entry its text, and two drugs may go alike.
    """
    apart = (PassageKind.OVERVIEW, PassageKind.GLOSSARY)
    same_kind = all((passage.kind is kind) == (other.kind is kind) for kind in apart)
    return same_kind and passage.subjects == other.subjects


def _shared_questions(edition: Guide) -> Iterator[Finding]:
    owners: dict[str, Passage] = {}
    for passage in edition.passages:
        for question in (q for asked in passage.questions.values() for q in asked):
            first = owners.setdefault(bare_text(question), passage)
            if first is not passage:
                yield finding(
                    "shared_question",
                    passage.passage_id,
                    question=question,
                    other=first.passage_id,
                )


def _long_sentences(edition: Guide) -> Iterator[Finding]:
    for passage in edition.passages:
        average = mean(sentence_lengths(passage) or [0])
        if average > MOST_MEAN and passage.kind is not PassageKind.GLOSSARY:
            yield finding(
                "long_sentences", passage.passage_id, mean=round(average), most=round(MOST_MEAN)
            )


def _agreements(
    edition: Guide, alignment: Alignment, accepted: Mapping[str, Accepted]
) -> Iterator[Finding]:
    for passage in edition.passages:
        if not alignment.names.get(passage.passage_id):
            yield finding("unaligned", passage.passage_id)
        agreed = accepted.get(passage.passage_id)
        if agreed is not None and not agreed.holds_for(passage):
            yield finding("stale", passage.passage_id)
    for passage_id in accepted:
        if passage_id not in edition.by_id:
            yield finding("unknown_passage", file="accepted.tsv", passage=passage_id)


def sentence_lengths(passage: Passage) -> list[int]:
    """Return the length of each sentence, in characters; addresses and foreign names left out."""
    plain = ADDRESS.sub("", passage.text)
    return [len(s.strip()) for s in SENTENCE_END.split(plain) if s.strip()]


@dataclass(frozen=True, slots=True)
class Readability:
    """How long passages and sentences are, in characters."""

    passages: int
    questions: int
    median_text: float
    longest_text: int
    mean_sentence: float
    longest_sentence: int


def readability(edition: Guide) -> Readability:
    """Return the figures over the whole edition."""
    texts = [len(passage.text) for passage in edition.passages]
    sentences = [n for passage in edition.passages for n in sentence_lengths(passage)]
    asked = sum(len(qs) for p in edition.passages for qs in p.questions.values())
    return Readability(
        len(texts), asked, median(texts), max(texts), mean(sentences), max(sentences)
    )
