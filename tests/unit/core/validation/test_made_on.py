"""A file says on which day it was made by a column with one day in all rows."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.validation.made_on import MadeOn

DAY = date(2026, 11, 3)
GRADE = student_catalogue().by_name["grade"]


def day_of(header: str, *chunks: list[str]) -> date | None:
    made_on = MadeOn(["Grade", header], [GRADE, None])
    for texts in chunks:
        made_on.add([["3", text] for text in texts])
    return made_on.day


@pytest.mark.parametrize("header", ["Extract Date", "EXPORT_DATE", "Data as of", "Report Run Date"])
@pytest.mark.parametrize("text", ["2026-11-03", "11/3/2026", "2026-11-03 02:00:07", "Nov 3, 2026"])
def test_the_day_that_all_rows_name(header: str, text: str) -> None:
    assert day_of(header, [text, text], ["", "N/A"], [text]) == DAY


@pytest.mark.parametrize(
    ("header", "chunks"),
    [
        ("Last Updated", [["2026-11-03"]]),  # of each student's record
        ("Birth Date", [["2026-11-03"]]),
        ("Extract Date", []),
        ("Extract Date", [["", "N/A"]]),
        ("Extract Date", [["2026-11-03", "2026-11-04"]]),
        ("Extract Date", [["2026-11-03"], ["2026-11-04"], ["2026-11-03"]]),
        ("Extract Date", [["2026-11-03", "yesterday"]]),
        ("Extract Date", [["2026-13-03"]]),
    ],
)
def test_everything_else_says_nothing(header: str, chunks: list[list[str]]) -> None:
    assert day_of(header, *chunks) is None


def test_a_column_that_is_a_field_is_no_day_of_the_file() -> None:
    made_on = MadeOn(["Extract Date"], [GRADE])
    made_on.add([["2026-11-03"]])
    assert made_on.day is None


def test_two_columns_that_differ_say_nothing() -> None:
    for other, expected in (("11/03/2026", DAY), ("11/04/2026", None)):
        made_on = MadeOn(["Extract Date", "Run Date"], [None, None])
        made_on.add([["2026-11-03", other]])
        assert made_on.day == expected


@given(st.lists(st.lists(st.dates(date(2020, 1, 1), date(2039, 12, 31)), max_size=4), max_size=4))
def test_it_does_not_matter_how_the_rows_are_cut(chunks: list[list[date]]) -> None:
    days = {day for chunk in chunks for day in chunk}
    expected = days.pop() if len(days) == 1 else None
    assert day_of("Extract Date", *[[str(day) for day in chunk] for chunk in chunks]) == expected
