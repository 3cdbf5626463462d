"""What this database demands of a row in `students`: standing alone little, at a neighbor more."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from rollbook.core.catalogue.grades import GRADES
from rollbook.core.loading.plan import MergePlan
from rollbook.core.loading.schools import SCHOOL_ID, SchoolMap, read_school_map
from rollbook.core.loading.statements import run

_WRITTEN = ("ssid", "first_name", "last_name", "grade")
"""The columns of `students` that a file may bring, besides the Student ID."""


@dataclass(frozen=True, slots=True)
class StudentTable:
    """The constraints of `public.students` as they are, read once per import."""

    required: Mapping[str, bool]
    """Column that may not be empty -> whether the database fills it where a file lacks it."""
    grade_type: sql.Composable
    grade_type_name: str
    """As SQL writes it; an administrator of the database has chosen it."""
    grades: list[str] | None
    """None: every grade of the catalogue."""
    has_schools: bool
    """Whether the neighbor's table `schools` is there, and may be read."""
    has_updated_by: bool
    """Whether the neighbor notes who wrote a student last."""
    are_schools_referenced: bool
    """Whether students refer to a neighbor's schools."""
    schools: SchoolMap | None
    """Which of them the file's schools are; None where no one has said."""

    def values(self, plan: MergePlan) -> dict[str, sql.Composable]:
        """Column of `students` -> the staged value that it takes, for the columns brought."""
        written = {field.name for field in plan.written_fields}
        values = {name: self._value(name) for name in _WRITTEN if name in written}
        school = self.school(plan)
        return values if school is None else values | {SCHOOL_ID: school}

    def school(self, plan: MergePlan) -> sql.Composable | None:
        """Return the neighbor's school of the row `s`; None where no file or mapping says it."""
        brought = any(field.name == "school" for field in plan.written_fields)
        if self.schools is None or not self.schools.is_readable or not brought:
            return None
        return self.schools.key_of(sql.Identifier("s", "school"))

    def lacking(self, plan: MergePlan) -> dict[str, sql.Composable]:
        """Column of `students` -> the condition under which a new student cannot be stored."""
        values = self.values(plan)
        found: dict[str, sql.Composable] = {
            name: sql.SQL("{} IS NULL").format(values.get(name, sql.SQL("NULL")))
            for name, has_default in sorted(self.required.items())
            if name in values or not has_default
        }
        if self.grades is not None and "grade" in values and "grade" not in self.required:
            found["grade"] = sql.SQL("s.grade IS NOT NULL AND {} IS NULL").format(values["grade"])
        return found

    @property
    def grade_statements(self) -> str:
        """The SQL that lets this database know every grade; empty where it does."""
        if self.grades is None:
            return ""
        return " ".join(
            f"ALTER TYPE {self.grade_type_name} ADD VALUE '{grade}'{_before(grade, self.grades)};"
            for grade in GRADES
            if grade not in self.grades
        )

    def _value(self, name: str) -> sql.Composable:
        if name != "grade":
            return sql.Identifier("s", name)
        cast = sql.SQL("s.grade::text::{}").format(self.grade_type)
        if self.grades is None:
            return cast
        known = sql.SQL(", ").join(map(sql.Literal, self.grades))
        return sql.SQL("CASE WHEN s.grade IN ({}) THEN {} END").format(known, cast)


def read_student_table(cursor: psycopg.Cursor[Any], plan: MergePlan) -> StudentTable:
    """Look the constraints up in PostgreSQL's catalogue, and the schools that are mapped."""
    run(cursor, "required_columns")
    required = dict(cursor.fetchall())
    run(cursor, "grade_type")
    schema, name, is_enum, grades = cursor.fetchall()[0]
    knows_all = not is_enum or set(GRADES) <= set(grades)
    has_schools = _is_true(cursor, "has_schools")
    return StudentTable(
        required=required,
        grade_type=sql.Identifier(schema, name),
        grade_type_name=sql.Identifier(schema, name).as_string(),
        grades=None if knows_all else grades,
        has_schools=has_schools,
        has_updated_by=_is_true(cursor, "has_updated_by"),
        are_schools_referenced=_is_true(cursor, "are_schools_referenced"),
        schools=read_school_map(cursor, plan.schools, is_readable=has_schools),
    )


def _is_true(cursor: psycopg.Cursor[Any], question: str) -> bool:
    run(cursor, question)
    ((answer,),) = cursor.fetchall()
    return bool(answer)


def _before(grade: str, known: list[str]) -> str:
    """Where the grade belongs in the list; it is appended where no later one is known."""
    later = [each for each in GRADES[GRADES.index(grade) + 1 :] if each in known]
    return f" BEFORE '{later[0]}'" if later else ""
