"""Faults that are put into the edition: each changes what a patient reads, and most are caught."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.audit import faults as faults_module
from corpus.audit.accepted import Accepted, passage_hash
from corpus.audit.compared import differences
from corpus.audit.faults import KINDS, Caught, Change, faults, try_faults
from corpus.passage import Passage
from tests.corpus.audit.builders import aligned, guide_of, sentence
from tests.helpers import passage

PIECES = [
    "每 4 週", "6 個月", "5%", "120 毫克", "denosumab", "Zoledronate", "不會", "沒有", "並非", "會痛",
    "建議", "可能", "很少", "約 3 ", "若發燒，", "疼痛加劇時，", "鈣、", "鐵和", "，", "。", "第 9 頁", "骨頭",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map("".join)
RICH = (
    "若發燒，請停 denosumab，改 zoledronate。沒有發燒時，每 4 週打一次，可能會到 6 個月。"
    "多吃蛋、奶、豆腐和魚。"
)


def wrong(kind: str, text: str, seed: int = 0) -> str | None:
    """Return the text of a passage with a fault, or none where it has no place for one."""
    found = KINDS[kind](passage("p", text), random.Random(seed))
    return None if found is None else found.text


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("digit", "打 3 針。", {"打 4 針。", "打 5 針。", "打 8 針。", "打 13 針。"}),
        ("unit", "每 4 週打。", {"每 4 個月打。"}),
        ("unit", "4 個月。", {"4 週。"}),
        ("unit", "5%。", {"5‰。"}),
        ("unit", "120 毫克。", {"120 公克。"}),
        ("interval swapped", "先 4 週，後 6 個月。", {"先 6 個月，後 4 週。"}),
        ("interval swapped", "4–6 週，2 年。", {"2 年，4–6 週。"}),
        ("negation deleted", "不會痛。", {"會痛。"}),
        ("negation deleted", "沒有痛。", {"有痛。"}),
        ("negation deleted", "未痛過。", {"痛過。"}),
        ("negation deleted", "並非都痛。", {"是都痛。"}),
        ("negation added", "會痛。", {"不會痛。"}),
        ("negation added", "建議休息。", {"不建議休息。"}),
        ("may made will", "可能痛。", {"一定痛。"}),
        ("may made will", "約 3 天。", {"正好 3 天。"}),
        ("condition dropped", "若發燒，請就醫。", {"請就醫。"}),
        ("condition dropped", "多休息，疼痛加劇時，請就醫。", {"多休息，請就醫。"}),
        ("row swapped", "先 Denosumab，後 clodronate。", {"先 clodronate，後 Denosumab。"}),
        ("list item lost", "鈣、鐵和鋅。", {"鐵和鋅。"}),
    ],
)
def test_a_fault_is_one_slip(kind: str, text: str, expected: set[str]) -> None:
    assert {wrong(kind, text, seed) for seed in range(40)} == expected


def test_a_drug_is_replaced_by_another() -> None:
    found = {wrong("drug replaced", "打 Denosumab。", seed) for seed in range(100)}
    assert found == {f"打 {name}。" for name in faults_module.DRUGS if name != "denosumab"}


def test_a_page_is_moved_by_one_and_stays_a_page() -> None:
    own = passage("p", pages=(1, 2, 9))
    found = [KINDS["page moved"](own, random.Random(seed)) for seed in range(100)]
    assert {p.pages if p else None for p in found} == {None, (1, 3, 9), (1, 2, 8), (1, 2, 10)}
    assert all(p is None or p.text == own.text for p in found)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("digit", "第 9、26 頁，Coleman-2020，4/5，B12。"),
        ("unit", "一週。"),
        ("interval swapped", "4 週，之後也 4 週。"),
        ("drug replaced", "打針。"),
        ("negation deleted", "未來會痛。"),
        ("negation added", "不會痛，也會好。"),
        ("may made will", "大約 3 天。約定。"),
        ("condition dropped", "發燒請就醫。"),
        ("row swapped", "denosumab 和 Denosumab。"),
        ("list item lost", "鈣和鐵。"),
    ],
)
def test_where_there_is_no_place_for_a_fault_none_is_made(kind: str, text: str) -> None:
    assert {wrong(kind, text, seed) for seed in range(20)} == {None}


@given(TEXTS, st.sampled_from(list(KINDS)), st.integers(0, 9))
def test_a_fault_always_changes_what_a_reader_sees_and_nothing_else(
    text: str, kind: str, seed: int
) -> None:
    own = passage("p", text, pages=(1, 9), questions=("骨頭痛怎麼辦",))
    found = KINDS[kind](own, random.Random(seed))
    if found is not None:
        assert passage_hash(found) != passage_hash(own)
        assert found.text.strip()
        assert replace(found, text=own.text, pages=own.pages) == own
        assert (found.pages != own.pages) == (kind == "page moved")
        assert found.pages == tuple(sorted(set(found.pages)))


@pytest.mark.parametrize("count", [0, 1, len(KINDS), 2 * len(KINDS) + 3])
def test_as_many_faults_are_made_as_asked_for_the_kinds_in_turn(count: int) -> None:
    made = list(faults(guide_of(passage("p", RICH)), count))
    kinds = [kind for kind, _ in zip(list(KINDS) * 3, range(count), strict=False)]
    assert [fault.kind for fault in made] == kinds


def test_a_kind_without_a_place_is_passed_over() -> None:
    guide = guide_of(passage("plain", "骨頭。"), passage("drug", "打 denosumab。"))
    made = list(faults(guide, 6))
    assert [fault.kind for fault in made] == ["drug replaced", "page moved"] * 3
    assert {f.passage.passage_id for f in made if f.kind == "drug replaced"} == {"drug"}


def test_faults_fall_on_all_passages_by_chance_and_repeatably() -> None:
    guide = guide_of(*(passage(f"p{i}", RICH) for i in range(5)))
    made = list(faults(guide, 110))
    assert {fault.passage.passage_id for fault in made} == {f"p{i}" for i in range(5)}
    assert list(faults(guide, 110)) == made
    assert list(faults(guide, 110, seed=1)) != made
    assert list(islice(faults(guide, 110), 9)) == made[:9]


def caught_of(
    own: Passage,
    kinds: Mapping[str, Change],
    agreed: Accepted | None,
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[Caught, ...]:
    """Return what is caught of two faults a kind, beside a sentence of the passage's own words."""
    monkeypatch.setattr(faults_module, "KINDS", kinds)
    theirs = sentence(own.text, heading=own.heading)
    accepted = {} if agreed is None else {own.passage_id: agreed}
    alignment = aligned(**{own.passage_id: (theirs,)})
    return try_faults(guide_of(own), [theirs], alignment, accepted, 2 * len(kinds))


