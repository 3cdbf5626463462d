"""What this database demands of a row in `students`: standing alone little, at a neighbor more."""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from rollbook.core.catalogue.grades import GRADES
from rollbook.core.loading.plan import MergePlan
from rollbook.core.loading.statements import run

_WRITTEN = ("ssid", "first_name", "last_name", "grade")
"""The columns of `students` that a file may bring, besides the Student ID."""


@dataclass(frozen=True, slots=True)
class StudentTable:
    """The constraints of `public.students` as they are, read once per import."""

    required: frozenset[str]
    grade_type: sql.Composable
    grades: list[str] | None
    """None: every grade of the catalogue."""
    has_schools: bool
    """Whether the neighbor's table `schools` is there, and may be read."""

    def values(self, plan: MergePlan) -> dict[str, sql.Composable]:
        """Column of `students` -> the staged value that it takes, for the columns brought."""
        written = {field.name for field in plan.written_fields}
        return {name: self._value(name) for name in _WRITTEN if name in written}

    def incomplete_condition(self, plan: MergePlan) -> sql.Composable | None:
        """The condition under which a new student cannot be stored; None: never."""
        values = self.values(plan)
        checked = [values.get(name, sql.SQL("NULL")) for name in sorted(self.required)]
        if self.grades is not None and "grade" in values and "grade" not in self.required:
            known = sql.SQL("s.grade IS NOT NULL AND {} IS NULL").format(values["grade"])
            return sql.SQL(" OR ").join([*map(_is_null, checked), known])
        return sql.SQL(" OR ").join(map(_is_null, checked)) if checked else None

    def _value(self, name: str) -> sql.Composable:
        if name != "grade":
            return sql.Identifier("s", name)
        cast = sql.SQL("s.grade::text::{}").format(self.grade_type)
        if self.grades is None:
            return cast
        known = sql.SQL(", ").join(map(sql.Literal, self.grades))
        return sql.SQL("CASE WHEN s.grade IN ({}) THEN {} END").format(known, cast)


def read_student_table(cursor: psycopg.Cursor[Any]) -> StudentTable:
    """Look the constraints up in PostgreSQL's catalogue."""
    run(cursor, "required_columns")
    required = frozenset(name for (name,) in cursor.fetchall())
    run(cursor, "grade_type")
    schema, name, is_enum, grades = cursor.fetchall()[0]
    knows_all = not is_enum or set(GRADES) <= set(grades)
    run(cursor, "has_schools")
    ((has_schools,),) = cursor.fetchall()
    return StudentTable(
        required, sql.Identifier(schema, name), None if knows_all else grades, has_schools
    )


def _is_null(value: sql.Composable) -> sql.Composable:
    return sql.SQL("{} IS NULL").format(value)
