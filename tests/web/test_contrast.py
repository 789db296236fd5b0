"""The colours of the page, before anything is rendered."""

from __future__ import annotations

import pytest

from evals.page.contrast import contrast_table, luminance, pairs, ratio, tokens


def test_the_formula_is_that_of_wcag() -> None:
    assert ratio("#000000", "#ffffff") == pytest.approx(21)
    assert ratio("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert luminance("#808080") == pytest.approx(0.2159, abs=0.0001)


@pytest.mark.parametrize(("name", "standard", "high", "least"), pairs())
def test_each_pair_of_colours_can_be_read(
    name: str, standard: float, high: float, least: float
) -> None:
    assert min(standard, high) >= least, name


def test_high_contrast_changes_the_ground() -> None:
    standard, high = tokens()
    assert (standard["paper"], high["paper"]) == ("#f5f1e8", "#000000")
    assert "| ink on paper | 14.4 | 21.0 | 7 |" in contrast_table()
