"""What is added to a message, and that the message itself stays in it."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from chatbot.triage.tier import Tier
from evals.perturb import NOISE, SIMPLIFIED, perturbed
from evals.triage_case import SignCase
from index.script import to_simplified

ROWS = tomllib.loads((files("evals") / "perturbations.toml").read_text(encoding="utf-8"))
LANGUAGES = ("hant", "hans", "hk", "taigi", "en")


def case(text: str = "我媽的腳沒力了", language: str = "hant", name: str = "S1") -> SignCase:
    return SignCase(
        name, text, "leg_arm_weakness", Tier.TODAY, clear=True, language=language, tags=frozenset()
    )


def by_kind(of: SignCase) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind, text in perturbed(of):
        found.setdefault(kind, []).append(text)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_change_is_made_in_the_language_of_the_case(language: str) -> None:
    made = by_kind(case(language=language))
    expected = {*ROWS, SIMPLIFIED} if language in ("hant", "hk") else set(ROWS)
    assert set(made) == expected
    for kind in set(ROWS) - {NOISE}:
        forms = ROWS[kind].get("any", ROWS[kind].get(language))
        assert made[kind] == [form.replace("{text}", case().text) for form in forms]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("text", ["我媽的腳沒力了", "I can't feel {my} legs", "腳{0}麻%s"])
def test_the_message_stays_whole_in_every_change_but_that_of_script(
    language: str, text: str
) -> None:
    for kind, changed in perturbed(case(text, language)):
        if kind == SIMPLIFIED:
            assert changed == to_simplified(text)
        else:
            assert text in changed
            assert changed != text


def test_minimisers_politeness_and_third_persons_are_in_every_language() -> None:
    for kind in ("minimiser", "politeness", "third_person"):
        assert set(ROWS[kind]) == set(LANGUAGES)
    assert all("{text}" in form for rows in ROWS.values() for form in rows.get("any", ()))


def test_noise_has_its_length_and_is_made_of_its_sentences() -> None:
    (noisy,) = by_kind(case())[NOISE]
    longest = max(map(len, ROWS[NOISE]["sentences"]))
    assert ROWS[NOISE]["characters"] <= len(noisy) <= ROWS[NOISE]["characters"] + longest + 1
    before, behind = noisy.split(f"{case().text}。")
    rest = before + behind
    for sentence in ROWS[NOISE]["sentences"]:
        rest = rest.replace(sentence, "")
    assert rest == ""


def test_the_same_case_is_changed_the_same_way_and_another_otherwise() -> None:
    assert list(perturbed(case())) == list(perturbed(case()))
    assert by_kind(case())[NOISE] != by_kind(case(name="S2"))[NOISE]
