"""Which files a feed has stored already."""

from typing import Final

from django.db import connection

from rollbook.core.limits.older_file import EarlierFiles
from rollbook.core.statements import Statements
from rollbook.records.models import Job
from rollbook.records.queries.school_years import set_aside_since
from rollbook.records.queries.standings import IS_UP_TO_DATE

LOOKS_BACK: Final = 400
"""Imports, more than a year of nights."""

_SQL: Final = Statements("rollbook.records.queries", "earlier_files.sql")


def job_of(number: object) -> Job | None:
    """Return the import that had the same file; None without one, or where it is deleted."""
    return Job.imports.filter(pk=number).first() if isinstance(number, int) else None


def earlier_files(feed_id: int, *, sha256: str) -> EarlierFiles:
    """Return what the feed has stored already, as a file with these bytes is compared with it."""
    of_file = {"feed_id": feed_id, "sha256": sha256, "most": LOOKS_BACK}
    with connection.cursor() as cursor:
        _SQL.run(cursor, "earlier_files", parts=IS_UP_TO_DATE, **of_file)
        first, same, since, newest, made_on = cursor.fetchone()
    is_last_years = first is not None and bool(set_aside_since(first))
    return EarlierFiles(same, since, newest or "", made_on or "", is_last_years)
