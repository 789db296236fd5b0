"""Printed page numbers, running headers, and the guide that is recognised."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.pages import Page, known_guides, number_pages, recognise, start_hash
from corpus.reading import RawPage, read_file
from tests.corpus.builders import raw_pages
from tests.helpers import NO_ORIGINAL, ORIGINAL, PAGE_STARTS

needs_original = pytest.mark.skipif(not ORIGINAL.exists(), reason=NO_ORIGINAL)
GUIDE_ID = "esmo-bone-health-zh-hant"
BODY = ("骨頭撐住身體。", "骨頭存放鈣質。", "走路對骨頭好。", "曬太陽有幫助。", "少喝一點酒。")


def starts() -> list[tuple[int, int]]:
    """Return the first line, counted from 0, and the printed number of every page."""
    rows = PAGE_STARTS.read_text(encoding="utf-8").splitlines()[1:]
    return [(int(line) - 1, int(page)) for line, page in (row.split("\t") for row in rows)]


def original_lines() -> tuple[str, ...]:
    return tuple(ORIGINAL.read_text(encoding="utf-8").split("\n"))


def numbers(pages: tuple[Page, ...]) -> list[int | None]:
    return [page.number for page in pages]


def kept(pages: tuple[Page, ...]) -> list[list[str]]:
    return [[line for line in page.lines if line.strip()] for page in pages]


@needs_original
def test_the_known_guide_is_cut_where_its_pages_begin() -> None:
    found = recognise(read_file(ORIGINAL))
    assert found is not None
    guide, pages = found
    assert guide.guide_id == GUIDE_ID
    ends = [line for line, _ in starts()[1:]] + [len(original_lines())]
    assert pages == tuple(
        RawPage(page, original_lines()[line:end])
        for (line, page), end in zip(starts(), ends, strict=True)
    )


@needs_original
@pytest.mark.parametrize("change", ["\r\n", "\r", "indent", "spaces", "form feeds"])
def test_the_known_guide_is_recognised_however_it_was_extracted(
    tmp_path: Path, change: str
) -> None:
    lines = list(original_lines())
    if change == "form feeds":
        for line, _ in starts()[1:]:
            lines[line] = "\f" + lines[line]
    if change == "indent":
        lines = ["    " + line for line in lines]
    if change == "spaces":
        lines = [line.replace(" ", "") for line in lines]
    path = tmp_path / "guide.txt"
    path.write_bytes((change if "\r" in change else "\n").join(lines).encode())
    found = recognise(read_file(path))
    assert found is not None
    assert [page.number for page in found[1]] == [page for _, page in starts()]


@needs_original
@pytest.mark.parametrize(("damaged", "recognised"), [(6, True), (7, False)])
def test_a_fifth_of_the_page_starts_may_differ(damaged: int, recognised: bool) -> None:
    assert len(starts()) == 33
    lines = list(original_lines())
    for line, _ in starts()[-damaged:]:
        first = next(i for i in range(line, len(lines)) if lines[i].strip())
        lines[first] += "※"
    assert (recognise((RawPage(None, tuple(lines)),)) is not None) is recognised


@needs_original
def test_the_beginning_alone_is_not_the_known_guide() -> None:
    assert recognise((RawPage(None, original_lines()[: starts()[20][0]]),)) is None


def test_another_text_is_not_recognised() -> None:
    assert recognise(raw_pages(*BODY)) is None
    assert recognise(raw_pages("")) is None


def test_known_guides_name_every_printed_page_once() -> None:
    (guide,) = known_guides()
    assert guide.guide_id == GUIDE_ID
    assert [page for page, _ in guide.page_starts] == [2, *range(4, 36)]
    assert len({digest for _, digest in guide.page_starts}) == 33


def test_the_start_of_a_page_is_its_first_two_visible_lines() -> None:
    expected = start_hash(["骨骼健康", "第一章"])
    assert start_hash(["", " 骨骼 健康", "\t", "第一\u3000章 ", "其他"]) == expected
    assert start_hash(["第一章", "骨骼健康"]) != expected
    assert start_hash(["骨骼健康"]) != expected


def test_pages_without_numbers_are_counted() -> None:
    assert numbers(number_pages(raw_pages(*BODY[:3]))) == [1, 2, 3]


def test_text_without_page_marks_has_no_page() -> None:
    assert number_pages(raw_pages(BODY[0])) == (Page(None, (BODY[0],)),)


def test_the_numbers_of_the_file_are_kept() -> None:
    assert numbers(number_pages(raw_pages(*BODY, start=7))) == [7, 8, 9, 10, 11]


@pytest.mark.parametrize("start", [None, 1])
@pytest.mark.parametrize("form", ["{}", "- {} -", "– {} –", "  {}  "])
def test_printed_numbers_win_over_the_count_of_the_file(start: int | None, form: str) -> None:
    texts = [f"{line}\n{form.format(n + 3)}" for n, line in enumerate(BODY)]
    pages = number_pages(raw_pages(*texts, start=start))
    assert numbers(pages) == [3, 4, 5, 6, 7]
    assert kept(pages) == [[line] for line in BODY]


def test_printed_numbers_may_stand_on_top() -> None:
    pages = number_pages(raw_pages(*(f"{n + 21}\n{line}" for n, line in enumerate(BODY))))
    assert numbers(pages) == [21, 22, 23, 24, 25]
    assert kept(pages) == [[line] for line in BODY]


def test_two_pages_that_agree_are_too_few_to_shift_numbers() -> None:
    pages = number_pages(raw_pages(f"{BODY[0]}\n11", f"{BODY[1]}\n12", *BODY[2:]))
    assert numbers(pages) == [1, 2, 3, 4, 5]
    assert kept(pages)[:2] == [[BODY[0], "11"], [BODY[1], "12"]]


def test_numbers_that_disagree_do_not_shift() -> None:
    printed = [4, 5, 6, 70, 90, 20]
    texts = [f"{line}\n{n}" for line, n in zip([*BODY, "最後一頁。"], printed, strict=True)]
    pages = number_pages(raw_pages(*texts))
    assert numbers(pages) == [1, 2, 3, 4, 5, 6]
    assert kept(pages)[3] == [BODY[3], "70"]


def test_a_number_that_is_not_the_page_is_kept() -> None:
    texts = [f"{line}\n40\n{n}" for n, line in enumerate(BODY, start=1)]
    assert kept(number_pages(raw_pages(*texts))) == [[line, "40"] for line in BODY]


def test_running_headers_and_footers_are_dropped() -> None:
    texts = [f" 骨骼 手冊 \n\n{line}\n請與醫師討論" for line in BODY]
    texts[2] = BODY[2]
    assert kept(number_pages(raw_pages(*texts))) == [[line] for line in BODY]


def test_blank_lines_take_the_place_of_what_is_dropped() -> None:
    texts = [f"骨骼手冊\n{line}" for line in BODY]
    assert number_pages(raw_pages(*texts))[0].lines == ("", BODY[0])


def test_a_line_on_top_of_two_pages_is_kept() -> None:
    texts = [f"骨骼手冊\n{line}" for line in BODY[:2]] + list(BODY[2:])
    assert kept(number_pages(raw_pages(*texts)))[:2] == [["骨骼手冊", line] for line in BODY[:2]]


def test_a_chinese_line_that_recurs_only_inside_pages_is_kept() -> None:
    texts = [f"{n}號標題\n{line}\n可能的副作用\n結束{n}" for n, line in enumerate(BODY)]
    assert [page[2] for page in kept(number_pages(raw_pages(*texts)))] == ["可能的副作用"] * 5


def test_a_foreign_line_that_recurs_inside_chinese_pages_is_dropped() -> None:
    texts = [f"{n}號標題\n{line}\nPatient Guide Series\n結束{n}" for n, line in enumerate(BODY)]
    assert kept(number_pages(raw_pages(*texts))) == [
        [f"{n}號標題", line, f"結束{n}"] for n, line in enumerate(BODY)
    ]


def test_an_english_heading_that_recurs_inside_english_pages_is_kept() -> None:
    drugs = ("Tablets", "Drips", "Injections", "Plasters")
    texts = [f"{d}\nAbout {d}.\nSide effects\n{d} can tire you.\nEnd of {d}" for d in drugs]
    assert [page[2:3] for page in kept(number_pages(raw_pages(*texts)))] == [["Side effects"]] * 4
