"""A file is older by bytes that others have followed, or by the date in its name."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.limits.older_file import NONE, OTHERS_SINCE, EarlierFiles, older

DAYS = st.dates(date(2020, 1, 1), date(2039, 12, 31))
FORMS = ("%Y-%m-%d", "%Y%m%d", "%m-%d-%Y", "%m%d%Y", "%Y_%m_%d", "%Y-%m-%d_0200", "%Y%m%d020000")


def is_older(name: str, earlier: EarlierFiles) -> bool:
    measure, signs = older(name, earlier)
    assert bool(signs) == bool(measure.part)
    assert name not in signs
    return bool(measure.part)


def test_a_first_file_is_no_older_one() -> None:
    assert not is_older("students_2020-01-01.csv", NONE)


@pytest.mark.parametrize(
    ("same", "since", "is_old"),
    [(None, 9, False), (7, 0, False), (7, OTHERS_SINCE - 1, False), (7, OTHERS_SINCE, True)],
)
def test_bytes_that_three_others_have_followed_are_older(
    same: int | None, since: int, is_old: bool
) -> None:
    assert is_older("students.csv", EarlierFiles(same, since, "students.csv")) is is_old


@given(DAYS, DAYS, st.sampled_from(FORMS))
def test_of_two_names_alike_the_date_decides(one: date, two: date, form: str) -> None:
    name, newest = (f"students_{each:{form}}.csv" for each in (one, two))
    assert is_older(name, EarlierFiles(newest_name=newest)) is (one < two)


@pytest.mark.parametrize(
    ("name", "newest"),
    [
        ("math_2026-01-05.csv", "reading_2026-02-05.csv"),  # of another export
        ("students_2026-01-05.csv", "students.csv"),
        ("students_7.csv", "students_8.csv"),  # no date
        ("students_2026-2027.csv", "students_2027-2028.csv"),  # school years
        ("students_2026-13-05.csv", "students_2027-01-05.csv"),
        ("students_2026-01-05.csv", ""),
    ],
)
def test_names_that_differ_or_have_no_date_tell_nothing(name: str, newest: str) -> None:
    assert not is_older(name, EarlierFiles(newest_name=newest))


@given(st.none() | DAYS, st.none() | DAYS)
def test_of_two_days_that_files_name_the_earlier_one_is_older(
    made: date | None, newest: date | None
) -> None:
    earlier = EarlierFiles(newest_made_on=str(newest or ""))
    measure, signs = older("students.csv", earlier, made_on=str(made or ""))
    is_earlier = made is not None and newest is not None and made < newest
    assert bool(measure.part) == bool(signs) == is_earlier


def test_both_signs_are_told_and_no_name() -> None:
    earlier = EarlierFiles(12, 40, "students_2026-11-20.csv")
    _, signs = older("students_2026-10-01.csv", earlier)
    assert signs == (
        "import 12 had the same file, and 40 other files have come since and the date in its name "
        "is earlier than the one in the last file's name"
    )


def test_the_bytes_of_a_file_from_before_the_school_year_turned_are_older() -> None:
    earlier = EarlierFiles(7, 1, "students.csv", is_before_the_year=True)
    assert is_older("students.csv", earlier)
    unchanged = replace(earlier, others_since=0)
    assert not is_older("students.csv", unchanged), "an export that has not changed is no older one"
    assert "before the school year was switched" in older("students.csv", earlier)[1]
