"""How one feed is doing, judged from its facts alone: one truth for pages, commands and alerts.

Pure: the clock is passed in, and what is asked of the database is in `FeedFacts`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from rollbook.core.quantities import counted
from rollbook.core.scheduling.due import missed, next_runs
from rollbook.core.scheduling.promise import is_current, last_promised, promised_after
from rollbook.core.scheduling.schedule import Pause, Schedule
from rollbook.core.scheduling.school_days import (
    ALL_DAYS,
    SchoolCalendar,
    school_days_since,
    school_moment,
    school_time,
)
from rollbook.records.feed_facts import FeedFacts, Run
from rollbook.records.outcome import Outcome

GRACE: Final = timedelta(hours=2)
"""How late a planned run may be done, with its retries, before it counts as missed."""

FRESH_FOR: Final = timedelta(hours=36)
"""Where no schedule judges them, data are fresh for a night and half a day, of school days."""


class FeedStatus(StrEnum):
    """What a feed needs, the most urgent first."""

    FAILED = "failed"
    """Its last run failed, and no other attempt is to come."""
    MISSED = "missed"
    """Planned runs are over by more than GRACE, and none has ended since."""
    HELD = "held"
    """An import waits for a decision."""
    RETRYING = "retrying"
    """Its last run failed, and it is tried again."""
    LATE = "late"
    """Its promise is broken, and no run has ended well since."""
    UNCHANGED = "unchanged"
    """Its schedule is kept, and for more school days than the district allows its server has had no
    new file: the export no longer runs, perhaps."""
    OLD = "old"
    """No schedule is on, and nothing was imported for long."""
    NEW = "new"
    """Nothing was imported yet, and nothing has gone wrong."""
    PAUSED = "paused"
    """Its schedule has a pause today."""
    OFF = "off"
    """Its schedule is off, and nothing has gone wrong."""
    FRESH = "fresh"
    """Its data is up to date."""


TROUBLE: Final = (
    FeedStatus.FAILED, FeedStatus.MISSED, FeedStatus.HELD, FeedStatus.RETRYING, FeedStatus.LATE,
)  # fmt: skip
"""The states in which its data is not what its server has, the worst first."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is told of a feed: its state, and of which import the reason is."""

    facts: FeedFacts
    status: FeedStatus
    missed: int
    """Planned runs since the last good one that are over."""
    run: Run | None
    """The run that the state comes from: the one to look at."""
    pause: Pause | None = None
    due_at: datetime | None = None
    """The planned run that no good one has followed: to come, or GRACE after it missed."""
    late_since: datetime | None = None
    """The broken promise that no good run has followed."""
    next_promise: datetime | None = None
    school_days: int | None = None
    """School days that have begun since its last good run; None where there is no calendar."""
    unchanged_days: int = 0
    """School days on which a run found no new file since one was stored last."""
    has_failed: bool = False
    """Whether a run has failed for good, and school has been on since."""

    @property
    def feed(self) -> str:
        return self.facts.name

    @property
    def is_on(self) -> bool:
        return self.facts.schedule.is_on

    @property
    def last_good(self) -> datetime | None:
        return None if self.facts.good is None else self.facts.good.ended_at

    @property
    def is_in_trouble(self) -> bool:
        return self.status in TROUBLE

    @property
    def needs_a_person(self) -> bool:
        """Whether something of it waits to be seen to, whatever else it is."""
        is_waiting = self.facts.held is not None or self.status is FeedStatus.UNCHANGED
        is_lacking = self.rows_left > 0 or self.discarded is not None
        return self.is_in_trouble or is_waiting or is_lacking

    @property
    def rows_left(self) -> int:
        """Rows of its data that are in no table, where nothing worse is told of it."""
        return 0 if self.is_in_trouble else self.facts.rows_left

    @property
    def discarded(self) -> Run | None:
        """The newer file that was given up, where nothing worse is told of its data."""
        return None if self.is_in_trouble else self.facts.discarded

    @property
    def is_complete(self) -> bool:
        """Whether its data is all that its server's newest file had."""
        return not (self.is_stale or self.rows_left or self.discarded)

    @property
    def is_frozen(self) -> bool:
        """Whether the file has been the same for twice as long as the district allows."""
        limit = 2 * self.facts.unchanged_limit
        return self.status is FeedStatus.UNCHANGED and self.unchanged_days >= limit

    @property
    def is_stale(self) -> bool:
        """Whether its data is not what its server has, or nothing new was imported for long."""
        return self.is_in_trouble or self.status is FeedStatus.OLD or self.is_frozen

    @property
    def is_fresh(self) -> bool:
        """Whether its schedule and its promise are kept, with new files.

        So no planned run is missed and none has failed for good, by school days.
        """
        is_behind = self.is_on and (self.missed > 0 or self.has_failed)
        return self.late_since is None and not is_behind and not self.is_frozen

    @property
    def is_well(self) -> bool:
        """Whether an uptime service may hear that all is well."""
        return not (self.is_on and self.is_in_trouble)

    @property
    def job(self) -> int | None:
        """The import to look at."""
        return None if self.run is None else self.run.job

    @property
    def reason(self) -> str | None:
        """The code of what went wrong; None where nothing has."""
        if self.run is None or not self.is_in_trouble:
            return None
        return self.run.reason or None

    @property
    def why(self) -> str:
        """What went wrong, in one sentence; '' where nothing has."""
        has_none = self.status in (FeedStatus.MISSED, FeedStatus.LATE)
        if has_none and self.facts.under_way is not None:
            return f"Import {self.facts.under_way} is running."
        if self.status is FeedStatus.MISSED:
            return "No import has finished since then. Check that a worker is running."
        if self.status is FeedStatus.LATE:
            return "No import is running. Start one."
        if self.status is FeedStatus.UNCHANGED:
            days = counted(self.unchanged_days, "school day")
            return f"No new file on the server for {days}. Check that the export still runs."
        message = self.run.message if self.run and self.is_in_trouble else None
        return "" if message is None else message.what


