"""Which values are old at a moment, by the district's limit, calendar and clock: one judgment."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final, Self
from zoneinfo import ZoneInfo

from rollbook.core.scheduling.school_days import (
    ALL_DAYS,
    SchoolCalendar,
    old_before,
    school_days_since,
)
from rollbook.records.district import OLD_DAYS, TIME_ZONE, values
from rollbook.records.school_calendar import OF_CALENDAR, calendar_in

_SETTINGS: Final = (OLD_DAYS, TIME_ZONE, *OF_CALENDAR)


@dataclass(frozen=True, slots=True)
class OldLimits:
    """The settings by which values get old."""

    school_days: int
    """0: never."""
    calendar: SchoolCalendar
    zone: ZoneInfo
    digest: str
    """Another one where a setting is another."""

    @classmethod
    def read(cls) -> Self:
        """Return those of the district."""
        given = values(_SETTINGS)
        digest = sha256("\n".join(given[each.key] for each in _SETTINGS).encode()).hexdigest()
        zone = ZoneInfo(given[TIME_ZONE.key])
        return cls(int(given[OLD_DAYS.key]), calendar_in(given) or ALL_DAYS, zone, digest)

    def before(self, now: datetime) -> datetime | None:
        """Return the moment before which values are old; None where none is."""
        return old_before(self.calendar, now, limit=self.school_days, zone=self.zone)

    def days_old(self, at: datetime | None, now: datetime) -> int:
        """Return how many school days ago `at` was, 0 where that is not old."""
        before = self.before(now)
        if at is None or before is None or at >= before:
            return 0
        return school_days_since(self.calendar, at, now, self.zone)
