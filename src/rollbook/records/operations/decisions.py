"""What an administrator decides of an import that is held: apply it once, or discard it."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from rollbook.core.errors import RollbookError, UsageError
from rollbook.records.database import connect, translated
from rollbook.records.district import FILES_DAYS, days_of
from rollbook.records.models import Approval, Feed, Job, JobOutput, StoredFile
from rollbook.records.operations import audit, files, jobs
from rollbook.records.operations.findings import forget_findings
from rollbook.records.operations.import_index import index_import
from rollbook.records.operations.queueing import check_free, enqueue, lock_requests
from rollbook.records.operations.reasons import check_reason
from rollbook.records.operations.runner import call_for_job
from rollbook.records.operations.server_files import forget_file
from rollbook.records.outcome import Outcome, outcome_of
from rollbook.records.queries.jobs import job_by_number, newest_file


class Discarded(RollbookError):
    """The import was held, and an administrator has discarded it.

    Nothing was changed.

    Have the export corrected and import it again."""

    reason = "discarded"


class NotDecided(Discarded):
    """The import was held, and the time of its file was over before anybody decided.

    Nothing was changed.

    Import the file again if it is still wanted."""


class NotHeld(UsageError):
    """Import {number} does not wait for a decision.

    Nothing was changed."""

    reason = "not_held"

    def __init__(self, number: int) -> None:
        super().__init__(number=number)


class FileNoLongerStored(UsageError):
    """The file of import {number} is no longer stored: its time was over.

    Nothing was changed.

    Import it again."""

    reason = "file_no_longer_stored"

    def __init__(self, number: int) -> None:
        super().__init__(number=number)


class Overtaken(RollbookError):
    """Import {newer} has stored a newer file of {feed} since, so import {number} would put older
    values over newer ones.

    Nothing was changed.

    Discard it, or import its file once more."""

    reason = "overtaken"
    exit_code = 2


def approve_import(number: int, *, actor: str, reason: str, is_queued: bool) -> None:
    """Let a held import be applied once: its stored bytes are checked and merged again.

    As many of each kind as were found do not hold it again; every other rule counts, against the
    students as they then are. Without `is_queued` the caller runs it.
    Raises UsageError, ImportRunning, FunctionNotCalled.
    """
    check_reason(reason)
    with connect(autocommit=True) as visible:
        jobs.mark_interrupted(visible)
    with translated(), transaction.atomic(), connection.cursor() as cursor:
        row, output = _held(number)
        feed = Feed.objects.get(pk=row.asked.feed_id)
        lock_requests(cursor, feed)
        check_free(feed)
        report = output.report
        check_newest(number, feed)
        if not files.is_stored(cursor, number):
            raise FileNoLongerStored(number)
        forget_findings(cursor, number)
        approval = Approval(
            output.settings, {kind: found.part for kind, found in report.measures.items()}
        )
        asked = row.asked.approve(
            approval, actor=actor, upload=report.file["name"], served=report.served
        )
        row.input_data = asked.to_json()
        row.wait_again()
        row.save()
        index_import(cursor, number)
        audit.record(
            actor,
            "import.approved",
            subject=f"job {number}",
            before={"held": report.message_text},
            after={
                "reason": reason,
                "sha256": report.file["sha256"],
                "accepted": approval.accepted,
            },
        )
        if is_queued:
            enqueue(cursor, number)
            # It is approved, whatever comes of the call: the schedule carries it out otherwise.
            call_for_job(number, keeps_waiting=True)


def check_newest(number: int, feed: Feed) -> None:
    """Raise Overtaken where a stored file that waited is no longer the newest.

    To be asked when it is approved, and again when it is applied: it may wait for a worker.
    """
    newer = newest_file(feed)
    if newer is not None and newer > number:
        raise Overtaken(newer=newer, feed=feed.name, number=number)


def discard_import(number: int, *, actor: str, reason: str) -> None:
    """Give a held import up and delete its stored file. Raises UsageError."""
    check_reason(reason)
    with translated(), transaction.atomic(), connection.cursor() as cursor:
        _give_up(cursor, number, Discarded(), actor=actor, reason=reason)


def end_undecided(now: datetime) -> list[int]:
    """Give up held imports whose file is no longer stored, so that nobody can apply them; return
    their numbers."""
    since = now - timedelta(days=days_of(FILES_DAYS))
    stored = StoredFile.objects.filter(job_id=OuterRef("pk"))
    held = Job.imports.with_outcome(Outcome.NEEDS_REVIEW).writing().filter(~Exists(stored))
    ended: list[int] = []
    for number in list(held.values_list("pk", flat=True)):
        with translated(), transaction.atomic(), connection.cursor() as cursor:
            at = job_by_number(number).ended_at
            if at is None or at > since or files.is_stored(cursor, number):
                continue
            reason = "nobody decided before the time of its file was over"
            _give_up(cursor, number, NotDecided(), actor="clean-up", reason=reason)
            ended.append(number)
    return ended


def _give_up(cursor: Any, number: int, error: Discarded, *, actor: str, reason: str) -> None:
    row, output = _held(number)
    output.report.fail(error)
    row.status, row.error_message = Job.Status.FAILED, str(error)
    row.output_data = output.to_json(number)
    row.save()
    index_import(cursor, number)
    files.drop_file(cursor, number)
    forget_file(cursor, number)
    audit.record(actor, "import.discarded", subject=f"job {number}", after={"reason": reason})


def _held(number: int) -> tuple[Job, JobOutput]:
    """Return the row of a held job, locked, so that of two decisions one counts.

    A check that was held has nothing to apply, though its file may be kept.
    """
    row = Job.objects.select_for_update().get(pk=job_by_number(number).number)
    output = row.came_to
    is_held = output is not None and outcome_of(output.report) is Outcome.NEEDS_REVIEW
    if output is not None and is_held and not row.asked.dry_run:
        return row, output
    raise NotHeld(number)
