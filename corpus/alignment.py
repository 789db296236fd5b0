"""Which passage of the edition restates which sentences of the publisher's guide.

`alignment.tsv` holds a line for each passage: its id, then the names of the sentences. With it, and
with the guide imported by the user, a citation shows the publisher's own words.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from corpus.messages import say
from corpus.original import Sentence, character_pairs
from corpus.passage import Guide, Passage
from corpus.tables import table_rows

ALIGNMENT_FILE = Path(str(files("corpus"))) / "alignment.tsv"
OMISSIONS_FILE = Path(str(files("corpus"))) / "omissions.tsv"
LEAST_GAIN = 0.06  # share of a passage's weight in character pairs that a sentence must add
LEAST_SHARE = 0.22  # share of a sentence's own weight that must stand in the passage
MOST_SENTENCES = 14
LATIN_WORD = re.compile(r"[a-z][a-z0-9.-]+|\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Alignment:
    """Passages of the edition beside the publisher's sentences.

    Attributes:
        names: Names of the sentences that a passage restates, by passage id.
        omissions: Reasons for sentences that no passage restates, by name.
    """

    names: Mapping[str, tuple[str, ...]]
    omissions: Mapping[str, str]

    @cached_property
    def restated(self) -> frozenset[str]:
        """Names of all sentences that some passage restates."""
        return frozenset(name for names in self.names.values() for name in names)

    def sentences_of(
        self, passage: Passage, sentences: Mapping[str, Sentence]
    ) -> tuple[Sentence, ...]:
        """Return what a passage restates, in reading order; `sentences` by name."""
        found = [sentences[n] for n in self.names.get(passage.passage_id, ()) if n in sentences]
        return tuple(sorted(found, key=lambda sentence: sentence.span.start))


def load_alignment(path: Path = ALIGNMENT_FILE, omissions_path: Path = OMISSIONS_FILE) -> Alignment:
    """Return the reviewed alignment.

    Raises:
        ValueError: A line has another form.
    """
    names: dict[str, tuple[str, ...]] = {}
    for passage_id, listed in _rows(path):
        names[passage_id] = tuple(listed.split())
    return Alignment(names, dict(_rows(omissions_path)))


def save_alignment(names: Mapping[str, Sequence[str]], path: Path = ALIGNMENT_FILE) -> None:
    """Write the alignment, in the order given."""
    head = "# passage\tnames of the publisher's sentences that it restates (corpus/original.py)\n"
    body = "".join(f"{key}\t{' '.join(value)}\n" for key, value in names.items())
    path.write_text(head + body, encoding="utf-8")


def _rows(path: Path) -> list[tuple[str, str]]:
    if not path.exists():
        return []
    rows: list[tuple[str, str]] = []
    for number, columns in table_rows(path.read_text(encoding="utf-8")):
        if len(columns) != 2 or not columns[0]:
            raise ValueError(say("tables", "alignment_row", file=path.name, line=number))
        rows.append((columns[0], columns[1]))
    return rows


def suggest_alignment(edition: Guide, sentences: Sequence[Sentence]) -> dict[str, tuple[str, ...]]:
    """Return a first alignment by shared character pairs, numbers and names; to be reviewed.

    Only sentences of the passage's own pages are considered.
    """
    bags = {sentence.name: _bag(f"{sentence.heading} {sentence.text}") for sentence in sentences}
    own = {sentence.name: _bag(sentence.text) for sentence in sentences}
    holding: Counter[str] = Counter(term for bag in bags.values() for term in bag)
    weights = {term: math.log1p(len(bags) / count) for term, count in holding.items()}
    return {
        passage.passage_id: _suggest(
            passage, [s for s in sentences if set(s.pages) & set(passage.pages)], bags, own, weights
        )
        for passage in edition.passages
    }


def _suggest(
    passage: Passage,
    candidates: list[Sentence],
    bags: Mapping[str, frozenset[str]],
    own: Mapping[str, frozenset[str]],
    weights: Mapping[str, float],
) -> tuple[str, ...]:
    def weight(terms: frozenset[str]) -> float:
        return math.fsum(weights.get(term, 0.0) for term in terms)  # in whatever order

    wanted = _bag(f"{passage.heading} {passage.text}") & weights.keys()
    whole, open_terms, chosen = weight(wanted) or 1.0, wanted, list[str]()
    covered: set[int] = set()
    while len(chosen) < MOST_SENTENCES:
        best, best_gain = None, LEAST_GAIN * whole
        for sentence in candidates:
            if sentence.name in chosen:
                continue
            share = weight(own[sentence.name] & wanted) / (weight(own[sentence.name]) or 1.0)
            gain = weight(bags[sentence.name] & open_terms) * (0.5 + share)
            if covered.isdisjoint(sentence.pages) and set(sentence.pages) <= set(passage.pages):
                gain *= 1.5
            if share >= LEAST_SHARE and gain > best_gain:
                best, best_gain = sentence, gain
        if best is None:
            break
        chosen.append(best.name)
        covered.update(best.pages)
        open_terms -= own[best.name]
    return tuple(chosen)


def _bag(text: str) -> frozenset[str]:
    words = LATIN_WORD.findall(text.lower())
    return character_pairs(re.sub(r"[A-Za-z0-9.-]+", " ", text)).union(words)
