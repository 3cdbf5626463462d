"""The turn of the school year: its days, the switch, and taking the switch back."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from django.db import connection, transaction
from psycopg import sql

from rollbook.core.catalogue.school_year import fields_of_the_year, switch_fault, year_fault
from rollbook.core.errors import UsageError
from rollbook.core.loading.statements import run
from rollbook.core.loading.undo import Undone, find_undo, undo
from rollbook.core.statements import Statements
from rollbook.records.database import connect, translated
from rollbook.records.district import FIRST_SCHOOL_DAY, LAST_SCHOOL_DAY, district_zone
from rollbook.records.locks import FEED_RUNNING
from rollbook.records.models import Feed, Job, YearSwitch
from rollbook.records.models.jobs import SCHOOL_YEAR
from rollbook.records.operations import audit, jobs
from rollbook.records.operations.district import change_settings
from rollbook.records.operations.queueing import check_free, try_lock_requests
from rollbook.records.operations.reasons import check_reason
from rollbook.records.operations.seen import wait_for_other_edits
from rollbook.records.queries.feeds import read_catalogue
from rollbook.records.queries.school_years import Switch, last_switch, school_year, undoable_switch

_SQL: Final = Statements(__package__, "school_year.sql")


class YearRefused(UsageError):
    """The school year can't be switched. {why}

    Nothing was changed."""

    reason = "year_refused"


class YearSwitched(UsageError):
    """The school year was already switched, to the one that starts on {first}.

    Nothing was changed.

    Undo that switch first, if it was wrong."""

    reason = "year_switched"


class NoSwitch(UsageError):
    """There is no school year switch to undo.

    Nothing was changed."""

    reason = "no_switch"


@dataclass(frozen=True, slots=True)
class SetAside:
    """What a switch came to, or would."""

    students: int
    values: Mapping[str, int]
    """Field -> students whose value is set aside."""
    number: int | None = None
    """Of the switch's job; None where nothing was written."""

    def as_object(self) -> dict[str, Any]:
        """Return what programs read, as JSON has it."""
        done = {"switched": self.number is not None, "switch": self.number}
        return {**done, "students": self.students, "values": dict(self.values)}


def set_school_year(first: str, last: str, *, actor: str, seen: str = "") -> None:
    """Set the first and the last day of the school year, 8/11/2027. Raises UsageError."""
    days = {FIRST_SCHOOL_DAY: first, LAST_SCHOOL_DAY: last}
    given = {each.key: each.kept(text) for each, text in days.items()}
    if not any(each.fault(given[each.key]) for each in (FIRST_SCHOOL_DAY, LAST_SCHOOL_DAY)) and (
        all(given.values())
    ):
        fault = year_fault(*map(date.fromisoformat, given.values()))
        if fault:
            raise UsageError(what=fault, field="last_day")
    change_settings(given, actor=actor, seen=seen)


def rehearse_switch(*, now: datetime | None = None) -> SetAside:
    """Return what the switch would do; nothing is written. Raises what `switch_year` does."""
    now = now or datetime.now(UTC)
    with translated(), connection.cursor() as cursor:
        _check(now)
        names = _names(cursor)
        counts = [_of_field("count", name, at) for at, name in enumerate(names, start=1)]
        parts = {"stored": _stored(names), "counts": sql.SQL(", ").join(counts)}
        _SQL.run(cursor, "count_stored", parts=parts, now=now)
        [(students, found)] = cursor.fetchall()
    return SetAside(students, dict(zip(names, found, strict=True)))


def switch_year(
    *, actor: str, reason: str, seen: date | None = None, now: datetime | None = None
) -> SetAside:
    """Set last year's values aside, all or nothing; they stay in the change record.

    `seen` is the first day that the person was shown. Raises UsageError, YearRefused,
    YearSwitched, ImportRunning.
    """
    now = now or datetime.now(UTC)
    with _alone(reason) as cursor:
        first = _check(now)
        if seen not in (None, first):
            raise YearRefused(why="Its days have changed since you opened this page.")
        found = _set_aside(cursor, first, actor=actor, now=now)
        about = {"first_day": first.isoformat(), "students": found.students}
        after = about | {"reason": reason, "values": dict(found.values)}
        audit.record(actor, "year.switched", subject=f"job {found.number}", after=after)
    return found


def undo_switch(
    *, actor: str, reason: str, seen: int | None = None, now: datetime | None = None
) -> Undone:
    """Bring back what the last switch set aside, where nothing has brought another value since.

    `seen` is the number of the switch that the person was shown. Raises UsageError, NoSwitch,
    ImportRunning, RecordTooOld.
    """
    now = now or datetime.now(UTC)
    with _alone(reason) as cursor:
        last = _last()
        if seen not in (None, last.number):
            raise NoSwitch
        run(cursor, "has_updated_by")
        [(has_updated_by,)] = cursor.fetchall()
        undone = undo(cursor, last.number, now=now, has_updated_by=has_updated_by)
        after = {"reason": reason, "first_day": last.first.isoformat()} | asdict(undone)
        audit.record(actor, "year.switch_undone", subject=f"job {last.number}", after=after)
    return undone


