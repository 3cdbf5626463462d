"""Last year's counts in a file of the new year show, school by school; the new year's never do."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.loading.last_years import (
    FEWEST,
    compared_fields,
    last_years_issue,
    left_out,
)
from rollbook.core.measure import Measure

CATALOGUE = student_catalogue()
ATTENDANCE = [field for field in CATALOGUE.fields if field.area == "attendance"]


def schools(**counts: tuple[int, int]) -> dict[str, dict[str, Measure]]:
    """School -> how many of how many students have last year's absences."""
    return {name: {"absences_ytd": Measure(*each)} for name, each in counts.items()}


def test_counts_of_the_last_30_days_and_scores_tell_no_year_from_another() -> None:
    names = {field.name for field in compared_fields(CATALOGUE.fields)}
    assert names == {
        "absences_ytd", "tardies_ytd", "unexcused_absences_ytd", "excused_absences_ytd",
        "attendance_percentage", "absence_percentage", "incident_count_ytd",
    }  # fmt: skip


@pytest.mark.parametrize(("part", "is_last"), [(0, False), (50, False), (51, True), (100, True)])
def test_more_than_half_of_the_students_have_last_years_values(part: int, is_last: bool) -> None:
    found = left_out(schools(Lincoln=(part, 100)))
    assert (found is not None) is is_last
    if found is not None:
        assert found.schools == {"Lincoln"}
        assert found.is_rest is True


def test_a_few_students_say_nothing() -> None:
    assert left_out(schools(Lincoln=(FEWEST - 1, FEWEST - 1))) is None
    assert left_out(schools(Lincoln=(FEWEST, FEWEST))) is not None
    assert left_out({}) is None
    assert left_out({"Lincoln": {}}) is None


def test_one_school_that_has_not_turned_is_left_out_alone() -> None:
    found = left_out(schools(Lincoln=(90, 100), High=(20, 900), Small=(3, 3)))
    assert found is not None
    assert found.schools == {"Lincoln"}
    assert found.is_rest is False
    assert found.measures == {"absences_ytd": Measure(90, 100)}


def test_one_school_that_has_turned_alone_is_not_left_out() -> None:
    found = left_out(schools(Lincoln=(9, 100), High=(800, 900), Small=(3, 3)))
    assert found is not None
    assert found.others == {"Lincoln"}
    assert found.is_rest is True
    assert found.measures == {"absences_ytd": Measure(803, 903)}


def test_one_column_is_enough_for_an_area() -> None:
    two = {"absences_ytd": Measure(0, 100), "tardies_ytd": Measure(40, 60)}
    found = left_out({"Lincoln": two})
    assert found is not None and found.measures == {"tardies_ytd": Measure(40, 60)}


def test_a_school_of_which_a_column_is_not_known_is_judged_by_the_others() -> None:
    found = left_out({
        "Lincoln": {"absences_ytd": Measure(40, 60)},
        "High": {"tardies_ytd": Measure(40, 60)},
    })  # fmt: skip
    assert found is not None
    assert found.measures == dict.fromkeys(("absences_ytd", "tardies_ytd"), Measure(40, 60))


def test_what_is_told_names_the_column_the_numbers_and_the_way() -> None:
    found = left_out(schools(Lincoln=(90, 100), High=(20, 900)))
    assert found is not None
    issue = last_years_issue(found, ATTENDANCE, {"absences_ytd": "ABS"})
    assert (issue.code, issue.column, issue.field) == ("LAST_YEARS_COUNTS", "ABS", "absences_ytd")
    assert "90 of 100 students in some schools" in issue.message
    assert "Absences YTD and 9 more columns of attendance" in issue.message
    everywhere = left_out(schools(Lincoln=(90, 100)))
    assert everywhere is not None
    assert "in some schools" not in last_years_issue(everywhere, ATTENDANCE, {}).message


COUNTS = st.integers(0, 60).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


@given(st.dictionaries(st.sampled_from(["A", "B", "C", ""]), COUNTS))
def test_no_school_is_both_and_the_rest_is_what_most_have(
    counts: Mapping[str, tuple[int, int]],
) -> None:
    found = left_out({name: {"absences_ytd": Measure(*each)} for name, each in counts.items()})
    part, whole = (sum(each[at] for each in counts.values()) for at in (0, 1))
    if found is None:
        assert whole < FEWEST or 2 * part <= whole
        return
    assert not found.schools & found.others
    assert found.is_rest is (whole >= FEWEST and 2 * part > whole)
    [measure] = found.measures.values()
    assert 0 < measure.part <= measure.whole
