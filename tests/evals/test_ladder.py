"""The ladder: one table, a rung for each part of the edition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from corpus.not_in_guide import Topic
from corpus.passage import Guide, Language, PassageKind, Section
from corpus.source import Source
from evals import ladder
from evals.case import FACT_SPLITS, Case
from evals.ladder import RUNGS, run_ladder
from evals.report import share
from index.passage_index import owner_documents
from tests.helpers import FakeEncoder, passage, small_guide, small_topics

NAMES = [rung.name for rung in RUNGS]


def case(
    name: str,
    *turns: str,
    must: tuple[tuple[str, ...], ...] = (("立刻聯絡醫師",),),
    pages: frozenset[int] = frozenset({9}),
    kind: str = "answer",
) -> Case:
    return Case(name, "dev", turns, kind, pages, must, "hant", frozenset())


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that makes these the cases of every split."""

    def give(*cases: Case) -> None:
        monkeypatch.setattr(ladder, "load_cases", lambda _: cases)

    return give


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[Guide]:
    """Return the guides that the rungs are built from, in order."""
    guides: list[Guide] = []

    def recorded(guide: Guide, topics: tuple[Topic, ...]) -> list[str]:
        guides.append(guide)
        return owner_documents(guide, topics)

    monkeypatch.setattr(ladder, "owner_documents", recorded)
    return guides


def table_of(guide: Guide, topics: tuple[Topic, ...] = ()) -> dict[str, list[str]]:
    """Return the cells of each line, by the name of its rung."""
    lines = run_ladder(Source(guide, topics), FakeEncoder()).split("\n")
    rows = [[c.strip() for c in line.strip("|").split("|")] for line in lines if line[:1] == "|"]
    return {row[0]: row[1:] for row in rows}


def guide_with_everything() -> Guide:
    asked = {
        Language.TAIWAN: ("骨頭痛怎麼辦", "{癌}會痛嗎"),
        Language.MAINLAND: ("骨头痛怎么办",),
        Language.ENGLISH: ("Does {癌} hurt?",),
    }
    own = replace(passage("pain"), questions=asked)
    foreign = replace(passage("foreign"), questions={Language.ENGLISH: ("What is it?",)})
    overview = replace(passage("ov", questions=("總共有什麼",)), kind=PassageKind.OVERVIEW)
    return Guide("g", "指南", (Section("一", (own, foreign)), Section("二", (overview,))))


def test_every_rung_holds_what_its_name_says(
    given: Callable[..., None], built: list[Guide]
) -> None:
    given(case("A1", "骨頭痛怎麼辦"))
    table_of(guide_with_everything())
    held = [{p.passage_id: dict(p.questions) for p in guide.passages} for guide in built]
    taiwanese = {Language.TAIWAN: ("骨頭痛怎麼辦",)}
    plain = {**taiwanese, Language.MAINLAND: ("骨头痛怎么办",)}
    english = {Language.ENGLISH: ("What is it?",)}
    overview = {Language.TAIWAN: ("總共有什麼",)}
    everything = dict(guide_with_everything().by_id["pain"].questions)
    assert dict(zip(NAMES, held, strict=True)) == {
        "passages alone, without overviews": {"pain": {}, "foreign": {}},
        "+ bank, Taiwanese": {"pain": taiwanese, "foreign": {}},
        "+ overviews": {"pain": taiwanese, "foreign": {}, "ov": overview},
        "+ the other languages": {"pain": plain, "foreign": english, "ov": overview},
        "+ slots": {"pain": everything, "foreign": english, "ov": overview},
        "+ lexicon": {"pain": everything, "foreign": english, "ov": overview},
        "+ head, as it is served": {"pain": everything, "foreign": english, "ov": overview},
    }
    assert [len(guide.sections) for guide in built] == [1, 1, 2, 2, 2, 2, 2]
    assert built[-1] == guide_with_everything()


def test_the_head_counts_answerable_cases_of_one_turn_with_facts(
    given: Callable[..., None],
) -> None:
    given(
        case("A1", "骨頭痛怎麼辦"),
        case("A2", "骨頭痛怎麼辦", "然後呢"),
        case("A3", "骨頭痛怎麼辦", must=()),
        case("A4", "健保有給付嗎", kind="out_of_scope"),
        case("A5", "骨頭很痛要找誰"),
    )
    table = table_of(small_guide(), small_topics())
    assert table[""] == [f"{split}, n 2" for split in FACT_SPLITS]
    assert list(table)[2:] == NAMES


@pytest.mark.parametrize(
    ("cases", "cell"),
    [
        ([case("A1", "骨頭痛怎麼辦")], f"{share(1, 1)} / 1.00 / 1.00"),
        ([case("A1", "骨頭痛怎麼辦", must=(("沒有人寫過",),))], f"{share(0, 1)} / 0.00 / 1.00"),
        ([case("A1", "骨頭痛怎麼辦", pages=frozenset({33}))], f"{share(0, 1)} / 1.00 / 0.00"),
        (
            [case("A1", "骨頭痛怎麼辦"), case("A2", "骨頭痛怎麼辦", must=(("沒有人寫過",),))],
            f"{share(1, 2)} / 0.50 / 1.00",
        ),
    ],
)
def test_facts_and_pages_are_counted(
    given: Callable[..., None], cases: list[Case], cell: str
) -> None:
    given(*cases)
    table = table_of(small_guide())
    assert [table[name] for name in NAMES] == [[cell] * len(FACT_SPLITS)] * len(NAMES)


def test_a_fact_of_a_later_passage_counts_among_three_but_not_in_the_first(
    given: Callable[..., None],
) -> None:
    given(case("A1", "骨轉移是什麼", must=(("擴散到骨頭",), ("立刻聯絡醫師",))))
    first, *others = small_guide().passages
    guide = Guide("g", "指南", (Section("一", (first, others[0])),))
    assert table_of(guide)["+ slots"] == [f"{share(1, 1)} / 0.00 / 1.00"] * len(FACT_SPLITS)


@pytest.mark.parametrize(("before", "met"), [(2, 1), (3, 0)])
def test_three_passages_are_shown(given: Callable[..., None], before: int, met: int) -> None:
    given(case("A1", "骨轉移是什麼", must=(("癌症",),), pages=frozenset({16})))
    others = [passage(f"p{i}", questions=("骨轉移是什麼",)) for i in range(before)]
    last = replace(others[0], passage_id="last", pages=(16,))
    table = table_of(Guide("g", "指南", (Section("一", (*others, last)),)))
    assert table["+ slots"][0] == f"{share(met, 1)} / 1.00 / 0.00"


@pytest.mark.parametrize(
    ("name", "anagram", "rungs"), [("denosumab", "bamusoned", 2), ("xgeva", "vexga", 7)]
)
def test_synonyms_are_made_one_on_the_last_two_rungs_alone(
    given: Callable[..., None], name: str, anagram: str, rungs: int
) -> None:
    """For the fake encoder a word and its anagram are the same, so that words alone decide."""
    given(case("A1", "xgeva", must=(("四週",),), pages=frozenset({16})))
    right = passage("right", f"{name} 四週打。", heading=name, pages=(16,), questions=(name,))
    wrong = passage("wrong", f"{anagram} 週四打。", heading=anagram, questions=(anagram,))
    other = passage("other", "每天走路。", heading="運動", questions=("怎麼運動",))
    table = table_of(Guide("g", "指南", (Section("一", (wrong, right, other)),)))
    firsts = [table[rung][0].split(" / ")[1:] for rung in NAMES]
    assert firsts == [["0.00", "0.00"]] * (len(NAMES) - rungs) + [["1.00", "1.00"]] * rungs
