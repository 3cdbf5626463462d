"""What an administrator decides of a held import: apply it, once or from now on, or discard it."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from rollbook.core.errors import RollbookError, UsageError
from rollbook.core.feed_settings import rules_used
from rollbook.core.limits.expecting import expected_settings
from rollbook.core.report import Report
from rollbook.records.database import connect, translated
from rollbook.records.district import FILES_DAYS, days_of, district_zone
from rollbook.records.models import Approval, Feed, Job, JobOutput, StoredFile
from rollbook.records.operations import audit, files, jobs
from rollbook.records.operations.feeds import update_feed
from rollbook.records.operations.findings import forget_findings
from rollbook.records.operations.import_index import index_import
from rollbook.records.operations.queueing import check_free, enqueue, lock_requests
from rollbook.records.operations.reasons import check_reason
from rollbook.records.operations.runner import call_for_job
from rollbook.records.operations.seen import ChangedMeanwhile
from rollbook.records.operations.server_files import forget_file
from rollbook.records.outcome import Outcome, outcome_of
from rollbook.records.queries.feed_changes import SettingChange
from rollbook.records.queries.feeds import locked_feed
from rollbook.records.queries.jobs import JobView, job_by_number, newest_file
from rollbook.records.queries.meaning import settings_of


class Discarded(RollbookError):
    """This import was held, and an administrator discarded it.

    Nothing was changed.

    Fix the export and import it again."""

    reason = "discarded"


class NotDecided(Discarded):
    """This import was held, and its file expired before anyone decided.

    Nothing was changed.

    If you still want the file, import it again."""


class Retired(Discarded):
    """This import was held, and import {newer} has saved a newer file of this feed since then.

    Nothing was changed by this one.

    Nothing to do. Your data is from the newer file."""

    def __init__(self, newer: int) -> None:
        super().__init__(newer=newer)


class NotHeld(UsageError):
    """Import {number} isn't on hold.

    Nothing was changed."""

    reason = "not_held"

    def __init__(self, number: int) -> None:
        super().__init__(number=number)


class FileNoLongerStored(UsageError):
    """The file of import {number} has expired.

    Nothing was changed.

    Import it again."""

    reason = "file_no_longer_stored"

    def __init__(self, number: int) -> None:
        super().__init__(number=number)


class Overtaken(RollbookError):
    """Import {newer} has saved a newer file of {feed} since then, so import {number} would replace
    newer values with older ones.

    Nothing was changed.

    Discard it, or import its file again."""

    reason = "overtaken"
    exit_code = 2


class NothingToExpect(UsageError):
    """No limit could be raised to allow import {number} and still be a limit.

    Nothing was changed.

    Import it anyway once, or discard it."""

    reason = "nothing_to_expect"

    def __init__(self, number: int) -> None:
        super().__init__(number=number)


Expected = bool | Mapping[str, str]
"""Of the `expected_changes` all, nothing, or those of setting -> value, as a page showed them."""


def approve_import(
    number: int, *, actor: str, reason: str, is_queued: bool, expects: Expected = False
) -> None:
    """Let a held import be applied: its stored bytes are checked and merged again.

    As many of each kind as were found do not hold it again; every other rule counts, against the
    students as they then are. What is expected from now on changes the feed's settings with it.
    Without `is_queued` the caller runs it.
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
        settings, expected = _expect(row, output, expects, actor=actor, reason=reason)
        approval = Approval(settings, {kind: one.part for kind, one in report.measures.items()})
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
            before={"held": report.what},
            after={
                "reason": reason,
                "sha256": report.file["sha256"],
                "accepted": approval.accepted,
                **({"expected": expected} if expected else {}),
            },
        )
        if is_queued:
            enqueue(cursor, number)
            # It is approved, whatever comes of the call: the schedule carries it out otherwise.
            call_for_job(number, keeps_waiting=True)


def expected_changes(job: JobView) -> list[SettingChange]:
    """Return what changes in the feed's settings where a held import is expected from now on.

    [] where no limit could allow it, and where the import does not wait for a decision.
    """
    if job.report.dry_run or job.outcome is not Outcome.NEEDS_REVIEW:
        return []
    feed = Feed.objects.filter(pk=job.feed_id, removed_at=None).first()
    if feed is None:
        return []
    expected = _expected_of(job.report, feed)
    return [SettingChange(name, getattr(feed, name), value) for name, value in expected.items()]


