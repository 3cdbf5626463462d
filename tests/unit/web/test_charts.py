"""Charts as numbers: everything inside the drawing, gaps for days without a value."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rollbook.web.charts import Point, description, draw

FIRST = date(2026, 11, 1)


def series(*values: int | None) -> list[Point]:
    return [Point(FIRST + timedelta(days=day), value) for day, value in enumerate(values)]


@given(st.lists(st.none() | st.integers(0, 3_000_000), max_size=31), st.sampled_from([360, 880]))
def test_everything_is_inside_and_ticks_rise_from_0(values: list[int | None], width: int) -> None:
    drawing = draw(series(*values), width=width, height=240)
    places = [*drawing.dots, *drawing.crosses]
    places += [
        (float(across), float(down))
        for line in drawing.lines
        for across, down in (pair.split(",") for pair in line.split())
    ]
    assert all(drawing.left <= x <= width and 0 <= y <= 240 for x, y in places)
    assert 2 <= len(drawing.rows) <= 5
    heights = [tick.at for tick in drawing.rows]
    assert heights == sorted(heights, reverse=True)
    assert drawing.rows[0].label == "0"
    assert len(drawing.dots) == sum(value is not None for value in values)


def test_a_day_without_a_value_is_a_gap_and_not_a_zero() -> None:
    drawing = draw(series(10, 12, None, 11, 13), width=880, height=240)
    assert len(drawing.lines) == 2
    assert [len(line.split()) for line in drawing.lines] == [2, 2]


def test_the_words_say_range_first_last_lowest_highest_and_failures() -> None:
    points = [*series(10_000, None, 9_000, 10_500), Point(FIRST + timedelta(days=4), None, True)]
    assert description(points) == (
        "From November 1 to November 4: first 10,000, last 10,500, lowest 9,000 on November 3, "
        "highest 10,500 on November 4. On 1 day an import failed."
    )
    assert description(series(None)) == "Nothing was imported on these days."
