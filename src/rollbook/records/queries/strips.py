"""The last thirty nights of some feeds, and how many students their newest data has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db import connection

from rollbook.core.statements import Statements
from rollbook.records.outcome import Outcome
from rollbook.records.queries.standings import IS_UP_TO_DATE, FeedStanding
from rollbook.records.strip import Night, NightRun, first_night, strip

_SQL: Final = Statements(__package__, "strips.sql")
_OUTCOMES: Final = frozenset(Outcome)


@dataclass(frozen=True, slots=True)
class Strip:
    """What is on record of a feed's last thirty nights."""

    nights: Sequence[Night]
    """The oldest first."""
    students: int | None
    """Student records in the last file that was stored; None where none was."""


def strips(found: Sequence[FeedStanding], now: datetime) -> Mapping[int, Strip]:
    """Return by feed what its last nights came to, in one statement.

    On the clock of the schedules, which is the district's.
    """
    if not found:
        return {}
    zone = ZoneInfo(found[0].standing.facts.schedule.zone)
    runs: dict[int, list[NightRun]] = {each.feed.pk: [] for each in found}
    students: dict[int, int] = {}
    with connection.cursor() as cursor:
        asked = {"feeds": list(runs), "since": first_night(now, zone), "zone": zone.key}
        _SQL.run(cursor, "strips", parts=IS_UP_TO_DATE, **asked)
        for feed, job, outcome, asked_at, number, records in cursor.fetchall():
            if records is not None:
                students[feed] = records
            elif outcome in _OUTCOMES:  # other programs write the row that it follows from
                runs[feed].append(NightRun(job, Outcome(outcome), asked_at, number))
    return {each.feed.pk: _strip(each, runs[each.feed.pk], students, now) for each in found}


def _strip(
    each: FeedStanding, runs: Sequence[NightRun], students: Mapping[int, int], now: datetime
) -> Strip:
    facts = each.standing.facts
    nights = strip(runs, facts.schedule, facts.schedule_set_at, now=now)
    return Strip(nights, students.get(each.feed.pk))
