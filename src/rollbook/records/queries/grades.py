"""The grades that the database's own list of them lacks, where another application keeps one."""

from typing import Final

from django.db import connection

from rollbook.core.catalogue.grades import GRADES

_LIST: Final = """
select e.enumlabel::text from pg_catalog.pg_attribute a
join pg_catalog.pg_enum e on e.enumtypid = a.atttypid
where a.attrelid = to_regclass('public.students') and a.attname = 'grade'
"""


def grades_not_stored() -> tuple[str, ...]:
    """Return the catalogue's grades that `students` cannot hold."""
    with connection.cursor() as cursor:
        cursor.execute(_LIST)
        known = {label for (label,) in cursor.fetchall()}
    return tuple(grade for grade in GRADES if grade not in known) if known else ()
