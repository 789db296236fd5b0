"""Put faults into the edition, to see whether the audit catches them.

Each kind is one slip that an editor could make and that changes what a patient reads.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle

from corpus.alignment import Alignment
from corpus.audit.accepted import Accepted
from corpus.audit.compared import differences
from corpus.messages import say
from corpus.original import Sentence
from corpus.passage import Guide, Passage
from corpus.progress_bar import watched
from corpus.subjects import load_subjects

DRUGS = tuple(s.name for s in load_subjects() if s.kind == "drug" and s.name.isascii())
DRUG = re.compile("|".join(DRUGS), re.IGNORECASE)
DIGITS = re.compile(r"(?<![\dA-Za-z第/.-])\d+(?![\d/]|[\d、 ]*頁)")
INTERVAL = re.compile(r"\d+(?:\s?[\u2012\u2013-]\s?\d+)?\s?(?:個月|[週年天%])")
UNITS = {"週": "個月", "個月": "週", "年": "個月", "天": "週", "%": "‰", "毫克": "公克"}
UNIT = re.compile("(?<=[0-9 ])(?:" + "|".join(UNITS) + ")")
NEGATION = re.compile("不(?=[會能要可是只建必需用])|沒有|未(?!來)|並非")
AFFIRMED = {"沒有": "有", "並非": "是"}
AFFIRMATION = re.compile("(?<![不也])(?:會|能|要|可以|建議)")
HARDENED = {"可能": "一定", "通常": "一律", "很少": "常常", "有些": "所有", "約": "正好"}
HEDGE = re.compile("可能|通常|很少|有些|(?<![大])約(?=[ \\d])")
CONDITION = re.compile("(?:若|如果|除非)[^，。]{2,30}，|(?<=[。，])[^，。]{2,20}時，")
ITEMS = re.compile("[^、，。；：（）]{1,16}、(?=[^、。]{1,16}[、和])")

Change = Callable[[Passage, random.Random], Passage | None]


@dataclass(frozen=True, slots=True)
class Fault:
    """A passage made wrong."""

    kind: str
    passage: Passage


def _with_text(passage: Passage, text: str) -> Passage | None:
    return replace(passage, text=text) if text != passage.text and text.strip() else None


def _substituted(pattern: re.Pattern[str], change: Callable[[str, random.Random], str]) -> Change:
    def apply(passage: Passage, chance: random.Random) -> Passage | None:
        places = list(pattern.finditer(passage.text))
        if not places:
            return None
        place = chance.choice(places)
        new = change(place.group(), chance)
        return _with_text(
            passage, passage.text[: place.start()] + new + passage.text[place.end() :]
        )

    return apply


def _swapped(pattern: re.Pattern[str]) -> Change:
    def apply(passage: Passage, chance: random.Random) -> Passage | None:
        places = list(pattern.finditer(passage.text))
        pairs = [
            (a, b)
            for i, a in enumerate(places)
            for b in places[i + 1 :]
            if a.group().lower() != b.group().lower()
        ]
        if not pairs:
            return None
        a, b = chance.choice(pairs)
        text = passage.text
        middle = text[a.end() : b.start()]
        return _with_text(
            passage, text[: a.start()] + b.group() + middle + a.group() + text[b.end() :]
        )

    return apply


def _other_number(written: str, chance: random.Random) -> str:
    return str(int(written) + chance.choice([1, 2, 5, 10]))


def _other_drug(written: str, chance: random.Random) -> str:
    return chance.choice([drug for drug in DRUGS if drug != written.lower()])


def _next_page(passage: Passage, chance: random.Random) -> Passage | None:
    pages = list(passage.pages)
    i = chance.randrange(len(pages))
    pages[i] += chance.choice([-1, 1])
    if pages[i] < 1 or len(set(pages)) < len(pages):
        return None
    return replace(passage, pages=tuple(sorted(pages)))


def _without(_: str, __: random.Random) -> str:
    return ""


KINDS: Mapping[str, Change] = {
    "digit": _substituted(DIGITS, _other_number),
    "unit": _substituted(UNIT, lambda written, _: UNITS[written]),
    "interval swapped": _swapped(INTERVAL),
    "drug replaced": _substituted(DRUG, _other_drug),
    "negation deleted": _substituted(NEGATION, lambda written, _: AFFIRMED.get(written, "")),
    "negation added": _substituted(AFFIRMATION, lambda written, _: f"不{written}"),
    "may made will": _substituted(HEDGE, lambda written, _: HARDENED[written]),
    "page moved": _next_page,
    "condition dropped": _substituted(CONDITION, _without),
    "row swapped": _swapped(DRUG),
    "list item lost": _substituted(ITEMS, _without),
}


def faults(edition: Guide, count: int, seed: int = 0) -> Iterator[Fault]:
    """Yield `count` faults, the kinds in turn, each in a passage drawn by chance."""
    chance = random.Random(seed)
    made = 0
    for kind in cycle(KINDS):
        if made >= count:
            return
        passages = list(edition.passages)
        chance.shuffle(passages)
        for passage in passages:
            wrong = KINDS[kind](passage, chance)
            if wrong is not None:
                yield Fault(kind, wrong)
                made += 1
                break


@dataclass(frozen=True, slots=True)
class Caught:
    """How many faults of a kind were caught.

    Attributes:
        kind: The kind.
        count: Faults put in.
        by_facts: Caught because the facts differ from the publisher's in another way than agreed.
        at_all: Caught by that or because what was agreed holds for another wording.
        missed: Ids of passages whose fault was not caught at all.
    """

    kind: str
    count: int
    by_facts: int
    at_all: int
    missed: tuple[str, ...]


def try_faults(
    edition: Guide,
    sentences: Sequence[Sentence],
    alignment: Alignment,
    accepted: Mapping[str, Accepted],
    count: int,
) -> tuple[Caught, ...]:
    """Return how many of `count` faults the audit catches, by kind."""
    by_name = {sentence.name: sentence for sentence in sentences}
    tried: dict[str, list[tuple[str, bool, bool]]] = {}
    for fault in watched(list(faults(edition, count)), say("audit", "trying_faults")):
        passage = fault.passage
        agreed = accepted.get(passage.passage_id)
        restated = alignment.sentences_of(passage, by_name)
        now = frozenset(str(d) for d in differences(passage, restated))
        by_facts = now != (agreed.differences if agreed else frozenset())
        stale = agreed is not None and not agreed.holds_for(passage)
        tried.setdefault(fault.kind, []).append((passage.passage_id, by_facts, by_facts or stale))
    return tuple(
        Caught(
            kind,
            len(rows),
            sum(by_facts for _, by_facts, _ in rows),
            sum(at_all for _, _, at_all in rows),
            tuple(passage_id for passage_id, _, at_all in rows if not at_all),
        )
        for kind, rows in tried.items()
    )
