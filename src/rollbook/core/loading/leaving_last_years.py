"""Leaving last year's counts out of the new school year: where all schools have them, the columns
are not written; otherwise their cells go out of the staged rows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import psycopg
from psycopg import sql

from rollbook.core.catalogue.field import Count, Field
from rollbook.core.catalogue.school_year import AREAS
from rollbook.core.loading.last_years import (
    LastYears,
    LeftOut,
    YearBefore,
    compared_fields,
    last_years_issue,
    left_out,
)
from rollbook.core.loading.plan import MergePlan
from rollbook.core.loading.statements import compose, run
from rollbook.core.measure import Measure

Where = tuple[frozenset[str], frozenset[str], bool]
"""The schools, those that are not meant, and whether all but these are."""

EVERYWHERE: Final[Where] = (frozenset(), frozenset(), True)


def leave_last_years(cursor: psycopg.Cursor[Any], plan: MergePlan) -> tuple[MergePlan, LastYears]:
    """Take last year's counts out of what is merged, area by area.

    Returns the plan of what is left to be merged, and what was taken out.
    """
    year = plan.year_before
    if year is None:
        return plan, LastYears()
    taken: dict[Where, list[Field]] = {}
    issues = []
    counted = _count(cursor, plan, year, compared_fields(plan.written_fields))
    for area in AREAS:
        fields = [field for field in plan.written_fields if field.area == area]
        names = {field.name for field in fields}
        of_area = {
            school: {name: measure for name, measure in each.items() if name in names}
            for school, each in counted.items()
        }
        found = left_out(of_area)
        if found is not None:
            taken.setdefault(_where(found), []).extend(fields)
            issues.append(last_years_issue(found, fields, plan.headers))
    # To write a whole column's cells once more costs a tenth of an import.
    everywhere = taken.pop(EVERYWHERE, [])
    for where, fields in taken.items():
        _leave(cursor, plan, fields, where)
    left = replace(plan, columns_set_aside=(*plan.columns_set_aside, *everywhere))
    names = {field.name for fields in (everywhere, *taken.values()) for field in fields}
    return left, LastYears(frozenset(names), tuple(issues))


def _where(found: LeftOut) -> Where:
    return found.schools if not found.is_rest else frozenset(), found.others, found.is_rest


def _count(
    cursor: psycopg.Cursor[Any], plan: MergePlan, year: YearBefore, fields: Sequence[Field]
) -> Mapping[str, Mapping[str, Measure]]:
    """Return, by school and field, who has last year's value, of those who have none now."""
    places: dict[str, int] = {}
    if fields:
        run(cursor, "fields_set_aside", switch=year.switch)
        places = dict(cursor.fetchall())
    fields = [field for field in fields if field.name in places]
    if not fields:
        return {}
    each = [
        compose(
            "as_many" if isinstance(field.type, Count) else "as_high",
            {
                "field": sql.Identifier(field.name),
                "before": compose("set_aside", {"place": sql.Literal(places[field.name])}),
            },
        )
        for field in fields
    ]
    parts = {"school": _school(plan), "counts": sql.SQL(", ").join(each)}
    run(cursor, "count_last_years", parts=parts, switch=year.switch, began_at=year.began_at)
    return {
        school: {
            field.name: Measure(counts[2 * at + 1], counts[2 * at])
            for at, field in enumerate(fields)
        }
        for school, *counts in cursor.fetchall()
    }


def _leave(
    cursor: psycopg.Cursor[Any], plan: MergePlan, fields: Sequence[Field], where: Where
) -> None:
    schools, others, is_rest = where
    blank = [sql.SQL(", {} = NULL").format(sql.Identifier(field.name)) for field in fields]
    parts = {"school": _school(plan), "assignments": sql.SQL("").join(blank)}
    run(
        cursor,
        "leave_last_years",
        parts=parts,
        fields=[field.name for field in fields],
        schools=sorted(schools),
        others=sorted(others),
        is_rest=is_rest,
    )


def _school(plan: MergePlan) -> sql.Composable:
    """Return the student's school as it will be."""
    is_staged = any(field.name == "school" for field in plan.written_fields)
    return compose("new_school" if is_staged else "old_school", {})
