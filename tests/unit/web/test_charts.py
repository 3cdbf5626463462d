"""Charts as numbers: everything inside the drawing, gaps for days without a value."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rollbook.web.charts import LEAST_BAR, Point, description, draw_bars

FIRST = date(2026, 11, 1)


def series(*values: int | None) -> list[Point]:
    return [Point(FIRST + timedelta(days=day), value) for day, value in enumerate(values)]


@given(
    st.lists(st.tuples(st.none() | st.integers(0, 3_000_000), st.booleans()), max_size=31),
    st.sampled_from([360, 620]),
)
def test_everything_is_inside_and_the_axis_begins_at_0(
    days: list[tuple[int | None, bool]], width: int
) -> None:
    points = [
        Point(FIRST + timedelta(days=number), value, has_failed)
        for number, (value, has_failed) in enumerate(days)
    ]
    drawing = draw_bars(points, width=width, height=240)
    for bar in drawing.bars:
        assert drawing.left <= bar.x <= bar.x + bar.width <= width
        assert bar.y >= 0 and bar.height >= LEAST_BAR
        assert abs(bar.y + bar.height - drawing.bottom) <= 0.2
    assert all(drawing.left <= x <= width and 0 <= y <= 240 for x, y in drawing.crosses)
    assert len(drawing.crosses) == sum(has_failed for _, has_failed in days)
    assert 2 <= len(drawing.rows) <= 5
    heights = [tick.at for tick in drawing.rows]
    assert heights == sorted(heights, reverse=True)
    assert (drawing.rows[0].label, drawing.rows[0].at) == ("0", drawing.bottom)


def test_the_length_of_a_bar_is_its_share_of_the_axis() -> None:
    drawing = draw_bars(series(50, 100, 200), width=620, height=240)
    (half, full, double) = (bar.height for bar in drawing.bars)
    assert abs(2 * half - full) <= 0.2
    assert abs(2 * full - double) <= 0.2
    assert [bar.label for bar in drawing.bars] == [
        "November 1: 50", "November 2: 100", "November 3: 200",
    ]  # fmt: skip


def test_a_day_without_an_import_has_no_bar_and_one_that_changed_nothing_a_small_one() -> None:
    drawing = draw_bars(series(10, None, 0, 13), width=620, height=240)
    assert [bar.height for bar in drawing.bars][1] == LEAST_BAR
    assert len(drawing.bars) == 3


def test_the_words_say_range_first_last_lowest_highest_and_failures() -> None:
    points = [*series(10_000, None, 9_000, 10_500), Point(FIRST + timedelta(days=4), None, True)]
    assert description(points) == (
        "From November 1 to November 4: first 10,000, last 10,500, lowest 9,000 on November 3, "
        "highest 10,500 on November 4. On 1 day an import failed."
    )
    assert description(series(None)) == "Nothing was imported on these days."
