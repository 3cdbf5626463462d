"""Judging promises by the clock when their time has passed: each once, whichever worker does it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

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
class DuePromises:
    """The promises of a feed whose time has passed, and that were not judged yet."""

    feed: Feed
    moments: tuple[datetime, ...]
    """At least one, in ascending order."""


@translated()
def due_promises(now: datetime, *, of: Feed | None = None) -> list[DuePromises]:
    """Return the promises to be judged now, by feed; `of`: only those of this one."""
    promising = list(_promising([of] if of else active_feeds()))
    if not promising:
        return []
    calendar, judged = district_calendar(), _judged([feed for feed, _, _ in promising])
    found = []
    for feed, schedule, set_at in promising:
        since = max(set_at, judged.get(feed.pk, set_at), now - JUDGES_BACK)
        until = now - SETTLES_AFTER
        if moments := promised_between(schedule, calendar, since, until, set_at=set_at):
            found.append(DuePromises(feed, tuple(moments)))
    return found


def record_promises(due: DuePromises, now: datetime) -> datetime | None:
    """Put on record whether each promise was kept; return the newest that was broken.

    None where none was, or where another has put it on record. To be called in a transaction: what
    the caller tells of it is kept with the record.
    """
    broken = [at for at in due.moments if _record(due.feed, at, now) is False]
    return max(broken, default=None)


def _record(feed: Feed, at: datetime, now: datetime) -> bool | None:
    """Put on record whether the promise was kept; return it. None where another has done it."""
    good = last_good_until(feed, at)
    schedule = schedule_of(feed, district_zone())
    is_kept = is_current(schedule, good.data_as_of if good else None, at)
    _, is_new = JudgedPromise.objects.get_or_create(
        feed_id=feed.pk,
        promised_at=at,
        defaults={
            "is_kept": is_kept,
            "good_job_id": good.job if good else None,
            "judged_at": now,
        },
    )
    return is_kept if is_new else None


def renews_schedule(feed: Feed, schedule: Mapping[str, Any], now: datetime) -> bool:
    """Tell whether `schedule` changes what was planned and promised until now.

    A pause that begins later does not: what was missed before it stays missed.
    """
    zone = district_zone()
    try:
        before, after = schedule_of(feed, zone), schedule_of(Feed(schedule=schedule), zone)
    except ScheduleRefused:
        return True
    is_set = feed.schedule_set_at is not None
    return not (is_set and before.has_until(now.astimezone(zone).date(), after))


def record_due(feed: Feed, now: datetime) -> None:
    """Put on record what is due of a feed, by the schedule that it has until now."""
    for due in due_promises(now, of=feed):
        record_promises(due, now)


@translated()
def next_judged(now: datetime) -> datetime | None:
    """Return when the next promise is to be judged; None where nothing is promised."""
    promising = list(_promising(active_feeds()))
    calendar = district_calendar() if promising else None
    moments = (
        next(promised_after(schedule, calendar, now - SETTLES_AFTER, set_at=set_at), None)
        for _, schedule, set_at in promising
    )
    return min((at + SETTLES_AFTER for at in moments if at is not None), default=None)


def _promising(feeds: Iterable[Feed]) -> Iterator[tuple[Feed, Schedule, datetime]]:
    """Yield of these feeds those with a promise, with their schedule and when it was set; what is
    wrong with one affects no other."""
    zone = district_zone()
    for feed in feeds:
        with suppress(ScheduleRefused):
            schedule, set_at = schedule_of(feed, zone), feed.schedule_set_at
            if feed.host and schedule.current_by is not None and set_at is not None:
                yield feed, schedule, set_at


def _judged(feeds: list[Feed]) -> dict[int, datetime]:
    """Return by feed of which moment its promise was judged last."""
    of_feeds = JudgedPromise.objects.filter(feed_id__in=[feed.pk for feed in feeds])
    newest = of_feeds.values_list("feed_id").annotate(at=Max("promised_at"))
    return dict(newest)
