"""Whose each staged row is, and which rows are not merged: unknown, in conflict, repeated."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import psycopg
from psycopg import sql

from rollbook.core.duplicate_texts import OF_ENROLLMENT
from rollbook.core.feed_settings import IDENTIFIERS
from rollbook.core.issues import Findings
from rollbook.core.loading.cut_off import refuse_cut_cell, reject_cut_identifier
from rollbook.core.loading.issue_texts import NAMES, Row, issues_of
from rollbook.core.loading.plan import MergePlan, StudentJudgment
from rollbook.core.loading.staging import stage_mentioned
from rollbook.core.loading.statements import compose, portions, run
from rollbook.core.loading.students import StudentTable, read_student_table
from rollbook.core.loading.twins import (
    find_alike,
    find_holders_alike,
    find_strangers,
    match_by_key,
    reject_numbers_alike,
    reject_other_names,
    reject_shared_ssids,
    reject_ssid_twins,
)
from rollbook.core.statements import AT_A_TIME

_DUPLICATE = "DUPLICATE_ROW"


def judge_students(
    cursor: psycopg.Cursor[Any], plan: MergePlan, findings: Findings
) -> StudentJudgment:
    """Match the staged rows to students and add what is wrong with them to `findings`.

    Leaves the temporary tables `judged` and `mentioned` to `merge`. Writes nothing else, but locks
    `students` until the transaction ends: otherwise a student created between
    matching and merging would be created twice or break the merge. It also keeps imports of two
    feeds from waiting for each other's rows in a circle.
    """
    run(cursor, "lock_students")
    is_any_mentioned = stage_mentioned(cursor, plan.rejected)
    table = read_student_table(cursor, plan)
    _match(cursor, plan)
    reject_cut_identifier(cursor, plan)
    _match_doubtful(cursor, plan)
    plan.step()
    if is_any_mentioned:
        run(cursor, "reject_disputed")
    _reject_repeated(cursor, plan)
    _reject_incomplete(cursor, plan, table=table)
    _find_unnamed(cursor, plan)
    find_strangers(cursor, plan, table)
    refuse_cut_cell(cursor, plan, findings)
    plan.step()
    return _report(cursor, plan, findings=findings, grade_statements=table.grade_statements)


def _match(cursor: psycopg.Cursor[Any], plan: MergePlan) -> None:
    names = {field.name for field in plan.staged_fields}
    identifiers: dict[str, sql.Composable] = {
        name: sql.Identifier("s", name) if name in names else sql.SQL("NULL::varchar")
        for name in IDENTIFIERS
    }
    run(cursor, "match_by_student_id", parts=identifiers)
    run(cursor, "analyze_judged")
    run(cursor, "find_holders")
    find_holders_alike(cursor)


def _match_doubtful(cursor: psycopg.Cursor[Any], plan: MergePlan) -> None:
    """Judge by SSID too, because a repaired number must be caught before it matches anybody."""
    run(cursor, "find_doubtful")
    is_any_doubtful, is_any_unknown, is_any_alone = cursor.fetchall()[0]
    is_any_alike = is_any_unknown and find_alike(cursor)
    if is_any_doubtful:
        run(cursor, "reject_lost_ssid_zeros")
    run(cursor, "reject_conflicts")
    is_any_by_key = is_any_alike and match_by_key(cursor, plan)
    reject_ssid_twins(cursor, plan)
    run(cursor, "match_by_ssid")
    if cursor.rowcount or is_any_by_key:
        run(cursor, "reject_divided")
    if is_any_alone:
        reject_numbers_alike(cursor)
    reject_other_names(cursor, plan)
    run(cursor, "reject_unknown", is_refused=plan.rules.new_students == "reject")
    if is_any_doubtful and plan.rules.leading_zeros:
        _reject_repaired(cursor, plan)


def _reject_repaired(cursor: psycopg.Cursor[Any], plan: MergePlan) -> None:
    run(
        cursor,
        "reject_repaired",
        ids_differ="student_id" in plan.uneven,
        ssids_differ="ssid" in plan.uneven,
    )


def _reject_repeated(cursor: psycopg.Cursor[Any], plan: MergePlan) -> None:
    run(cursor, "find_repeated")
    if cursor.rowcount:
        compared = [*(field.name for field in plan.staged_fields), "refused"]
        person = [name for name in compared if name not in OF_ENROLLMENT]
        run(cursor, "analyze_repeated")
        run(
            cursor,
            "compare_repeated",
            parts={
                "first": _columns("f", compared),
                "later": _columns("s", compared),
                "first_person": _columns("f", person),
                "later_person": _columns("s", person),
            },
        )
        run(cursor, "reject_repeated")
    reject_shared_ssids(cursor)


def _columns(table: str, names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(table, name) for name in names)


def _reject_incomplete(
    cursor: psycopg.Cursor[Any], plan: MergePlan, *, table: StudentTable
) -> None:
    lacking = table.lacking(plan)
    is_grade_limited = table.grades is not None and "grade" in table.values(plan)
    if lacking:
        grade = sql.SQL("CASE WHEN s.grade <> ALL ({}::text[]) THEN s.grade END")
        run(
            cursor,
            "reject_incomplete",
            parts={
                "lacking": sql.SQL(", ").join(
                    sql.SQL("CASE WHEN {} THEN {} END").format(condition, sql.Literal(name))
                    for name, condition in lacking.items()
                ),
                "unknown_grade": grade.format(sql.Literal(table.grades))
                if is_grade_limited
                else sql.SQL("NULL"),
            },
        )
    if is_grade_limited:
        run(cursor, "find_unknown_grades", grades=table.grades)


def _find_unnamed(cursor: psycopg.Cursor[Any], plan: MergePlan) -> None:
    names = [field.name for field in plan.written_fields if field.name in NAMES]
    if not names:
        return
    lacking = [
        compose("find_unnamed_name", {"field": sql.Identifier(name), "name": sql.Literal(name)})
        for name in names
    ]
    run(cursor, "find_unnamed", parts={"lacking": sql.SQL(", ").join(lacking)})


def _report(
    cursor: psycopg.Cursor[Any], plan: MergePlan, *, findings: Findings, grade_statements: str
) -> StudentJudgment:
    rejected: set[int] = set()
    unnamed: set[int] = set()
    duplicates = not_storable = 0
    for rows in _judgments(cursor.connection):
        findings.add(
            issue
            for row in rows
            for issue in issues_of(row, plan.headers, grade_statements=grade_statements)
        )
        duplicates += sum(row.code == _DUPLICATE for row in rows)
        not_storable += sum(row.is_grade_all_that_lacks for row in rows)
        rejected.update(row.row for row in rows if row.code not in (None, _DUPLICATE))
        unnamed.update(row.row for row in rows if row.code is None and row.lacking)
    return StudentJudgment(frozenset(rejected), duplicates, not_storable, frozenset(unnamed))


def _judgments(connection: psycopg.Connection[Any]) -> Iterator[list[Row]]:
    """Read in portions: a file may be wrong in every row, and memory must not grow with it."""
    rows = portions(connection, "judgments")
    while found := [Row(*values) for values in islice(rows, AT_A_TIME)]:
        yield found
