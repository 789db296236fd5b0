"""Whether passages speak of the medicine that a question names."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from chatbot.follow_up import classes
from chatbot.mention import folded, named
from index.hit import Hit

HORMONE = "hormone"


@cache
def _hormones() -> re.Pattern[str]:
    rows = tomllib.loads((files("chatbot") / "medicines.toml").read_text(encoding="utf-8"))
    names = sorted(map(folded, rows[HORMONE]), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, names)))


def bone_drugs(text: str) -> tuple[str, ...]:
    """Return the bone drugs that a text names, each once, in order."""
    return tuple(mention.name for mention in named(text) if mention.kind == "drug")


def of_the_named(shown: tuple[Hit, ...], question: str) -> tuple[Hit, ...]:
    """Return the hits, without those that say nothing of the medicine that a question names.

    Only where the first one speaks for another: 「letrozole 屬於哪一類」 is close to the same
    question about a bone drug, and that is no answer to it.
    """
    own = _medicines(question)
    if not own or not shown:
        return shown
    key = _medicines(f"{shown[0].support.key.text}\n{shown[0].passage.heading}")
    if not key or _are_related(own, key):
        return shown
    return tuple(hit for hit in shown if _are_related(own, _held(hit)))


def _held(hit: Hit) -> set[str]:
    return _medicines(f"{hit.passage.heading}\n{hit.passage.text}")


def _medicines(text: str) -> set[str]:
    """Return the bone drugs that a text names, and one name for all that act on hormones."""
    names = set(bone_drugs(text))
    return names | ({HORMONE} if _hormones().search(folded(text)) else set())


def _are_related(names: set[str], others: set[str]) -> bool:
    return bool(_with_classes(names) & others or _with_classes(others) & names)


def _with_classes(names: set[str]) -> set[str]:
    """Return names with the classes that they belong to."""
    return names | {name for name, members in classes().items() if names & members}
