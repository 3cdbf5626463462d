"""Whether another application was set up after Rollbook, in tables that it takes for its own."""

from typing import Any, Final

from rollbook.records.tables.expected import STUDENTS

_NEIGHBOR: Final = (
    "users", "roles", "schools", "documents", "navigation_items", "interventions",
    "intervention_programs", "student_guardians", "communication_log", "migration_log",
    "drizzle_migrations", "user_schools", "user_students",
)  # fmt: skip
"""Tables that the neighbor's own set-up makes."""

_ENOUGH: Final = 3
"""How many of them make sure that it is the neighbor, and not a table by chance."""

_OF_ITS_STUDENTS: Final = ("emergency_contact_name", "notes")
"""Columns of its students that Rollbook's own table does not have."""


def came_second(cursor: Any) -> bool:
    """Tell whether the neighbor's tables are there, while `students` is of Rollbook's making."""
    cursor.execute(
        "select (select count(*) from pg_catalog.pg_class c where c.relkind in ('r', 'p')"
        " and c.relnamespace = to_regnamespace('public') and c.relname = any(%s)),"
        " (select count(*) from pg_catalog.pg_attribute a where a.attrelid = to_regclass(%s)"
        " and a.attname = any(%s) and not a.attisdropped), to_regclass(%s) is not null",
        [list(_NEIGHBOR), STUDENTS, list(_OF_ITS_STUDENTS), STUDENTS],
    )
    [(of_neighbor, of_its_students, is_there)] = cursor.fetchall()
    return bool(is_there and of_neighbor >= _ENOUGH and not of_its_students)
