"""The grades that the database's own list of them lacks, where another application keeps one."""

from django.db import connection

from rollbook.core.catalogue.grades import GRADES
from rollbook.core.loading.statements import run


def grades_not_stored() -> tuple[str, ...]:
    """Return the catalogue's grades that `students` cannot hold."""
    with connection.cursor() as cursor:
        run(cursor, "grade_type")
        [(_schema, _type, is_enum, known)] = cursor.fetchall()
    return tuple(grade for grade in GRADES if grade not in known) if is_enum else ()
