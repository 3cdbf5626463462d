"""Undoing imports: what people are shown before, and the undo itself, in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection, transaction

from rollbook.core.loading.statements import run
from rollbook.core.loading.undo import NotOnRecord, Undone, find_undo, sum_of, undo
from rollbook.core.statements import Statements
from rollbook.records.database import connect, translated
from rollbook.records.locks import FEED_RUNNING
from rollbook.records.models import Feed, Job, RowFix
from rollbook.records.operations import audit, jobs
from rollbook.records.operations.calls import call_workers
from rollbook.records.operations.feed_versions import keep_version
from rollbook.records.operations.import_index import index_import
from rollbook.records.operations.queueing import check_free, try_lock_requests
from rollbook.records.operations.reasons import check_reason
from rollbook.records.queries.feed_versions import kept_settings
from rollbook.records.queries.jobs import job_by_number

MOST_LISTED: Final = 200
"""Lines of what stays that are listed at once."""
WHY_PAUSED: Final = "An import was undone."

_SQL: Final = Statements(__package__, "undo.sql")


@dataclass(frozen=True, slots=True)
class Kept:
    """A value, or a student where `field` is None, that an undo leaves as it is."""

    student: int
    """The number of the student's row."""
    student_id: str
    field: str | None
    why: str
    """protected, later_import, other_hand, ssid_taken, referred_to, may_not_delete,
    may_not_look or column_gone."""


@dataclass(frozen=True, slots=True)
class Presence:
    """Students that an undo makes active or missing as they were: by the roster feeds' files."""

    students_active_again: int = 0
    students_missing_again: int = 0


@dataclass(frozen=True, slots=True)
class UndoResult:
    """What an undo came to, or would."""

    job: int
    feed: str
    numbers: Undone
    kept: Sequence[Kept]
    """The first MOST_LISTED of what stays."""
    reasons: Mapping[str, int]
    """Why it stays -> how many values and students."""
    is_paused: bool
    """Whether the feed's schedule was on, and is not any more."""
    jobs: Sequence[int] = ()
    """The imports, in the order in which they were undone."""
    is_of_fixes: bool = False
    """Whether corrected rows alone are undone: their feed's schedule stays as it is."""
    presence: Presence = Presence()
    fields: Sequence[tuple[str, int]] = ()
    """Field -> students whose value goes back, the most frequent first."""

    def as_object(self) -> dict[str, int]:
        """Return the numbers, as programs read them."""
        return asdict(self.numbers) | asdict(self.presence)


@translated()
def preview_undo(number: int, *, with_later: bool = False) -> UndoResult:
    """Return what undoing the import would do; nothing is written.

    `with_later`: with the later imports of its feed. Then it is all done, and rolled back.
    Raises NoSuchJob, NotOnRecord, RecordTooOld, AlreadyUndone.
    """
    job = job_by_number(number)
    with transaction.atomic(), connection.cursor() as cursor:
        numbers = _numbers(cursor, number, with_later=with_later)
        presence = _presence(cursor, numbers)
        moment = datetime.now(UTC)
        if with_later:
            done = [undo(cursor, each, now=moment, has_updated_by=False) for each in numbers]
        else:
            done = [find_undo(cursor, number, now=moment).numbers]
        feed = Feed.objects.filter(pk=job.feed_id).first()
        is_on = feed is not None and _is_on(feed) and not _is_of_fixes(numbers)
        found = _result(cursor, job.feed, numbers, done, is_paused=is_on, presence=presence)
        transaction.set_rollback(True)
    return found


def undo_import(
    number: int,
    *,
    actor: str,
    reason: str,
    with_later: bool = False,
    tell: Callable[[UndoResult], None] = lambda _: None,
    now: datetime | None = None,
) -> UndoResult:
    """Undo the import and turn the schedule of its feed off, all or nothing.

    The next export would bring the values back; not what a person has corrected, so after that the
    schedule stays. `with_later`: the later imports of its feed too,
    the newest first, so that all is as before this one. `tell` is called in the transaction.
    Raises UsageError, ImportRunning and what `preview_undo` does.
    """
    check_reason(reason)
    now = now or datetime.now(UTC)
    with connect(autocommit=True) as visible:
        jobs.mark_interrupted(visible)
    with translated(), transaction.atomic(), connection.cursor() as cursor:
        job = job_by_number(number)
        feed = Feed.objects.select_for_update().filter(pk=job.feed_id).first()
        _check_free(cursor, feed)
        run(cursor, "has_updated_by")
        [(has_updated_by,)] = cursor.fetchall()
        numbers = _numbers(cursor, number, with_later=with_later)
        presence = _presence(cursor, numbers)
        brings_back = not _is_of_fixes(numbers)
        is_paused = brings_back and feed is not None and _pause(cursor, feed, actor=actor)
        done = []
        for each in numbers:
            own = _presence(cursor, [each])
            undone = undo(cursor, each, now=now, has_updated_by=has_updated_by)
            about = {"paused": is_paused} | asdict(undone) | asdict(own)
            # Without the import there is nothing that they correct; they are students' values.
            RowFix.objects.filter(job_id=each, fixed_in=None).delete()
            _note(cursor, each, about | {"at": now.isoformat(), "by": actor})
            after = {"reason": reason} | about
            audit.record(actor, "import.undone", subject=f"job {each}", after=after)
            done.append(undone)
        found = _result(cursor, job.feed, numbers, done, is_paused=is_paused, presence=presence)
        tell(found)
    return found


