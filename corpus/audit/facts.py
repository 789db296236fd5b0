"""Read the facts of a text: numbers with units, names, negations, hedges, conditions, lists."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

HAN_DIGITS = {c: str(i) for i, c in enumerate("零一二三四五六七八九十")} | {"兩": "2", "半": "0.5"}
PAGE_MENTION = re.compile(r"第\s?\d+(?:[、到和\u2013-]\s?\d+)*\s?(?:頁|章)|p\.\s?\d+")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
CITATION = re.compile(
    rf"(?:[A-Z][a-z][A-Za-z.-]* ?(?:et al\.)?,? ?)+(?:19|20)\d\d(?!\d)|{YEAR.pattern}"
)
DASHES = re.compile(r"[\u2010-\u2015\u2212]|(?<=\d)\s?[~至到]\s?(?=\d)")
NUMBER = re.compile(
    r"(?<![\d.A-Za-z])(-?\d+(?:\.\d+)?(?:\s?-\s?\d+(?:\.\d+)?)?)\s*(個月|[週周星年天日%次級毫])?"
)
HAN_NUMBER = re.compile(r"([兩二三四五六七八九十半])(?=\s?(?:種|個|週|年|天|次|項|件|類|位|處))")
EVERY = re.compile(r"每(?:一)?(個月|[週月年天日])")
ITEM_BREAK = re.compile(r"[、;]|(?:或|和|及|與|以及)")
SAME_UNIT = str.maketrans("周日", "週天")
NAMES = ("drug", "test", "cancer")
COUNTS = ("hedge", "negation", "condition")


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one text; each field maps a name to how often it stands there.

    `order` is the sequence of names and numbers; `items` the number of breaks between items.
    """

    number: Mapping[str, int]
    drug: Mapping[str, int]
    test: Mapping[str, int]
    cancer: Mapping[str, int]
    hedge: Mapping[str, int]
    negation: Mapping[str, int]
    condition: Mapping[str, int]
    mention: Mapping[str, int]
    order: tuple[str, ...]
    items: int


@dataclass(frozen=True, slots=True)
class _Kind:
    """How facts of one kind are found, and the name of each wording in lower case."""

    pattern: re.Pattern[str]
    names: Mapping[str, str]

    def find(self, plain: str) -> list[tuple[int, str]]:
        return [(m.start(), self.names[m[0].lower()]) for m in self.pattern.finditer(plain)]


@cache
def _kinds() -> dict[str, _Kind]:
    lists = tomllib.loads((files("corpus.audit") / "facts.toml").read_text(encoding="utf-8"))
    return {kind: _kind(entries) for kind, entries in lists.items()}


def _kind(entries: list[list[str]]) -> _Kind:
    names = {wording: entry[0] for entry in entries for wording in entry}
    longest_first = "|".join(map(re.escape, sorted(names, key=len)[::-1]))
    pattern = re.compile(longest_first, re.IGNORECASE | re.ASCII)  # a dotless i is no i
    return _Kind(pattern, {wording.lower(): name for wording, name in names.items()})


def read_facts(text: str) -> Facts:
    """Return the facts of a text; pages and studies that it mentions are counted apart."""
    text = unicodedata.normalize("NFKC", text)
    plain = CITATION.sub(" ", PAGE_MENTION.sub(" ", text))
    plain = DASHES.sub("-", plain)
    found = {kind: _kinds()[kind].find(plain) for kind in (*NAMES, *COUNTS)}
    found["number"] = _numbers(plain)
    places = sorted(place for kind in (*NAMES, "number") for place in found[kind])
    counted = {kind: Counter(name for _, name in places_) for kind, places_ in found.items()}
    return Facts(
        **{kind: counted[kind] for kind in ("number", *NAMES, *COUNTS)},
        mention=_mentions(text),
        order=tuple(name for _, name in places),
        items=len(ITEM_BREAK.findall(plain)),
    )


def _mentions(text: str) -> Mapping[str, int]:
    pages = [page for m in PAGE_MENTION.findall(text) for page in re.findall(r"\d+", m)]
    years = YEAR.findall(text)
    return Counter([f"p{page}" for page in pages] + years)


def _numbers(plain: str) -> list[tuple[int, str]]:
    found = [
        (m.start(), re.sub(r"\s", "", m.group(1)) + (m.group(2) or "").translate(SAME_UNIT))
        for m in NUMBER.finditer(plain)
    ]
    found += [(m.start(), HAN_DIGITS[m.group(1)]) for m in HAN_NUMBER.finditer(plain)]
    found += [
        (m.start(), f"每{m.group(1)[-1].translate(SAME_UNIT)}") for m in EVERY.finditer(plain)
    ]
    return found
