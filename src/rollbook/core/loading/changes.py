"""What an import changes, in numbers: per field, and per school."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from psycopg import sql

from rollbook.core.catalogue.field import Field
from rollbook.core.loading.statements import compose, portions, run

Values = Mapping[str, sql.Composable]
"""Field name -> what its column will hold."""


KINDS: Final = (1, 2, 3)
"""What becomes of a value, in SQL: it is newly filled, becomes another, or is cleared."""

Numbers = list[int]
"""Students of one school in one field, by KINDS."""


@dataclass(slots=True)
class Changes:
    """Numbers of students. Names of schools are no student's value."""

    fields: dict[str, int] = field(default_factory=dict)
    """Field name -> number of known students with a new value."""
    updated: dict[str, int] = field(default_factory=dict)
    """School ('' where none is known) -> known students who change; the 200 with the most."""
    inserted: dict[str, int] = field(default_factory=dict)
    """School -> new students."""
    overwritten: dict[str, int] = field(default_factory=dict)
    """Field name -> students in which another hand had changed what the last import left; the
    file's value was stored."""


@dataclass(slots=True)
class BySchool:
    """The same numbers school by school, for the change record. None is all schools not named."""

    schools: list[str | None] = field(default_factory=list)
    """'' where none is known; those with the most students who change, then with new ones."""
    fields: dict[str, dict[int, Numbers]] = field(default_factory=dict)
    """Field name -> place in `schools` -> known students by what becomes of their value."""
    new: dict[int, int] = field(default_factory=dict)
    """Place in `schools` -> new students."""

    def becomes(self) -> dict[str, Numbers]:
        """Return field name -> known students of all schools by what becomes of their value."""
        return {
            name: list(map(sum, zip(*places.values(), strict=True)))
            for name, places in self.fields.items()
        }

    def place(self, school: str | None) -> int:
        """Return the place of a school in `schools`."""
        if school not in self.schools:
            self.schools.append(school)
        return self.schools.index(school)


def count_changes(
    cursor: psycopg.Cursor[Any], in_students: Values, after: Values
) -> tuple[Changes, BySchool]:
    """Count the rows of `changed` before they are written.

    `in_students` and `after`: field -> what it will hold in `students`, and in the snapshot.
    """
    changes, by_school = Changes(), BySchool()
    fields = list(dict.fromkeys([*after, *in_students]))
    if fields:
        _count_known(cursor, changes, by_school, fields=fields, values=(in_students, after))
    school = sql.SQL("coalesce(s.school, '')" if "school" in after else "''::text")
    run(cursor, "count_new", parts={"school": school})
    new = dict(cursor.fetchall())
    every = new.pop(None)
    if "school" in after:
        changes.inserted = new
    by_school.new = {by_school.place(name): students for name, students in new.items()}
    if others := every - sum(new.values()):
        by_school.new[by_school.place(None)] = others
    return changes, by_school


def _count_known(
    cursor: psycopg.Cursor[Any],
    changes: Changes,
    by_school: BySchool,
    *,
    fields: Sequence[str],
    values: tuple[Values, Values],
) -> None:
    in_students, after = values
    found = {name: _kind(name, in_students, after) for name in fields}
    is_kind = sql.SQL("count(*) FILTER (WHERE {} = {})")
    counts = [is_kind.format(_flag(name), sql.Literal(kind)) for name in found for kind in KINDS]
    columns = [sql.SQL("{} AS {}").format(value, _flag(name)) for name, value in found.items()]
    run(
        cursor,
        "count_changes",
        parts={
            "counts": sql.SQL(", ").join(counts),
            "changes": sql.SQL(", ").join(columns),
            "school": sql.SQL("coalesce({}, '')").format(after.get("school", sql.SQL("n.school"))),
        },
    )
    others: list[int] = []
    for is_all, name, students, text in cursor.fetchall():
        told = list(map(int, text.split(",")))
        if is_all:
            others = told
            changes.fields = _not_zero(fields, list(map(sum, _each(others))))
        else:
            changes.updated[name] = students
            others = [rest - count for rest, count in zip(others, told, strict=True)]
            _learn(by_school, name, fields, told)
    if any(others):
        _learn(by_school, None, fields, others)


def _learn(
    by_school: BySchool, name: str | None, fields: Sequence[str], told: Sequence[int]
) -> None:
    place = by_school.place(name)
    for each, numbers in zip(fields, _each(told), strict=True):
        if any(numbers):
            by_school.fields.setdefault(each, {})[place] = numbers


def _each(told: Sequence[int]) -> list[Numbers]:
    """Return the numbers of each field."""
    size = len(KINDS)
    return [list(told[at : at + size]) for at in range(0, len(told), size)]


def filled_fields(cursor: psycopg.Cursor[Any], fields: Sequence[Field]) -> tuple[str, ...]:
    """Return the names of those staged fields of which the merged rows have a value."""
    if not fields:
        return ()
    each = (sql.SQL("bool_or({} IS NOT NULL)").format(sql.Identifier("s", f.name)) for f in fields)
    run(cursor, "filled", parts={"filled": sql.SQL(", ").join(each)})
    [found] = cursor.fetchall()
    return tuple(field.name for field, is_any in zip(fields, found, strict=True) if is_any)


def count_roster(cursor: psycopg.Cursor[Any]) -> dict[str, dict[str, int]]:
    """Return the file's students by school and by grade ('' where none is known), after a merge."""
    roster: dict[str, dict[str, int]] = {"schools": {}, "grades": {}}
    for is_school, name, students in portions(cursor.connection, "count_roster"):
        roster["schools" if is_school else "grades"][name] = students
    return roster


def _kind(name: str, in_students: Values, after: Values) -> sql.Composable:
    """What becomes of the value: in `students`, or else in the snapshot; NULL for nothing."""
    places = [("k", in_students), ("n", after)]
    found = [
        compose("kind", {"before": sql.Identifier(table, name), "after": values[name]})
        for table, values in places
        if name in values
    ]
    return sql.SQL("CASE {} END").format(sql.SQL(" ").join(found))


def _not_zero(names: Iterable[str], counts: Sequence[int]) -> dict[str, int]:
    return {name: count for name, count in zip(names, counts, strict=True) if count}


def _flag(name: str) -> sql.Identifier:
    """A column beside the snapshot's own, which may have any name of the catalogue."""
    return sql.Identifier(f"changes {name}"[:63])
