"""On which nights the demo's past imports run, and of which terms its vendors have tests: pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from rollbook.core.catalogue.current_term import begun_terms
from rollbook.core.catalogue.terms import INITIAL_TERMS, Term

DAYS: Final = 30
"""How far back the past goes."""
AT: Final = time(2, 0)
NIGHTS: Final = 5
"""Of a week, from Monday on."""
LATE, TESTED_BY_MCLASS, CUT_OFF, RENAMING = 16, 14, 11, 6
"""So many school nights ago the SIS's export came late, the tests of mCLASS were imported, an
export ended in the middle, and a header got another name."""
_TESTED_WITHIN: Final = timedelta(weeks=8)
"""From a term's first day, the vendors have its tests."""


@dataclass(frozen=True, slots=True)
class PastNight:
    """A night from Monday to Friday. `ago`: how many such nights before tonight's, from 1."""

    ago: int
    at: datetime
    weekday: int
    """Monday is 0."""

    @property
    def weeks_ago(self) -> int | None:
        """Weeks before the last of these nights; None on other days of the week."""
        return None if self.ago % NIGHTS != 1 else self.ago // NIGHTS


def past_nights(now: datetime, zone: ZoneInfo) -> list[PastNight]:
    """Return the nights of the last DAYS days of the district's clock, the oldest first."""
    today = now.astimezone(zone).date()
    days = [today - timedelta(days=back) for back in range(1, DAYS + 1)]
    school = [day for day in days if day.weekday() < NIGHTS]
    return [
        PastNight(ago, _moment(day, zone), day.weekday())
        for ago, day in reversed([*enumerate(school, 1)])
    ]


def vendors_terms(today: date) -> tuple[Term, ...]:
    """Return the two terms whose tests were given last, without those a new database has."""
    known = {term.key for term in INITIAL_TERMS}
    years = range(int(INITIAL_TERMS[0].name[-4:]), today.year + 1)
    terms = [Term(f"{season} {year}") for year in years for season in ("Spring", "Fall")]
    newest = begun_terms(terms, today - _TESTED_WITHIN)[:2]
    return tuple(each.term for each in reversed(newest) if each.term.key not in known)


def _moment(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, AT, zone).astimezone(UTC)
