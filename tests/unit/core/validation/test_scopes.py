"""A column of terms, school years, subjects or roles that no field has is told, not passed over."""

import json
from collections.abc import Sequence

import pytest

from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.terms import INITIAL_TERMS, Term
from rollbook.core.feed_settings import IGNORE, FeedRules
from rollbook.core.validation.scope_words import school_years_in
from rollbook.core.validation.scopes import Scopes

CATALOGUE = student_catalogue([*INITIAL_TERMS, Term("Winter 2026")])
SCORE = "Overall Scale Score"


def codes(
    header: str,
    *texts: str,
    mapped: str | None = None,
    ignored: Sequence[str] = (),
) -> list[str]:
    """Codes for a file with Student ID, `header` and perhaps a score mapped to the field."""
    headers = dict.fromkeys(ignored, IGNORE) | ({SCORE: mapped} if mapped else {})
    rules = FeedRules(headers=headers)
    names = ["Student ID", header, SCORE]
    fields = [CATALOGUE.find(name, rules) for name in names]
    scopes = Scopes(names, fields, rules=rules)
    scopes.add([[f"{number}", text, "455"] for number, text in enumerate(texts)])
    return [issue.code for issue in scopes.issues()]


@pytest.mark.parametrize(("header", "texts", "code"), [
    ("role", ("student", "teacher"), "OTHER_ROLES"),
    ("roles", ("student", "guardian,parent"), "OTHER_ROLES"),
    ("User Role", ("Teacher", "Teacher"), "OTHER_ROLES"),
    ("User Type", ("Student", "District Admin"), "OTHER_ROLES"),
    ("Window", ("Fall", "Winter"), "OTHER_TERMS"),
    ("primaryRole", ("student", "teacher"), "OTHER_ROLES"),
    ("userRole", ("teacher",), "OTHER_ROLES"),
    ("TestingPeriod", ("BOY", "EOY"), "OTHER_TERMS"),
    ("BenchmarkWindow", ("Fall", "Winter"), "OTHER_TERMS"),
    ("TermName", ("Fall", "Winter"), "OTHER_TERMS"),
    ("Academic Year", ("24-25", "25-26"), "OTHER_YEARS"),
    ("School Year", ("SY24-25", "SY25-26"), "OTHER_YEARS"),
    ("Norming Window", ("Fall (Beginning of Year)", "Winter (November 16)"), "OTHER_TERMS"),
    ("NORMING_WINDOW", ("Fall", "Spring"), "OTHER_TERMS"),
    ("Benchmark Period", ("BOY", "MOY"), "OTHER_TERMS"),
    ("admin_period", ("BOY", "EOY"), "OTHER_TERMS"),
    ("TIME_OF_YEAR", ("Fall", "Spring"), "OTHER_TERMS"),
    ("ASSESS_WINDOW", ("1", "2"), "OTHER_TERMS"),
    ("PM Period", ("Week 1", "Week 2"), "OTHER_TERMS"),
    ("Academic Year", ("2024-2025", "2025-2026"), "OTHER_YEARS"),
    ("school_year", ("2025", "2026"), "OTHER_YEARS"),
    ("school_year", ("2025-2026", "2027"), "OTHER_YEARS"),
    ("Subject", ("Reading", "Math"), "OTHER_SUBJECTS"),
    ("Assessment", ("DIBELS 8th Edition", "mCLASS: Math"), "OTHER_SUBJECTS"),
])  # fmt: skip
def test_rows_of_several_kinds_are_told(header: str, texts: tuple[str, ...], code: str) -> None:
    assert codes(header, *texts) == [code]
    assert codes(header, *texts, ignored=[header.lower()]) == []


@pytest.mark.parametrize(("header", "texts"), [
    ("role", ("student", "Student", "")),
    ("User Type", ("Primary", "Secondary")),
    ("Window", ("Fall", "FALL", "N/A")),
    ("School Year", ("2025-2026", "2025-26", "SY25-26 2025/26")),
    ("Year", ("1", "2", "3")),
    ("Year", ("Year 3", "2025")),
    ("Subject", ("Reading", "")),
    ("Completion Date", ("9/10/2025", "12/12/2025")),
    ("Graduation Year", ("2027", "2028")),
    ("Period", ("1", "2")),
    ("Homeroom", ("Fall", "Winter")),
    ("Term", tuple(f"text {number}" for number in range(99))),
])  # fmt: skip
def test_one_kind_and_columns_of_other_things_pass(header: str, texts: tuple[str, ...]) -> None:
    assert codes(header, *texts) == []


