"""What a monitoring system asks of the records: a few numbers, in a fixed number of queries.

None of them takes longer with more imports on record.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from rollbook.core.events import Phase
from rollbook.core.report import Counts
from rollbook.core.statements import Statements
from rollbook.records.database import translated
from rollbook.records.measurements import FeedMeasurements, Measurements
from rollbook.records.queries.backups import last_backup
from rollbook.records.queries.clean_ups import failed_since, last_done
from rollbook.records.queries.outgoing import lost_messages, recipients_of, unsent_mails
from rollbook.records.queries.standings import feed_standings
from rollbook.records.queries.workers import WORKER_GONE_AFTER
from rollbook.records.standing import Standing

RECENT: Final = timedelta(days=7)
"""How long an import that has ended is counted."""

MOST_REASONS: Final = 50
"""So many pairs of status and reason are told apart; the rarer ones are `other`."""

LARGEST: Final = 1 << 40
"""No count of rows and no number of seconds is larger."""

_SQL: Final = Statements(__package__, "measurements.sql")
_NOTHING: Final = (0, 0, None, 0, None, None, None)


@translated()
def measurements(now: datetime) -> Measurements:
    """Ask for everything. Raises as `translated`."""
    feeds = _feeds(now)
    [(workers, planned_at)] = _rows("workers_and_planning", gone_after=WORKER_GONE_AFTER)
    waiting_mails, lost_mails = unsent_mails()
    done = last_done()
    return Measurements(
        jobs=_jobs(now, held=sum(each.held for each in feeds)),
        feeds=feeds,
        workers=int(workers),
        planned_at=_number(planned_at),
        waiting_mails=waiting_mails,
        lost_mails=lost_mails,
        lost_messages=lost_messages(),
        failed_clean_ups=failed_since(done).count(),
        cleaned_up_at=_seconds(done.completed_at if done else None),
        backed_up_at=_seconds(last_backup()),
    )


def _jobs(now: datetime, *, held: int) -> list[tuple[str, str, int]]:
    counted: Counter[tuple[str, str]] = Counter({("held", "held"): held} if held else {})
    found = _rows("jobs_by_status", since=now - RECENT)  # the most frequent first
    for rank, (status, reason, count) in enumerate(found):
        counted[status, reason if rank < MOST_REASONS else "other"] += int(count)
    return [(status, reason, count) for (status, reason), count in sorted(counted.items())]


def _feeds(now: datetime) -> list[FeedMeasurements]:
    known = {feed: values for feed, *values in _rows("feeds")}
    standings = feed_standings(now)
    told = recipients_of(each.feed for each in standings)
    return [
        _of_feed(each.standing, len(told[each.feed.pk]), known.get(each.feed.pk, _NOTHING))
        for each in standings
    ]


def _of_feed(standing: Standing, recipients: int, values: Sequence[Any]) -> FeedMeasurements:
    failed, held, held_since, waiting, waiting_since, seconds, counts = values
    return FeedMeasurements(
        standing=standing,
        recipients=recipients,
        failed=int(failed),
        held=int(held),
        held_since=_number(held_since),
        waiting=int(waiting),
        waiting_since=_number(waiting_since),
        seconds=_numbers(seconds, [phase.value for phase in Phase]),
        counts=_numbers(counts, [each.name for each in fields(Counts)]),
    )


def _rows(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        _SQL.run(cursor, statement, **values)
        return list(cursor.fetchall())


def _numbers(stored: str | None, names: Iterable[str]) -> dict[str, float]:
    """Return what we write there: the table is shared, and each name becomes a label."""
    found = json.loads(stored or "{}")
    values = {name: found.get(name) for name in names} if isinstance(found, dict) else {}
    return {
        name: float(value)
        for name, value in values.items()
        if isinstance(value, int | float) and abs(value) < LARGEST
    }


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
