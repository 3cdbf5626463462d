"""How many active students have results of the assessments that their grades take, by term."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection
from psycopg import sql

from rollbook.core.catalogue.current_term import DatedTerm, begun_terms, next_term
from rollbook.core.catalogue.instruments import INSTRUMENTS, Instrument, in_order
from rollbook.core.catalogue.terms import Term
from rollbook.core.loading.school_names import school_key
from rollbook.core.statements import Statements
from rollbook.records.district import tested_grades
from rollbook.records.queries.feeds import read_terms
from rollbook.records.queries.results import (
    ANY,
    Grades,
    grade,
    grades_as_values,
    has_result,
    has_roster,
    is_active,
    takes,
)
from rollbook.records.queries.trends import Rate

TARGET: Final = 98.0
"""Percent of the active students with current results, as the specification asks."""
MOST_TERMS: Final = 4
"""Terms that are looked at: two school years of two."""
MOST_SCHOOLS: Final = 500
"""That are listed, the least covered: a wrong column read as the school has thousands."""
_SQL: Final = Statements(__package__, "coverage.sql")
ASSESSMENTS: Final = {ANY: "at least one assessment"} | {
    each.key: each.title for each in INSTRUMENTS
}
"""What students may lack a result of, by key."""


@dataclass(frozen=True, slots=True)
class Group:
    """The active students of one school and grade, and how many of them have results."""

    school: str
    """As files write it; '' where none is known."""
    key: str
    """What all writings of the school have in common."""
    grade: str
    students: int
    found: Mapping[str, Sequence[int]]
    """Term's key -> students with results: of all that the grade takes, and of each instrument."""


@dataclass(frozen=True, slots=True)
class Line:
    """Students with results, of those whose grades take them."""

    name: str
    whole: Rate
    """With a result of each assessment that their grade takes."""
    parts: Sequence[Rate]
    """Of each instrument."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the tables of students hold, by school and grade."""

    terms: Sequence[DatedTerm]
    """Those that have begun, the newest first."""
    coming: DatedTerm | None
    """The term that begins next."""
    grades: Grades
    has_roster: bool
    """Whether a roster says who is active."""
    groups: Sequence[Group]
    schools: Mapping[str, Sequence[Group]]
    """By `Group.key`."""

    @property
    def current(self) -> DatedTerm | None:
        """The term that is judged: the newest that has begun."""
        return self.terms[0] if self.terms else None

    @property
    def active(self) -> int:
        return sum(group.students for group in self.groups)

    @property
    def without_grade(self) -> int:
        """Active students whose grade is not known, so that nobody can say what they take."""
        return sum(group.students for group in self.groups if not group.grade)

    @property
    def tested(self) -> frozenset[str]:
        """The grades that take at least one assessment."""
        return frozenset(grade for taken in self.grades.values() for grade in taken)

    def total(self, term: str) -> Line:
        return self._line("All", self.groups, term)

    def by_grade(self, term: str, school: str | None = None) -> list[Line]:
        """Return a line for each grade that takes anything, from PK to 12; of one school."""
        groups = self.groups if school is None else self.schools.get(school_key(school), ())
        grades: dict[str, list[Group]] = defaultdict(list)
        for group in groups:
            grades[group.grade].append(group)
        return [
            self._line(each, grades[each], term) for each in in_order(grades.keys() & self.tested)
        ]

    def by_school(self, term: str) -> list[Line]:
        """Return a line for each school, the least covered first.

        Writings that differ in case, blanks and punctuation are one school, under the name that
        most students have. Who lists them lists MOST_SCHOOLS.
        """
        students: Counter[str] = Counter()
        for group in self.groups:
            students[group.school] += group.students
        lines = [
            self._line(max((each.school for each in found), key=students.__getitem__), found, term)
            for found in self.schools.values()
        ]
        tested = [line for line in lines if line.whole.whole]
        return sorted(tested, key=lambda line: (line.whole.percent or 0.0, line.name))

    def untested(self, term: str) -> dict[str, tuple[str, ...]]:
        """Return, by instrument, the grades that should take it and have no result at all."""
        found: dict[str, tuple[str, ...]] = {}
        grades = self.by_grade(term)
        for place, each in enumerate(INSTRUMENTS):
            lines = [line for line in grades if line.parts[place].whole]
            empty = tuple(line.name for line in lines if not line.parts[place].part)
            if empty and len(empty) < len(lines):
                found[each.title] = empty
        return found

    def _line(self, name: str, groups: Iterable[Group], term: str) -> Line:
        tests = [self.tested, *(frozenset(self.grades[each.key]) for each in INSTRUMENTS)]
        rates = [[0, 0] for _ in tests]
        for group in groups:
            for place, grades in enumerate(tests):
                if group.grade in grades:
                    rates[place][0] += group.found[term][place]
                    rates[place][1] += group.students
        whole, *parts = (Rate(part, of) for part, of in rates)
        return Line(name, whole, parts)


def current_term(today: date) -> Term | None:
    """Return the newest term that has begun; None where none has."""
    begun = begun_terms(read_terms(), today)
    return begun[0].term if begun else None


def coverage(today: date) -> Coverage:
    """Count them all, in one statement. `today`: of the district's clock."""
    known, grades = read_terms(), tested_grades()
    terms = begun_terms(known, today)[:MOST_TERMS]
    keys = [each.term.key for each in terms]
    with connection.cursor() as cursor:
        parts = {
            "is_active": is_active(),
            "grade": grade(),
            "found": _found(keys),
            "counts": _counts(len(keys)),
        }
        _SQL.run(cursor, "counted", parts=parts, **grades_as_values(grades))
        rows = cursor.fetchall()
        _SQL.run(cursor, "roster", parts={"has_roster": has_roster()})
        is_by_roster = bool(cursor.fetchone()[0])
    width = len(INSTRUMENTS) + 1
    groups = [
        Group(
            school,
            school_key(school),
            grade,
            students,
            {key: counts[at * width : (at + 1) * width] for at, key in enumerate(keys)},
        )
        for school, grade, students, *counts in rows
    ]
    schools: dict[str, list[Group]] = defaultdict(list)
    for group in groups:
        schools[group.key].append(group)
    return Coverage(terms, next_term(known, today), grades, is_by_roster, groups, schools)


def _found(terms: Sequence[str]) -> sql.Composable:
    """Each instrument of each term as a column, with a comma before it."""
    return sql.SQL("").join(
        sql.SQL(", {} AS {}").format(has_result(each, term), _column(at, each))
        for at, term in enumerate(terms)
        for each in INSTRUMENTS
    )


def _counts(terms: int) -> sql.Composable:
    """As `Group.found` has them, with a comma before each."""
    every = sql.SQL(" AND ")
    conditions = [
        condition
        for at in range(terms)
        for condition in (
            every.join(
                sql.SQL("({} OR NOT {})").format(_column(at, each), takes(each, sql.SQL("r.grade")))
                for each in INSTRUMENTS
            ),
            *(_column(at, each) for each in INSTRUMENTS),
        )
    ]
    return sql.SQL("").join(
        sql.SQL(", count(*) FILTER (WHERE {})").format(each) for each in conditions
    )


def _column(term: int, instrument: Instrument) -> sql.Identifier:
    return sql.Identifier(f"{instrument.key}_{term}")
