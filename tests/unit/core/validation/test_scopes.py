"""A column of terms, school years, subjects or roles that no field has is told, not passed over."""

import json
from collections.abc import Sequence

import pytest

from rollbook.core.catalogue.school_days import school_years_in
from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.catalogue.terms import INITIAL_TERMS, Term
from rollbook.core.feed_settings import IGNORE, FeedRules
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


ROSTER: str | None = None
FALL = "fall_2025_iready_reading_score"
SPRING = "spring_2025_iready_reading_score"
OFTEN = tuple(["Student"] * 60 + ["Teacher", "Night Owl"])
YN = ("Y", "N", "Y")

HELD = [
    # Rows of people who are not students: whatever else the file has.
    ("role", ("student", "teacher"), ROSTER, "OTHER_ROLES"),
    ("roles", ("student", "guardian,parent"), ROSTER, "OTHER_ROLES"),
    ("User Role", ("Teacher", "Teacher"), ROSTER, "OTHER_ROLES"),
    ("User Type", ("Student", "District Admin"), ROSTER, "OTHER_ROLES"),
    ("User Type", ("S", "T"), ROSTER, "OTHER_ROLES"),
    ("primaryRole", ("student", "districtAdministrator"), ROSTER, "OTHER_ROLES"),
    ("userRole", ("teacher",), ROSTER, "OTHER_ROLES"),
    ("Title", ("Teacher", "Student"), ROSTER, "OTHER_ROLES"),
    ("Title", ("Math Teacher", "Principal"), ROSTER, "OTHER_ROLES"),
    ("Group", ("Students", "Staff"), ROSTER, "OTHER_ROLES"),
    ("Affiliation", ("student", "faculty"), ROSTER, "OTHER_ROLES"),
    ("isStudent", ("true", "false"), ROSTER, "OTHER_ROLES"),
    ("Is Student", ("1", "0"), ROSTER, "OTHER_ROLES"),
    ("is_teacher", ("FALSE", "TRUE"), ROSTER, "OTHER_ROLES"),
    ("Column 7", ("Student", "Teacher", "Student Teacher"), ROSTER, "OTHER_ROLES"),
    ("Zielgruppe", OFTEN, ROSTER, "OTHER_ROLES"),
    # Rows of students who are not enrolled.
    ("status", ("active", "tobedeleted"), ROSTER, "OTHER_STATUSES"),
    ("Status", ("Active", "Withdrawn"), ROSTER, "OTHER_STATUSES"),
    ("Enrollment Status", ("A - Active", "W - Withdrawn 10/1"), ROSTER, "OTHER_STATUSES"),
    ("enrollmentStatus", ("Enrolled", "No Show"), ROSTER, "OTHER_STATUSES"),
    ("Enroll_Status", ("0", "2", "-1"), ROSTER, "OTHER_STATUSES"),
    ("Student Status", ("A", "I"), ROSTER, "OTHER_STATUSES"),
    ("Active", ("Y", "N"), ROSTER, "OTHER_STATUSES"),
    ("Is Active", ("false",), ROSTER, "OTHER_STATUSES"),
    ("Withdrawn", ("", "Yes"), ROSTER, "OTHER_STATUSES"),
    ("Enrolled", ("Enrolled", "Not Enrolled"), ROSTER, "OTHER_STATUSES"),
    ("Column 9", ("Enrolled", "Withdrawn", "Graduated"), ROSTER, "OTHER_STATUSES"),
    # Rows of several terms or windows, where a score is read as one of them.
    ("Window", ("Fall", "Winter"), FALL, "OTHER_TERMS"),
    ("TestingPeriod", ("BOY", "EOY"), FALL, "OTHER_TERMS"),
    ("BenchmarkWindow", ("Fall", "Winter"), FALL, "OTHER_TERMS"),
    ("TermName", ("Fall", "Winter"), FALL, "OTHER_TERMS"),
    ("Norming Window", ("Fall (Beginning of Year)", "Winter (Nov. 16)"), FALL, "OTHER_TERMS"),
    ("NORMING_WINDOW", ("Fall", "Spring"), FALL, "OTHER_TERMS"),
    ("Benchmark Period", ("BOY", "MOY"), FALL, "OTHER_TERMS"),
    ("admin_period", ("BOY", "EOY"), FALL, "OTHER_TERMS"),
    ("TIME_OF_YEAR", ("Fall", "Spring"), FALL, "OTHER_TERMS"),
    ("ASSESS_WINDOW", ("1", "2"), FALL, "OTHER_TERMS"),
    ("PM Period", ("Week 1", "Week 2"), FALL, "OTHER_TERMS"),
    ("Term", ("S1", "YR"), FALL, "OTHER_TERMS"),
    ("Period", ("BOY", "MOY"), FALL, "OTHER_TERMS"),
    ("Period", ("Winter",), FALL, "OTHER_TERMS"),
    ("Diagnostic", ("Diagnostic 1", "Diagnostic 2"), FALL, "OTHER_TERMS"),
    ("Diagnostic", ("Fall Diagnostic", "Winter Diagnostic"), FALL, "OTHER_TERMS"),
    ("Most Recent Diagnostic (Y/N)", YN, FALL, "OTHER_TERMS"),
    ("MOST_RECENT_DIAG_YTD_YN", YN, FALL, "OTHER_TERMS"),
    ("Most Recent Diagnostic", ("Fall", "Winter"), FALL, "OTHER_TERMS"),
    ("Baseline Assessment (Y/N)", YN, FALL, "OTHER_TERMS"),
    ("When", ("Beginning of Year", "Middle of Year"), FALL, "OTHER_TERMS"),
    ("Column 3", ("Fall 2025", "Winter 2026"), FALL, "OTHER_TERMS"),
    ("Completion Date", ("9/10/2025", "12/12/2025"), FALL, "OTHER_TERMS"),
    ("Test Start Date", ("9/10/2025", "12/12/2025"), FALL, "OTHER_TERMS"),
    # Rows of several school years: names, schools and grades are those of their year.
    ("Academic Year", ("2024-2025", "2025-2026"), ROSTER, "OTHER_YEARS"),
    ("Academic Year", ("24-25", "25-26"), ROSTER, "OTHER_YEARS"),
    ("School Year", ("SY24-25", "SY25-26"), ROSTER, "OTHER_YEARS"),
    ("school_year", ("2025", "2026"), ROSTER, "OTHER_YEARS"),
    ("school_year", ("2025-2026", "2027"), ROSTER, "OTHER_YEARS"),
    ("Year", ("2024-2025", "2025-2026"), ROSTER, "OTHER_YEARS"),
    ("Year", ("2025", "2026"), FALL, "OTHER_YEARS"),
    ("Column 5", ("2024-2025", "2025-2026"), FALL, "OTHER_YEARS"),
    ("Term", ("2024-2025", "2025-2026"), ROSTER, "OTHER_YEARS"),
    # Rows of several subjects or tests, where a score is read as one.
    ("Subject", ("Reading", "Math"), FALL, "OTHER_SUBJECTS"),
    ("Assessment", ("DIBELS 8th Edition", "mCLASS: Math"), FALL, "OTHER_SUBJECTS"),
    ("Domain", ("Phonics", "Vocabulary"), FALL, "OTHER_SUBJECTS"),
    ("Course", ("Math 3", "ELA 3"), FALL, "OTHER_SUBJECTS"),
    ("Diagnostic", ("Reading", "Math"), FALL, "OTHER_SUBJECTS"),
    ("Type", ("Benchmark", "Progress Monitoring"), FALL, "OTHER_SUBJECTS"),
    ("Column 4", ("i-Ready Reading", "i-Ready Math"), FALL, "OTHER_SUBJECTS"),
]  # fmt: skip

