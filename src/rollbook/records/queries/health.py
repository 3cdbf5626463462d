"""Is everything as it should be: data fresh, a worker alive, mails leaving."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from rollbook.records.database import translated
from rollbook.records.district import unusable
from rollbook.records.models import LastTick
from rollbook.records.queries.clean_ups import ALERT_AFTER, failures
from rollbook.records.queries.jobs import JobView
from rollbook.records.queries.open_imports import failed_by_hand, undecided
from rollbook.records.queries.outgoing import lost_messages, recipients_of, unsent_mails
from rollbook.records.queries.schools import school_faults
from rollbook.records.queries.standings import FeedStanding, feed_standings
from rollbook.records.queries.workers import workers_alive
from rollbook.records.standing import FeedStatus, Standing
from rollbook.records.tables.comparison import check_sight, right_faults, table_faults
from rollbook.records.tables.expected import SNAPSHOTS, STUDENTS
from rollbook.records.tables.fault import TableFault, TablesChanged

IMPORTED = frozenset({STUDENTS, SNAPSHOTS})
"""The tables that only imports need."""

FROZEN_FOR = timedelta(minutes=3)
"""After which a worker would have ended a running import without a sign of life."""

WAITS_TOO_LONG = timedelta(minutes=10)
"""After which a job that waits while no import runs is taken for forgotten."""

PLANNING_SILENT = timedelta(minutes=5)
"""After which planning that was never done without a fault is taken for broken."""


@dataclass(frozen=True, slots=True)
class Health:
    """What an operator needs to know first."""

    feeds: list[Standing]
    workers: int
    last_tick: datetime | None
    """When a worker was last done with all planning, without a fault."""
    asked_at: datetime
    unsent_mails: int
    """Mails of the last week that still wait to be sent."""
    lost_mails: int
    """Mails of the last week that were given up since the last one left."""

    held: list[JobView]
    """Imports that wait for a decision, and that no newer file of their server has overtaken."""

    failed_clean_ups: int
    """How often the clean-up has failed since it was last done."""

    doubts: Mapping[str, str] = field(default_factory=dict)
    """Feed -> what speaks against the choice of its file: the data may be a part, or old."""

    frozen: Sequence[int] = ()
    """Imports that run without a sign of life, and that no worker may end."""

    waiting: Sequence[int] = ()
    """Imports that have waited for long, though none runs that they could wait for."""

    table_faults: Sequence[TableFault] = ()
    """What is missing or changed in the database."""

    unusable_settings: Sequence[str] = ()
    """Keys of settings that another hand has written so that they cannot be used."""

    school_faults: Sequence[str] = ()
    """What keeps the mapping of schools from being used."""

    lost_messages: int = 0
    """Messages to webhooks, of the last week, that were given up since the feed's last arrived."""

    untold: Sequence[str] = ()
    """Feeds with a schedule about which nobody is written to."""

    failed_by_hand: Sequence[JobView] = ()
    """The newest import of each feed of files by hand, where it has failed."""

    @property
    def is_fresh(self) -> bool:
        """Whether no planned run has been missed, or has failed for good."""
        return all(feed.is_fresh for feed in self.feeds)

    @property
    def is_planned(self) -> bool:
        return any(feed.is_on for feed in self.feeds)

    @property
    def is_planning(self) -> bool:
        """Whether what is due is begun, and ends are seen to."""
        silent_since = self.asked_at - PLANNING_SILENT
        return self.last_tick is not None and self.last_tick > silent_since

    @property
    def is_good(self) -> bool:
        is_run = self.workers > 0 and self.is_planning
        is_heard = not (self.lost_mails or self.lost_messages)
        is_quiet = self.is_clean and is_heard and not self.doubts
        is_whole = not (self.frozen or self.waiting or self.table_faults or self.unusable_settings)
        is_whole = is_whole and not self.school_faults
        return self.is_fresh and is_quiet and is_whole and (is_run or not self.is_planned)

    @property
    def is_clean(self) -> bool:
        """Whether what has been kept long enough is deleted, give or take a failure."""
        return self.failed_clean_ups < ALERT_AFTER

    def as_object(self, *, names_others: bool = True) -> dict[str, Any]:
        """Return it as programs read it.

        `names_others`: with the names of another application's columns.
        """
        return {
            "status": "ok" if self.is_good else "not_ok",
            "data": "fresh" if self.is_fresh else "stale",
            "workers": self.workers,
            "last_planning": self.last_tick.isoformat() if self.last_tick else None,
            "unsent_mails": self.unsent_mails,
            "lost_mails": self.lost_mails,
            "lost_messages": self.lost_messages,
            "failed_clean_ups": self.failed_clean_ups,
            "held": [
                {"job": each.number, "feed": each.feed, "message": each.message.what}
                for each in self.held
            ],
            "failed_uploads": [
                {"job": each.number, "feed": each.feed, "message": each.message.what}
                for each in self.failed_by_hand
            ],
            "frozen": list(self.frozen),
            "waiting": list(self.waiting),
            "tables": fault_objects(self.table_faults, names_others=names_others),
            "settings": list(self.unusable_settings),
            "schools": list(self.school_faults),
            "untold": list(self.untold),
            "doubts": [{"feed": name, "why": why} for name, why in self.doubts.items()],
            "feeds": [_feed_object(each) for each in self.feeds],
        }


