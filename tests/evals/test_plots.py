"""What is drawn stands where its value is, and says the value in words."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.measures import risk_coverage
from evals.plots import (
    BAR_WIDTH,
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Axis,
    Mark,
    ReliabilityBin,
    counts_by_step,
    histogram,
    interval_bar,
    reliability_plot,
    risk_curve,
)

SHARES = st.floats(0, 1)


def drawn(svg: str, name: str, kind: str | None = None) -> list[dict[str, str]]:
    """Return the attributes of the elements of a name, and of a class if one is named."""
    found = ElementTree.fromstring(svg).iter(name)
    return [element.attrib for element in found if kind in (None, element.attrib.get("class"))]


def test_a_bar_ends_at_its_share_and_its_whisker_spans_the_interval() -> None:
    svg = interval_bar(0.8, 0.6, 0.9, 0.95)
    (bar,), (whisker,), (aim,) = (drawn(svg, "rect", kind) for kind in ("bar", "whisker", "aim"))
    assert float(bar["width"]) == 0.8 * BAR_WIDTH
    assert float(whisker["x"]) == 0.6 * BAR_WIDTH
    assert float(whisker["width"]) == pytest.approx(0.3 * BAR_WIDTH)
    assert float(aim["x"]) == 0.95 * BAR_WIDTH - 1
    assert 'aria-label="0.80, 95 % interval 0.60 to 0.90, aim 0.95"' in svg
    assert drawn(interval_bar(0.8, 0.6, 0.9), "rect", "aim") == []


@given(SHARES, SHARES, SHARES)
def test_a_bar_never_leaves_its_track(value: float, low: float, high: float) -> None:
    low, value, high = sorted((low, value, high))
    for rect in drawn(interval_bar(value, low, high), "rect"):
        assert 0 <= float(rect.get("x", 0)) <= BAR_WIDTH
        assert 0 <= float(rect["width"]) <= BAR_WIDTH


def test_values_are_counted_in_half_open_steps() -> None:
    assert counts_by_step([0, 49, 50, 99, 250], 50) == [2, 2, 0, 0, 0, 1]
    assert counts_by_step([3], 50) == [1]


@given(st.lists(st.integers(0, 900), min_size=1, max_size=50), st.sampled_from([20, 50, 100]))
def test_every_value_is_in_one_bar_of_the_height_of_its_count(values: list[int], step: int) -> None:
    counts = counts_by_step(values, step)
    assert sum(counts) == len(values)
    bars = drawn(histogram(values, step=step, marks=(), what="characters"), "rect", "bar")
    heights = [float(bar["height"]) for bar in bars]
    assert len(heights) == len(counts)
    unit = max(heights) / max(counts)
    assert heights == pytest.approx([count * unit for count in counts], abs=0.3)
    assert all(TOP <= float(bar["y"]) <= HEIGHT - BOTTOM for bar in bars)
    assert all(LEFT <= float(bar["x"]) <= WIDTH - RIGHT for bar in bars)


def test_marks_stand_at_their_values_and_are_named_safely() -> None:
    marks = (Mark(100, "median <100>"), Mark(900, "aim 900", is_aim=True))
    svg = histogram([10, 100, 190], step=50, marks=marks, what="a & b")
    (mark,), (aim,) = drawn(svg, "line", "mark"), drawn(svg, "line", "aim")
    axis = Axis(0, 200, LEFT, WIDTH - RIGHT)
    assert float(mark["x1"]) == float(mark["x2"]) == axis.at(100)
    assert float(aim["x1"]) == axis.at(200)  # beyond the end it stands at the end
    assert "median &lt;100&gt;" in svg
    assert "a &amp; b" in svg
    assert "3 values, median 100, 95th percentile 190" in svg


def test_the_numbers_of_a_histogram_stand_at_the_ends_of_its_steps() -> None:
    svg = histogram([460.0] * 37, step=50, marks=(), what="characters")
    numbers = [e.text for e in ElementTree.fromstring(svg).iter("text") if e.get("class") == "tick"]
    assert numbers == ["0", "20", "40", "60", "80", "0", "150", "300", "450", "600"]


def test_the_curve_runs_through_its_points() -> None:
    points = risk_coverage([(0.9, True), (0.5, False)])
    svg = risk_curve(points, 0.25)
    (line,) = drawn(svg, "polyline")
    x, y = Axis(0, 1, LEFT, WIDTH - RIGHT), Axis(0, 0.5, HEIGHT - BOTTOM, TOP)
    assert line["points"] == f"{x.at(0.5)},{y.at(0)} {x.at(1)},{y.at(0.5)}"
    assert "area 0.250" in svg


def test_the_diagonal_is_drawn_only_for_probabilities() -> None:
    bins = [ReliabilityBin(0.2, 10, 0.5, 0.3, 0.7), ReliabilityBin(0.9, 10, 1.0, 0.7, 1.0)]
    svg = reliability_plot(bins)
    (even,) = drawn(svg, "line", "even")
    assert (even["x1"], even["y1"]) == (str(float(LEFT)), str(float(HEIGHT - BOTTOM)))
    dots = drawn(svg, "circle", "dot")
    x, y = Axis(0, 1, LEFT, WIDTH - RIGHT), Axis(0, 1, HEIGHT - BOTTOM, TOP)
    places = [(float(dot["cx"]), float(dot["cy"])) for dot in dots]
    assert places == [(x.at(0.2), y.at(0.5)), (x.at(0.9), y.at(1.0))]
    odds = [ReliabilityBin(-2.5, 10, 0.5, 0.3, 0.7), ReliabilityBin(4.0, 10, 1.0, 0.7, 1.0)]
    assert drawn(reliability_plot(odds), "line", "even") == []
    assert [float(d["cx"]) for d in drawn(reliability_plot(odds), "circle")] == [
        LEFT,
        WIDTH - RIGHT,
    ]


def test_nothing_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="0 values cannot be drawn"):
        histogram([], step=50, marks=(), what="characters")
    with pytest.raises(ValueError, match="in steps of 0"):
        histogram([1], step=0, marks=(), what="characters")
    with pytest.raises(ValueError, match="no points"):
        risk_curve((), 0.0)
    with pytest.raises(ValueError, match="no bins"):
        reliability_plot([])