@pytest.mark.parametrize(("header", "text", "field", "code"), [
    ("Window", "Fall", "spring_2025_iready_reading_score", "OTHER_TERMS"),
    ("Window", "Spring", "spring_2025_iready_reading_score", None),
    ("Window", "Spring 2026", "spring_2025_iready_reading_score", "OTHER_TERMS"),
    ("Term Name", "Fall 2025-2026", "fall_2025_iready_reading_score", None),
    ("Term Name", "Fall 2024-2025", "fall_2025_iready_reading_score", "OTHER_TERMS"),
    ("Benchmark Period", "BOY", "fall_2025_dibels_lnf_score", None),
    ("Benchmark Period", "MOY", "fall_2025_dibels_lnf_score", "OTHER_TERMS"),
    ("Benchmark Period", "Middle of Year", "winter_2026_dibels_lnf_score", None),
    ("Benchmark Period", "EOY", "spring_2025_dibels_lnf_score", None),
    ("Academic Year", "2025-2026", "spring_2025_iready_reading_score", "OTHER_YEARS"),
    ("Academic Year", "2024-2025", "spring_2025_iready_reading_score", None),
    ("Academic Year", "2025-2026", "winter_2026_iready_reading_score", None),
    ("Academic Year", "2025", "spring_2025_iready_reading_score", None),
    ("Subject", "Math", "spring_2025_iready_reading_score", "OTHER_SUBJECTS"),
    ("Subject", "Mathematics", "spring_2025_iready_math_score", None),
    ("Subject", "ELA", "spring_2025_iready_reading_score", None),
    ("Completion Date", "12/12/2025", "spring_2025_iready_reading_score", "OTHER_TERMS"),
    ("Completion Date", "1/15/26", "fall_2025_iready_math_score", "OTHER_TERMS"),
    ("Completion Date", "15-Jan-2026", "fall_2025_iready_math_score", "OTHER_TERMS"),
    ("Completion Date", "Jan 15, 2026", "fall_2025_iready_math_score", "OTHER_TERMS"),
    ("Completion Date", "9/15/25", "fall_2025_iready_math_score", None),
    ("Completion Date", "2025-04-30 09:00", "spring_2025_iready_reading_score", None),
    ("Client Date", "2025-09-12", "fall_2025_dibels_lnf_score", None),
])  # fmt: skip
def test_rows_of_another_term_or_subject_than_their_score_is_mapped_to_are_told(
    header: str, text: str, field: str, code: str | None
) -> None:
    assert codes(header, text, text, mapped=field) == ([code] if code else [])


def test_a_header_that_names_its_term_is_believed() -> None:
    names = ["Student ID", "School Year", "Spring 2025 i-Ready Math Overall Score"]
    fields = [CATALOGUE.find(name, FeedRules()) for name in names]
    scopes = Scopes(names, fields, rules=FeedRules())
    scopes.add([["1", "2025-2026", "455"]])
    assert scopes.issues() == []


def test_a_column_that_is_mapped_to_a_field_says_nothing_else() -> None:
    rules = FeedRules(headers={"Window": "school"})
    scopes = Scopes(["Window"], [CATALOGUE.find("Window", rules)], rules=rules)
    assert scopes.columns == []


def test_an_issue_names_the_column_and_how_many_rows_say_what() -> None:
    scopes = Scopes(["role"], [None], rules=FeedRules())
    scopes.add([["student"], ["teacher"], ["student"]])
    (issue,) = scopes.issues()
    assert (issue.column, issue.row, issue.value) == ("role", None, "student (2), teacher (1)")
    assert "teacher" not in json.dumps(issue.message)


@pytest.mark.parametrize(("text", "years"), [
    ("2025-2026", {2025}), ("2025-26", {2025}), ("SY 2025/26", {2025}), ("2026", {2025, 2026}),
    ("20252026", {2025}), ("2025-2027", set()), ("none", set()), ("12025", set()),
])  # fmt: skip
def test_a_school_year_is_the_year_it_begins_in(text: str, years: set[int]) -> None:
    assert school_years_in(text) == years


def test_a_column_of_moments_is_remembered_by_its_days() -> None:
    names = ["Student ID", "Completion Date", SCORE]
    rules = FeedRules(headers={SCORE: "spring_2025_iready_reading_score"})
    scopes = Scopes(names, [CATALOGUE.find(name, rules) for name in names], rules=rules)
    scopes.add([[str(n), f"9/{1 + n % 20}/2025 {n % 24}:{n % 60:02}:17", "1"] for n in range(5000)])
    (column,) = scopes.columns
    assert len(column.values) == 20
    assert [issue.code for issue in scopes.issues()] == ["OTHER_TERMS"]


def test_days_are_not_looked_at_where_no_score_has_a_term() -> None:
    scopes = Scopes(["Completion Date"], [None], rules=FeedRules())
    scopes.add([["9/1/2025"], ["2/1/2026"]])
    assert not scopes.columns[0].values
