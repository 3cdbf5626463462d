"""The fields of a student, one declaration each, and the catalogue that finds them by header.

The specification announces 56 fields, 14 of them attendance, and lists 55, 10 of them attendance;
the 55 of its table are declared here.
"""

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from rollbook.core.catalogue.field import Count, Field, Grade, Identifier, Name, Percent
from rollbook.core.catalogue.measures import measures_of
from rollbook.core.catalogue.suggestions import suggested_names
from rollbook.core.catalogue.terms import (
    INITIAL_TERMS,
    Term,
    names_other_term,
    parse_term_name,
    term_named_in,
    years_later,
)
from rollbook.core.feed_settings import IGNORE, FeedRules

FIX_IT_ROW: Final = "Rollbook: row"
FIX_IT_REASON: Final = "Rollbook: what to fix"

LONGEST_COMPARED: Final = 100
"""Characters of a header for which the nearest known one is sought."""

_NUMBERED: Final = re.compile(r"\s*\(?\d{1,3}[\s.)_:-]+([^\W\d].*)", re.DOTALL)
_OF_TABLE: Final = re.compile(
    r"\s*(?:[\[\"`]?\w{1,40}[\]\"`]?\.)?[\[\"`]?(?:students?|stu|st|s|pupils?)[\]\"`]?\.(.+)",
    re.IGNORECASE | re.DOTALL,
)

COUNT: Final = Count()

# An alias is a name under which an export can only mean this field. "Absences", "Days Absent",
# "Other ID" or "Campus" may mean something else elsewhere: a feed maps them itself.
IDENTIFICATION: Final = (
    Field("student_id", "Student ID", Identifier(), "identification",
          ("Student Number", "Stu ID", "Stu Number", "Student No", "Student #", "Local ID",
           "Local Student ID", "Student Local ID", "District Student ID", "LASID",
           "Locally Assigned Student Identifier", "Student Primary ID (StudentNumber)",
           "Pupil ID", "Pupil Number")),
    Field("ssid", "SSID", Identifier(), "identification",
          ("State ID", "State Student ID", "State Student Number", "Student State ID", "SASID",
           "State Assigned Student Identifier", "State Student Identifier", "State ID Number",
           "Statewide Student Identifier", "Statewide Student ID",
           "Primary ID - Student ID (State ID)")),
    Field("last_name", "Last Name", Name(100, is_person=True), "identification",
          ("Student Last Name", "Surname", "Family Name")),
    Field("first_name", "First Name", Name(100, is_person=True), "identification",
          ("Student First Name", "Given Name")),
    Field("preferred_name", "Preferred Name", Name(100, is_person=True), "identification",
          ("Preferred First Name", "Nickname", "Student Preferred Name", "Goes By")),
)  # fmt: skip

ATTENDANCE: Final = (
    Field("absences_ytd", "Absences YTD", COUNT, "attendance",
          ("Total Absences YTD", "Absences Year to Date", "YTD Absences", "Days Absent YTD")),
    Field("tardies_ytd", "Tardies YTD", COUNT, "attendance",
          ("Total Tardies YTD", "Tardies Year to Date", "YTD Tardies")),
    Field("absences_last_30_days", "Absences in last 30 days", Count(most=30), "attendance",
          ("Absences Last 30 Days", "Absences Last 30", "Days Absent Last 30 Days")),
    Field("tardies_last_30_days", "Tardies in last 30 days", COUNT, "attendance",
          ("Tardies Last 30 Days", "Tardies Last 30")),
    Field("attendance_percentage", "Attendance %", Percent(), "attendance",
          ("Attendance Percent", "Attendance Rate", "Attendance Pct", "Percent Attendance",
           "% Attendance", "Percent Present", "% Present")),
    Field("absence_percentage", "Absence %", Percent(), "attendance",
          ("Absence Percent", "Absence Rate", "Absence Pct", "Percent Absent", "% Absent")),
    Field("unexcused_absences_ytd", "Unexcused absences YTD", COUNT, "attendance",
          ("Unexcused YTD", "YTD Unexcused Absences", "Unexcused Absences Year to Date")),
    Field("excused_absences_ytd", "Excused absences YTD", COUNT, "attendance",
          ("Excused YTD", "YTD Excused Absences", "Excused Absences Year to Date")),
    Field("unexcused_absences_last_30_days", "Unexcused absences in last 30 days", COUNT,
          "attendance", ("Unexcused Absences Last 30 Days", "Unexcused Last 30 Days")),
    Field("excused_absences_last_30_days", "Excused absences in last 30 days", COUNT,
          "attendance", ("Excused Absences Last 30 Days", "Excused Last 30 Days")),
)  # fmt: skip

