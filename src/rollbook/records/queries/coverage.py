"""How many active students have results of the assessments that their grades take, by term."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import connection
from psycopg import sql

from rollbook.core.catalogue.current_term import BegunTerm, begun_terms
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
    is_active,
    takes,
)
from rollbook.records.queries.trends import Rate

TARGET: Final = 98.0
"""Percent of the active students with current results, as the specification asks."""
MOST_TERMS: Final = 4
"""Terms that are looked at: two school years of two."""
_SQL: Final = Statements(__package__, "coverage.sql")
ASSESSMENTS: Final = {ANY: "any assessment"} | {each.key: each.title for each in INSTRUMENTS}
"""What students may lack a result of, by key."""


@dataclass(frozen=True, slots=True)
class Group:
    """The active students of one school and grade, and how many of them have results."""

    school: str
    """As files write it; '' where none is known."""
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

    terms: Sequence[BegunTerm]
    """Those that have begun, the newest first."""
    grades: Grades
    groups: Sequence[Group]

    @property
    def current(self) -> BegunTerm | None:
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
        key = None if school is None else school_key(school)
        of_school = [each for each in self.groups if key in (None, school_key(each.school))]
        grades = in_order({group.grade for group in of_school} & self.tested)
        return [
            self._line(grade, [each for each in of_school if each.grade == grade], term)
            for grade in grades
        ]

    def by_school(self, term: str) -> list[Line]:
        """Return a line for each school, the least covered first.

        Writings that differ in case, blanks and punctuation are one school, under the name that
        most students have.
        """
        schools: dict[str, list[Group]] = defaultdict(list)
        students: Counter[str] = Counter()
        for group in self.groups:
            schools[school_key(group.school)].append(group)
            students[group.school] += group.students
        lines = [
            self._line(max((each.school for each in found), key=students.__getitem__), found, term)
            for found in schools.values()
        ]
        tested = [line for line in lines if line.whole.whole]
        return sorted(tested, key=lambda line: (line.whole.percent or 0.0, line.name))

    def untested(self, term: str) -> dict[str, tuple[str, ...]]:
        """Return, by instrument, the grades that should take it and have no result at all."""
        found: dict[str, tuple[str, ...]] = {}
        for place, each in enumerate(INSTRUMENTS):
            lines = [line for line in self.by_grade(term) if line.parts[place].whole]
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
    terms, grades = begun_terms(read_terms(), today)[:MOST_TERMS], tested_grades()
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
    width = len(INSTRUMENTS) + 1
    groups = [
        Group(
            school,
            grade,
            students,
            {key: counts[at * width : (at + 1) * width] for at, key in enumerate(keys)},
        )
        for school, grade, students, *counts in rows
    ]
    return Coverage(terms, grades, groups)


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
