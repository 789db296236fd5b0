"""A passage beside the sentences that it restates, both ways."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.alignment import Alignment
from corpus.audit.accepted import Accepted, passage_hash
from corpus.audit.compared import (
    SHARED_RUN,
    Difference,
    compare_guide,
    compare_passage,
    copied_runs,
    differences,
)
from corpus.audit.finding import Finding, finding
from corpus.original import Sentence
from corpus.passage import Passage
from tests.corpus.audit.builders import aligned, guide_of, sentence
from tests.helpers import passage


def restated(text: str, *, pages: tuple[int, ...] = (9,), heading: str = "") -> Passage:
    return passage("p9-a", text, heading=heading, pages=pages)


def compared(
    own: Passage, sentences: Sequence[Sentence], alignment: Alignment | None = None
) -> list[Finding]:
    return compare_guide(
        guide_of(own), sentences, alignment or aligned(**{own.passage_id: tuple(sentences)}), {}
    )


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        ("每 4 週打針。", "每 3 週打針。", ["number 4週*1|3週*1", "order 4週|3週"]),
        ("每 4 週打針。", "打針。", ["number 4週*1|0", "order 4週|"]),
        ("用 denosumab。", "用 clodronate。", ["drug denosumab*1|clodronate*1", "order denosumab|clodronate"]),
        ("做 DXA。", "做切片。", ["test DXA*1|切片*1", "order DXA|切片"]),
        ("乳癌。", "肺癌。", ["cancer 乳癌*1|肺癌*1", "order 乳癌|肺癌"]),
        ("可能會痛。", "會痛。", ["hedge 可能*1|0"]),
        ("會痛。", "不會痛。", ["negation 0|不*1"]),
        ("若痛就休息。", "痛就休息。", ["condition 若*1|0"]),
        ("先 DXA 再切片。", "先切片再 DXA。", ["order DXA>切片|切片>DXA"]),
        ("鈣片、蛋、奶。", "鈣片、蛋。", ["items 2|1"]),
        ("見第 9 頁。", "見第 8 頁。", ["mention p9*1|p8*1"]),
        ("2020 年的研究。", "研究。", ["mention 2020*1|0"]),
        ("乳癌會痛，每 4 週打針。", "乳癌疼，四周看你打針，4 周。", []),
        ("散步有益。", "走路很好。", []),
    ],
)  # fmt: skip
def test_every_kind_of_fact_is_compared(ours: str, theirs: str, found: list[str]) -> None:
    assert [str(d) for d in differences(restated(ours), [sentence(theirs)])] == found


def test_the_heading_counts_on_both_sides() -> None:
    own = restated("會痛。", heading="乳癌")
    (missing, _) = differences(own, [sentence("會痛。")])
    assert missing == Difference("cancer", "乳癌*1", "0")
    assert differences(own, [sentence("會痛。", heading="乳癌")]) == ()


def test_a_heading_over_several_sentences_counts_once() -> None:
    own = restated("會痛。也會麻。", heading="乳癌")
    both = [sentence("會痛。", heading="乳癌"), sentence("也會麻。", heading="乳癌")]
    assert differences(own, both) == ()
    apart = [both[0], sentence("骨頭。", heading="骨頭"), both[1]]
    assert [str(d) for d in differences(own, apart)] == [
        "cancer 乳癌*1|乳癌*2",
        "order 乳癌|乳癌>乳癌",
    ]


@pytest.mark.parametrize(
    ("pages", "of_sentences", "found"),
    [
        ((9,), [(9,)], []),
        ((9,), [(10,)], ["page 9|10"]),
        ((9, 10), [(9,)], ["page 9、10|9"]),
        ((9, 10), [(10,), (9,), (9,)], []),
        ((9, 10), [(9, 10)], []),
        ((9,), [], ["page 9|0"]),
    ],
)
def test_the_pages_are_those_of_all_sentences(
    pages: tuple[int, ...], of_sentences: list[tuple[int, ...]], found: list[str]
) -> None:
    own = restated("會痛。" * len(of_sentences), pages=pages)
    sentences = [sentence("會痛。", pages=p) for p in of_sentences]
    assert [str(d) for d in differences(own, sentences)] == found


@given(st.text(st.sampled_from("不痛若4週 、和denosumab乳癌。"), min_size=1, max_size=30))
def test_a_text_beside_itself_does_not_differ(text: str) -> None:
    assert differences(restated(text), [sentence(text)]) == ()


def test_a_passage_without_sentences_is_unaligned() -> None:
    accepted = Accepted("other", frozenset())
    assert compare_passage(restated("會痛。"), [], accepted) == [finding("unaligned", "p9-a")]


def test_what_differs_is_found_in_words() -> None:
    found = compare_passage(restated("可能會痛。"), [sentence("不會痛。", pages=(9,))], None)
    assert [str(f) for f in found] == [
        "p9-a: [hedge] 語氣不同：段落 可能*1；原文 0。",
        "p9-a: [negation] 否定詞不同：段落 0；原文 不*1。",
    ]


def test_what_was_accepted_for_this_wording_is_no_finding() -> None:
    own, theirs = restated("可能會痛。"), [sentence("不會痛。")]
    text_hash = passage_hash(own)
    everything = frozenset(map(str, differences(own, theirs)))
    assert compare_passage(own, theirs, Accepted(text_hash, everything)) == []
    part = Accepted(text_hash, frozenset({"hedge 可能*1|0"}))
    assert [f.rule for f in compare_passage(own, theirs, part)] == ["negation"]


def test_what_was_accepted_for_another_wording_is_stale() -> None:
    own, theirs = restated("可能會痛。"), [sentence("不會痛。")]
    everything = frozenset(map(str, differences(own, theirs)))
    for accepted in (Accepted("other", everything), Accepted("other", frozenset())):
        assert compare_passage(own, theirs, accepted) == [finding("stale", "p9-a")]


def test_a_guide_that_says_the_same_has_no_finding() -> None:
    assert compared(restated("乳癌會痛。"), [sentence("乳癌會疼。")]) == []


def test_each_passage_is_compared_with_its_own_sentences() -> None:
    first = restated("乳癌會痛。")
    second = passage("p9-b", "肺癌會痛。", heading="")
    a, b = sentence("乳癌會疼。", start=0), sentence("肺癌會疼。", start=20)
    guide = guide_of(first, second)
    both = {"p9-a": (a,), "p9-b": (b,)}
    assert compare_guide(guide, (a, b), aligned(**both), {}) == []
    crossed = compare_guide(guide, (a, b), aligned(**{"p9-a": (b,), "p9-b": (a,)}), {})
    assert {f.passage_id for f in crossed if f.rule == "cancer"} == {"p9-a", "p9-b"}
    agreed = Accepted(passage_hash(second), frozenset())
    assert compare_guide(guide, (a, b), aligned(**both), {"p9-b": agreed}) == []


def test_a_sentence_that_nobody_restates_is_uncovered_unless_left_out_on_purpose() -> None:
    own, theirs, other = restated("會痛。"), sentence("會疼。"), sentence("下雨。", start=9)
    alignment = aligned(**{"p9-a": (theirs,)})
    left = finding("uncovered", page="9", text="下雨。")
    assert compared(own, [theirs, other], alignment) == [left]
    omitted = Alignment(alignment.names, {other.name: "與病人無關"})
    assert compared(own, [theirs, other], omitted) == []


def test_a_sentence_restated_by_an_unknown_passage_alone_is_uncovered() -> None:
    own, theirs, other = restated("會痛。"), sentence("會疼。"), sentence("下雨。", start=9)
    alignment = aligned(**{"p9-a": (theirs,), "p9-gone": (other,)})
    assert compared(own, [theirs, other], alignment) == [
        finding("unknown_passage", file="alignment.tsv", passage="p9-gone"),
        finding("uncovered", page="9", text="下雨。"),
    ]


def test_names_of_no_sentence_are_reported_in_both_files() -> None:
    own, theirs = restated("會痛。"), sentence("會疼。")
    alignment = Alignment({"p9-a": (theirs.name, "aaaa")}, {"bbbb": "目錄"})
    assert compared(own, [theirs], alignment) == [
        finding("unknown_sentence", "p9-a", file="alignment.tsv", name="aaaa"),
        finding("unknown_sentence", file="omissions.tsv", name="bbbb"),
    ]


def test_a_fact_that_no_passage_kept_is_lost() -> None:
    own, theirs = restated("會痛。"), sentence("乳癌每 4 週會疼。")
    found = [f for f in compared(own, [theirs]) if f.rule == "lost"]
    assert found == [
        finding("lost", "p9-a", page="9", fact="4週", text=theirs.text),
        finding("lost", "p9-a", page="9", fact="乳癌", text=theirs.text),
    ]


@pytest.mark.parametrize(
    ("ours", "theirs", "lost"),
    [
        ("4 種。", "每 4 週。", []),
        ("每 4 週。", "做 4 件事。", []),
        ("每 4 個月。", "每 4 週。", ["4週"]),
        ("2–4 週。", "2–4 次。", ["2-4次"]),
        ("2–4。", "2–4 次。", []),
        ("40 週。", "4 週。", ["4週"]),
        ("會痛。", "每月會疼。", ["每月"]),
    ],
)
def test_a_number_may_stand_with_its_unit_or_without_but_not_with_another(
    ours: str, theirs: str, lost: list[str]
) -> None:
    found = compared(restated(ours), [sentence(theirs)])
    expected = [finding("lost", "p9-a", page="9", fact=fact, text=theirs) for fact in lost]
    assert [f for f in found if f.rule == "lost"] == expected


def test_a_fact_that_another_passage_or_a_heading_kept_is_not_lost() -> None:
    theirs = sentence("乳癌每 4 週會疼。")
    first, second = restated("會痛。", heading="乳癌"), passage("p9-b", "每 4 週。", heading="")
    alignment = aligned(**{"p9-a": (theirs,), "p9-b": (theirs,)})
    found = compare_guide(guide_of(first, second), [theirs], alignment, {})
    assert [f for f in found if f.rule == "lost"] == []


def test_a_lost_fact_is_not_found_in_a_passage_that_restates_something_else() -> None:
    theirs, other = sentence("乳癌會疼。"), sentence("乳癌會麻。", start=20)
    first, second = restated("會痛。"), passage("p9-b", "乳癌會麻。", heading="")
    alignment = aligned(**{"p9-a": (theirs,), "p9-b": (other,)})
    found = compare_guide(guide_of(first, second), [theirs, other], alignment, {})
    assert [f.passage_id for f in found if f.rule == "lost"] == ["p9-a"]


RUN = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳"


@pytest.mark.parametrize(
    ("ours", "theirs", "copied"),
    [
        (f"前{RUN}後", f"左{RUN}右", RUN),
        (RUN[:8] + "，A " + RUN[8:], RUN[:4] + "。\n" + RUN[4:], RUN),
        (RUN[:-1] + "後", RUN, ""),
        (RUN[:7] + "後" + RUN[7:], RUN, ""),
        ("abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyz", ""),
        ("短", "短", ""),
    ],
)
def test_a_run_of_sixteen_han_characters_is_copied(ours: str, theirs: str, copied: str) -> None:
    assert len(RUN) == SHARED_RUN
    found = copied_runs(guide_of(restated(ours)), [sentence(theirs)])
    expected = [finding("copied", "p9-a", run=16, text=copied)] if copied else []
    assert found == expected


def test_a_passage_is_reported_once_however_much_it_copied() -> None:
    long = RUN + "午未申酉戌亥"
    own = [restated(long), passage("p9-b", long[2:], heading="")]
    found = copied_runs(guide_of(*own), [sentence(long)])
    assert [f.passage_id for f in found] == ["p9-a", "p9-b"]


def test_a_run_over_two_sentences_is_not_copied() -> None:
    parts = [sentence(RUN[:9]), sentence(RUN[9:], start=9)]
    assert copied_runs(guide_of(restated(RUN)), parts) == []


def test_copies_are_among_the_findings_of_a_guide() -> None:
    assert [f.rule for f in compared(restated(RUN), [sentence(RUN)])] == ["copied"]
