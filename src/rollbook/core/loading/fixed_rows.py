"""Corrected rows beside their first file: students of another row of it.

Which row of a student counts is a matter of the whole file: the latest test, the current
enrollment, or none where two rows disagree. A corrected row comes without the others, so an import
that rejects rows remembers the students of its other rows.
"""

from collections.abc import Iterable
from typing import Any, Final

import psycopg
from psycopg import sql

from rollbook.core.loading.identities import Values
from rollbook.core.loading.plan import FixedRows, MergePlan
from rollbook.core.loading.statements import run

FEWEST_KNOWN: Final = 20
"""Saved students that show how many digits are usual."""


def remember_named(cursor: psycopg.Cursor[Any], plan: MergePlan, rejected: int) -> None:
    """Keep which students the file's rows brought, where it has rows to be corrected."""
    if rejected and not plan.is_fix_it:
        run(cursor, "remember_named", job_id=plan.job_id)


def count_fixed(
    cursor: psycopg.Cursor[Any], plan: MergePlan, *, in_students: Values, in_snapshots: Values
) -> FixedRows:
    """Count what makes corrected rows doubtful; of `changed`, before anything is written."""
    if not plan.is_fix_it:
        return FixedRows()
    contested = _count_contested(cursor, plan, [("k", in_students), ("n", in_snapshots)])
    run(cursor, "count_short_ids", fewest=FEWEST_KNOWN)
    [(short_ids,)] = cursor.fetchall()
    return FixedRows(contested, short_ids)


def _count_contested(
    cursor: psycopg.Cursor[Any], plan: MergePlan, brought: Iterable[tuple[str, Values]]
) -> int:
    replaced = [
        sql.SQL("({0} IS NOT NULL AND {0} IS DISTINCT FROM {1})").format(
            sql.Identifier(table, name), after
        )
        for table, values in brought
        for name, after in values.items()
    ]
    run(
        cursor,
        "count_contested",
        parts={"replaced": sql.SQL(" OR ").join([*replaced, sql.SQL("false")])},
        feed_id=plan.feed_id,
        job_id=plan.job_id,
    )
    return int(cursor.fetchall()[0][0])