def judge(facts: FeedFacts, now: datetime) -> Standing:
    """Return how the feed is doing at `now`; on a day without school, as at the end of the last."""
    zone, last = ZoneInfo(facts.schedule.zone), facts.last
    school_now = school_moment(facts.calendar or ALL_DAYS, now, zone)
    moments = (facts.good.ended_at if facts.good else None, facts.schedule_set_at)
    since = max((each for each in moments if each is not None), default=None)
    count = missed(facts.schedule, since, now=school_now, grace=GRACE)
    late = _late_since(facts, now)
    unchanged = days_unchanged(facts.unchanged, facts.calendar, zone)
    status, run = _trouble(facts, count, late) or _calm(facts, now, unchanged)
    return Standing(
        facts,
        status,
        count,
        run,
        _pause(facts.schedule, now),
        due_at=next(iter(next_runs(facts.schedule, since, count=1)), None) if since else None,
        late_since=late,
        next_promise=_next_promise(facts, now),
        school_days=_school_days(facts, now, zone),
        unchanged_days=unchanged,
        has_failed=status is FeedStatus.FAILED and last is not None and last.ended_at <= school_now,
    )


def by_urgency(found: list[Standing]) -> list[Standing]:
    """Return the feeds, those that need a person first; of two of a kind the one longer behind."""
    ranks = {status: rank for rank, status in enumerate(FeedStatus)}
    return sorted(found, key=lambda each: (ranks[each.status], -each.missed, each.feed))


def days_unchanged(
    moments: Iterable[datetime], calendar: SchoolCalendar | None, zone: ZoneInfo
) -> int:
    """Return on how many school days runs at these moments found no new file."""
    days = {moment.astimezone(zone).date() for moment in moments}
    return sum(map((calendar or ALL_DAYS).is_school_day, days))


def _late_since(facts: FeedFacts, now: datetime) -> datetime | None:
    schedule, good, set_at = facts.schedule, facts.good, facts.schedule_set_at
    if set_at is None or schedule.current_by is None:
        return None
    at = last_promised(schedule, facts.calendar, now, set_at=set_at)
    if at is not None and not is_current(schedule, good.data_as_of if good else None, at):
        return at
    # What was judged broken by an earlier schedule is made up by an import, not by an edit.
    broken, days = facts.broken_at, facts.calendar or ALL_DAYS
    if broken is None or (good is not None and good.ended_at > broken):
        return None
    return broken if days.is_school_day(broken.astimezone(ZoneInfo(schedule.zone)).date()) else None


def _next_promise(facts: FeedFacts, now: datetime) -> datetime | None:
    set_at = facts.schedule_set_at
    if set_at is None:
        return None
    return next(promised_after(facts.schedule, facts.calendar, now, set_at=set_at), None)


def _school_days(facts: FeedFacts, now: datetime, zone: ZoneInfo) -> int | None:
    if facts.calendar is None or facts.good is None:
        return None
    return school_days_since(facts.calendar, facts.good.ended_at, now, zone)


def _trouble(
    facts: FeedFacts, count: int, late: datetime | None
) -> tuple[FeedStatus, Run | None] | None:
    last = facts.last
    if last is not None and last.outcome is Outcome.FAILED:
        return (FeedStatus.RETRYING if facts.next_attempt_at else FeedStatus.FAILED), last
    if facts.held is not None:
        return FeedStatus.HELD, facts.held
    if count:
        return FeedStatus.MISSED, facts.last
    return (FeedStatus.LATE, facts.last) if late else None


def _calm(facts: FeedFacts, now: datetime, unchanged: int) -> tuple[FeedStatus, Run | None]:
    good = facts.good
    if facts.schedule.is_on and _pause(facts.schedule, now):
        return FeedStatus.PAUSED, good
    if good is None:
        return (FeedStatus.NEW if facts.schedule.is_on else FeedStatus.OFF), None
    if not facts.schedule.is_on:
        zone, calendar = ZoneInfo(facts.schedule.zone), facts.calendar or ALL_DAYS
        is_old = school_time(calendar, good.ended_at, now, zone) > FRESH_FOR
        return (FeedStatus.OLD if is_old else FeedStatus.OFF), good
    if facts.unchanged_limit and unchanged >= facts.unchanged_limit:
        return FeedStatus.UNCHANGED, good
    return FeedStatus.FRESH, good


def _pause(schedule: Schedule, now: datetime) -> Pause | None:
    return schedule.pause_on(now.astimezone(ZoneInfo(schedule.zone)).date())
