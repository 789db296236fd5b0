"""What the guide says on a sign: in the edition, in the imported guide, in a strange one."""

from __future__ import annotations

import pytest

from chatbot.triage.signs import Sign, load_signs
from chatbot.triage.support import Supports, passages_on
from chatbot.triage.tier import Tier
from corpus.passage import Guide, Section
from corpus.source import Source, open_source
from tests.helpers import NO_ORIGINAL, ORIGINAL, passage, small_guide

SIGNS = load_signs()
RECIPES = Guide(
    "recipes",
    "食譜",
    (
        Section(
            "湯",
            (
                passage("soup", "魚洗淨，水滾後放入薑片和豆腐，小火煮十分鐘，最後撒上蔥花。"),
                passage("rice", "白米洗兩次，加一杯水，按下開關，跳起來後再燜十五分鐘。"),
            ),
        ),
    ),
)


@pytest.fixture(scope="module")
def imported() -> Guide:
    return open_source(ORIGINAL).guide


@pytest.mark.parametrize("name", SIGNS)
def test_the_edition_has_a_passage_on_every_sign(edition: Source, name: str) -> None:
    (shown,) = Supports(edition.guide).of(name)
    assert shown.passage_id == SIGNS[name].passages[0]
    assert shown is edition.guide.by_id[shown.passage_id]


@pytest.mark.parametrize("name", SIGNS)
def test_every_passage_that_a_sign_names_is_in_the_edition(edition: Source, name: str) -> None:
    assert set(SIGNS[name].passages) <= set(edition.guide.by_id)


@pytest.mark.parametrize("name", SIGNS)
def test_no_passage_on_a_sign_reassures(edition: Source, name: str) -> None:
    """Hazard H1: what has a companion reassures, so it is never the first passage of a notice."""
    assert edition.guide.by_id[SIGNS[name].passages[0]].companions == ()


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("leg_arm_weakness", 9),
        ("bladder_bowel", 9),
        ("new_or_worse_bone_pain", 9),
        ("suspected_fracture", 8),
        ("thigh_groin_pain_on_weight", 29),
        ("confusion_drowsy", 9),
        ("jaw_mouth_signs", 26),
        ("uncontrolled_pain", 29),
        ("suicide_explicit", 29),
        ("hopeless_farewell", 29),
    ],
)
def test_in_the_edition_it_is_on_the_page_that_supports_the_sign(
    edition: Source, name: str, page: int
) -> None:
    (shown,) = Supports(edition.guide).of(name)
    assert page in shown.pages


@pytest.mark.skipif(not ORIGINAL.exists(), reason=NO_ORIGINAL)
@pytest.mark.parametrize("name", SIGNS)
def test_in_the_imported_guide_it_is_on_one_of_the_right_pages(
    edition: Source, imported: Guide, name: str
) -> None:
    right = {page for own in SIGNS[name].passages for page in edition.guide.by_id[own].pages}
    (shown,) = Supports(imported).of(name)
    assert shown is imported.by_id[shown.passage_id]
    assert set(shown.pages) & right


@pytest.mark.parametrize("guide", [RECIPES, small_guide(), Guide("empty", "空", ())])
def test_in_a_strange_guide_there_is_none(guide: Guide) -> None:
    supports = Supports(guide)
    assert {name: supports.of(name) for name in SIGNS} == {name: () for name in SIGNS}


def test_a_guide_that_says_the_same_in_part_has_the_closest_passage(edition: Source) -> None:
    text = edition.guide.by_id["p9-sccsigns"].text
    near = passage("near", text[: len(text) * 3 // 4])
    nearer = passage("nearer", text)
    other = passage("other", "魚洗淨，水滾後放入薑片和豆腐。")
    guide = Guide("g", "指南", (Section("節", (near, other, nearer)),))
    assert passages_on(SIGNS["leg_arm_weakness"], guide) == (nearer,)
    guide = Guide("g", "指南", (Section("節", (near, other)),))
    assert passages_on(SIGNS["leg_arm_weakness"], guide) == (near,)


def test_where_a_guide_lacks_the_first_passage_the_next_one_stands_for_it() -> None:
    sign = Sign("s", "R0", Tier.TODAY, "徵兆", ("a", "b"), silent=False)
    second = passage("b")
    guide = Guide("g", "指南", (Section("節", (passage("c"), second)),))
    assert passages_on(sign, guide) == (second,)