def silent(own: Passage, chance: random.Random) -> Passage:
    return replace(own, text=own.text.replace("散步", "爬山"))


def loud(own: Passage, chance: random.Random) -> Passage:
    return replace(own, text=own.text + "不要。")


WALK = passage("walk", "散步有益。", heading="走路")


def test_a_fault_that_no_fact_shows_is_missed_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    found = caught_of(WALK, {"silent": silent, "loud": loud}, None, monkeypatch)
    assert found == (
        Caught("silent", 2, by_facts=0, at_all=0, missed=("walk", "walk")),
        Caught("loud", 2, by_facts=2, at_all=2, missed=()),
    )


def test_where_the_wording_was_agreed_on_any_change_is_caught(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    agreed = Accepted(passage_hash(WALK), frozenset())
    found = caught_of(WALK, {"silent": silent}, agreed, monkeypatch)
    assert found == (Caught("silent", 2, by_facts=0, at_all=2, missed=()),)


def test_what_was_agreed_on_is_not_caught_by_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    spoiled = loud(WALK, random.Random())
    theirs = sentence(WALK.text, heading=WALK.heading)
    agreed = frozenset(map(str, differences(spoiled, [theirs])))
    found = caught_of(WALK, {"loud": loud}, Accepted(passage_hash(spoiled), agreed), monkeypatch)
    assert found == (Caught("loud", 2, by_facts=0, at_all=0, missed=("walk", "walk")),)


def test_facts_catch_the_faults_of_every_kind() -> None:
    own = passage("p", RICH, heading="打針")
    theirs = sentence(RICH, heading="打針")
    rows = try_faults(guide_of(own), [theirs], aligned(p=(theirs,)), {}, 20 * len(KINDS))
    assert [row.kind for row in rows] == list(KINDS)
    assert [row for row in rows if row.by_facts < row.count] == []
