"""Hazards of the guide's own text (docs/safety.md, H2 to H9): how the edition holds them."""

from __future__ import annotations

import re

import pytest

from corpus.passage import Passage, PassageKind
from corpus.source import Source

INTERVAL = re.compile(r"每 ?\d[^，。；]{0,8}(?:週|個月)")
SHORT_INTERVAL_DRUGS = ("denosumab", "zoledronate")
PURPOSES = ("骨轉移", "骨質流失", "骨質疏鬆", "骨鬆")
NO_PURPOSE = {"p23-forget"}  # the guide names none there; the passage says whom it is about


def passage(edition: Source, passage_id: str) -> Passage:
    return edition.guide.by_id[passage_id]


@pytest.mark.parametrize(
    ("passage_id", "cancer", "share"),
    [
        ("p8-breast", "乳癌", "70%"),
        ("p8-prostate", "前列腺癌", "85%"),
        ("p8-lung", "肺癌", "40%"),
        ("p8-kidney", "腎癌", "40%"),
        ("p8-myeloma", "多發性骨髓瘤", "95%"),
    ],
)
def test_h2_each_number_of_the_chart_stands_with_its_cancer(
    edition: Source, passage_id: str, cancer: str, share: str
) -> None:
    own = passage(edition, passage_id)
    assert own.kind is PassageKind.CHART
    assert own.text.startswith(cancer)
    assert re.findall(r"\d+%", own.text) == [share]
    overview = passage(edition, "ov-which").text
    assert overview.index(cancer) < overview.index(share, overview.index(cancer))


def test_h3_an_interval_never_stands_without_its_purpose(edition: Source) -> None:
    found = [
        p
        for p in edition.guide.passages
        if INTERVAL.search(p.text) and any(drug in p.text.lower() for drug in SHORT_INTERVAL_DRUGS)
    ]
    assert len(found) > 20
    without = {p.passage_id for p in found if not any(word in p.text for word in PURPOSES)}
    assert without == NO_PURPOSE


@pytest.mark.parametrize(
    ("passage_id", "own", "other"),
    [
        ("p16-deno", "每 4 週", "每 6 個月"),
        ("p22-deno-breast", "每 6 個月", "每 4 週"),
        ("p16-zol", "每 4 到 12 週", "每 12 個月"),
        ("p22-zol-breast", "每 6 個月", "每 4–12 週"),
        ("p22-zol-prostate", "每 12 個月", "每 4–12 週"),
    ],
)
def test_h3_a_row_of_a_table_names_the_interval_of_the_other_purpose_too(
    edition: Source, passage_id: str, own: str, other: str
) -> None:
    text = passage(edition, passage_id).text
    assert 0 <= text.index(own) < text.index(other)
    assert {16, 22} <= set(passage(edition, passage_id).pages)


@pytest.mark.parametrize(
    ("passage_id", "sides"),
    [
        ("p20-t-osteoporosis", ("低於 -2.5", "小於或等於 -2.5")),
        ("p28-alcohol", ("第 28 頁請病友不要喝酒", "第 4、21 頁的說法不同")),
        ("p21-life-overview", ("少喝酒", "第 28 頁寫不要喝酒")),
        ("p20-risk-factors", ("第 20 頁寫髖骨骨折", "第 4 頁摘要只寫骨折")),
    ],
)
def test_h4_both_sides_of_a_contradiction_are_shown(
    edition: Source, passage_id: str, sides: tuple[str, str]
) -> None:
    assert all(side in passage(edition, passage_id).text for side in sides)


def test_h5_the_typos_of_the_guide_are_not_in_the_edition(edition: Source) -> None:
    written = "".join(p.heading + p.text for p in edition.guide.passages)
    assert "前列腺癌" in written
    assert "前列前癌" not in written
    assert re.findall(r"[\u3400-\u9fff] +[\u3400-\u9fff]", written) == []


def test_h6_what_a_clinician_should_review_is_said_to_be_the_guides(edition: Source) -> None:
    claim = re.compile(r"RANKL[^。]*。?[^。]*破骨細胞的?表面")
    found = [p for p in edition.guide.passages if claim.search(p.text)]
    assert {p.passage_id for p in found} == {"p14-deno", "p21-denosumab-how"}
    assert all(re.search("指南[說寫]", p.text) for p in found)


def test_h7_european_groups_and_registries_are_called_european(edition: Source) -> None:
    assert passage(edition, "p30-groups-what").text.startswith("歐洲有病友團體")
    assert passage(edition, "p24-registry-eu").text.startswith("想查歐洲的臨床試驗")


def test_h9_the_age_of_the_guide_can_be_read(edition: Source) -> None:
    assert "2020" in passage(edition, "p31-ref-basis").text
    assert "2021 年 8 月 19 日" in passage(edition, "p31-ref-trials").text
