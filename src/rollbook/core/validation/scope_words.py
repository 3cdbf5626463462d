"""The words by which headers and cells speak of terms, school years, subjects and roles."""

import re
from datetime import date
from enum import StrEnum
from typing import Final

from rollbook.core.catalogue.students import normalize_header
from rollbook.core.catalogue.terms import names_other_term


class Scope(StrEnum):
    """What a column says of a row."""

    ROLE = "role"
    PERSON_TYPE = "person_type"
    """Perhaps a role: only its texts can tell."""
    TERM = "term"
    DATE = "date"
    YEAR = "year"
    SUBJECT = "subject"


_HEADERS: Final[dict[Scope, frozenset[str]]] = {
    Scope.TERM: frozenset((
        "window", "term", "term name", "season", "time of year", "timeframe", "time frame",
        "benchmark", "semester", "trimester", "quarter", "administration", "test administration",
        "assessment administration", "testing session", "test session", "round", "testing round",
    )),
    Scope.YEAR: frozenset((
        "school year", "academic year", "year", "schoolyear", "academicyear", "sy", "school yr",
        "acad year", "test year", "testing year", "assessment year",
    )),
    Scope.SUBJECT: frozenset((
        "subject", "subject area", "subject name", "content area", "test subject",
        "assessment subject", "discipline", "assessment", "assessment name", "assessment type",
        "assessment edition", "test", "test name", "test type", "instrument", "measure",
        "measure name", "assessment measure",
    )),
    Scope.DATE: frozenset((
        "completion date", "diagnostic completion date", "test date", "testdate", "testing date",
        "test completion date", "assessment date", "date administered", "date assessed",
        "date tested", "date taken", "administration date", "admin date", "client date",
        "probe clientdate",
    )),
    Scope.PERSON_TYPE: frozenset((
        "type", "user type", "usertype", "person type", "persontype", "account type",
        "member type", "contact type", "category", "person category", "position", "affiliation",
    )),
}  # fmt: skip
_TERM_ENDS: Final = (
    " window", "benchmark period", "assessment period", "testing period", "test period",
    "admin period", "administration period", "screening period", "pm period", "marking period",
    "grading period", "reporting period", "test term", "testing term", "assessment term",
    "benchmark term", "benchmark season", "testing season",
)  # fmt: skip
_STUDENTS: Final = frozenset(("student", "students", "pupil", "pupils", "learner", "stu"))
_OTHERS: Final = frozenset((
    "teacher", "teachers", "staff", "faculty", "employee", "parent", "parents", "guardian",
    "guardians", "relative", "mother", "father", "contact", "family", "administrator", "admin",
    "aide", "proctor", "principal", "assistant", "counselor", "coach", "instructor", "educator",
    "nurse", "librarian", "paraprofessional", "substitute", "specialist", "coordinator",
    "observer", "sitecoordinator", "sysadmin", "superintendent",
))  # fmt: skip
_SUBJECTS: Final = {
    "math": re.compile(r"\b(?:math|maths|mathematics|numeracy)\b"),
    "reading": re.compile(r"\b(?:reading|ela|english|language arts|literacy|dibels|lectura)\b"),
}
_SEASONS: Final = {
    "fall": re.compile(r"\b(?:boy|beginning|begin|beg)\b"),
    "winter": re.compile(r"\b(?:moy|middle|mid)\b"),
    "spring": re.compile(r"\b(?:eoy|end)\b"),
}
_NAMES_SEASON: Final = re.compile(r"\b(?:fall|autumn|winter|spring|summer)\b")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SHORT_YEAR: Final = re.compile(r"(?:SY\s?)?(\d\d)\s?[-/]\s?(\d\d)", re.IGNORECASE)
_SCHOOL_YEAR: Final = re.compile(r"(?<!\d)(20\d\d)\D{0,3}(20\d\d|\d\d)(?!\d)|(?<!\d)(20\d\d)(?!\d)")
_ISO: Final = re.compile(r"(20\d\d)-(\d\d?)-(\d\d?)(?!\d)")
_AMERICAN: Final = re.compile(r"(\d\d?)[/.-](\d\d?)[/.-](20\d\d|\d\d)(?!\d)")
_DAY_FIRST: Final = re.compile(
    r"(\d\d?)[ -]([a-z]{3})[a-z]*[ ,-]+(20\d\d|\d\d)(?!\d)", re.IGNORECASE
)
_MONTH_FIRST: Final = re.compile(r"([a-z]{3})[a-z]*\.? (\d\d?),? (20\d\d)(?!\d)", re.IGNORECASE)
_NAMES_OF_MONTHS: Final = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
]  # fmt: skip
_MONTHS: Final = {
    "fall": (0, 7, 0, 12), "winter": (-1, 11, 1, 4), "spring": (0, 1, 0, 8), "summer": (0, 5, 0, 9),
}  # fmt: skip
"""Season -> first and last month in which it is tested, each with years from the term's own.

Generous: a school that tests late is no other term. A winter may be named after either year.
"""


