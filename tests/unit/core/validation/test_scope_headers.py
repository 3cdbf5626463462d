"""Which headers say whose rows a file has."""

import pytest

from rollbook.core.validation.scope_headers import (
    Scope,
    is_start_of_test_or_enrollment,
    scope_of_column,
)

HEADERS = {
    Scope.ROLE: ("role", "roles", "User Role", "primaryRole", "roles of person"),
    Scope.STATUS: (
        "status", "enrollstatus", "enroll status", "active", "enrolled", "inactive", "withdrawn",
        "deleted", "dropped", "archived", "graduated", "isActive", "isactive", "iswithdrawn",
    ),
    Scope.TERM: (
        "window", "term", "season", "timeframe", "benchmark", "semester", "trimester", "quarter",
        "administration", "round", "diagnostic", "attempt", "Norming Window", "Benchmark Period",
        "testingTerm",
    ),
    Scope.LATEST: ("Most Recent Diagnostic (Y/N)", "baselineAssessment"),
    Scope.YEAR: ("school year", "schoolyear", "academicyear", "SY"),
    Scope.BARE_YEAR: ("year", "yr"),
    Scope.SUBJECT: (
        "subject", "discipline", "assessment", "test", "instrument", "measure", "domain",
    ),
    Scope.DATE: ("testdate", "teststartdate", "Completion Date"),
    Scope.RELATION: ("relationship", "relation"),
    Scope.LANGUAGE: ("Assessment Language",),
    Scope.PERSON_TYPE: (
        "type", "usertype", "persontype", "category", "position", "affiliation", "title", "group",
        "kind", "isTeacher", "isstudent",
    ),
}  # fmt: skip


@pytest.mark.parametrize("scope", Scope)
def test_a_header_of_a_scope_is_known_in_each_spelling(scope: Scope) -> None:
    assert {scope_of_column(header) for header in HEADERS[scope]} == {scope}


@pytest.mark.parametrize(
    "header", ["", "Bus Window", "Latest Test Date", "First Name", "Last Name", "Homeroom"]
)
def test_a_header_of_something_else_is_of_no_scope(header: str) -> None:
    assert scope_of_column(header) is None


def test_a_start_may_be_of_a_test_or_of_an_enrollment() -> None:
    starts = ("Start Date", "startDate", "startdate", "Date Started", "started_on")
    assert all(map(is_start_of_test_or_enrollment, starts))
    assert not is_start_of_test_or_enrollment("Test Start Date")
