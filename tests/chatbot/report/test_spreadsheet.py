"""Tables that a spreadsheet opens as text."""

from __future__ import annotations

import csv
import io

import pytest

from chatbot.report.spreadsheet import as_csv, neutral


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+886",
        "-2.5 算嗎",
        "@SUM(A1)",
        " =1+1",
        "\u3000=1+1",
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d1",
        "\uff20x",
        "\t=1",
        "\r=1",
        "\n=1",
        '=HYPERLINK("http://evil.example","x")',
        "|calc",
        "%0A=1",
    ],
)
def test_what_would_be_a_formula_is_text(cell: str) -> None:
    assert neutral(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["骨針多久打一次", "2 - 1", "a=b", "", 3, "「=」"])
def test_other_cells_stay(cell: object) -> None:
    assert neutral(cell) == str(cell)


def test_excel_gets_its_mark_and_every_cell_comes_back_whole() -> None:
    rows = [('他說「痛」,"很痛"', 2), ("第一行\n第二行", 1), ("=1+1", 3)]
    content = as_csv(["問題", "次數"], rows)
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n")
    read = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert read == [
        ["問題", "次數"],
        ['他說「痛」,"很痛"', "2"],
        ["第一行\n第二行", "1"],
        ["'=1+1", "3"],
    ]
