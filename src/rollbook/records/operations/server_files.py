"""Imported files that are still on their server: noted with the import, put away after it.

The note is written in the transaction of the import, so that a run that ends in between is caught
up by the next one. Of a held import it waits for the decision.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection, transaction

from rollbook.core.issues import Issue, Severity
from rollbook.core.report import Report
from rollbook.core.sources.after_import import STAY, AfterImport, ImportedFile
from rollbook.core.sources.connection import SftpConnection
from rollbook.records.database import translated
from rollbook.records.models import Feed, IssueKind, IssueRow, Job, ServerFile
from rollbook.records.operations import audit
from rollbook.records.operations.import_index import index_import


@dataclass(frozen=True, slots=True)
class DueFile:
    """A file to be put away, and the import that it was."""

    number: int
    """That of its note."""
    job: int
    server: str
    file: ImportedFile


def plan_of(feed: Feed) -> AfterImport:
    """Return what the feed wants done with imported files."""
    return AfterImport(feed.after_import, feed.after_import_folder, feed.after_import_ending)


def note_files(
    cursor: Any, job: int, feed: Feed, files: Sequence[ImportedFile], *, is_due: bool
) -> None:
    """Note the files of an import, in the transaction of `cursor`.

    There are none where the import is of a stored file: those noted when it was held are due.
    A file without a time stays: another of the same size could not be told from it.
    """
    if is_due:
        cursor.execute("update rollbook.server_files set is_due = true where job_id = %s", [job])
    if not files or feed.after_import == STAY:
        return
    forget_file(cursor, job)
    for file in files:
        if file.modified:
            path = os.fsencode(file.path)
            cursor.execute(
                "insert into rollbook.server_files"
                " (job_id, feed_id, server, path, size, modified, is_due)"
                " values (%s, %s, %s, %s, %s, %s, %s)",
                [job, feed.pk, feed.server, path, file.size, file.modified, is_due],
            )


def forget_file(cursor: Any, job: int) -> None:
    """Let the file of a discarded import stay where it is, in the transaction of `cursor`."""
    cursor.execute("delete from rollbook.server_files where job_id = %s", [job])


@translated()
def due_files(feed: Feed) -> list[DueFile]:
    """Return what is to be put away for the feed, the oldest first."""
    rows = ServerFile.objects.filter(feed_id=feed.pk, is_due=True).order_by("job_id", "id")
    return [
        DueFile(
            row.pk,
            row.job_id,
            row.server,
            ImportedFile(os.fsdecode(bytes(row.path)), row.size, row.modified),
        )
        for row in rows
    ]


@translated()
@transaction.atomic
def settle(due: DueFile, *, action: str, did: bool) -> None:
    """Forget a file that is put away, or that cannot be: it is gone, or another has its name."""
    ServerFile.objects.filter(pk=due.number).delete()
    if did:
        audit.record(
            "system", "import.file_put_away", subject=f"job {due.job}", after={"how": action}
        )


@translated()
@transaction.atomic
def warn(job: int, issue: Issue) -> Report | None:
    """Add a warning to an import that has ended; return its report with it.

    None where it has the same one already.
    """
    row = Job.objects.select_for_update().get(pk=job)
    is_known = IssueKind.objects.filter(job_id=job, code=issue.code).exists()
    if is_known or (output := row.came_to) is None:
        return None
    IssueRow.objects.create(
        job_id=job,
        code=issue.code,
        severity=Severity.WARNING.value,
        message=issue.message,
        value=issue.value,
    )
    report = output.report
    report.warnings += 1
    report.by_code[issue.code] = report.by_code.get(issue.code, 0) + 1
    row.output_data = replace(output, report=report).to_json(job)
    row.save()
    with connection.cursor() as cursor:
        index_import(cursor, job)
    return report


def is_same_server(due: DueFile, connection: SftpConnection) -> bool:
    """Tell whether the feed still signs in where the file was fetched."""
    return due.server == connection.server
