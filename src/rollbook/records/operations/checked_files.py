"""Importing the file of a dry run: the very bytes, under the settings that it was checked with."""

from collections.abc import Callable
from dataclasses import replace

from django.db import connection, transaction

from rollbook.core.errors import RollbookError, UsageError
from rollbook.records.database import connect, translated
from rollbook.records.models import Checked, Feed, Job, JobInput
from rollbook.records.operations import files, jobs
from rollbook.records.operations.decisions import check_newest
from rollbook.records.operations.queueing import check_free, create_job, lock_requests
from rollbook.records.operations.runner import call_for_job
from rollbook.records.queries.jobs import JobView, job_by_number
from rollbook.records.queries.meaning import settings_of

SHOWN = ("completed", "held")
"""How a dry run has ended that says what its file would change."""


class NotChecked(UsageError):
    """Import {number} isn't a check whose file can be imported.

    Nothing was changed."""

    reason = "not_checked"

    def __init__(self, number: int) -> None:
        super().__init__(number=number)


class CheckedFileGone(UsageError):
    """The file of check {number} is no longer saved: it was imported, or has expired.

    Nothing was changed.

    Look at the import history, or check the file again."""

    reason = "checked_file_gone"

    def __init__(self, number: int) -> None:
        super().__init__(number=number)


class SettingsChanged(RollbookError):
    """The settings have changed since check {number}, so the file may mean something else now.

    Nothing was changed.

    Check the file again."""

    reason = "settings_changed"
    exit_code = 2

    def __init__(self, number: int) -> None:
        super().__init__(number=number)


def can_be_imported(job: JobView) -> bool:
    """Tell whether the job is a dry run whose file and feed are here: it can be imported."""
    if not _shows(job) or not Feed.objects.filter(pk=job.feed_id, removed_at=None).exists():
        return False
    with connection.cursor() as cursor:
        return files.is_stored(cursor, job.number)


def is_of_other_settings(job: JobView) -> bool:
    """Tell whether the feed's settings have changed since a dry run: it must be checked again."""
    row = Job.imports.filter(pk=job.number).first()
    feed = Feed.objects.filter(pk=job.feed_id, removed_at=None).first()
    if row is None or feed is None or (output := row.came_to) is None:
        return False
    return output.settings != settings_of(feed, encoding=row.asked.encoding)


def import_checked(number: int, *, actor: str, is_queued: bool = True) -> int:
    """Have the file of a dry run imported as a job of its own; return that job's number.

    Limits hold it as any import. Without `is_queued` the caller runs it. Raises UsageError,
    ImportRunning, Overtaken where a newer file has been stored since, SettingsChanged,
    FunctionNotCalled.
    """
    return _import(number, _shows, actor=actor, is_queued=is_queued, is_as_checked=True)


def import_kept(number: int, *, actor: str) -> int:
    """The same with the file of a dry run or a failed import, under the settings of now."""
    return _import(number, is_kept, actor=actor, is_queued=True, is_as_checked=False)


def _import(
    number: int,
    has_file: Callable[[JobView], bool],
    *,
    actor: str,
    is_queued: bool,
    is_as_checked: bool,
) -> int:
    with connect(autocommit=True) as visible:
        jobs.mark_interrupted(visible)
    with translated(), transaction.atomic(), connection.cursor() as cursor:
        row = Job.objects.select_for_update().get(pk=job_by_number(number).number)
        output, asked = row.came_to, row.asked
        feed = Feed.objects.filter(pk=asked.feed_id, removed_at=None).first()
        if output is None or feed is None or not has_file(job_by_number(number)):
            raise NotChecked(number)
        lock_requests(cursor, feed)
        check_free(feed)
        check_newest(number, feed)
        checked = Checked(number, output.settings) if is_as_checked else None
        if checked is not None:
            check_same_settings(checked, settings_of(feed, encoding=asked.encoding))
        wanted = replace(
            JobInput.for_feed(feed, started_by=actor, force=True),
            upload=output.report.file.get("name") or "file",
            encoding=asked.encoding,
            served=output.report.served,
            checked=checked,
        )
        job = create_job(cursor, wanted, is_queued=is_queued)
        if not files.hand_over(cursor, number, to=job):
            raise CheckedFileGone(number)
        if is_queued:
            call_for_job(job, keeps_waiting=False)
    return job


def is_kept(job: JobView) -> bool:
    """Tell whether the job has left its file for another look, and no decision waits for it."""
    return _shows(job) or job.report.status == "failed"


def check_same_settings(checked: Checked, settings: str) -> None:
    """Raise SettingsChanged where the file was checked under other settings.

    To be asked when it is queued, and again when it is imported: it may wait for a worker.
    """
    if checked.settings != settings:
        raise SettingsChanged(checked.job)


def _shows(job: JobView) -> bool:
    report = job.report
    return report.dry_run and report.status in SHOWN and report.reason != "file_unchanged"
