"""The change record: what an import changes in each student, and what was there before.

It is written in the import's transaction, by set-based statements. Its tables:
`migrations/change_record.sql`.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

import psycopg
from psycopg import sql

from rollbook.core.loading.changes import BySchool
from rollbook.core.loading.plan import MergePlan
from rollbook.core.loading.statements import run

OF_STUDENTS: Final = "students."
"""Begins the name of a field of `public.students`; the others are those of the snapshots."""

AT_ONCE: Final = 50_000
"""Rows whose earlier values are looked for at once: more would not fit into the server's memory."""

Values = Mapping[str, sql.Composable]


def record_changes(
    cursor: psycopg.Cursor[Any],
    plan: MergePlan,
    by_school: BySchool,
    *,
    staged: Values,
    in_students: Values,
    in_snapshots: Values,
) -> dict[str, int]:
    """Write down the students of `targets` who are new, and those of `changed`.

    Returns of how many students which field held what another hand had written since the last
    import on record.

    `staged`: column of `students` -> what a new student takes from the row. `in_students` and
    `in_snapshots`: column -> what it will hold. Nothing of them may be written yet.
    `by_school`: the numbers of it all.
    """
    fields = [*(OF_STUDENTS + name for name in in_students), *in_snapshots]
    ids: dict[str, Any] = {"job_id": plan.job_id, "feed_id": plan.feed_id}
    numbers = json.dumps(asdict(by_school), ensure_ascii=False)
    run(cursor, "record_import", fields=fields, numbers=numbers, now=plan.now, **ids)
    first = [*staged.values(), *(sql.Identifier("s", name) for name in in_snapshots)]
    run(cursor, "record_created", parts={"after": _texts(first)}, job_id=plan.job_id)
    stored = [
        *((sql.Identifier("k", name), value) for name, value in in_students.items()),
        *((sql.Identifier("n", name), value) for name, value in in_snapshots.items()),
    ]
    parts = {
        "before": _texts([_if_other(before, after, before) for before, after in stored]),
        "after": _texts([_if_other(before, after, after) for before, after in stored]),
        "changed": sql.SQL(", ").join(
            _if_other(before, after, sql.Literal(place))
            for place, (before, after) in enumerate(stored, start=1)
        ),
    }
    run(cursor, "record_changed", parts=parts, job_id=plan.job_id)
    plan.step()
    if not _note_by_others(cursor, fields, job_id=plan.job_id):
        return {}
    run(cursor, "count_by_others", fields=fields, job_id=plan.job_id)
    return dict(cursor.fetchall())


def _note_by_others(cursor: psycopg.Cursor[Any], fields: list[str], *, job_id: int) -> int:
    """Mark the values that another hand had written; return the number of their students."""
    run(cursor, "last_recorded_row", job_id=job_id)
    [(last,)] = cursor.fetchall()
    count = 0
    for first in range(1, last + 1, AT_ONCE):
        end = first + AT_ONCE - 1
        run(cursor, "note_by_others", fields=fields, job_id=job_id, first=first, last=end)
        count += cursor.rowcount
    return count


def _if_other(
    before: sql.Composable, after: sql.Composable, value: sql.Composable
) -> sql.Composable:
    """The value where it changes, NULL elsewhere."""
    return sql.SQL("CASE WHEN {} IS DISTINCT FROM {} THEN {} END").format(before, after, value)


def _texts(values: list[sql.Composable]) -> sql.Composable:
    return sql.SQL(", ").join(sql.SQL("({})::text").format(value) for value in values)
