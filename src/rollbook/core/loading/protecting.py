"""Leaving protected values as they are: their cells go out of the staged rows before the merge."""

from typing import Any

import psycopg
from psycopg import sql

from rollbook.core.loading.plan import MergePlan
from rollbook.core.loading.protection import Protected
from rollbook.core.loading.statements import compose, run


def leave_protected(cursor: psycopg.Cursor[Any], plan: MergePlan) -> Protected:
    """Take the cells of protected values out of the staged rows that `judge_students` let through.

    Ends what has had its day, and what the file agrees with. `students` must be locked: who
    protects a value waits for the merge.
    """
    run(cursor, "count_protected")
    if not cursor.fetchall()[0][0]:
        return Protected()
    stamp: dict[str, Any] = {"now": plan.now, "job_id": plan.job_id}
    ended = []
    for name in ("end_dated", "end_of_deleted", "end_of_gone"):
        run(cursor, name, **stamp)
        ended.append(cursor.rowcount)
    expired, *gone = ended
    kept, agreed, older = _leave(cursor, plan, stamp=stamp)
    return Protected(kept, agreed, older, expired, sum(gone))


def keep_in_first_data(cursor: psycopg.Cursor[Any], **stamp: Any) -> None:
    """Put what is protected into the first data of students, which `stamp` tells from older ones.

    `students` alone held it: there was no row for it beside them.
    """
    run(cursor, "kept_fields")
    each = [compose("kept", {"field": sql.Identifier(name)}) for (name,) in cursor.fetchall()]
    if each:
        parts = {"assignments": sql.SQL(", ").join(each)}
        run(cursor, "keep_in_first_data", parts=parts, **stamp)


def _leave(
    cursor: psycopg.Cursor[Any], plan: MergePlan, *, stamp: dict[str, Any]
) -> tuple[int, int, int]:
    """Return how many values are kept, and with how many the file agrees: now, and as it was."""
    types = {field.name: field.type.sql for field in plan.written_fields}
    run(cursor, "protected_fields", brought=sorted(types))
    fields = [name for (name,) in cursor.fetchall()]
    if not fields:
        return 0, 0, 0
    each = [
        {
            "name": sql.Literal(name),
            "field": sql.Identifier(name),
            "type": sql.SQL(types[name]),  # the catalogue's own declaration
        }
        for name in fields
    ]
    parts = {
        word: sql.SQL(" ").join(compose(word, at) for at in each) for word in ("said", "is_same")
    }
    clears = plan.rules.blanks != "keep"
    of_file = {"clears": clears, "outdated_since": plan.outdated_since}
    run(cursor, "find_protected", parts=parts, fields=fields, **of_file)
    run(cursor, "analyze_protected")
    left = [sql.SQL(", {}").format(compose("left", at)) for at in each]
    run(cursor, "leave_protected", parts={"assignments": sql.SQL("").join(left)})
    run(cursor, "note_said", **stamp)
    run(cursor, "end_agreed", **stamp)
    run(cursor, "count_kept")
    kept, agreed, older = cursor.fetchall()[0]
    return kept, agreed, older
