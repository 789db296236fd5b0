"""What the audit finds in the edition without the publisher's guide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from corpus.alignment import Alignment
from corpus.audit.accepted import Accepted, passage_hash
from corpus.audit.alone import Readability, audit_alone, readability, sentence_lengths
from corpus.audit.finding import Finding, finding
from corpus.passage import Language, Passage, PassageKind
from tests.corpus.audit.builders import guide_of
from tests.helpers import passage

HAN = "".join(chr(0x4E00 + i) for i in range(60))
OTHER = "".join(chr(0x6E00 + i) for i in range(60))


def audited(*passages: Passage, accepted: Mapping[str, Accepted] | None = None) -> list[Finding]:
    """Return what is found in an edition whose passages are all aligned."""
    alignment = Alignment({p.passage_id: ("aaaaaaaaaaaa",) for p in passages}, {})
    return audit_alone(guide_of(*passages), alignment, accepted or {})


def test_a_good_edition_has_no_finding() -> None:
    first = passage("a", "散步有益。", questions=("怎麼運動",))
    second = passage("b", "牛奶有鈣。", questions=("吃什麼好",))
    agreed = {"a": Accepted(passage_hash(first), frozenset({"hedge 0|可能*1"}))}
    assert audited(first, second, accepted=agreed) == []


@pytest.mark.parametrize(
    ("shared", "found"),
    [
        (17, [finding("twin", "b", other="a", share=85)]),  # of 20 pairs
        (16, []),
        (20, [finding("twin", "b", other="a", share=100)]),
    ],
)
def test_passages_that_share_most_of_their_pairs_are_twins(
    shared: int, found: list[Finding]
) -> None:
    text = HAN[: shared + 1] + OTHER[: 20 - shared]
    assert audited(passage("a", f"{HAN[:21]}。"), passage("b", f"{text}！")) == found


def test_the_shorter_passage_counts() -> None:
    short, long = passage("a", HAN[:6]), passage("b", HAN[:6] + "。" + OTHER[:20])
    expected = [finding("twin", "b", other="a", share=100)]
    assert audited(short, long) == expected
    assert audited(replace(long, passage_id="a"), replace(short, passage_id="b")) == expected


def test_an_overview_may_repeat_a_passage_but_not_another_overview() -> None:
    part = passage("a", HAN[:20])
    overview = replace(passage("ov", HAN[:20]), kind=PassageKind.OVERVIEW)
    again = replace(overview, passage_id="ov-2")
    assert audited(part, overview) == []
    assert audited(overview, again) == [finding("twin", "ov-2", other="ov", share=100)]


def test_a_glossary_may_repeat_a_passage_but_not_another_entry() -> None:
    part = passage("a", HAN[:20])
    entry = replace(passage("g", HAN[:20]), kind=PassageKind.GLOSSARY)
    again = replace(entry, passage_id="g-2")
    assert audited(part, entry) == []
    assert audited(entry, again) == [finding("twin", "g-2", other="g", share=100)]


def test_passages_about_two_drugs_may_go_alike_but_not_about_the_same() -> None:
    one = replace(passage("a", HAN[:20]), subjects=("denosumab",))
    other = replace(passage("b", HAN[:20]), subjects=("clodronate",))
    again = replace(passage("c", HAN[:20]), subjects=("denosumab",))
    assert audited(one, other, again) == [finding("twin", "c", other="a", share=100)]


def test_a_question_of_two_passages_is_shared_whatever_its_punctuation() -> None:
    passages = (
        passage("a", "散步有益。", questions=("骨頭痛怎麼辦", "骨頭痛，怎麼辦？")),
        passage("b", "牛奶有鈣。", questions=("吃什麼", "骨頭痛 怎麼辦？")),
        passage("c", "地毯要收。", questions=("骨頭痛怎麼辦",)),
    )
    assert audited(*passages) == [
        finding("shared_question", "b", question="骨頭痛 怎麼辦？", other="a"),
        finding("shared_question", "c", question="骨頭痛怎麼辦", other="a"),
    ]


def test_a_question_may_be_shared_over_languages_too() -> None:
    first = passage("a", "散步有益。", questions=("denosumab",))
    second = replace(passage("b", "牛奶有鈣。"), questions={Language.ENGLISH: ("Denosumab?",)})
    assert audited(first, second) == [
        finding("shared_question", "b", question="Denosumab?", other="a")
    ]


@pytest.mark.parametrize(
    ("lengths", "mean"),
    [((26,), 0), ((27,), 27), ((20, 32), 0), ((20, 34), 27), ((12, 12, 60), 28)],
)
def test_sentences_that_are_long_on_average_are_reported(
    lengths: tuple[int, ...], mean: int
) -> None:
    text = "".join(f"{HAN[:n]}。" for n in lengths)
    expected = [finding("long_sentences", "a", mean=mean, most=26)] if mean else []
    assert audited(passage("a", text)) == expected


def test_an_entry_of_a_glossary_may_be_long() -> None:
    entry = replace(passage("a", f"{HAN[:40]}。"), kind=PassageKind.GLOSSARY)
    assert audited(entry) == []


def test_a_passage_without_sentences_of_the_publisher_is_unaligned() -> None:
    passages = guide_of(
        passage("a", "散步有益。"), passage("b", "牛奶有鈣。"), passage("c", "收好。")
    )
    alignment = Alignment({"a": ("aaaaaaaaaaaa",), "c": ()}, {})
    found = audit_alone(passages, alignment, {})
    assert found == [finding("unaligned", "b"), finding("unaligned", "c")]


def test_what_was_accepted_for_another_wording_is_stale() -> None:
    own = passage("a", "散步有益。")
    assert audited(own, accepted={"a": Accepted("other", frozenset())}) == [finding("stale", "a")]


def test_what_was_accepted_for_no_passage_is_reported() -> None:
    accepted = {"gone": Accepted("other", frozenset())}
    assert audited(passage("a", "散步有益。"), accepted=accepted) == [
        finding("unknown_passage", file="accepted.tsv", passage="gone")
    ]


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("甲乙。丙！丁戊己？", [2, 1, 3]),
        ("甲乙\n丙；丁，戊。", [2, 5]),
        ("甲乙。", [2]),
        ("。！", []),
        ("到 www.example.org/a。", [1]),
        ("到 https://example.org/?a=1 看。好。", [4, 1]),
        ("看 Bone Health (UK) 網頁。", [5]),
        ("看 bone health 網頁。", [16]),
        ("用 DXA 檢查。", [8]),
    ],
)
def test_sentences_are_measured_without_addresses_and_names(text: str, lengths: list[int]) -> None:
    assert sentence_lengths(passage(text=text)) == lengths


def test_readability_by_hand() -> None:
    guide = guide_of(
        passage("a", "甲乙丙。丁。", questions=("一", "二")),
        passage("b", "甲。", questions=("三",)),
        passage("c", "甲乙丙丁戊己。"),
    )
    assert readability(guide) == Readability(3, 3, 6, 7, 2.75, 6)
