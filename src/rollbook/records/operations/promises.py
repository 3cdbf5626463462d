"""Judging promises by the clock when their time has passed: each once, whichever worker does it."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Max

from rollbook.core.scheduling.promise import is_current, promised_after, promised_between
from rollbook.core.scheduling.schedule import Schedule, ScheduleRefused
from rollbook.records.database import translated
from rollbook.records.district import district_zone
from rollbook.records.models import Feed, JudgedPromise
from rollbook.records.queries.feeds import active_feeds
from rollbook.records.queries.schedules import schedule_of
from rollbook.records.queries.standings import last_good_until
from rollbook.records.school_calendar import district_calendar

SETTLES_AFTER: Final = timedelta(seconds=15)
"""An import that ended just in time may be committed a moment later."""

JUDGES_BACK: Final = timedelta(days=30)
"""How long after its time a promise is still judged, where no worker ran before."""


@dataclass(frozen=True, slots=True)
class DuePromise:
    """A promise whose time has passed, and that was not judged yet."""

    feed: Feed
    at: datetime
    is_newest: bool
    """Whether no later one of its feed is due as well."""


@translated()
def due_promises(now: datetime) -> list[DuePromise]:
    """Return the promises to be judged now, those of each feed in their order."""
    promising = list(_promising())
    if not promising:
        return []
    calendar, judged = district_calendar(), _judged([feed for feed, _ in promising])
    found = []
    for feed, schedule in promising:
        moments = (feed.schedule_set_at, judged.get(feed.pk), now - JUDGES_BACK)
        since = max(moment for moment in moments if moment is not None)
        due = promised_between(schedule, calendar, since, now - SETTLES_AFTER)
        found += [DuePromise(feed, at, at == due[-1]) for at in due]
    return found


def judge_promise(due: DuePromise, now: datetime) -> bool | None:
    """Put on record whether the promise was kept; return it. None where another has done it.

    To be called in a transaction: what the caller tells of it is kept with the record.
    """
    good = last_good_until(due.feed, due.at)
    is_kept = is_current(schedule_of(due.feed, district_zone()), good[1] if good else None, due.at)
    _, is_new = JudgedPromise.objects.get_or_create(
        feed_id=due.feed.pk,
        promised_at=due.at,
        defaults={
            "is_kept": is_kept,
            "good_job_id": good[0] if good else None,
            "judged_at": now,
        },
    )
    return is_kept if is_new else None


@translated()
def next_judged(now: datetime) -> datetime | None:
    """Return when the next promise is to be judged; None where nothing is promised."""
    promising = list(_promising())
    calendar = district_calendar() if promising else None
    moments = (
        next(promised_after(schedule, calendar, now - SETTLES_AFTER), None)
        for _, schedule in promising
    )
    return min((at + SETTLES_AFTER for at in moments if at is not None), default=None)


def _promising() -> Iterator[tuple[Feed, Schedule]]:
    """Yield the feeds with a promise; what is wrong with one affects no other."""
    zone = district_zone()
    for feed in active_feeds():
        with suppress(ScheduleRefused):
            schedule = schedule_of(feed, zone)
            if feed.host and schedule.current_by is not None and feed.schedule_set_at is not None:
                yield feed, schedule


def _judged(feeds: list[Feed]) -> dict[int, datetime]:
    """Return by feed of which moment its promise was judged last."""
    of_feeds = JudgedPromise.objects.filter(feed_id__in=[feed.pk for feed in feeds])
    newest = of_feeds.values_list("feed_id").annotate(at=Max("promised_at"))
    return dict(newest)
