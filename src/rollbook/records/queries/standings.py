"""How the feeds are doing: their facts in one statement, judged by `records.standing`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection
from psycopg import sql

from rollbook.core.errors import Message
from rollbook.core.field_owners import ROSTER_OF_TESTS
from rollbook.core.roster_texts import tests_sentence, to_the_sis
from rollbook.core.scheduling.school_days import SchoolCalendar
from rollbook.core.sources.freshness import PASSED_OVER, SEVERAL
from rollbook.core.statements import Statements
from rollbook.records.district import TIME_ZONE, UNCHANGED_DAYS, values
from rollbook.records.feed_facts import FeedFacts, Run
from rollbook.records.models import Feed
from rollbook.records.outcome import Outcome
from rollbook.records.queries.feeds import active_feeds
from rollbook.records.queries.schedules import schedule_of
from rollbook.records.school_calendar import OF_CALENDAR, calendar_in
from rollbook.records.standing import Standing, judge
from rollbook.records.unusual import UnusualChanges

_ROSTER_OF_TESTS: Final = f"{tests_sentence()} {to_the_sis(())}".removesuffix(".")
DISCARDED: Final = "discarded"
"""The reason of a held import that was given up."""
UNCONFIRMED: Final = "Its server's fingerprint isn't confirmed, so its imports can't start"
_SQL: Final = Statements(__package__, "standings.sql")
IS_UP_TO_DATE: Final = {
    "is_up_to_date": sql.SQL("j.output_data -> 'is_outdated' IS DISTINCT FROM 'true'::jsonb")
}
"""An import is not of an outdated file, as `JobQuerySet.up_to_date` has it."""


@dataclass(frozen=True, slots=True)
class UnusualNight:
    """What the newest stored import of a feed changed unusually."""

    job: int
    ended_at: datetime
    changes: UnusualChanges


@dataclass(frozen=True, slots=True)
class FeedStanding:
    """A feed, how it is doing, and what speaks against the choice of its file."""

    feed: Feed
    standing: Standing
    doubt: str = ""
    is_roster_of_tests: bool = False
    """It is the roster feed, and its newest file holds tests."""
    unusual: UnusualNight | None = None

    @property
    def is_unconfirmed(self) -> bool:
        """Whether its schedule is on, and no run can begin: no one has confirmed its server."""
        is_new = self.feed.host != "" and self.standing.facts.last is None
        return is_new and self.standing.is_on and not self.feed.host_key


def feed_standings(now: datetime, *, of: Feed | None = None) -> list[FeedStanding]:
    """Return how each feed is doing, by name, in a fixed number of statements; `of`: only that one,
    whatever is wrong with the others."""
    with connection.cursor() as cursor:
        codes = {"several": SEVERAL, "passed_over": PASSED_OVER, "of_tests": ROSTER_OF_TESTS}
        codes["discarded"] = DISCARDED
        _SQL.run(cursor, "facts", parts=_parts(), **codes)
        known = {feed: tuple(map(_object, row)) for feed, *row in cursor.fetchall()}
    clock, nothing = _clock(), (None,) * 9
    return [
        _standing(feed, known.get(feed.pk, nothing), now, clock)
        for feed in (active_feeds() if of is None else (of,))
        if feed.removed_at is None
    ]


def last_stored(feeds: Sequence[Feed]) -> list[tuple[Feed, datetime | None]]:
    """Return each feed and when its last stored import ended; in one statement."""
    with connection.cursor() as cursor:
        _SQL.run(cursor, "stored", parts=IS_UP_TO_DATE, feeds=[feed.pk for feed in feeds])
        found = dict(cursor.fetchall())
    return [(feed, found.get(feed.pk)) for feed in feeds]


def last_good_until(feed: Feed, at: datetime) -> Run | None:
    """Return the feed's last good run that had ended by `at`."""
    with connection.cursor() as cursor:
        _SQL.run(cursor, "good_until", parts=_parts(), feed=feed.pk, at=at)
        found = cursor.fetchone()
    return _run(_object(found[0])) if found else None


def is_old_file(cursor: Any, feed: int, *, sha256: str, modified: int | None) -> bool:
    """Tell whether the feed has had a newer file than this one; `modified`: its server's time."""
    of_file = {"feed_id": feed, "sha256": sha256, "modified": modified}
    _SQL.run(cursor, "is_old_file", parts=IS_UP_TO_DATE, **of_file)
    found = cursor.fetchone()
    return found is not None and bool(found[0])


