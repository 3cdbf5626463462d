"""Which school of the application a name of the file probably means, and which it may not."""

import pytest

from rollbook.core.loading.school_names import School, is_same_name, suggested_school

SCHOOLS = (
    School("1", "North Elementary School", "101"),
    School("2", "South Middle School", "201"),
    School("3", "Lincoln Elementary"),
    School("4", "Lincoln High School"),
    School("5", "St. Mary's Academy"),
    School("6", "École Montréal"),
    School("7", "Harbor Ridge Middle School"),
)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("North Elementary School", "1"),
        ("NORTH ELEMENTARY", "1"),
        ("North Elem.", "1"),
        ("N. Elem. Sch.", "1"),
        ("North ES", "1"),
        ("north-elementary", "1"),
        ("North", "1"),
        ("101", "1"),
        ("South MS", "2"),
        ("The South Middle School", "2"),
        ("Lincoln Elem", "3"),
        ("Lincoln HS", "4"),
        ("Saint Marys Academy", "5"),
        ("St Mary’s", "5"),
        ("Ecole Montreal", "6"),
        ("Harbor Ridge", "7"),
    ],
)
def test_another_writing_of_a_name_is_suggested(name: str, key: str) -> None:
    found = suggested_school(name, SCHOOLS)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize(
    "name", ["Lincoln", "North Middle", "Elementary", "School", "", "…", "West", "Northern High"]
)
def test_where_several_or_none_may_be_meant_nothing_is_suggested(name: str) -> None:
    assert suggested_school(name, SCHOOLS) is None


def test_two_schools_of_one_name_are_not_told_apart() -> None:
    assert suggested_school("Oak", [School("1", "Oak"), School("2", "OAK")]) is None


def test_only_writing_is_passed_over_where_names_are_compared() -> None:
    assert is_same_name("St. Mary's  School", "ST MARYS SCHOOL")
    assert not is_same_name("North Elementary", "North Elem.")
