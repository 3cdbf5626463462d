"""What an import changes, in numbers: per field, and per school."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql

from rollbook.core.loading.statements import run


@dataclass(slots=True)
class Changes:
    """Numbers of students. Names of schools are no student's value."""

    fields: dict[str, int] = field(default_factory=dict)
    """Field name -> number of known students with a new value."""
    updated: dict[str, int] = field(default_factory=dict)
    """School ('' where none is known) -> known students who change; the 200 with the most."""
    inserted: dict[str, int] = field(default_factory=dict)
    """School -> new students."""


def count_changes(cursor: psycopg.Cursor[Any], after: Mapping[str, sql.Composable]) -> Changes:
    """Count the rows of `changed` before they are written. `after`: field -> what it will hold."""
    changes = Changes()
    school = after.get("school", sql.SQL("n.school"))
    run(
        cursor,
        "count_changes",
        parts={
            "counts": sql.SQL(", ").join(
                sql.SQL("count(*) FILTER (WHERE {})").format(_flag(name)) for name in after
            ),
            "changes": sql.SQL(", ").join(
                sql.SQL("{} IS DISTINCT FROM {} AS {}").format(
                    sql.Identifier("n", name), value, _flag(name)
                )
                for name, value in after.items()
            ),
            "school": sql.SQL("coalesce({}, '')").format(school),
        },
    )
    for is_all, name, students, *counts in cursor.fetchall():
        if is_all:
            found = zip(after, counts, strict=True)
            changes.fields = {each: count for each, count in found if count}
        else:
            changes.updated[name] = students
    if "school" in after:
        run(cursor, "count_new", parts={"school": sql.SQL("coalesce(s.school, '')")})
        changes.inserted = dict(cursor.fetchall())
    return changes


def count_roster(cursor: psycopg.Cursor[Any]) -> dict[str, dict[str, int]]:
    """Return the file's students by school and by grade ('' where none is known), after a merge."""
    run(cursor, "count_roster")
    roster: dict[str, dict[str, int]] = {"schools": {}, "grades": {}}
    for is_school, name, students in cursor.fetchall():
        roster["schools" if is_school else "grades"][name] = students
    return roster


def _flag(name: str) -> sql.Identifier:
    """A column beside the snapshot's own, which may have any name of the catalogue."""
    return sql.Identifier(f"changes {name}"[:63])
