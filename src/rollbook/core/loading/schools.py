"""`students.school_id`: the application's schools that an administrator has said the file means.

A name without a mapping is told and left alone: which school is meant is never guessed.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from psycopg import sql

from rollbook.core.issues import Issue, Severity
from rollbook.core.loading.school_names import is_same_name
from rollbook.core.loading.statements import portions, run
from rollbook.core.quantities import counted

SCHOOL_ID: Final = "school_id"
"""The column of `students`; no field of a file."""

MOST_NAMED: Final = 100
"""Schools that are named in one import; of more, the column is probably no school."""

UNREADABLE: Final = (
    "school_id wasn't changed, although schools are mapped: Rollbook's role can't read the table "
    "public.schools. It needs: grant select on public.schools."
)

_NOT_MAPPED: Final = (
    "This school, in {rows} of the file, isn't matched to one of the application, so school_id "
    "wasn't changed. Match it under Settings, Schools, then import again."
)
_GONE: Final = (
    "This school, in {rows} of the file, is matched to one that the application no longer has or "
    "now calls something else, so school_id wasn't changed. Match it again under Settings, "
    "Schools, then import again."
)


@dataclass(frozen=True, slots=True)
class ConfirmedSchool:
    """The application's school that a name in files means, as an administrator has said."""

    key: str
    """`schools.id`, as text; '' where the application does not have the school."""
    name: str
    """What the application called it then: a number may be given to another school."""

    @property
    def is_absent(self) -> bool:
        """Tell whether an administrator has said that the application does not have it."""
        return not self.key


@dataclass(frozen=True, slots=True)
class SchoolMap:
    """What was confirmed, and what of it is there. `usable`: name in the file -> `schools.id`."""

    confirmed: Mapping[str, ConfirmedSchool]
    usable: Mapping[str, str]
    is_readable: bool
    """Whether the application's schools are there, and may be read."""
    type: sql.Composable
    """Of `students.school_id`."""

    def key_of(self, school: sql.Composable) -> sql.Composable:
        """Return the number of the application's school for the file's name; NULL: not known."""
        # A sign of percent would be a placeholder to psycopg.
        known = json.dumps(dict(self.usable), ensure_ascii=False).replace("%", "\\u0025")
        return sql.SQL("({}::jsonb ->> {})::{}").format(sql.Literal(known), school, self.type)


@dataclass(frozen=True, slots=True)
class SchoolsFound:
    """What came of the mapping, in numbers of students; of one import."""

    filled: int
    """New students who get a school."""
    moved: int
    """Known students who get one, or another one."""
    overwritten: int
    """Of those, whose school someone had changed in the application."""
    left: int
    """Rows whose school is named and not mapped."""
    absent: int
    """Rows whose school the application does not have, as an administrator has said."""
    is_written: bool
    """Whether any school is mapped, so that the column is the file's."""
    issues: tuple[Issue, ...] = field(default=())

    def notes(self) -> Iterator[str]:
        """Yield the same for people."""
        given = [
            counted(number, f"{kind} student was", f"{kind} students were")
            for number, kind in ((self.filled, "new"), (self.moved, "known"))
            if number
        ]
        if given:
            yield f"school_id: {' and '.join(given)} given the mapped school."
        if self.overwritten:
            yield (
                f"school_id: {counted(self.overwritten, 'student')} had a different school in "
                "students than the last import saved: someone changed it in the application. The "
                "matched school counts."
            )
        if self.left:
            yield (
                f"school_id wasn't changed for {counted(self.left, 'student')}, because their "
                "school isn't matched to one of the application. Administrators see below which "
                "school."
            )
        if self.absent:
            yield (
                f"school_id wasn't changed for {counted(self.absent, 'student')} of schools that "
                "the application doesn't have, as an administrator said."
            )


def read_school_map(
    cursor: psycopg.Cursor[Any], confirmed: Mapping[str, ConfirmedSchool], *, is_readable: bool
) -> SchoolMap | None:
    """Compare what was confirmed with the schools that are there; None where nothing was."""
    if not confirmed:
        return None
    if not is_readable:
        return SchoolMap(confirmed, {}, is_readable=False, type=sql.SQL(""))
    run(cursor, "school_type")
    ((schema, name),) = cursor.fetchall()
    keys = [each.key for each in confirmed.values()]
    there = dict(portions(cursor.connection, "schools_there", keys=keys))
    usable = {
        text: school.key
        for text, school in confirmed.items()
        if school.key in there and is_same_name(there[school.key], school.name)
    }
    return SchoolMap(confirmed, usable, is_readable=True, type=sql.Identifier(schema, name))


@dataclass(frozen=True, slots=True)
class SchoolsLeft:
    """The merged rows whose school has no usable mapping."""

    rows: int
    absent: int
    """Rows of schools that the application does not have, as an administrator has said."""
    without: int
    """Rows of new students, who get no school."""
    issues: tuple[Issue, ...]
    """One for each school that should have a mapping."""


def find_left(cursor: psycopg.Cursor[Any], schools: SchoolMap, header: str | None) -> SchoolsLeft:
    """Return the merged rows of schools without a usable mapping."""
    absent = {name for name, school in schools.confirmed.items() if school.is_absent}
    most = MOST_NAMED + len(absent) + 1
    run(cursor, "count_unmapped", usable=list(schools.usable), most=most)
    (_, _, rows, without), *by_school = cursor.fetchall()
    left = {name: named for _, name, named, _ in by_school if name is not None}
    expected = sum(left.pop(name, 0) for name in absent)
    gone = [name for name in schools.confirmed if name in left]  # health tells of the others
    issues = [_issue("SCHOOL_GONE", name, left.pop(name), header=header) for name in gone]
    issues += [_issue("SCHOOL_NOT_MAPPED", *each, header=header) for each in left.items()]
    return SchoolsLeft(rows - expected, expected, without, tuple(issues[:MOST_NAMED]))


def _issue(code: str, name: str, rows: int, *, header: str | None) -> Issue:
    sentence = _GONE if code == "SCHOOL_GONE" else _NOT_MAPPED
    return Issue(
        code,
        Severity.WARNING,
        sentence.format(rows=counted(rows, "row")),
        column=header,
        field="school",
        value=name,
    )
