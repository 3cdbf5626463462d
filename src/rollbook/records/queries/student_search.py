"""Students found by words and filters, and what is known of one besides values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connection
from psycopg import sql

from rollbook.core.folding import folded_words
from rollbook.core.issues import Issue
from rollbook.core.loading.school_names import school_key
from rollbook.core.statements import Statements
from rollbook.records.district import tested_grades
from rollbook.records.queries.history import Page
from rollbook.records.queries.issue_blocks import IssueFilter, in_order
from rollbook.records.queries.lineage import in_utc
from rollbook.records.queries.results import grades_as_values, lacking

LEAST_LETTERS: Final = 2
"""Fewer find almost everybody."""

MOST_WORDS: Final = 8
MOST_SCHOOLS: Final = 1_000
MOST_PROBLEMS: Final = 100
"""Of one student on a page."""

Schools = frozenset[str] | None
"""Whose students may be seen, as `school_key` writes the schools; None: those of all schools and of
none."""

_SQL: Final = Statements(__package__, "student_search.sql")


@dataclass(frozen=True, slots=True)
class StudentFilter:
    """What a person asks of the students; a day is one of the district's time zone."""

    text: str = ""
    grade: str = ""
    school: str = ""
    is_missing: bool = False
    missing_since: date | None = None
    has_problems: bool = False
    without: str = ""
    """An instrument's key, or ANY: who takes it and has no result of it, in the term."""
    term: str = ""
    """The key of the term in which a result is missing."""

    def __bool__(self) -> bool:
        return replace(self, term="") != StudentFilter()

    @property
    def words(self) -> list[str]:
        """What is sought, as the index writes it."""
        return folded_words(self.text)[:MOST_WORDS]

    @property
    def is_too_short(self) -> bool:
        """Whether there is a text, but not enough of it to be sought."""
        return bool(self.text) and len("".join(self.words)) < LEAST_LETTERS


@dataclass(frozen=True, slots=True)
class FoundStudent:
    """One line of the list."""

    number: int
    student_id: str
    ssid: str
    last_name: str
    first_name: str
    preferred_name: str
    school: str
    grade: str
    missing_since: datetime | None


@dataclass(frozen=True, slots=True)
class Presence:
    """What one feed's last file says of a student."""

    feed: str
    is_roster: bool
    """Whether a student who is not in its file is missing."""
    missing_since: datetime | None
    present_since: datetime | None
    """None where the record does not reach so far; where they are missing, before that."""

    def as_object(self) -> dict[str, Any]:
        """Return what programs read, as JSON has it."""
        moments = {"missing_since": self.missing_since, "present_since": self.present_since}
        if self.missing_since:
            moments["present_since"] = None
        return {"feed": self.feed} | {name: at and in_utc(at) for name, at in moments.items()}


def find_students(
    asked: StudentFilter,
    *,
    within: Schools,
    zone: ZoneInfo,
    page: int,
    size: int = 25,
) -> Page[FoundStudent]:
    """Return one page of those who match, by last and first name; the last one beyond its end.

    `asked` must not be too short. The index must be up to date.
    """
    parts, values = {"which": _which(asked, within)}, _values(asked, within, zone)
    with connection.cursor() as cursor:
        _SQL.run(cursor, "find", parts=parts, limit=size, offset=(page - 1) * size, **values)
        total, numbers = cursor.fetchone()
    if total and not numbers:
        last = -(-total // size)
        return find_students(asked, within=within, zone=zone, page=last, size=size)
    missing: dict[int, datetime] = dict(_rows("missing", numbers=numbers))
    # Who was deleted since the index was brought up to date is not listed.
    listed = {
        row[0]: FoundStudent(*(*row, missing.get(row[0])))
        for row in _rows("listed", numbers=numbers)
    }
    # Nor is who has left the schools since, nor are they counted.
    seen = {number for number, each in listed.items() if is_within(each.school, within)}
    items = [listed[each] for each in numbers if each in seen]
    return Page(items, page, size, total - (len(numbers) - len(items)))


def student_with_id(student_id: str) -> FoundStudent | None:
    """Return the student of this Student ID, as it is stored; None where there is none."""
    numbers = [number for (number,) in _rows("with_id", student_id=student_id)]
    missing: dict[int, datetime] = dict(_rows("missing", numbers=numbers))
    found = [FoundStudent(*(*row, missing.get(row[0]))) for row in _rows("listed", numbers=numbers)]
    return found[0] if found else None


def schools(within: Schools) -> list[str]:
    """Return the schools that students are in, by name, as the index has them."""
    most = MOST_SCHOOLS if within is None else None
    return [name for (name,) in _rows("schools", most=most) if is_within(name, within)]


def is_within(school: str | None, within: Schools) -> bool:
    """Tell whether a student of this school is one of those who may be seen."""
    return within is None or school_key(school or "") in within


def is_student_within(number: int, within: Schools) -> bool:
    """Tell whether there is such a student who may be seen; both answers take as long."""
    found = _rows("school_of", number=number)
    return bool(found) and is_within(found[0][0], within)


def presence_of(number: int) -> list[Presence]:
    """Return what each feed that has named the student says, present ones first."""
    return [Presence(*row) for row in _rows("presence", number=number)]


def problems_of(number: int, student_id: str) -> list[tuple[int, list[Issue]]]:
    """Return what the last import of each feed found in the student's row, with its job."""
    asked = IssueFilter(student_id=student_id)
    found = [
        (job, [issue for _, issue in in_order(job, asked, limit=MOST_PROBLEMS)])
        for (job,) in _rows("last_imports", number=number)
    ]
    return [(job, issues) for job, issues in found if issues]


def _which(asked: StudentFilter, within: Schools) -> sql.Composable:
    names = [
        *(["within"] if within is not None else []),
        *(["of_grade"] if asked.grade else []),
        *(["of_school"] if asked.school else []),
        *(["is_missing"] if asked.is_missing or asked.missing_since else []),
        *(["has_problems"] if asked.has_problems else []),
    ]
    words = [
        _SQL.compose("has_word", {"pattern": sql.Placeholder(f"word_{place}")})
        for place in range(len(asked.words))
    ]
    lacks = [lacking(asked.without, asked.term)] if asked.without and asked.term else []
    conditions: list[sql.Composable] = [
        *words,
        *(_SQL.compose(name, {}) for name in names),
        *lacks,
    ]
    return sql.SQL(" AND ").join(conditions or [sql.SQL("true")])


def _values(asked: StudentFilter, within: Schools, zone: ZoneInfo) -> Mapping[str, Any]:
    since = datetime.combine(asked.missing_since or date(1970, 1, 1), time.min, zone)
    # Letters and digits alone: none of them means anything to LIKE.
    words: dict[str, Any] = {f"word_{place}": f"%{word}%" for place, word in enumerate(asked.words)}
    return (
        words
        | grades_as_values(tested_grades() if asked.without else {})
        | {
            "grade": asked.grade,
            "writings": _writings(asked.school) if asked.school else [],
            "within": [] if within is None else schools(within),
            "since": since.astimezone(UTC),
        }
    )


def _writings(school: str) -> list[str]:
    """Return the school as files write it, in case, blanks and punctuation of every kind."""
    key = school_key(school)
    return [school, *(name for name in schools(None) if school_key(name) == key)]


def _rows(name: str, **values: object) -> Sequence[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        _SQL.run(cursor, name, parts=None, **values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