WARNED = [
    ("Window", ("Fall", "Winter"), ROSTER),
    ("Relationship", ("Mother", "Father"), ROSTER),
    ("Assessment Language", ("English", "Spanish"), FALL),
    ("Start Date", ("9/3/2024", "1/7/2025"), FALL),
]  # fmt: skip

PASSED = [
    ("role", ("student", "Student", ""), ROSTER),
    ("role", ("Student", "students"), ROSTER),
    ("User Type", ("Primary", "Secondary"), ROSTER),
    ("Type", ("Parent placed", "District placed"), ROSTER),
    ("Type", ("Primary", "Alternate", "Coach"), ROSTER),
    ("Title", ("Mr.", "Ms."), ROSTER),
    ("Title 1", ("Y", "N"), FALL),
    ("Group", ("Red", "Coach Lee"), ROSTER),
    ("Referred By", ("Teacher", "Parent", "Student"), ROSTER),
    ("Lives With", ("Parent", "Guardian"), ROSTER),
    ("isStudent", ("true", "true"), ROSTER),
    ("enabledUser", ("true", "false"), ROSTER),
    ("status", ("active", "active"), ROSTER),
    ("Status", ("Complete", "Discontinued"), FALL),
    ("ELL Status", ("Active", "Exited"), ROSTER),
    ("IEP", ("Active", "Inactive"), ROSTER),
    ("Meal Status", ("F", "R", "P"), ROSTER),
    ("Enroll_Status", ("0", "0"), ROSTER),
    ("Active", ("Y", ""), ROSTER),
    ("Window", ("Fall", "FALL", "N/A"), FALL),
    ("Term", ("S1", "YR"), ROSTER),
    ("Term", ("S1", "S2", "YR"), "named"),
    ("Bus Window", ("AM", "PM"), FALL),
    ("Benchmark", ("At Benchmark", "Below Benchmark"), FALL),
    ("Period", ("1", "2"), FALL),
    ("Level", ("Middle", "Middle"), FALL),
    ("Homeroom", ("Fall", "Winter"), ROSTER),
    ("Term", tuple(f"text {number}" for number in range(99)), FALL),
    ("Most Recent Diagnostic (Y/N)", ("Y", "Y"), FALL),
    ("Most Recent Diagnostic (Y/N)", YN, ROSTER),
    ("School Year", ("2025-2026", "2025-26", "SY25-26 2025/26"), FALL),
    ("Year", ("1", "2", "3"), FALL),
    ("Year", ("Year 3", "2025"), FALL),
    ("Year", ("2026", "2027"), ROSTER),
    ("Year", ("2026", "2030", "2038"), FALL),
    ("Graduation Year", ("2027", "2028"), FALL),
    ("Subject", ("Reading", ""), FALL),
    ("Subject", ("Reading", "Math"), ROSTER),
    ("Course", ("Math 3", "Math 4"), ROSTER),
    ("Class(es)", ("Lee P1", "Ortiz P2"), FALL),
    ("Completion Date", ("9/10/2025", "12/12/2025"), ROSTER),
    ("Completion Date", (*["9/10/2025", "9/11/2025"] * 9, "11/20/2025"), FALL),
    ("Start Date", ("8/20/2025", "8/20/2025"), ROSTER),
    ("Cohort", ("2024-2025", "2025-2026"), FALL),
    ("Expected Graduation", ("2026-2027", "2027-2028"), FALL),
    ("Favorite Subject", ("Math", "Reading"), FALL),
    ("ESL Status", ("Enrolled", "Withdrawn"), ROSTER),
    ("Custody", ("Mother", "Father"), ROSTER),
    ("Home Language", ("English", "Spanish"), FALL),
]  # fmt: skip


