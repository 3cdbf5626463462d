"""Which students are active, and whether they have a result: conditions of other statements."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.db import connection
from psycopg import sql

from rollbook.core.catalogue.instruments import INSTRUMENTS, NO_RESULT, Instrument
from rollbook.core.statements import Statements

ANY: Final = "any"
"""In place of an instrument's key: any of them."""

Grades = Mapping[str, Sequence[str]]
"""Which grades take each assessment, by its key."""

_SQL: Final = Statements(__package__, "results.sql")


def is_active() -> sql.Composable:
    """Whether the student of the snapshot `n` is active."""
    return _SQL.compose("is_active", {"has_roster": has_roster()})


def active_students() -> int:
    """Return how many students are active."""
    with connection.cursor() as cursor:
        _SQL.run(cursor, "count_active", parts={"is_active": is_active()})
        return int(cursor.fetchone()[0])


def has_roster() -> sql.Composable:
    """Whether a roster feed has named anybody; without one, all students with data are active."""
    return _SQL.compose("has_roster", {})


def grade() -> sql.Composable:
    """The grade of the student of the snapshot `n`; '' where none is known."""
    return _SQL.compose("grade", {})


def has_result(instrument: Instrument, term: str) -> sql.Composable:
    """Whether the snapshot `n` has a result of one of the instrument's measures.

    A level that says that there was no test is none, nor is the “No” beside it.
    """
    return sql.SQL("({})").format(
        sql.SQL(" OR ").join(_is_measured(*columns) for columns in instrument.columns(term))
    )


def takes(instrument: Instrument, of: sql.Composable) -> sql.Composable:
    """Whether students of a grade take an assessment; `grades_as_values` has their grades."""
    of_instrument = sql.Placeholder(_value_of(instrument.key))
    return sql.SQL("{} = ANY ({}::text[])").format(of, of_instrument)


def grades_as_values(grades: Grades) -> dict[str, list[str]]:
    """Return the values that `takes` refers to."""
    return {_value_of(key): list(taken) for key, taken in grades.items()}


def lacking(key: str, term: str) -> sql.Composable:
    """Whether the student of the search's row `w` has no result of an assessment that they take.

    `key` is that of an instrument, or ANY.
    """
    lacks = sql.SQL(" OR ").join(
        sql.SQL("{} AND NOT {}").format(takes(each, grade()), has_result(each, term))
        for each in INSTRUMENTS
        if key in (each.key, ANY)
    )
    return _SQL.compose("lacking", {"is_active": is_active(), "lacks": lacks})


def _is_measured(score: str, *words: str) -> sql.Composable:
    columns = [sql.Identifier("n", name) for name in words]
    return sql.SQL("n.{score} IS NOT NULL OR ({there} AND {is_result})").format(
        score=sql.Identifier(score),
        there=sql.SQL("({})").format(
            sql.SQL(" OR ").join(sql.SQL("{} IS NOT NULL").format(each) for each in columns)
        ),
        is_result=sql.SQL("lower(coalesce({}, '')) NOT IN ({})").format(
            columns[0], sql.SQL(", ").join(map(sql.Literal, NO_RESULT))
        ),
    )


def _value_of(key: str) -> str:
    return f"grades_of_{key}"
