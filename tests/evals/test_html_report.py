from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.__main__ import cli
from evals.html_report import ReportError, render, report_on, write_report
from evals.outcome import Outcome, Shown
from evals.rows import write_rows
from evals.twins import TwinReply, write_twins
from tests.evals.outcomes import abstained, outcome

WRITTEN = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
MISSED = outcome(
    "A2",
    split="test",
    met=False,
    met_first=False,
    turns=("骨針<b>多久</b>打一次",),
    must=(("每4週", "四週"), ("血鈣",)),
    evidence_shown=(Shown("p16", (9, 16), "每 4 週一次"), Shown("p30", (30,), "別的內容")),
    text="指南第 9 頁：",
    tags=("fact",),
    subject="drugs",
)
OUTCOMES = [
    outcome("A1", split="test", evidence=120),
    MISSED,
    abstained("A3", language="en", split="real-test"),
    outcome("A4", split="test", met_first=False),
    outcome("U1", split="test", expected="out_of_scope", kind="answer", tags=("near",)),
    outcome("A1", split="test", system="peer", met=False),
]
BEFORE = [
    outcome("A1", split="test"),
    outcome("A2", split="test", turns=("骨針<b>多久</b>打一次",)),
    outcome("A4", split="test"),
]
TWINS = (
    TwinReply(
        "A1",
        "ours",
        "polite",
        ("問",),
        ("請問",),
        "answer",
        "urgent",
        "p1",
        "p7",
        True,
        False,
        False,
    ),
    TwinReply(
        "A1", "ours", "emoji", ("問",), ("問🙏",), "answer", "answer", "p1", "p1", True, True, False
    ),
)


def page_of(
    outcomes: list[Outcome] = OUTCOMES,
    before: list[Outcome] = BEFORE,
    twins: tuple[TwinReply, ...] = TWINS,
) -> str:
    return render(report_on(outcomes, before, twins, WRITTEN))


def words(html: str) -> str:
    """Return what a reader sees, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def section(page: str, name: str) -> str:
    return page.split(f'<section id="{name}"')[1].split("</section>")[0]


def test_every_miss_stands_with_what_was_expected_and_shown() -> None:
    found = section(page_of(), "misses")
    assert found.count('<details class="miss"') == 5
    missed = words(found.split('data-miss="facts missing"')[1].split("</details>")[0])
    assert "Expected answer, page 9" in missed
    assert "shown 每4週 \uff0f四週" in missed
    assert "missing 血鈣" in missed
    assert "page 9, 16 right page p16 每 4 週一次" in missed
    assert "page 30 p30 別的內容" in missed
    assert "指南第 9 頁：" in missed
    assert "fact, drugs" in missed


def test_what_was_typed_is_text_and_not_markup() -> None:
    page = page_of()
    assert "骨針<b>" not in page
    assert "骨針&lt;b&gt;多久&lt;/b&gt;打一次" in page


def test_the_page_asks_nothing_of_anyone() -> None:
    page = page_of()
    assert "default-src 'none'" in page
    assert re.findall(r"(?:src|href)=\"(?!#)[^\"]*\"", page) == []
    assert "url(" not in page
    assert "http" not in page.replace("http-equiv", "")


def test_figures_stand_beside_their_aims() -> None:
    found = words(section(page_of(), "figures"))
    assert (
        "Written questions: all facts and a right page shown test 3 0.67 (0.21–0.94) 0.99 or more"
        in found
    )
    assert "… near the guide test 1 0.00 (0.00–0.79) 0.95 or more short of it" in found
    assert "Questions real people asked" not in found  # no case has the tag
    assert "python -m evals triage" in found


def test_groups_have_their_shares() -> None:
    found = words(section(page_of(), "groups"))
    assert "test facts and right page shown group n share (95 %) all 3 0.67 (0.21–0.94)" in found
    assert "not in the guide: refused group n share (95 %) all 1 0.00 (0.00–0.79)" in found


def test_of_real_questions_only_those_that_the_guide_answers_wholly_are_counted() -> None:
    outcomes = [
        outcome("X1", split="real", tags=("real", "answerable")),
        outcome("X2", split="real", tags=("real", "partly"), met=False),
    ]
    found = words(section(page_of(outcomes, [], ()), "groups"))
    assert "real facts and right page shown group n share (95 %) all 1 1.00 (0.21–1.00)" in found


def test_what_changed_names_the_cases_and_the_test() -> None:
    found = words(section(page_of(), "changes"))
    assert "3 cases are in both runs, 3 only in this one." in found
    assert "Turned wrong: 1 A2 test, ours" in found
    assert "Turned right: 0" in found
    assert "ours test facts met 3 1.000 0.667 -0.333" in found
    assert "0 / 1 1.000" in found
    new = re.findall(r'data-miss="([^"]+)"[^>]*data-new="1"', page_of())
    assert new == ["facts missing"]
    assert "There is no earlier run" in words(section(page_of(before=[]), "changes"))
    assert "No measure changed" in words(section(page_of(before=OUTCOMES), "changes"))


def test_twins_stand_there_where_they_were_asked() -> None:
    found = words(section(page_of(), "twins"))
    assert (
        "polite 1 0.00 (0.00–0.79) 0.00 (0.00–0.79) 0.00 (0.00–0.79) 1.00 (0.21–1.00) 0.00" in found
    )
    assert "1 twins that were told something else" in found
    assert "right, twin wrong 請問 answer p1 → urgent p7" in found
    assert '<section id="twins"' not in page_of(twins=())


def test_confidence_stands_there_only_where_the_rows_have_it() -> None:
    assert '<section id="confidence"' not in page_of()
    sure = [outcome(f"A{i}", split="test", confidence=0.9, met=i > 0) for i in range(4)]
    found = words(section(page_of([*sure, *OUTCOMES], []), "confidence"))
    assert "AURC 0.250 , 0.250 if confidence told nothing; n 4 (4 more" in found


def test_a_run_of_one_case_has_a_page() -> None:
    for lone in (outcome(), abstained("A2"), outcome(expected="urgent", kind="urgent")):
        assert "1 outcomes of 1 system" in words(page_of([lone], [], ()))


def test_the_report_is_written_from_files_and_finds_the_last_run(tmp_path: Path) -> None:
    rows, output = tmp_path / "edition.jsonl", tmp_path / "new" / "report.html"
    write_rows(BEFORE, rows)
    write_rows(OUTCOMES, rows)
    write_twins(TWINS, tmp_path / "twins.jsonl")
    asked = ["report", "--rows", str(rows), "--output", str(output)]
    done = CliRunner().invoke(cli, [*asked, "--twins", str(tmp_path / "twins.jsonl")])
    assert (done.exit_code, done.output.strip()) == (0, str(output))
    page = output.read_text(encoding="utf-8")
    assert "Turned wrong: 1" in page
    assert "請問" in page
    write_report(rows, rows, tmp_path / "none", output)
    assert "Turned wrong: 0" in output.read_text(encoding="utf-8")


def test_without_rows_there_is_no_report(tmp_path: Path) -> None:
    rows = tmp_path / "edition.jsonl"
    done = CliRunner().invoke(cli, ["report", "--rows", str(rows)])
    assert done.exit_code == 1
    assert "edition.jsonl" in done.output
    for content in ("", "{}\n"):
        rows.write_text(content, encoding="utf-8")
        with pytest.raises(ReportError, match=r"edition\.jsonl"):
            write_report(rows, None, tmp_path / "none", tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()
