"""The headers of columns that say whose rows they are: of which role, status, term, subject."""

import re
from enum import StrEnum, auto
from typing import Final

from rollbook.core.catalogue.students import normalize_header


class Scope(StrEnum):
    """What a column says of a row."""

    ROLE = auto()
    PERSON_TYPE = auto()
    """Perhaps a role: only its texts can tell."""
    STATUS = auto()
    TERM = auto()
    LATEST = auto()
    """Whether the test is the student's first or latest one."""
    DATE = auto()
    YEAR = auto()
    """A school year: its header says so."""
    BARE_YEAR = auto()
    """A school year, or the one in which the student graduates."""
    SUBJECT = auto()
    LANGUAGE = auto()
    """In which a test was given."""
    RELATION = auto()
    """Of a contact to the student."""


_HEADERS: Final[dict[Scope, frozenset[str]]] = {
    Scope.STATUS: frozenset((
        "status", "student status", "record status", "person status", "user status",
        "account status", "roster status", "sis status", "enrollment status", "enrolment status",
        "enroll status", "enrolled status", "enrollstatus", "enrollment state",
        "registration status", "entry status", "active status", "active inactive",
        "is active", "active", "active flag", "active y n", "active yn", "currently active",
        "is enrolled", "enrolled", "enrolled y n", "currently enrolled", "is current",
        "inactive", "is inactive", "withdrawn", "is withdrawn", "deleted", "is deleted",
        "to be deleted", "dropped", "is dropped", "archived", "is archived", "graduated",
    )),
    Scope.TERM: frozenset((
        "window", "term", "term name", "season", "time of year", "timeframe", "time frame",
        "benchmark", "semester", "trimester", "quarter", "administration", "test administration",
        "assessment administration", "testing session", "test session", "round", "testing round",
        "diagnostic", "diagnostic name", "diagnostic number", "diagnostic season",
        "diagnostic period", "diagnostic term", "test number", "assessment number", "attempt",
        "test attempt", "norming season", "norming period",
    )),
    Scope.YEAR: frozenset((
        "school year", "academic year", "schoolyear", "academicyear", "sy", "school yr",
        "acad year", "test year", "testing year", "assessment year",
    )),
    Scope.BARE_YEAR: frozenset(("year", "yr")),
    Scope.SUBJECT: frozenset((
        "subject", "subject area", "subject name", "content area", "test subject",
        "assessment subject", "discipline", "assessment", "assessment name", "assessment type",
        "assessment edition", "test", "test name", "test type", "instrument", "measure",
        "measure name", "assessment measure", "domain", "domain name", "administration type",
    )),
    Scope.LANGUAGE: frozenset((
        "assessment language", "diagnostic language", "test language", "language of test",
        "language of assessment", "testing language",
    )),
    Scope.DATE: frozenset((
        "completion date", "diagnostic completion date", "test date", "testdate", "testing date",
        "test completion date", "assessment date", "date administered", "date assessed",
        "date tested", "date taken", "administration date", "admin date", "client date",
        "probe clientdate", "date completed", "completed on", "test completed", "test end date",
        "diagnostic start date", "test start date", "assessment start date", "teststartdate",
    )),
    Scope.RELATION: frozenset((
        "relationship", "relation", "contact relationship", "relationship to student",
    )),
    Scope.PERSON_TYPE: frozenset((
        "type", "user type", "usertype", "person type", "persontype", "account type",
        "member type", "contact type", "category", "person category", "position", "affiliation",
        "title", "job title", "user group", "user title", "group", "kind", "primary affiliation",
        "is student", "student y n", "student yn", "student flag", "is teacher", "is staff",
        "is parent", "is guardian", "is admin", "is employee", "is faculty", "is contact",
        "teacher y n", "staff y n", "teacher flag", "staff flag",
    )),
}  # fmt: skip
_TERM_ENDS: Final = (
    "benchmark period", "assessment period", "testing period", "test period",
    "admin period", "administration period", "screening period", "pm period", "marking period",
    "grading period", "reporting period", "test term", "testing term", "assessment term",
    "benchmark term", "benchmark season", "testing season", "test season", "assessment season",
)  # fmt: skip
_TESTING_WINDOW: Final = re.compile(
    r".*\b(?:norm(?:ing)?|test(?:ing)?|benchmark|assess(?:ment)?|screen(?:ing|er)?|diagnostic|"
    r"admin(?:istration)?|data|score|dibels|iready|map|star|season|term|bm|pm) window"
)
"""A bus has a window too."""

_STARTS: Final = frozenset(("start date", "date started", "started on", "startdate"))
"""Of a test only where another column says when it was completed; of an enrollment otherwise."""

_LATEST: Final = re.compile(
    r"(?:is )?(?:baseline|most recent|latest|last|current|first)\b.*\b"
    r"(?:diag(?:nostic)?|assessment|test)\b(?! (?:date|score|level|placement|percentile|grade))"
    r".*|diagnostic most recent|most recent"
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_IS = re.compile(
    r"\bis(?=student|teacher|staff|parent|guardian|admin|employee|faculty|contact|active|inactive|"
    r"enrolled|current|withdrawn|deleted|dropped|archived)"
)


def scope_of_column(header: str) -> Scope | None:
    """Return what a column says of its rows, by its header (`primaryRole`, `Norming Window`).

    None: the header does not tell; its texts may (`scope_words`).
    """
    return next(filter(None, map(_scope_of, _spellings(header))), None)


def is_start_of_test_or_enrollment(header: str) -> bool:
    """Tell whether a column has the days on which something started, a test or an enrollment."""
    return not _STARTS.isdisjoint(_spellings(header))


def spoken(header: str) -> str:
    """Return a normalized header with blanks between its words: `isStudent` is “is student”."""
    return _IS.sub("is ", normalize_header(_CAMEL.sub(" ", header)))


def _spellings(header: str) -> tuple[str, str]:
    return normalize_header(header), spoken(header)


def _scope_of(header: str) -> Scope | None:
    if {"role", "roles"} & set(header.split()):
        return Scope.ROLE
    if header.endswith(_TERM_ENDS) or _TESTING_WINDOW.fullmatch(header):
        return Scope.TERM
    known = next((scope for scope, headers in _HEADERS.items() if header in headers), None)
    return known or (Scope.LATEST if _LATEST.fullmatch(header) else None)
