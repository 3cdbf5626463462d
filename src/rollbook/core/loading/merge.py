"""The merge: new students, changed values and presence, from the staged rows."""

from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg import sql

from rollbook.core.errors import RollbookError
from rollbook.core.loading.adoption import count_adoption, is_adoption
from rollbook.core.loading.change_record import record_changes
from rollbook.core.loading.changes import Changes, count_changes
from rollbook.core.loading.fixed_rows import count_fixed, remember_named
from rollbook.core.loading.identities import Values, count_identities
from rollbook.core.loading.leaving_last_years import leave_last_years
from rollbook.core.loading.matching import judge_students
from rollbook.core.loading.plan import MergePlan, MergeResult, RejectedRow, StudentJudgment
from rollbook.core.loading.presence import find_seen, write_presence
from rollbook.core.loading.protecting import keep_in_first_data, leave_protected
from rollbook.core.loading.renamed import find_renamed
from rollbook.core.loading.school_counts import count_by_school
from rollbook.core.loading.schools import SCHOOL_ID, SchoolsFound, find_left
from rollbook.core.loading.statements import run
from rollbook.core.loading.students import StudentTable, read_student_table
from rollbook.core.quantities import counted

__all__ = [
    "MergePlan", "MergeResult", "RejectedRow", "StudentJudgment", "StudentsTurnedAway",
    "judge_students", "merge",
]  # fmt: skip


class StudentsTurnedAway(RollbookError):
    """The database didn't save {count} as we sent them: a trigger or rule of the table students
    drops rows or changes Student IDs.

    Nothing was changed.

    Ask the database's owner to let the import through, and import the file again."""

    reason = "students_turned_away"


def merge(cursor: psycopg.Cursor[Any], plan: MergePlan, judgment: StudentJudgment) -> MergeResult:
    """Write what `judge_students` let through, and who is missing from the file.

    Rows in which nothing changes are not written at all. Raises StudentsTurnedAway.
    """
    protected, (plan, last_years) = leave_protected(cursor, plan), leave_last_years(cursor, plan)
    table = read_student_table(cursor, plan)
    values = table.values(plan)
    is_first = plan.is_roster and is_adoption(cursor)
    _insert_students(cursor, plan, values=values)
    in_students = _kept_where_blank(values)
    in_snapshots = {field.name: _after(field.name, plan) for field in plan.written_fields}
    _find_changed(cursor, in_students=in_students, in_snapshots=in_snapshots)
    identities = count_identities(cursor, in_students=in_students, in_snapshots=in_snapshots)
    fixed = count_fixed(cursor, plan, in_students=in_students, in_snapshots=in_snapshots)
    last = find_seen(cursor, plan)
    renamed = find_renamed(cursor, plan, in_snapshots)
    compared = count_by_school(cursor, plan.feed_id, in_snapshots) if last.is_compared else None
    changes, by_school = count_changes(cursor, in_students, in_snapshots)
    changes.overwritten = record_changes(
        cursor, plan, by_school, staged=values, in_students=in_students, in_snapshots=in_snapshots
    )
    by = sql.SQL("updated_by = NULL," if table.has_updated_by else "")
    _write_changes(cursor, plan, in_students=in_students, in_snapshots=in_snapshots, by=by)
    _insert_snapshots(cursor, plan)
    inserted, updated, accepted = _count_targets(cursor)
    presence = write_presence(cursor, plan, last)
    # What validation rejected was not staged. No set of both is made: all rows may be wrong.
    rejected = sum(1 for _ in plan.rejected) + len(judgment.rejected_rows)
    remember_named(cursor, plan, rejected)
    return MergeResult(
        inserted=inserted,
        updated=updated,
        unchanged=accepted - inserted - updated,
        rejected=rejected,
        duplicates=judgment.duplicates,
        missing_from_file=presence.missing,
        newly_missing=presence.newly_missing,
        present_before=presence.present_before,
        changes=changes,
        identities=identities,
        renamed=renamed,
        fixed=fixed,
        adoption=count_adoption(cursor, identities) if is_first else None,
        protected=protected,
        last_years=last_years,
        becomes=by_school.becomes(),
        schools_compared=compared,
        **_schools(cursor, plan, table, changes=changes, inserted=inserted),
    )