@translated()
def rehearse_undo(*, now: datetime | None = None) -> Undone:
    """Return what undoing the last switch would bring back; nothing is written.

    Raises NoSwitch, RecordTooOld.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        found = find_undo(cursor, _last().number, now=now or datetime.now(UTC))
        transaction.set_rollback(True)
    return found.numbers


@contextmanager
def _alone(reason: str) -> Iterator[Any]:
    """Give the cursor of a transaction beside which no import runs and nobody else edits.

    Raises UsageError for a reason that is none, ImportRunning.
    """
    check_reason(reason)
    with connect(autocommit=True) as visible:
        jobs.mark_interrupted(visible)
    with translated(), transaction.atomic(), connection.cursor() as cursor:
        wait_for_other_edits()
        _keep_imports_out(cursor)
        yield cursor


def _last() -> Switch:
    found = undoable_switch()
    if found is None:
        raise NoSwitch
    return found


def _check(now: datetime) -> date:
    """Return the first day of the year that may be switched to."""
    year = school_year()
    if year is None:
        raise YearRefused(why="Set its first and its last day first.")
    last = last_switch()
    if last is not None and last.is_to(year.first):
        raise YearSwitched(first=last.first)
    fault = switch_fault(year, now.astimezone(district_zone()).date())
    if fault:
        raise YearRefused(why=fault)
    return year.first


def _keep_imports_out(cursor: Any) -> None:
    """Let no import of any feed begin until the end of the transaction. Raises ImportRunning."""
    for feed in Feed.objects.order_by("pk"):
        if not try_lock_requests(cursor, feed):
            raise jobs.ImportRunning(None)
        check_free(feed)
        cursor.execute("select pg_try_advisory_xact_lock(%s, %s)", [FEED_RUNNING, feed.pk])
        if not cursor.fetchall()[0][0]:
            raise jobs.ImportRunning(None)


def _set_aside(cursor: Any, first: date, *, actor: str, now: datetime) -> SetAside:
    """Write the job, the change record and the blanks, in the order of an import's locks."""
    run(cursor, "give_room")
    run(cursor, "lock_students")
    _SQL.run(cursor, "lock_snapshots")
    run(cursor, "end_dated", now=now, job_id=None)
    names = _names(cursor)
    job = _new_job(first, actor=actor, now=now)
    _SQL.run(cursor, "record_switch", job=job.pk, fields=names, now=now)
    _SQL.run(cursor, "record_values", parts={"stored": _stored(names)}, job=job.pk, now=now)
    cleared = [_of_field("assignment", name, at) for at, name in enumerate(names, start=1)]
    moment = now.astimezone(UTC).replace(tzinfo=None)
    parts = {"assignments": sql.SQL(", ").join(cleared)}
    _SQL.run(cursor, "clear_values", parts=parts, job=job.pk, now=moment)
    _SQL.run(cursor, "count_values", job=job.pk)
    counts = dict(cursor.fetchall())
    _SQL.run(cursor, "count_students", job=job.pk)
    [(students,)] = cursor.fetchall()
    found = SetAside(students, {name: counts.get(name, 0) for name in names}, job.pk)
    job.output_data = {"students": students, "values": dict(found.values)}
    job.save(update_fields=["output_data"])
    YearSwitch.objects.create(
        job_id=job.pk,
        first_day=first,
        started_by=actor,
        students=students,
        values=dict(found.values),
    )
    return found


def _names(cursor: Any) -> list[str]:
    """Return the fields that are set aside, in the catalogue's order."""
    wanted = [field.name for field in fields_of_the_year(read_catalogue())]
    _SQL.run(cursor, "columns", fields=wanted)
    there = {name for (name,) in cursor.fetchall()}
    return [name for name in wanted if name in there]


def _stored(names: Sequence[str]) -> sql.Composable:
    values = [_of_field("value", name) for name in names]
    return _SQL.compose("stored", {"values": sql.SQL(", ").join(values)})


def _of_field(which: str, name: str, place: int = 0) -> sql.Composable:
    parts = {
        "name": sql.Literal(name),
        "column": sql.Identifier(name),
        "place": sql.Literal(place),
    }
    return _SQL.compose(which, parts)


def _new_job(first: date, *, actor: str, now: datetime) -> Job:
    """Write the job that the change record names: no import, and of no feed."""
    moment = now.astimezone(UTC).replace(tzinfo=None)
    asked: dict[str, Any] = {"first_day": first.isoformat(), "started_by": actor}
    job = Job.objects.create(
        job_type=SCHOOL_YEAR,
        status=Job.Status.COMPLETED,
        input_data=asked,
        created_at=moment,
        started_at=moment,
        completed_at=moment,
        attempts=1,
        max_attempts=1,
    )
    job.input_data = asked | {"job": job.pk}
    job.save(update_fields=["input_data"])
    return job
