"""Moments and days as people of the district read them; JSON has them in UTC, as the contract says.

Month before day and AM or PM, as on the pages; the zone beside a moment in a sentence, and in the
title of a column of moments.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from rollbook.core.quantities import clock_text
from rollbook.core.scheduling.typed_days import day_fault, read_day
from rollbook.core.scheduling.zone import zone_words


def day_text(day: date) -> str:
    """Return a day: Nov 26, 2026."""
    return f"{day:%b} {day.day}, {day.year}"


def days_text(first: date, last: date) -> str:
    """Return a period: Dec 21, 2026 to Jan 3, 2027; one day alone once."""
    return day_text(first) if first == last else f"{day_text(first)} to {day_text(last)}"


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of a district."""

    zone: ZoneInfo

    @property
    def words(self) -> str:
        """What its zone is called: Pacific Time."""
        return zone_words(self.zone.key)

    def column(self, moment: datetime | None, missing: str = "never") -> str:
        """Return a moment for a column whose title names the zone: Nov 26, 2026, 2:05 AM."""
        if moment is None:
            return missing
        local = moment.astimezone(self.zone)
        return f"{day_text(local)}, {clock_text(local)}"

    def short(self, moment: datetime | None) -> str:
        """Return it for a narrow column, without its year: 11/26 2:05 AM."""
        if moment is None:
            return ""
        local = moment.astimezone(self.zone)
        return f"{local.month}/{local.day} {clock_text(local)}"

    def told(self, moment: datetime) -> str:
        """Return it for a sentence, with its zone: Nov 26, 2026, 2:05 AM Pacific Time."""
        return f"{self.column(moment)} {self.words}"

    def time(self, moment: datetime) -> str:
        """Return the time alone, with its zone: 2:05 AM Pacific Time."""
        return f"{clock_text(moment.astimezone(self.zone))} {self.words}"

    def second(self, moment: datetime) -> str:
        """Return a moment of a log: Nov 26, 2026, 2:05:07 AM."""
        local = moment.astimezone(self.zone)
        return f"{day_text(local)}, {local.hour % 12 or 12}:{local:%M:%S %p}"


def district_clock() -> Clock:
    """Return the district's. In `database`."""
    from rollbook.records.district import district_zone

    return Clock(district_zone())


Parameter = click.Parameter | None
Context = click.Context | None


class DayType(click.ParamType[Any]):
    """A day as people write it: 12/21/2026 or 2026-12-21."""

    name = "date"

    def convert(self, value: object, param: Parameter, ctx: Context) -> Any:
        """Return the day. Raises what the command line explains."""
        return value if isinstance(value, date) else self._read(value, param, ctx)

    def _read(self, value: object, param: Parameter, ctx: Context) -> date:
        try:
            return read_day(str(value))
        except ValueError:
            why = f"{day_fault(str(value))} Enter".lstrip()
            self.fail(f"“{value}” isn't a date. {why} it like 12/21/2026.", param, ctx)


DAY = DayType()


class KeptDayType(DayType):
    """A day, or none: as it is kept, 2027-07-01 or ""."""

    def convert(self, value: object, param: Parameter, ctx: Context) -> Any:
        """Return the day as it is kept."""
        if str(value).strip().lower() in ("", "none"):
            return ""
        return self._read(value, param, ctx).isoformat()


KEPT_DAY = KeptDayType()