def _expected_of(report: Report, feed: Feed) -> dict[str, Any]:
    """Return the settings that change; what the feed allows already stays as it is."""
    today = timezone.now().astimezone(district_zone()).date().isoformat()
    found = expected_settings(report.measures, rules_used(report.rules), today=today)
    return {
        name: value
        for name, value in found.items()
        if isinstance(value, str) or value > getattr(feed, name)
    }


def _expect(
    row: Job, output: JobOutput, shown: Expected, *, actor: str, reason: str
) -> tuple[str | None, dict[str, Any]]:
    """Change the feed's limits; return the settings that the import counts under, and the change.

    Where others have changed the settings since it was held, what was seen counts no more.
    """
    if shown is False:
        return output.settings, {}
    feed = locked_feed(Feed.objects.get(pk=row.asked.feed_id).name)
    expected = _expected_of(output.report, feed)
    if not isinstance(shown, bool):
        if not shown:
            raise UsageError(what="No setting was chosen.", advice="Choose one, or apply it once.")
        now = {name: str(value) for name, value in expected.items() if name in shown}
        if now != shown:
            raise ChangedMeanwhile(what=f"the settings of {feed.name}")
        expected = {name: expected[name] for name in shown}
    if not expected:
        raise NothingToExpect(row.pk)
    encoding = row.asked.encoding
    is_as_checked = settings_of(feed, encoding=encoding) == output.settings
    update_feed(feed, expected, actor=actor, note={}, reason=reason)
    return (settings_of(feed, encoding=encoding) if is_as_checked else output.settings), expected


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


def end_undecided(
    now: datetime, *, on_end: Callable[[int], None] = lambda number: None
) -> list[int]:
    """Give up held imports whose file is no longer stored, so that nobody can apply them; return
    their numbers. `on_end` is called with each in the transaction of its end."""
    since = now - timedelta(days=days_of(FILES_DAYS))
    stored = StoredFile.objects.filter(job_id=OuterRef("pk"))
    held = Job.imports.with_outcome(Outcome.NEEDS_REVIEW).writing().filter(~Exists(stored))
    ended: list[int] = []
    for number in list(held.order_by("pk").values_list("pk", flat=True)):
        # Another worker may end it at the same moment, and so may a person.
        with suppress(NotHeld), translated(), transaction.atomic(), connection.cursor() as cursor:
            at = job_by_number(number).ended_at
            if at is None or at > since or files.is_stored(cursor, number):
                continue
            reason = "no one decided before its file expired"
            _give_up(cursor, number, NotDecided(), actor="clean-up", reason=reason)
            on_end(number)
            ended.append(number)
    return ended


def retire_overtaken(feed_id: int) -> list[int]:
    """Give up a feed's held imports that a newer file of its server has overtaken, so that nobody
    applies an older file over newer values; return their numbers. To be called in a transaction.

    Of files that people bring by hand each may be of another kind, and waits for its decision.
    """
    feed = Feed.objects.filter(pk=feed_id).exclude(host="").first()
    newest = newest_file(feed) if feed is not None else None
    if newest is None:
        return []
    held = Job.imports.of_feed(feed_id).with_outcome(Outcome.NEEDS_REVIEW).writing()
    retired: list[int] = []
    for number in list(held.filter(pk__lt=newest).order_by("pk").values_list("pk", flat=True)):
        with suppress(NotHeld), connection.cursor() as cursor:
            reason = f"import {newest} has stored a newer file"
            _give_up(cursor, number, Retired(newest), actor="clean-up", reason=reason)
            retired.append(number)
    return retired


def _give_up(cursor: Any, number: int, error: Discarded, *, actor: str, reason: str) -> None:
    row, output = _held(number)
    before, after = {"held": output.report.what}, {"reason": reason}
    output.report.fail(error)
    row.status, row.error_message = Job.Status.FAILED, str(error)
    row.output_data = output.to_json(number)
    row.save()
    index_import(cursor, number)
    files.drop_file(cursor, number)
    forget_file(cursor, number)
    audit.record(actor, "import.discarded", subject=f"job {number}", before=before, after=after)


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
