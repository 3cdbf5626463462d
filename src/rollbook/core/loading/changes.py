"""What an import changes, in numbers: per field, and per school."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql

from rollbook.core.loading.statements import portions, run

Values = Mapping[str, sql.Composable]
"""Field name -> what its column will hold."""


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


def count_changes(cursor: psycopg.Cursor[Any], in_students: Values, after: Values) -> Changes:
    """Count the rows of `changed` before they are written.

    `in_students` and `after`: field -> what it will hold in `students`, and in the snapshot.
    """
    changes = Changes()
    school = after.get("school", sql.SQL("n.school"))
    fields = list(dict.fromkeys([*after, *in_students]))
    found = {name: _differs(name, in_students, after) for name in fields}
    run(
        cursor,
        "count_changes",
        parts={
            "counts": sql.SQL(", ").join(
                sql.SQL("count(*) FILTER (WHERE {})").format(_flag(name)) for name in found
            ),
            "changes": sql.SQL(", ").join(
                sql.SQL("{} AS {}").format(condition, _flag(name))
                for name, condition in found.items()
            ),
            "school": sql.SQL("coalesce({}, '')").format(school),
        },
    )
    for is_all, name, students, *counts in cursor.fetchall():
        if is_all:
            changes.fields = _not_zero(fields, counts)
        else:
            changes.updated[name] = students
    if "school" in after:
        run(cursor, "count_new", parts={"school": sql.SQL("coalesce(s.school, '')")})
        changes.inserted = dict(cursor.fetchall())
    return changes


def count_roster(cursor: psycopg.Cursor[Any]) -> dict[str, dict[str, int]]:
    """Return the file's students by school and by grade ('' where none is known), after a merge."""
    roster: dict[str, dict[str, int]] = {"schools": {}, "grades": {}}
    for is_school, name, students in portions(cursor.connection, "count_roster"):
        roster["schools" if is_school else "grades"][name] = students
    return roster


def _differs(name: str, in_students: Values, after: Values) -> sql.Composable:
    """Whether the value becomes another, in the snapshot or in `students`."""
    differs = sql.SQL("{} IS DISTINCT FROM {}")
    places = [("n", after), ("k", in_students)]
    found = [
        differs.format(sql.Identifier(table, name), values[name])
        for table, values in places
        if name in values
    ]
    return sql.SQL("({})").format(sql.SQL(" OR ").join(found))


def _not_zero(names: Iterable[str], counts: Sequence[int]) -> dict[str, int]:
    return {name: count for name, count in zip(names, counts, strict=True) if count}


def _flag(name: str) -> sql.Identifier:
    """A column beside the snapshot's own, which may have any name of the catalogue."""
    return sql.Identifier(f"changes {name}"[:63])
