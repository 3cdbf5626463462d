"""Twins: one student in two records, because a number was typed otherwise than the file has it.

Another application's people type numbers: with a blank, in another case, with signs. Such a number
is matched where the names make sure that it is the same student, and rejected where they do not.
"""

from typing import Any, Final

import psycopg
from psycopg import sql

from rollbook.core.loading.plan import MergePlan
from rollbook.core.loading.statements import compose, run
from rollbook.core.loading.students import StudentTable

_NAMES: Final = ("first_name", "last_name")
_NULL: Final = sql.SQL("NULL")


def find_alike(cursor: psycopg.Cursor[Any]) -> bool:
    """Find who has the unknown Student IDs in another writing, and reject lost leading zeros.

    Return whether any were found.
    """
    run(cursor, "find_alike", parts=_keys())
    is_any = cursor.rowcount > 0
    if is_any:
        run(cursor, "reject_lost_zeros")
    return is_any


def find_holders_alike(cursor: psycopg.Cursor[Any]) -> None:
    """Find who has the unknown SSIDs in another writing."""
    run(cursor, "find_holders_alike", parts=_ssid_keys())


def reject_ssid_twins(cursor: psycopg.Cursor[Any], plan: MergePlan) -> None:
    """Reject rows that were found by an SSID in another writing and have other names, or none."""
    names = _same_names(plan) or sql.SQL("false")
    run(cursor, "reject_ssid_twins", parts={"same_names": names})


def reject_shared_ssids(cursor: psycopg.Cursor[Any]) -> None:
    """Reject rows of different students that bring one SSID, in whatever writing."""
    run(cursor, "reject_shared_ssids", parts=_ssid_keys())


def match_by_key(cursor: psycopg.Cursor[Any], plan: MergePlan) -> bool:
    """Match what was found alike and has the same names; reject the rest. Return if any matched."""
    names = _same_names(plan)
    is_any = False
    if names is not None:
        run(cursor, "match_by_key", parts={"same_names": names})
        is_any = cursor.rowcount > 0
    run(cursor, "reject_twins", parts={"same_names": names or sql.SQL("true")})
    return is_any


def reject_other_names(cursor: psycopg.Cursor[Any], plan: MergePlan) -> None:
    """Reject rows of known students that are by their names another's than their number's."""
    if not plan.is_roster and {field.name for field in plan.staged_fields}.issuperset(_NAMES):
        run(cursor, "reject_other_names", parts=_folded_names())


def reject_numbers_alike(cursor: psycopg.Cursor[Any]) -> None:
    """Reject new Student IDs that are probably one, written in two ways."""
    run(cursor, "reject_numbers_alike", parts=_keys())


def find_strangers(cursor: psycopg.Cursor[Any], plan: MergePlan, table: StudentTable) -> None:
    """Find second records of the file's students among those that other hands have made."""
    run(cursor, "has_strangers")
    ((has_strangers,),) = cursor.fetchall()
    if not has_strangers:
        return
    run(cursor, "find_strangers")
    run(cursor, "analyze_strangers")
    run(cursor, "find_twin_records", parts=_keys())
    names = _same_names(plan)
    if names is not None:
        run(cursor, "find_namesakes", parts={"same_names": names, **_enrollment(plan, table)})


def _keys() -> dict[str, sql.Composable]:
    given = compose("key_of", {"number": sql.Identifier("given_id")})
    return {
        "given_key": given,
        "stored_key": compose("key_of", {"number": sql.Identifier("k", "student_id")}),
        "bare_key": compose("bare_key_of", {"key": sql.Identifier("key")}),
    }


def _ssid_keys() -> dict[str, sql.Composable]:
    return {
        "given_key": compose("key_of", {"number": sql.Identifier("ssid")}),
        "joined_key": compose("key_of", {"number": sql.Identifier("j", "ssid")}),
        "known_key": compose("key_of", {"number": sql.Identifier("known_ssid")}),
        "stored_key": compose("key_of", {"number": sql.Identifier("k", "ssid")}),
    }


def _same_names(plan: MergePlan) -> sql.Composable | None:
    """The condition under which the row `s` names the student `k`; None: the file has no names."""
    if not {field.name for field in plan.written_fields}.issuperset(_NAMES):
        return None
    return compose("same_names", _folded_names())


def _folded_names() -> dict[str, sql.Composable]:
    first, last = _NAMES
    return {
        "first": _folded("k", first),
        "last": _folded("k", last),
        "given_first": _folded("s", first),
        "given_last": _folded("s", last),
    }


def _enrollment(plan: MergePlan, table: StudentTable) -> dict[str, sql.Composable]:
    """Whether the grade of the row `s` may be that of `k`, and whether its school is another."""
    brought = {field.name for field in plan.written_fields}
    grade: sql.Composable = sql.SQL("true")
    school: sql.Composable = sql.SQL("false")
    schools: sql.Composable = sql.SQL("")
    if "grade" in brought:
        grade = sql.SQL("coalesce(k.grade::text = s.grade::text, true)")
    if "school" in brought and table.has_schools:
        names = {"stored": _folded("h", "name"), "given": _folded("s", "school")}
        schools = compose("stored_school", {})
        parts = {**names, "any": _folded("o", "name"), "mapped": table.school(plan) or _NULL}
        school = compose("is_other_school", parts)
    return {"same_grade": grade, "other_school": school, "schools": schools}


def _folded(table: str, name: str) -> sql.Composable:
    return compose("folded", {"text": sql.Identifier(table, name)})