def _count_targets(cursor: psycopg.Cursor[Any]) -> tuple[int, int, int]:
    """Return new, changed and all students of merged rows. Raises StudentsTurnedAway."""
    run(cursor, "count_targets")
    inserted, updated, accepted, let_through = cursor.fetchall()[0]
    if accepted != let_through:
        raise StudentsTurnedAway(count=counted(let_through - accepted, "new student"))
    return inserted, updated, accepted


def _schools(
    cursor: psycopg.Cursor[Any],
    plan: MergePlan,
    table: StudentTable,
    *,
    changes: Changes,
    inserted: int,
) -> dict[str, Any]:
    """What of the result is about the neighbor's schools."""
    known = table.schools
    if known is None or table.school(plan) is None:
        return {
            "without_school": inserted if table.are_schools_referenced else 0,
            "are_schools_unreadable": known is not None and not known.is_readable,
        }
    left = find_left(cursor, known, plan.headers.get("school"))
    return {
        "without_school": left.without,
        "schools": SchoolsFound(
            filled=inserted - left.without,
            moved=changes.fields.get(SCHOOL_ID, 0),
            overwritten=changes.overwritten.get(SCHOOL_ID, 0),
            left=left.rows,
            absent=left.absent,
            is_written=bool(known.usable),
            issues=left.issues,
        ),
    }


def _insert_students(cursor: psycopg.Cursor[Any], plan: MergePlan, *, values: Values) -> None:
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
    plan.step()


def _find_changed(
    cursor: psycopg.Cursor[Any], *, in_students: Values, in_snapshots: Values
) -> None:
    run(
        cursor,
        "find_changed",
        parts={
            "students_differ": _differs("k", in_students),
            "snapshots_differ": _differs("n", in_snapshots),
        },
    )
    run(cursor, "analyze_changed")


def _write_changes(
    cursor: psycopg.Cursor[Any],
    plan: MergePlan,
    *,
    in_students: Values,
    in_snapshots: Values,
    by: sql.Composable,
) -> None:
    if in_students:
        parts = {"assignments": _assignments(in_students), "by": by}
        run(cursor, "update_students", parts=parts, now=_public(plan))
    if in_snapshots:
        parts = {"assignments": _assignments(in_snapshots)}
        run(cursor, "update_snapshots", parts=parts, **_stamp(plan))
    plan.step()


def _insert_snapshots(cursor: psycopg.Cursor[Any], plan: MergePlan) -> None:
    names = [field.name for field in plan.written_fields]
    run(
        cursor,
        "insert_snapshots",
        parts={
            "columns": _each(", {}", [sql.Identifier(name) for name in names]),
            "values": _each(", {}", [sql.Identifier("s", name) for name in names]),
        },
        **_stamp(plan),
    )
    keep_in_first_data(cursor, **_stamp(plan))
    run(cursor, "stamp_snapshots", **_stamp(plan))
    plan.step()


def _kept_where_blank(values: Values) -> Values:
    """What the columns of `students` hold afterwards: a blank never empties one."""
    return {
        name: sql.SQL("coalesce({}, k.{})").format(value, sql.Identifier(name))
        for name, value in values.items()
    }


def _after(name: str, plan: MergePlan) -> sql.Composable:
    """What the snapshot's column holds afterwards. A number that identifies is never cleared."""
    staged, stored = sql.Identifier("s", name), sql.Identifier("n", name)
    if plan.rules.blanks == "keep" or name == "ssid":
        return sql.SQL("coalesce({}, {})").format(staged, stored)
    return sql.SQL("CASE WHEN {} = ANY (s.refused) THEN {} ELSE {} END").format(
        sql.Literal(name), stored, staged
    )


def _differs(table: str, after: Values) -> sql.Composable:
    """Whether a value becomes another: only such rows are written."""
    compared: list[sql.Composable] = [
        sql.SQL("{} IS DISTINCT FROM {}").format(sql.Identifier(table, name), value)
        for name, value in after.items()
    ]
    return sql.SQL(" OR ").join(compared or [sql.SQL("false")])


def _assignments(after: Values) -> sql.Composable:
    return sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(name), value) for name, value in after.items()
    )


def _each(pattern: str, items: list[Any]) -> sql.Composable:
    return sql.SQL("").join(sql.SQL(pattern).format(item) for item in items)


def _stamp(plan: MergePlan) -> dict[str, Any]:
    return {"now": _public(plan), "job_id": plan.job_id}


def _public(plan: MergePlan) -> datetime:
    """The tables of the specification keep time without a zone, in UTC."""
    return plan.now.astimezone(UTC).replace(tzinfo=None)
