"""The merge: new students, changed values and presence, from the staged rows."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg import sql

from rollbook.core.loading.changes import Changes, count_changes
from rollbook.core.loading.matching import judge_students
from rollbook.core.loading.plan import MergePlan, MergeResult, RejectedRow, StudentJudgement
from rollbook.core.loading.presence import write_presence
from rollbook.core.loading.statements import run
from rollbook.core.loading.students import StudentTable, read_student_table

__all__ = ["MergePlan", "MergeResult", "RejectedRow", "StudentJudgement", "judge_students", "merge"]


def merge(cursor: psycopg.Cursor[Any], plan: MergePlan, judgement: StudentJudgement) -> MergeResult:
    """Write what `judge_students` let through, and who is missing from the file.

    Rows in which nothing changes are not written at all.
    """
    table = read_student_table(cursor)
    _write_students(cursor, plan, table=table)
    changes = _write_snapshots(cursor, plan)
    run(cursor, "count_targets")
    inserted, updated, accepted = cursor.fetchall()[0]
    presence = write_presence(cursor, plan)
    # A row is rejected once: what validation rejected was not staged. No set of both is made, for
    # a file may be wrong in every row.
    rejected = sum(1 for _ in plan.rejected) + len(judgement.rejected_rows)
    return MergeResult(
        inserted=inserted,
        updated=updated,
        unchanged=accepted - inserted - updated,
        rejected=rejected,
        duplicates=judgement.duplicates,
        missing_from_file=presence.missing,
        newly_missing=presence.newly_missing,
        present_before=presence.present_before,
        changes=changes,
    )


def _write_students(cursor: psycopg.Cursor[Any], plan: MergePlan, *, table: StudentTable) -> None:
    values = table.values(plan)
    run(cursor, "create_targets")
    run(cursor, "create_touched")
    run(
        cursor,
        "insert_students",
        parts={
            "columns": _each(", {}", [sql.Identifier(name) for name in values]),
            "values": _each(", {}", list(values.values())),
        },
        now=_public(plan),
    )
    run(cursor, "target_known")
    run(cursor, "analyze_targets")
    if not values:
        return
    kept = {
        name: sql.SQL("coalesce({}, k.{})").format(value, sql.Identifier(name))
        for name, value in values.items()
    }
    run(cursor, "update_students", parts=_changes("k", kept), now=_public(plan))


def _write_snapshots(cursor: psycopg.Cursor[Any], plan: MergePlan) -> Changes:
    changes = Changes()
    names = [field.name for field in plan.written_fields]
    stamp: dict[str, Any] = {"now": _public(plan), "job_id": plan.job_id}
    if names:
        after = {name: _after(name, plan) for name in names}
        parts = _changes("n", after)
        run(cursor, "find_changed", parts={"differs": parts["differs"]})
        run(cursor, "analyze_changed")
        changes = count_changes(cursor, after)
        run(cursor, "update_snapshots", parts=parts, **stamp)
    run(
        cursor,
        "insert_snapshots",
        parts={
            "columns": _each(", {}", [sql.Identifier(name) for name in names]),
            "values": _each(", {}", [sql.Identifier("s", name) for name in names]),
        },
        **stamp,
    )
    run(cursor, "stamp_snapshots", **stamp)
    return changes


def _after(name: str, plan: MergePlan) -> sql.Composable:
    """What the snapshot's column holds afterwards. A number that identifies is never cleared."""
    staged, stored = sql.Identifier("s", name), sql.Identifier("n", name)
    if plan.rules.blanks == "keep" or name == "ssid":
        return sql.SQL("coalesce({}, {})").format(staged, stored)
    return sql.SQL("CASE WHEN {} = ANY (s.refused) THEN {} ELSE {} END").format(
        sql.Literal(name), stored, staged
    )


def _changes(table: str, after: Mapping[str, sql.Composable]) -> dict[str, sql.Composable]:
    """The parts of an UPDATE that writes only rows in which a value becomes another."""
    names = list(after)
    return {
        "assignments": sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(name), after[name]) for name in names
        ),
        "differs": sql.SQL(" OR ").join(
            sql.SQL("{} IS DISTINCT FROM {}").format(sql.Identifier(table, name), after[name])
            for name in names
        ),
    }


def _each(pattern: str, items: list[Any]) -> sql.Composable:
    return sql.SQL("").join(sql.SQL(pattern).format(item) for item in items)


def _public(plan: MergePlan) -> datetime:
    """The tables of the specification keep time without a zone, in UTC."""
    return plan.now.astimezone(UTC).replace(tzinfo=None)