def fault_objects(
    faults: Iterable[TableFault], *, names_others: bool = True
) -> list[dict[str, str]]:
    """Return what is wrong with tables as programs read it.

    `names_others`: with the names of another application's columns, which administrators see.
    """
    return [
        {
            "table": each.table,
            "column": each.column or (each.other_column if names_others else ""),
            "fault": each.kind,
            "advice": each.advice,
        }
        for each in faults
    ]


@translated()
def health(now: datetime) -> Health:
    """Return how things stand. Raises TablesChanged where too much is missing or not to be seen."""
    with connection.cursor() as cursor:
        check_sight(cursor)
        faults = table_faults(cursor)
        if any(
            fault.kind == "function" or (fault.kind == "missing" and fault.table not in IMPORTED)
            for fault in faults
        ):
            raise TablesChanged(faults)
        faults += right_faults(cursor)
        frozen, waiting = _frozen(cursor), waiting_too_long(cursor)
    tick, found = LastTick.objects.first(), feed_standings(now)
    return Health(
        [each.standing for each in found if each.feed.host],
        _workers(),
        tick.completed_at if tick else None,
        now,
        *unsent_mails(),
        undecided(),
        failures(),
        _doubts(found),
        frozen,
        waiting,
        faults,
        [each.key for each in unusable()],
        school_faults(),
        lost_messages(),
        untold(found),
        failed_by_hand([each.feed for each in found if not each.feed.host], now),
    )


def _feed_object(each: Standing) -> dict[str, Any]:
    at = each.facts.next_attempt_at if each.is_in_trouble else None
    return {
        "feed": each.feed,
        "status": each.status.value,
        "missed": each.missed,
        "last_good": each.last_good.isoformat() if each.last_good else None,
        "is_on": each.is_on,
        "is_fresh": each.is_fresh,
        "school_days": each.school_days,
        "late_since": each.late_since.isoformat() if each.late_since else None,
        "job": each.job,
        "reason": each.reason,
        "message": each.why or None,
        "next_attempt_at": at.isoformat() if at else None,
    }


@translated()
def last_failed() -> list[str]:
    """Return the feeds whose last import, one that only checked aside, failed."""
    failed = (FeedStatus.FAILED, FeedStatus.RETRYING)
    found = feed_standings(timezone.now())
    return [each.feed.name for each in found if each.standing.status in failed]


def _doubts(found: Iterable[FeedStanding]) -> dict[str, str]:
    """Return by feed what its last imports say about the choice of its file."""
    return {each.feed.name: each.doubt for each in found if each.doubt}


def untold(found: Sequence[FeedStanding]) -> list[str]:
    """Return the planned feeds about which nobody is written to when their import fails."""
    told = recipients_of(each.feed for each in found)
    return [each.feed.name for each in found if each.standing.is_on and not told[each.feed.pk]]


def _frozen(cursor: Any) -> list[int]:
    cursor.execute(
        "select p.job_id from rollbook.job_progress p join public.jobs j on j.id = p.job_id"
        " where j.status = 'running' and rollbook.is_import(j.id, j.job_type, j.input_data)"
        " and p.heartbeat_at < now() - %s"
        " order by 1",
        [FROZEN_FOR],
    )
    return [job for (job,) in cursor.fetchall()]


def waiting_too_long(cursor: Any) -> list[int]:
    """Return the imports that wait for a worker, and for nothing else, for longer than it takes."""
    cursor.execute(
        "select j.id from rollbook.import_index i join public.jobs j on j.id = i.job_id"
        " where not i.is_ended and j.status = 'pending' and j.output_data is null"
        " and rollbook.is_import(j.id, j.job_type, j.input_data)"
        " and coalesce((select max(a.retried_at) from rollbook.job_attempts a"
        " where a.job_id = j.id), i.created_at) < now() - %s"
        " and not exists (select from rollbook.job_progress p join public.jobs r on r.id = p.job_id"
        " where r.status = 'running' and p.heartbeat_at > now() - %s) order by 1 limit 100",
        [WAITS_TOO_LONG, FROZEN_FOR],
    )
    return [job for (job,) in cursor.fetchall()]


def _workers() -> int:
    with connection.cursor() as cursor:
        return workers_alive(cursor)
