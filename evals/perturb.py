"""What may be added to a message without its tier falling: minimisers, politeness, noise."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from importlib.resources import files

from evals.triage_case import SignCase
from index.script import to_simplified

SIMPLIFIED = "simplified"
NOISE = "noise"


def perturbed(case: SignCase) -> Iterator[tuple[str, str]]:
    """Yield the kind of change and the changed message, seeded by the case."""
    source = (files("evals") / "perturbations.toml").read_text(encoding="utf-8")
    for kind, rows in tomllib.loads(source).items():
        if kind == NOISE:
            yield NOISE, _in_noise(case, rows["sentences"], rows["characters"])
            continue
        for form in rows.get("any", rows.get(case.language, [])):
            yield kind, form.format(text=case.text)
    if case.language in ("hant", "hk"):
        yield SIMPLIFIED, to_simplified(case.text)


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