@translated()
def later_imports(number: int) -> int:
    """Return how many later imports of the same feed would be undone with this one."""
    with connection.cursor() as cursor:
        return len(_numbers(cursor, number, with_later=True)) - 1


def _numbers(cursor: Any, number: int, *, with_later: bool) -> list[int]:
    """Return what is undone, in that order."""
    if not with_later:
        return [number]
    _SQL.run(cursor, "later", job=number)
    return [*(job for (job,) in cursor.fetchall()), number]


def _is_of_fixes(numbers: Sequence[int]) -> bool:
    """Tell whether none of these imports had a whole file."""
    return not Job.imports.filter(pk__in=numbers).of_whole_files().exists()


def _note(cursor: Any, number: int, undone: Mapping[str, Any]) -> None:
    """Write into the job that it was undone."""
    row = Job.objects.select_for_update().get(pk=number)
    output = row.came_to
    if output is None:
        raise NotOnRecord(job=number)
    output.report.undone = undone
    row.output_data = output.to_json(number)
    row.save(update_fields=["output_data"])
    index_import(cursor, number)
    jobs.add_event(cursor, number, kind="undone", message=f"{undone['by']} undid the import.")


def _presence(cursor: Any, numbers: Sequence[int]) -> Presence:
    """Return who is active or missing again once these imports of a feed are undone together."""
    _SQL.run(cursor, "presence", jobs=list(numbers))
    return Presence(*cursor.fetchone())


def _result(
    cursor: Any,
    feed: str,
    numbers: Sequence[int],
    done: Sequence[Undone],
    *,
    is_paused: bool,
    presence: Presence,
) -> UndoResult:
    *_, number = numbers
    kept, reasons = _what_stays(cursor, numbers)
    return UndoResult(
        number,
        feed,
        sum_of(done),
        kept,
        reasons,
        is_paused,
        numbers,
        _is_of_fixes(numbers),
        presence,
        _fields(cursor, numbers),
    )


def nothing_to_undo(number: int) -> UndoResult:
    """Return what a second undo comes to."""
    return UndoResult(number, "", Undone(0, 0, 0, 0), (), {}, is_paused=False)


@translated()
def kept_of(number: int) -> Sequence[Kept]:
    """Return the first of what an undo left as it was: whose, which field, and no value."""
    with connection.cursor() as cursor:
        return _what_stays(cursor, [number])[0]


@translated()
def fields_of(number: int) -> Sequence[tuple[str, int]]:
    """Return the fields whose values an undo brought back, and of how many students."""
    with connection.cursor() as cursor:
        return _fields(cursor, [number])


def _fields(cursor: Any, numbers: Sequence[int]) -> list[tuple[str, int]]:
    _SQL.run(cursor, "fields", jobs=list(numbers))
    return cursor.fetchall()  # type: ignore[no-any-return]


def _what_stays(cursor: Any, numbers: Sequence[int]) -> tuple[list[Kept], dict[str, int]]:
    _SQL.run(cursor, "kept", jobs=list(numbers), limit=MOST_LISTED)
    kept = [Kept(*row) for row in cursor.fetchall()]
    _SQL.run(cursor, "reasons", jobs=list(numbers))
    return kept, dict(cursor.fetchall())


def _check_free(cursor: Any, feed: Feed | None) -> None:
    """Let no import of the feed begin until the end of the transaction. Raises ImportRunning."""
    if feed is None:
        return
    if not try_lock_requests(cursor, feed):
        raise jobs.ImportRunning(None)
    check_free(feed)
    _SQL.run(cursor, "lock_feed", lock=FEED_RUNNING, feed=feed.pk)
    if not cursor.fetchall()[0][0]:
        raise jobs.ImportRunning(None)


def _pause(cursor: Any, feed: Feed, *, actor: str) -> bool:
    if not _is_on(feed):
        return False
    kept = kept_settings(feed)
    feed.schedule = feed.schedule | {"is_on": False}
    keep_version(feed, kept, actor=actor, reason=WHY_PAUSED)
    feed.save(update_fields=["schedule", "version"])
    call_workers(cursor)
    return True


def _is_on(feed: Feed) -> bool:
    """Whether a schedule runs the feed."""
    return bool(feed.host and feed.removed_at is None and feed.schedule.get("is_on"))
