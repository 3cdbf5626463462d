"""A file of the new school year with last year's counts: how that shows, and what is told of it.

An export that has not turned its year goes on counting, so each student has at least as many
absences as were set aside. In the first months of a new year hardly anybody has.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from rollbook.core.catalogue.field import Count, Field, Percent
from rollbook.core.catalogue.school_year import AREAS
from rollbook.core.issues import Issue, Severity
from rollbook.core.measure import Measure
from rollbook.core.quantities import counted

LOOKED_FOR: Final = timedelta(days=120)
"""From the first day of a year on; later, students do have as many as the year before."""
FEWEST: Final = 10
"""Students with a value of last year; with fewer, a school is like the others."""

_OF_30_DAYS: Final = "_last_30_days"


@dataclass(frozen=True, slots=True)
class YearBefore:
    """What a switch of the school year has set aside."""

    switch: int
    """The number of its job."""
    began_at: datetime
    """When the new year's first day began, aware. What was stored later may be its own already."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The schools whose rows have last year's counts of one area."""

    schools: frozenset[str]
    others: frozenset[str]
    """Schools that have not."""
    is_rest: bool
    """Whether the schools of which too little is known have, too: all but `others`."""
    measures: Mapping[str, Measure]
    """Field -> students with last year's value, of those who had one, in these schools."""


@dataclass(frozen=True, slots=True)
class LastYears:
    """What of a file is last year's, and so was not merged."""

    fields: frozenset[str] = frozenset()
    """Of which no cell, or not every one, was merged."""
    issues: Sequence[Issue] = field(default_factory=tuple)


def compared_fields(fields: Iterable[Field]) -> list[Field]:
    """Return those by which last year's counts show.

    None of the last 30 days: of these, students have as many in each year.
    """
    return [
        each
        for each in fields
        if each.area in AREAS
        and isinstance(each.type, Count | Percent)
        and not each.name.endswith(_OF_30_DAYS)
    ]


def left_out(schools: Mapping[str, Mapping[str, Measure]]) -> LeftOut | None:
    """Return which schools have last year's counts of one area; None where none has.

    `schools`: school -> field -> students with last year's value, of those who had one then and
    have none now. What most schools have, those of which too little is known have, too.
    """
    of_all: dict[str, Measure] = {}
    for fields in schools.values():
        for name, each in fields.items():
            before = of_all.get(name, Measure(0, 0))
            of_all[name] = Measure(before.part + each.part, before.whole + each.whole)
    is_rest = any(map(_is_last_years, of_all.values()))
    known = {name for name, each in schools.items() if any(_is_known(one) for one in each.values())}
    found = {name for name in known if any(map(_is_last_years, schools[name].values()))}
    if not found and not is_rest:
        return None
    others = known - found
    meant = {name: each for name, each in schools.items() if is_rest or name in found}
    measures = {}
    for name in of_all:
        theirs = [
            fields[name]
            for school, fields in meant.items()
            if school not in others and name in fields
        ]
        total = Measure(sum(one.part for one in theirs), sum(one.whole for one in theirs))
        if total.part:
            measures[name] = total
    return LeftOut(frozenset(found), frozenset(others), is_rest, measures)


def last_years_issue(found: LeftOut, fields: Sequence[Field], headers: Mapping[str, str]) -> Issue:
    """Return what is told of the columns of one area."""
    name, most = max(found.measures.items(), key=lambda each: each[1].part)
    first = next(each for each in fields if each.name == name)
    more = len(fields) - 1
    others = f" and {counted(more, 'more column')} of {first.area}" if more else ""
    where = "" if found.is_rest and not found.others else " in some schools"
    return Issue(
        "LAST_YEARS_COUNTS",
        Severity.WARNING,
        f"{most.part:,} of {most.whole:,} students{where} have at least as many as last year's "
        f"total, so the export still counts last year. {first.header}{others} weren't "
        f"imported{where}, and stay blank until it counts the new year. Start the new year in "
        "your SIS. If these are the new year's numbers, undo the switch under Settings, School "
        "year.",
        column=headers.get(name) or first.header,
        field=name,
    )


def _is_known(measure: Measure) -> bool:
    return measure.whole >= FEWEST


def _is_last_years(measure: Measure) -> bool:
    return _is_known(measure) and measure.part * 2 > measure.whole
