"""A school year: its days, its terms, and what is counted from its first day on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from rollbook.core.catalogue.field import Field
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.catalogue.terms import Term

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
        return [f"{season} {self.first.year + later}" for season, later in SEASONS]

    def missing_terms(self, known: Iterable[Term]) -> list[str]:
        """Return the names of its terms that are not set up."""
        names = {term.name for term in known}
        return [name for name in self.terms if name not in names]


def year_fault(first: date, last: date) -> str:
    """Return what is wrong with the days of a school year, "" where nothing is."""
    if last <= first:
        return "The last day of the school year is not after its first one."
    if (last - first).days >= LONGEST:
        return f"A school year has at most {LONGEST} days."
    return ""


def switch_fault(year: SchoolYear, today: date) -> str:
    """Return why the year cannot be switched to today, "" where it can."""
    if today > year.last:
        return f"The school year {year.name} is over. Set the days of the next one."
    if today < year.first - EARLIEST_SWITCH:
        return (
            f"The school year {year.name} begins on {year.first}, in more than"
            f" {EARLIEST_SWITCH.days} days. The values are still those of the year before."
        )
    if today > year.first + LATEST_SWITCH:
        return (
            f"The school year {year.name} began on {year.first}, more than"
            f" {LATEST_SWITCH.days} days ago. The values are probably its own by now."
        )
    return ""


def fields_of_the_year(catalogue: Catalogue) -> list[Field]:
    """Return the fields whose values of one year say nothing of the next."""
    return [field for field in catalogue.snapshot_fields if field.area in AREAS]
