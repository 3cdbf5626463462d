"""Questions about the students as a whole."""

from django.db import connection


def student_count() -> int:
    """Return how many students have data."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from public.student_data_snapshots")
        return int(cursor.fetchone()[0])


def is_any_known() -> bool:
    """Tell whether there is a student at all, of ours or of another program."""
    with connection.cursor() as cursor:
        cursor.execute("select exists (select from public.students)")
        (found,) = cursor.fetchone()
    return bool(found)