BEHAVIOR: Final = (
    Field("incident_count_ytd", "Incident count YTD", COUNT, "behavior",
          ("Incidents YTD", "YTD Incidents", "Behavior Incidents YTD")),
    Field("incident_count_last_30_days", "Incident count in last 30 days", COUNT, "behavior",
          ("Incident count last 30 days", "Incidents in last 30 days", "Incidents Last 30 Days",
           "Behavior Incidents Last 30 Days")),
)  # fmt: skip

SCHOOL: Final = (
    Field("school", "School", Name(255), "school",
          ("School Name", "Building Name", "Campus Name", "Current School")),
    Field("grade", "Grade", Grade(), "school",
          ("Grade Level", "Student Grade", "Student Grade Level")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every field of every term, in the specification's order, found by any of its names."""

    terms: tuple[Term, ...]
    fields: tuple[Field, ...]
    by_name: Mapping[str, Field]
    _by_header: Mapping[str, Field]

    @property
    def snapshot_fields(self) -> tuple[Field, ...]:
        """The columns of `student_data_snapshots`: all but the district's own number."""
        return tuple(field for field in self.fields if field.name != "student_id")

    @property
    def fingerprint(self) -> str:
        """A digest that changes when anything that is declared changes."""
        return hashlib.sha256(repr((self.terms, self.fields)).encode()).hexdigest()

    def find(self, header: str, rules: FeedRules | None = None) -> Field | None:
        """Return the field that `header` means, by the feed's mapping first.

        A mapping onto a field of another term than the header names is none: it would put one
        term's scores in place of another's.
        """
        name = _mapped_name(header, rules)
        if rules and name is not None and self.mapping_kept_out(header, rules) is None:
            return self.by_name.get(name)
        key = normalize_header(header)
        field = self._by_header.get(key) or self._by_header.get(key.replace(" ", ""))
        if field is None and (bare := without_place(header)) is not None:
            key = normalize_header(bare)
            field = self._by_header.get(key) or self._by_header.get(key.replace(" ", ""))
        return field or self.mapped_before(header, rules)

    def mapped_before(self, header: str, rules: FeedRules | None) -> Field | None:
        """Return the field that `header` means because the feed maps the same column of an earlier
        school year: `Fall 26 Reading`, where `Fall 25 Reading` is mapped."""
        if rules is None or not any(letter.isdigit() for letter in header):
            return None
        key, terms = normalize_header(header), {term.key: term for term in self.terms}
        for mapped, name in rules.headers.items():
            field = self.by_name.get(name)
            if field is None or field.term is None:
                continue
            term, before = terms[field.term], normalize_header(mapped)
            for later in self.terms:
                years = later.school_year - term.school_year
                is_same = years > 0 and later.name.split()[0] == term.name.split()[0]
                if is_same and before != key == years_later(before, term, years):
                    return self.by_name[name.replace(term.key, later.key, 1)]
        return None

    def mapping_kept_out(self, header: str, rules: FeedRules) -> Field | None:
        """Return the field to which the feed maps `header` in vain: one of another term."""
        field = self.by_name.get(_mapped_name(header, rules) or "")
        return field if field is not None and is_of_other_term(header, field) else None

    def nearest(self, header: str, n: int = 3) -> list[Field]:
        """Return up to `n` fields that `header` may well mean, none of another term."""
        if len(header) > LONGEST_COMPARED:
            return []
        spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", without_place(header) or header)
        names = suggested_names(normalize_header(spaced), self.terms)
        fields = [self.by_name[name] for name in names]
        return [field for field in fields if not is_of_other_term(header, field)][:n]

    def similar(self, name: str) -> list[Field]:
        """Return fields with a column written like `name`."""
        close = difflib.get_close_matches(name[:LONGEST_COMPARED], self.by_name)
        return [self.by_name[each] for each in close]


def student_catalogue(terms: Iterable[Term] = INITIAL_TERMS) -> Catalogue:
    """Return the catalogue of a district with these terms."""
    terms = tuple(terms)
    measured = tuple(field for term in terms for field in measures_of(term))
    ordered = (
        *IDENTIFICATION,
        *ATTENDANCE,
        *BEHAVIOR,
        *(field for field in measured if field.area == "iready"),
        *(field for field in measured if field.area == "dibels"),
        *SCHOOL,
    )
    by_header = {
        key: field
        for field in ordered
        for name in (field.header, field.name, *field.aliases)
        # Without blanks too: `studentNumber` and `StudentID` are how databases export.
        for key in (normalize_header(name), normalize_header(name).replace(" ", ""))
    }
    return Catalogue(
        terms,
        ordered,
        MappingProxyType({field.name: field for field in ordered}),
        MappingProxyType(by_header),
    )


@lru_cache(maxsize=4_096)  # a feed's own headers are compared with each cell of a header
def normalize_header(text: str) -> str:
    """Return what counts of a header: letters, digits, % and #, in lower case, single blanks.

    Outer and repeated blanks, BOM, non-breaking and zero-width characters, underscores, hyphens
    and punctuation do not count. `iReady` and `i-Ready` are one.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = re.sub(r"[\u200b-\u200f\u2060\ufeff]", "", folded)
    words = re.sub(r"[^\w%#]|_", " ", folded).split()
    return re.sub(r"\bi ready\b", "iready", " ".join(words))


def without_place(header: str) -> str | None:
    """Return a header without its number or its table in front; None where it has neither.

    `01 Student ID`, `STUDENTS.Student_Number`. Tables of others than students stay: the first name
    of a contact is not the student's.
    """
    numbered = _NUMBERED.fullmatch(header)
    if numbered is not None:
        return numbered[1]
    table = _OF_TABLE.fullmatch(header)
    return table[1] if table is not None else None


def is_fix_it_header(header: str) -> bool:
    """Tell whether a column is one that we ourselves put in front of a fix-it file."""
    return normalize_header(header) in map(normalize_header, (FIX_IT_ROW, FIX_IT_REASON))


def is_fix_it_file(header: Iterable[str]) -> bool:
    """Tell whether a header is that of a fix-it file, which holds the rows that it names alone."""
    return any(map(is_fix_it_header, header))


def is_ignored_header(header: str, rules: FeedRules | None = None) -> bool:
    """Tell whether a column is passed over on purpose: by the feed, or one of our own."""
    key = normalize_header(header)
    if is_fix_it_header(header):
        return True
    mapping = rules.headers if rules else {}
    return any(
        name == IGNORE and normalize_header(mapped) == key for mapped, name in mapping.items()
    )


def _mapped_name(header: str, rules: FeedRules | None) -> str | None:
    """Return the name of the field that the feed's mapping gives `header`, "" for none."""
    key = normalize_header(header)
    names = (rules.headers if rules else {}).items()
    return next((name for mapped, name in names if normalize_header(mapped) == key), None)


def is_of_other_term(header: str, field: Field) -> bool:
    """Tell whether `header` names a term, or only its season or year, that `field` is not of."""
    # `iReadyWinterScore` names a season too.
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", header)
    return names_other_term(normalize_header(words), field.term)


def term_of_unknown_header(header: str) -> str | None:
    """Return "Winter 2026" where `header` is an assessment's field of a term not set up."""
    name = term_named_in(normalize_header(header))
    if name is None:
        return None
    found = student_catalogue([Term(parse_term_name(name))]).find(header)
    return name if found is not None and found.term is not None else None