def found(header: str, texts: Sequence[str], field: str | None, **how: Sequence[str]) -> list[str]:
    if field == "named":
        names = ["Student ID", header, "Fall 2025 i-Ready Reading Overall Score"]
        scopes = Scopes(names, [CATALOGUE.find(name) for name in names], rules=FeedRules())
        scopes.add([[f"{number}", text, "455"] for number, text in enumerate(texts)])
        return [issue.code for issue in scopes.issues()]
    return codes(header, *texts, mapped=field, **how)


@pytest.mark.parametrize(("header", "texts", "field", "code"), HELD)
def test_rows_that_would_be_stored_wrongly_hold_the_file_until_the_column_is_ignored(
    header: str, texts: tuple[str, ...], field: str | None, code: str
) -> None:
    assert found(header, texts, field) == [code]
    assert found(header, texts, field, ignored=[header.lower()]) == []


@pytest.mark.parametrize(("header", "texts", "field"), WARNED)
def test_what_is_perhaps_wrong_is_told_and_holds_nothing(
    header: str, texts: tuple[str, ...], field: str | None
) -> None:
    assert found(header, texts, field) == ["ROWS_DOUBTFUL"]
    assert found(header, texts, field, ignored=[header.lower()]) == []


@pytest.mark.parametrize(("header", "texts", "field"), PASSED)
def test_one_kind_and_columns_of_other_things_pass(
    header: str, texts: tuple[str, ...], field: str | None
) -> None:
    assert found(header, texts, field) == []


def test_a_flag_of_the_latest_test_passes_where_another_column_says_one_window() -> None:
    names = ["Student ID", "Norming Window", "Most Recent Diagnostic YTD (Y/N)", SCORE]
    rules = FeedRules(headers={SCORE: FALL})
    for windows, expected in (["Fall"] * 3, []), (["Fall", "Fall", "Winter"], ["OTHER_TERMS"] * 2):
        scopes = Scopes(names, [CATALOGUE.find(name, rules) for name in names], rules=rules)
        scopes.add([[f"{n}", windows[n], YN[n], "455"] for n in range(3)])
        assert [issue.code for issue in scopes.issues()] == expected


def test_a_start_date_is_a_day_of_a_test_beside_one_of_its_completion() -> None:
    names = ["Student ID", "Start Date", "Completion Date", SCORE]
    rules = FeedRules(headers={SCORE: FALL})
    scopes = Scopes(names, [CATALOGUE.find(name, rules) for name in names], rules=rules)
    scopes.add([["1", "12/12/2024", "9/12/2025", "455"]])
    assert [issue.column for issue in scopes.issues()] == ["Start Date"]


def test_columns_of_other_things_are_not_counted_on() -> None:
    scopes = Scopes(["Bus", "Title"], [None, None], rules=FeedRules())
    scopes.add([["7", "Student"], ["9", "Teacher"]])
    assert [column.header for column in scopes.columns] == ["Title"]


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
