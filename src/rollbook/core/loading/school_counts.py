"""Who was in a feed's last file and who is in this one, counted by school and grade."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import sql

from rollbook.core.loading.identities import Values, is_another_grade, is_another_text
from rollbook.core.loading.statements import portions

MOST: Final = 20_000
"""Groups that are looked at, the largest ones: those of more than a thousand schools."""

_SCHOOL, _GRADE = "school", "grade"


@dataclass(frozen=True, slots=True)
class Group:
    """Known students of a school and grade, as they are stored; '' where one is not known."""

    school: str
    grade: str
    before: int
    """In the feed's last file."""
    missing: int
    """Of those, not named by this file."""
    rejected: int
    """Of those, named by rejected rows alone."""
    now: int
    """Named by this file."""


@dataclass(frozen=True, slots=True)
class Move:
    """Known students who would be of another school or grade, or of one written differently."""

    school: str
    grade: str
    to_school: str
    to_grade: str
    is_other: bool
    """The school is another one, or the grade another than the next."""
    is_step: bool
    """The grade is the next one."""
    students: int
    before: int
    """Of those, in the feed's last file."""


@dataclass(frozen=True, slots=True)
class Newcomers:
    """New students of a school and grade."""

    school: str
    grade: str
    students: int


@dataclass(frozen=True, slots=True)
class SchoolCounts:
    """All of them; before anything is written."""

    there: Sequence[Group]
    moves: Sequence[Move]
    newcomers: Sequence[Newcomers]


def count_by_school(
    cursor: psycopg.Cursor[Any], feed_id: int, in_snapshots: Values
) -> SchoolCounts:
    """Count from the temporary tables of the merge and what is stored of the feed's students.

    `in_snapshots`: field -> what it will hold in the snapshot.
    """
    found = portions(cursor.connection, "count_there", feed_id=feed_id, most=MOST)
    there = [Group(*each) for each in found]
    moves = _moves(cursor, feed_id, in_snapshots)
    return SchoolCounts(there, moves, _newcomers(cursor, in_snapshots))


def _moves(cursor: psycopg.Cursor[Any], feed_id: int, in_snapshots: Values) -> Sequence[Move]:
    if not {_SCHOOL, _GRADE} & in_snapshots.keys():
        return ()
    stored = {name: sql.Identifier("n", name) for name in (_SCHOOL, _GRADE)}
    after = {name: in_snapshots.get(name, stored[name]) for name in stored}
    is_other_grade, is_step = (
        is_another_grade(stored[_GRADE], after[_GRADE], is_step=is_step)
        for is_step in (False, True)
    )
    is_other_school = is_another_text(stored[_SCHOOL], after[_SCHOOL])
    found = portions(
        cursor.connection,
        "count_moves",
        parts={
            **after,
            "is_other": _either(is_other_school, is_other_grade),
            "is_step": _either(is_step),
        },
        feed_id=feed_id,
        most=MOST,
    )
    return [Move(*each) for each in found]


def _newcomers(cursor: psycopg.Cursor[Any], in_snapshots: Values) -> Sequence[Newcomers]:
    parts: dict[str, sql.Composable] = {
        name: sql.Identifier("s", name) if name in in_snapshots else sql.SQL("NULL::text")
        for name in (_SCHOOL, _GRADE)
    }
    found = portions(cursor.connection, "count_newcomers", parts=parts, most=MOST)
    return [Newcomers(*each) for each in found]


def _either(*conditions: sql.Composable) -> sql.Composable:
    return sql.SQL("coalesce({}, false)").format(sql.SQL(" OR ").join(conditions))
