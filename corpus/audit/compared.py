"""Compare every passage with the publisher's sentences that it restates, both ways."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus.alignment import Alignment
from corpus.audit.accepted import Accepted
from corpus.audit.facts import COUNTS, NAMES, Facts, read_facts
from corpus.audit.finding import Finding, finding
from corpus.original import Sentence
from corpus.pages import HAN
from corpus.passage import Guide, Passage

SHARED_RUN = 16
UNIT = re.compile(r"(?<=\d)\D+$")


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a passage and its sentences do not say the same, by the facts that are counted."""

    rule: str
    passage: str
    original: str

    def __str__(self) -> str:
        return f"{self.rule} {self.passage}|{self.original}"


def differences(passage: Passage, sentences: Sequence[Sentence]) -> tuple[Difference, ...]:
    """Return all differences between a passage and the sentences that it restates."""
    pages = tuple(sorted({page for sentence in sentences for page in sentence.pages}))
    ours = read_facts(f"{passage.heading}。{passage.text}")
    theirs = read_facts("。".join(_with_heading(sentences)))
    found = list(_of_facts(ours, theirs))
    if pages != passage.pages:
        found.append(Difference("page", _joined(passage.pages), _joined(pages)))
    return tuple(found)


def _with_heading(sentences: Sequence[Sentence]) -> Iterator[str]:
    heading = ""
    for sentence in sentences:
        if sentence.heading != heading:
            heading = sentence.heading
            yield heading
        yield sentence.text


def _of_facts(ours: Facts, theirs: Facts) -> Iterator[Difference]:
    for rule in ("number", "mention", *NAMES, *COUNTS):
        a, b = getattr(ours, rule), getattr(theirs, rule)
        if a != b:
            yield Difference(rule, _counted(a), _counted(b))
    if ours.order != theirs.order:
        yield Difference("order", ">".join(ours.order), ">".join(theirs.order))
    if ours.items != theirs.items:
        yield Difference("items", str(ours.items), str(theirs.items))


def _counted(counts: Mapping[str, int]) -> str:
    return ",".join(f"{name}*{count}" for name, count in sorted(counts.items())) or "0"


def _joined(pages: Sequence[int]) -> str:
    return "、".join(map(str, pages)) or "0"


def compare_passage(
    passage: Passage, sentences: Sequence[Sentence], accepted: Accepted | None
) -> list[Finding]:
    """Return the differences that nobody has accepted for this wording."""
    if not sentences:
        return [finding("unaligned", passage.passage_id)]
    if accepted is not None and not accepted.holds_for(passage):
        return [finding("stale", passage.passage_id)]
    agreed = accepted.differences if accepted is not None else frozenset()
    return [
        finding(d.rule, passage.passage_id, passage=d.passage, original=d.original)
        for d in differences(passage, sentences)
        if str(d) not in agreed
    ]


def compare_guide(
    edition: Guide,
    sentences: Sequence[Sentence],
    alignment: Alignment,
    accepted: Mapping[str, Accepted],
) -> list[Finding]:
    """Return all findings of the comparison, both ways."""
    by_name = {sentence.name: sentence for sentence in sentences}
    found: list[Finding] = []
    for passage in edition.passages:
        restated = alignment.sentences_of(passage, by_name)
        found += compare_passage(passage, restated, accepted.get(passage.passage_id))
    found += _unknown_names(edition, by_name, alignment)
    found += _not_restated(edition, sentences, alignment)
    found += copied_runs(edition, sentences)
    return found


def _unknown_names(
    edition: Guide, by_name: Mapping[str, Sentence], alignment: Alignment
) -> Iterator[Finding]:
    for passage_id, names in alignment.names.items():
        if passage_id not in edition.by_id:
            yield finding("unknown_passage", file="alignment.tsv", passage=passage_id)
        for name in names:
            if name not in by_name:
                yield finding("unknown_sentence", passage_id, file="alignment.tsv", name=name)
    for name in alignment.omissions:
        if name not in by_name:
            yield finding("unknown_sentence", file="omissions.tsv", name=name)


def _not_restated(
    edition: Guide, sentences: Sequence[Sentence], alignment: Alignment
) -> Iterator[Finding]:
    """Yield sentences without a passage, and facts of sentences that none of theirs has."""
    restating: dict[str, list[Passage]] = {}
    for passage in edition.passages:
        for name in alignment.names.get(passage.passage_id, ()):
            restating.setdefault(name, []).append(passage)
    for sentence in sentences:
        if sentence.name in alignment.omissions:
            continue
        page = _joined(sentence.pages)
        if sentence.name not in restating:
            yield finding("uncovered", page=page, text=sentence.text)
            continue
        kept = read_facts("。".join(f"{p.heading}。{p.text}" for p in restating[sentence.name]))
        wanted = read_facts(sentence.text)
        for rule in ("number", *NAMES):
            for fact in _missing(getattr(wanted, rule), getattr(kept, rule)):
                passage_id = restating[sentence.name][0].passage_id
                yield finding("lost", passage_id, page=page, fact=fact, text=sentence.text)


def _missing(wanted: Mapping[str, int], kept: Mapping[str, int]) -> list[str]:
    """Return facts that are not kept; a number may stand with its unit or without."""
    numbers = {UNIT.sub("", fact) for fact in kept}
    missing: list[str] = []
    for fact in sorted(wanted.keys() - kept.keys()):
        number = UNIT.sub("", fact)
        if number not in kept and not (number == fact and fact in numbers):
            missing.append(fact)
    return missing


def copied_runs(edition: Guide, sentences: Sequence[Sentence]) -> list[Finding]:
    """Return passages that share a long run of Han characters with the publisher's sentences."""
    theirs = {run for sentence in sentences for run in _han_runs(sentence.text)}
    found: list[Finding] = []
    for passage in edition.passages:
        copied = next((run for run in _han_runs(passage.text) if run in theirs), None)
        if copied is not None:
            found.append(finding("copied", passage.passage_id, run=SHARED_RUN, text=copied))
    return found


def _han_runs(text: str) -> Iterator[str]:
    han = "".join(HAN.findall(text))
    return (han[i : i + SHARED_RUN] for i in range(len(han) - SHARED_RUN + 1))
