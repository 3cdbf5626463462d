"""The last thirty nights of some feeds, and how many students their newest data has."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import connection

from rollbook.core.statements import Statements
from rollbook.records.district import district_zone
from rollbook.records.outcome import Outcome
from rollbook.records.queries.standings import IS_UP_TO_DATE, FeedStanding
from rollbook.records.strip import Night, NightRun, first_night, strip

_SQL: Final = Statements(__package__, "strips.sql")
_OUTCOMES: Final = frozenset(Outcome)


def strips(found: Sequence[FeedStanding], now: datetime) -> Mapping[int, list[Night]]:
    """Return by feed what its last thirty nights came to, the oldest first; in one statement."""
    zone = district_zone()
    runs: dict[int, list[NightRun]] = {each.feed.pk: [] for each in found}
    with connection.cursor() as cursor:
        asked = {"feeds": list(runs), "since": first_night(now, zone), "zone": zone.key}
        _SQL.run(cursor, "runs", parts=IS_UP_TO_DATE, **asked)
        for feed, job, outcome, asked_at in cursor.fetchall():
            if outcome in _OUTCOMES:  # other programs write the row that it follows from
                runs[feed].append(NightRun(job, Outcome(outcome), asked_at))
    return {
        each.feed.pk: strip(
            runs[each.feed.pk],
            each.standing.facts.schedule,
            each.standing.facts.schedule_set_at,
            now=now,
        )
        for each in found
    }


def newest_rows(feeds: Sequence[int]) -> Mapping[int, int]:
    """Return by feed how many student records its last stored file has; in one statement."""
    with connection.cursor() as cursor:
        _SQL.run(cursor, "rows", parts=IS_UP_TO_DATE, feeds=list(feeds))
        return dict(cursor.fetchall())