def scope_of_column(header: str) -> Scope | None:
    """Return what a column says of its rows, by its header (`primaryRole`, `Norming Window`)."""
    plain, parted = normalize_header(header), normalize_header(_CAMEL.sub(" ", header))
    return _scope_of(plain) or _scope_of(parted)


def _scope_of(header: str) -> Scope | None:
    if {"role", "roles"} & set(header.split()):
        return Scope.ROLE
    if header.endswith(_TERM_ENDS):
        return Scope.TERM
    return next((scope for scope, headers in _HEADERS.items() if header in headers), None)


def is_role_of_others(text: str) -> bool:
    """Tell whether a text names people who are not students: “teacher”, “District Admin”."""
    words = set(re.findall(r"[a-z]+", text.lower()))
    return bool(words & _OTHERS) and not words & _STUDENTS


def subject_of(text: str) -> str | None:
    """Return “math” or “reading” where a normalized text or a field's name speaks of one."""
    plain = text.replace("_", " ")
    found = [subject for subject, words in _SUBJECTS.items() if words.search(plain)]
    return found[0] if len(found) == 1 else None


def names_term(text: str, term: str) -> bool:
    """Tell whether a text can mean the term with the key `term`: names no other season or year."""
    plain = " ".join(re.sub(r"[^a-z0-9]+", " ", text.lower()).split())
    season, _ = term.split("_")
    if not _NAMES_SEASON.search(plain):
        meant = {name for name, words in _SEASONS.items() if words.search(plain)}
        if meant and season not in meant:
            return False
    years = school_years_in(text)
    if years and not years & years_of_term(term):
        return False
    return not names_other_term(re.sub(r"20\d\d", "", plain), term)


def school_years_in(text: str) -> frozenset[int]:
    """Return the years in which a school year may begin that the text names; "2026": two."""
    if short := _SHORT_YEAR.fullmatch(text.strip()):
        first, second = map(int, short.groups())
        return frozenset((2000 + first,)) if second == first + 1 else frozenset()
    found = _SCHOOL_YEAR.search(text)
    if found is None:
        return frozenset()
    if found[3]:
        return frozenset((int(found[3]) - 1, int(found[3])))
    first = int(found[1])
    return frozenset((first,)) if int(found[2]) % 100 == (first + 1) % 100 else frozenset()


def years_of_term(term: str) -> frozenset[int]:
    """Return the years in which the school year of a term may have begun."""
    season, year = term.split("_")
    begins = {"fall": (0,), "spring": (-1,), "winter": (-1, 0), "summer": (-1, 0)}[season]
    return frozenset(int(year) + each for each in begins)


def date_in(text: str) -> date | None:
    """Return the day that a text begins with; None: none."""
    plain = text.strip()
    if found := _ISO.match(plain):
        year, month, day = found.groups()
    elif found := _AMERICAN.match(plain):
        month, day, year = found.groups()
    elif found := _DAY_FIRST.match(plain):
        day, month, year = found.groups()
    elif found := _MONTH_FIRST.match(plain):
        month, day, year = found.groups()
    else:
        return None
    name = month.lower()
    number = _NAMES_OF_MONTHS.index(name) + 1 if name in _NAMES_OF_MONTHS else month
    try:
        return date(int(year) % 2000 + 2000, int(number), int(day))
    except ValueError:
        return None


def is_day_of_term(day: date, term: str) -> bool:
    """Tell whether a test on `day` can be of the term."""
    season, year = term.split("_")
    before, first, after, last = _MONTHS[season]
    begins, ends = date(int(year) + before, first, 1), (int(year) + after, last)
    return begins <= day and (day.year, day.month) <= ends
