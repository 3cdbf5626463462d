"""The district's school year, and the last switch to one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from django.db import connection

from rollbook.core.catalogue.school_year import SchoolYear, year_fault
from rollbook.core.loading.last_years import LOOKED_FOR, YearBefore
from rollbook.core.quantities import date_text
from rollbook.core.statements import Statements
from rollbook.records.district import FIRST_SCHOOL_DAY, LAST_SCHOOL_DAY, district_zone, value_of

SAME_YEAR: Final = timedelta(days=200)
"""First days that are closer are of one school year."""

_SQL: Final = Statements(__package__, "school_years.sql")


@dataclass(frozen=True, slots=True)
class Switch:
    """From then on, last year's values are set aside."""

    number: int
    """Of its job: the change record has it in place of an import's."""
    first: date
    """The first day of the year that was switched to."""
    at: datetime
    by: str
    students: int
    values: Mapping[str, int]
    """Field -> students whose value was set aside."""

    def is_to(self, first: date) -> bool:
        """Whether the year that begins on `first` is the one switched to, or an earlier one.

        A first day may be moved, as after a storm."""
        return first < self.first + SAME_YEAR

    def is_looked_for(self, today: date) -> bool:
        """Whether a file of that day in the district may still have last year's counts."""
        return self.first <= today <= self.first + LOOKED_FOR

    def set_aside(self, job: int) -> Collection[str]:
        """Return the fields whose values of that import's file are of the school year before."""
        return () if self.number < job else tuple(self.values)

    def was_of_last_year(self, job: int, brought: Collection[str]) -> Collection[str]:
        """The same, and those that no later file brought before the first day of the new year."""
        return self.set_aside(job) or [name for name in self.values if name not in brought]


def school_year() -> SchoolYear | None:
    """Return the year of the settings; None where one of its days is missing or they make none."""
    first, last = value_of(FIRST_SCHOOL_DAY), value_of(LAST_SCHOOL_DAY)
    if not first or not last:
        return None
    year = SchoolYear(date.fromisoformat(first), date.fromisoformat(last))
    return None if year_fault(year.first, year.last) else year


def last_switch(*, also_undone: bool = False) -> Switch | None:
    """Return the newest switch that was not undone; None where there is none."""
    with connection.cursor() as cursor:
        _SQL.run(cursor, "last_switch", undone=also_undone)
        row = cursor.fetchone()
    if row is None:
        return None
    number, first, at, by, students, names, counts = row
    values = dict(zip(names, counts, strict=True))
    return Switch(number, first, at.astimezone(UTC), by, students, values)


def undoable_switch() -> Switch | None:
    """Return the newest switch, unless it was undone. What an earlier one set aside is of a school
    year that nobody asks for any more."""
    found = last_switch()
    return found if found == last_switch(also_undone=True) else None


def set_aside_since(job: int) -> Collection[str]:
    """Return the fields whose values of that import's file are of a school year that is over."""
    found = last_switch()
    return () if found is None else found.set_aside(job)


def year_before(now: datetime) -> YearBefore | None:
    """Return what the last switch set aside, while a file of the new year may still have it."""
    found, zone = last_switch(), district_zone()
    if found is None or not found.is_looked_for(now.astimezone(zone).date()):
        return None
    began_at = datetime.combine(found.first, time(), zone)
    return YearBefore(found.number, began_at.astimezone(UTC))


def not_yet_counted(now: datetime) -> tuple[frozenset[str], str]:
    """Return the fields of which no file has a value of the new school year yet, and its first day;
    none from that day on."""
    found = last_switch()
    if found is None or now.astimezone(district_zone()).date() >= found.first:
        return frozenset(), ""
    return frozenset(found.values), date_text(found.first)
