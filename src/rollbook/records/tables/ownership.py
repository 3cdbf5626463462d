"""Which rows of the tables that another application may share are Rollbook's."""

from collections.abc import Mapping
from typing import Final

from psycopg import sql

from rollbook.records.district import SETTINGS as DISTRICT_SETTINGS
from rollbook.records.models.jobs import CLEAN_UP, JOB_TYPE, SCHOOL_YEAR
from rollbook.records.tables.expected import JOBS, SETTINGS

# The function rollbook.is_import says the same; it is not there in a database that we come into,
# nor while a restore makes the tables of an older version.
OUR_ROWS: Final[Mapping[str, sql.Composable]] = {
    JOBS: sql.SQL(
        "((job_type in ({clean_up}, {school_year}) or job_type = {import_}"
        " and coalesce(jsonb_typeof(input_data -> 'feed_id') = 'number', false)"
        " and coalesce(jsonb_typeof(input_data -> 'feed') = 'string', false))"
        " and coalesce(input_data ->> 'job' = id::text, true))"
    ).format(
        clean_up=sql.Literal(CLEAN_UP),
        school_year=sql.Literal(SCHOOL_YEAR),
        import_=sql.Literal(JOB_TYPE),
    ),
    SETTINGS: sql.SQL("(key in ({}) and is_secret is not true)").format(
        sql.SQL(", ").join(sql.Literal(each.key) for each in DISTRICT_SETTINGS)
    ),
}
"""Shared table -> the condition of our rows in it. All rows of our other tables are ours."""


def condition_of(table: str) -> sql.Composable:
    """Return the condition of our rows in `schema.table`, for a WHERE clause."""
    return OUR_ROWS.get(table, sql.SQL("true"))
