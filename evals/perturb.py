"""What may be added to a message without its meaning changing: minimisers, politeness, noise."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from evals.triage_case import SignCase
from index.script import to_simplified

SIMPLIFIED = "simplified"
NOISE = "noise"


def perturbed(case: SignCase) -> Iterator[tuple[str, str]]:
    """Yield the kind of change and the changed message, seeded by the case."""
    for kind, rows in _changes().items():
        if kind == NOISE:
            yield NOISE, _in_noise(case, rows["sentences"], rows["characters"])
            continue
        for form in forms_of(kind, case.language):
            yield kind, form.format(text=case.text)
    if case.language in ("hant", "hk"):
        yield SIMPLIFIED, to_simplified(case.text)


def forms_of(kind: str, language: str) -> tuple[str, ...]:
    """Return the forms of a kind of change in a language; the message stands for `{text}`."""
    rows = _changes()[kind]
    return tuple(rows.get("any", rows.get(language, ())))


@cache
def _changes() -> dict[str, dict[str, Any]]:
    source = (files("evals") / "perturbations.toml").read_text(encoding="utf-8")
    return tomllib.loads(source)


def _in_noise(case: SignCase, sentences: list[str], characters: int) -> str:
    draw = random.Random(case.case_id)
    before, behind = "", ""
    while len(before) + len(behind) < characters - len(case.text):
        sentence = draw.choice(sentences)
        if draw.random() < 0.5:
            before += sentence
        else:
            behind += sentence
    return f"{before}{case.text}。{behind}"
