"""A school year: its days, its terms, and what is counted from its first day on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from rollbook.core.catalogue.field import Field
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.catalogue.terms import Term
from rollbook.core.quantities import date_text

AREAS: Final = ("attendance", "behavior")
"""Areas of the catalogue whose fields are counted from the first day of a school year on, or over
the last 30 days."""

SEASONS: Final = (("Fall", 0), ("Winter", 1), ("Spring", 1))
"""A term that each school year may have, and how many years after its first one it is."""

LONGEST: Final = 366
"""Days of a school year."""
EARLIEST_SWITCH: Final = timedelta(days=100)
"""Before the first day of the year."""
LATEST_SWITCH: Final = timedelta(days=30)
"""After the first day: later, the values are those of the new year already."""

MONTHS_OF_A_TURN: Final = (6, 7, 8, 9)
"""Months in which a school year ends or begins where the district has set no days. June, because
some exports turn then, and because 30 days after a last school day in May nothing is left of the
last 30 days."""
_MONTH_OF_LEAVERS: Final = 5
"""Seniors leave before the last day."""
_TURNS_BEFORE: Final = timedelta(days=45)
"""Before the first day: an export that turns its year does it by now."""
_TURNS_UNTIL: Final = timedelta(days=30)
"""After the first day: as long new students of a year come, and an export turns late."""
_REST: Final = timedelta(days=120)
"""After the last day: longer no summer lasts."""
_LEAVE_BEFORE: Final = timedelta(days=31)
"""Before the last day."""


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """The first and the last day with school."""

    first: date
    last: date

    @property
    def name(self) -> str:
        """Such as 2026-27; 2026 where it ends in the year in which it began."""
        if self.first.year == self.last.year:
            return f"{self.first.year}"
        return f"{self.first.year}-{self.last.year % 100:02}"

    @property
    def terms(self) -> list[str]:
        """Return the names of the terms that the year may have."""
        return terms_of(self.first.year)

    def missing_terms(self, known: Iterable[Term]) -> list[str]:
        """Return the names of its terms that are not set up."""
        names = {term.name for term in known}
        return [name for name in self.terms if name not in names]


def terms_of(year: int) -> list[str]:
    """Return the names of the terms of the school year that begins in `year`."""
    return [f"{season} {year + later}" for season, later in SEASONS]


def usual_year(today: date) -> int:
    """Return in which year the school year of `today` began, or begins this summer, where the
    district has set no days."""
    return today.year - (today.month < MONTHS_OF_A_TURN[0])


def year_fault(first: date, last: date) -> str:
    """Return what is wrong with the days of a school year, "" where nothing is."""
    if last <= first:
        return "The last day of the school year must be after its first."
    if (last - first).days >= LONGEST:
        return f"A school year has at most {LONGEST} days."
    return ""


def switch_fault(year: SchoolYear, today: date) -> str:
    """Return why the year cannot be switched to today, "" where it can."""
    if today > year.last:
        return f"The school year {year.name} is over. Set the days of the next one."
    if today < year.first - EARLIEST_SWITCH:
        return (
            f"The school year {year.name} starts on {date_text(year.first)}. You can switch from "
            f"{date_text(year.first - EARLIEST_SWITCH)}. Until then, the values are last year's."
        )
    if today > year.first + LATEST_SWITCH:
        return (
            f"The school year {year.name} started on {date_text(year.first)}, more than "
            f"{LATEST_SWITCH.days} days ago. The values are probably this year's by now."
        )
    return ""


def is_turning(day: date, year: SchoolYear | None) -> bool:
    """Tell whether a school year ends or begins: counts begin again, and students go up a grade.

    By the district's days; before and after them, and where it has set none, by the months.
    """
    is_its_month = day.month in MONTHS_OF_A_TURN
    if year is None:
        return is_its_month
    if day < year.first:
        return is_its_month or day >= year.first - _TURNS_BEFORE
    if day <= year.last:
        return day <= year.first + _TURNS_UNTIL
    return is_its_month or day <= year.last + _REST


def over_terms(terms: Iterable[Term], day: date, year: SchoolYear | None) -> list[Term]:
    """Return the terms of a school year that is over, or that an export may have left already."""
    now = usual_year(day)
    if year is not None and day >= year.first - _TURNS_BEFORE:
        now = year.first.year + (day > year.last)
    return [term for term in terms if term.school_year < now]


def are_classes_ending(day: date, year: SchoolYear | None) -> bool:
    """Tell whether the highest grade may leave already, before the last day of the year."""
    if year is None or not year.first <= day <= year.last:
        return day.month == _MONTH_OF_LEAVERS
    return day >= year.last - _LEAVE_BEFORE


def fields_of_the_year(catalogue: Catalogue) -> list[Field]:
    """Return the fields whose values of one year say nothing of the next."""
    return [field for field in catalogue.snapshot_fields if field.area in AREAS]
