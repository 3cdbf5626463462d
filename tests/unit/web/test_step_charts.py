"""Charts of values that stay until they change."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rollbook.web.step_charts import Step, draw_steps

FIRST = datetime(2026, 9, 1, 9, tzinfo=UTC)


def steps(*values: float, hours: int = 24) -> list[Step]:
    return [Step(FIRST + timedelta(hours=hours * n), value) for n, value in enumerate(values)]


@given(
    st.lists(st.integers(0, 400) | st.floats(0, 100), min_size=1, max_size=60),
    st.integers(0, 200),
    st.integers(0, 100),
)
def test_everything_is_inside_and_each_value_is_beside_its_tick(
    values: list[float], hours: int, later: int
) -> None:
    given = steps(*values, hours=hours)
    drawing = draw_steps(given, given[-1].at + timedelta(days=later), width=360, height=180)
    [line] = drawing.lines
    places = [tuple(map(float, pair.split(","))) for pair in line.split()]
    assert len(places) == 2 * len(values)
    assert all(drawing.left < x <= 360 and 14 <= y <= drawing.bottom for x, y in places)
    assert [x for x, _ in places] == sorted(x for x, _ in places)
    assert all(drawing.left < tick.at <= 360 for tick in drawing.columns)
    assert 2 <= len(drawing.rows) <= 6
    assert len({tick.label for tick in drawing.rows}) == len(drawing.rows)


def test_whole_values_have_whole_numbers_beside_them() -> None:
    drawing = draw_steps(steps(21, 22), FIRST + timedelta(days=4), width=360, height=180)
    assert [tick.label for tick in drawing.rows] == ["21", "22"]
    drawing = draw_steps(steps(82.5, 82), FIRST + timedelta(days=4), width=360, height=180)
    assert len(drawing.rows) > 2


def test_a_value_is_a_level_line_until_the_next() -> None:
    drawing = draw_steps(steps(2, 4), FIRST + timedelta(days=4), width=360, height=180)
    labels = {tick.label: tick.at for tick in drawing.rows}
    [line] = drawing.lines
    points = [tuple(map(float, pair.split(","))) for pair in line.split()]
    assert [y for _, y in points] == [labels["2"], labels["2"], labels["4"], labels["4"]]
    assert points[1][0] == points[2][0]
    assert [tick.label for tick in drawing.columns][::3] == ["Sep 1", "Sep 5"]