def standings(now: datetime) -> list[Standing]:
    """Return how each feed with a server is doing, by name."""
    return [each.standing for each in feed_standings(now) if each.feed.host]


class _Clock(NamedTuple):
    """What says when data is old: the district's zone, school days and limit."""

    zone: ZoneInfo
    calendar: SchoolCalendar | None
    unchanged_limit: int


def _clock() -> _Clock:
    found = values((TIME_ZONE, UNCHANGED_DAYS, *OF_CALENDAR))
    zone, days = ZoneInfo(found[TIME_ZONE.key]), int(found[UNCHANGED_DAYS.key])
    return _Clock(zone, calendar_in(found), days)


def _standing(
    feed: Feed,
    known: tuple[Any, ...],
    now: datetime,
    clock: _Clock,
) -> FeedStanding:
    last, good, stored, held, discarded, next_attempt_at, under_way, broken_at, unchanged = known
    schedule = schedule_of(feed, clock.zone)
    facts = FeedFacts(
        name=feed.name,
        schedule=schedule if feed.host else replace(schedule, is_on=False, current_by=None),
        schedule_set_at=feed.schedule_set_at,
        calendar=clock.calendar,
        last=_run(last),
        good=_run(good),
        stored_at=_moment(stored["ended_at"]) if stored else None,
        held=_run(held),
        stored_job=stored["job"] if stored else None,
        rows_left=max(0, stored["rows_left"] or 0) if stored else 0,
        discarded=_run(discarded),
        next_attempt_at=next_attempt_at,
        under_way=under_way,
        broken_at=broken_at,
        unchanged=unchanged or (),
        unchanged_limit=clock.unchanged_limit,
    )
    newest = held or stored
    of_tests = bool(feed.host and newest and newest["is_roster_of_tests"])
    doubt = _ROSTER_OF_TESTS if of_tests else _doubt(good, stored) if feed.host else ""
    found = FeedStanding(feed, judge(facts, now), doubt, of_tests, _unusual(stored))
    return replace(found, doubt=UNCONFIRMED) if found.is_unconfirmed else found


def _parts() -> dict[str, sql.Composable]:
    return IS_UP_TO_DATE | {
        name: _SQL.compose(name, {}) for name in ("began", "is_of_stored", "rows_left")
    }


def _run(row: Mapping[str, Any] | None) -> Run | None:
    if row is None:
        return None
    ended_at = _moment(row["ended_at"]) or datetime.min.replace(tzinfo=UTC)
    message = _message(row.get("message"))
    began_at, reason = _began_at(row, ended_at), row.get("reason") or ""
    return Run(row["job"], Outcome(row["outcome"]), ended_at, reason, message, began_at)


def _began_at(row: Mapping[str, Any], ended_at: datetime) -> datetime | None:
    """A planned run began no earlier than it was planned, whatever the clocks of two machines say;
    and nothing began after its end, whatever another program has written."""
    began_at = _moment(row.get("started_at"))
    if began_at is None:
        return None
    try:
        planned_at = datetime.fromisoformat(row["planned_at"]).astimezone(UTC)
    except (KeyError, OverflowError, TypeError, ValueError):
        planned_at = began_at
    return min(max(began_at, planned_at), ended_at)


def _message(parts: Any) -> Message | None:
    """Earlier versions wrote one text, and other programs write anything."""
    if isinstance(parts, str):
        return Message(parts)
    try:
        return Message(**parts) if parts else None
    except TypeError:
        return None


def _doubt(good: Mapping[str, Any] | None, stored: Mapping[str, Any] | None) -> str:
    if good and good["is_renamed"]:
        return "a newer file came under a similar name, so an older one was read"
    if good and good["is_passed_over"]:
        return "a newer file was passed over, because its date is an earlier one"
    if stored and stored["is_of_several"]:
        return "several files came together, and only one of them was imported"
    return ""


def _unusual(stored: Mapping[str, Any] | None) -> UnusualNight | None:
    """None also where another program has written into the import."""
    ended_at = _moment(stored["ended_at"]) if stored else None
    if stored is None or ended_at is None:
        return None
    try:
        found = UnusualChanges.from_json(stored["unusual"])
    except (AttributeError, TypeError, ValueError):
        return None
    return UnusualNight(stored["job"], ended_at, found) if found else None


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)


def _object(value: Any) -> Any:
    """Django's cursor gives JSON as a text."""
    return json.loads(value) if isinstance(value, str) else value
