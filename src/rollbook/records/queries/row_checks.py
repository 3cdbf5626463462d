"""What an import of a corrected row would find, under the settings of its feed as they are now."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import BoundedSemaphore
from typing import Final

from rollbook.core.corrected_rows import FIRST_ROW, CheckedRow, check_row, check_rows
from rollbook.core.errors import RollbookError
from rollbook.core.import_context import ImportContext
from rollbook.core.issues import Findings, IssueBatch
from rollbook.core.report import Report
from rollbook.home import home, scratch_file
from rollbook.records import clock
from rollbook.records.district import district_zone
from rollbook.records.models import Feed
from rollbook.records.queries.feeds import feed_rules, read_catalogue
from rollbook.records.queries.first_files import of_report
from rollbook.records.queries.jobs import JobView
from rollbook.records.queries.row_fixes import Fix
from rollbook.records.queries.school_years import school_year
from rollbook.records.queries.unchanged_rows import why_unchanged

UNCHANGED: Final = (
    "You changed nothing, so the row is still wrong beside the rest of its file. {why}"
)

_CHECKING: Final = BoundedSemaphore(2)
"""So many checks run at once in a process: each is a process of its own."""


class RowChecksBusy(RollbookError):
    """Other rows are being checked, so this wasn't.

    Nothing was changed.

    Try again in a few seconds."""

    reason = "row_checks_busy"
    is_transient = True


def checked_row(
    job: JobView,
    feed: Feed,
    row: int,
    cells: Sequence[str],
    *,
    environ: Mapping[str, str] = os.environ,
) -> CheckedRow:
    """Check a row as it was corrected, without the stored students; nothing is written.

    Raises RowChecksBusy, and what a file can be at fault for beyond being refused: RollbookError.
    """
    with _one_of_few():
        checked = check_row(job.report.header, (row, cells), _context(job, feed, environ))
    why = "" if checked.is_rejected else why_unchanged(job, row, cells)
    return replace(checked, is_rejected=True, refused=UNCHANGED.format(why=why)) if why else checked


def saved_rows_still_wrong(
    job: JobView, feed: Feed, fixes: Iterable[Fix], *, environ: Mapping[str, str] = os.environ
) -> list[int]:
    """Return which of these saved rows would be imported without a value, or not at all.

    Raises the same.
    """
    rows = sorted((fix.row, fix.cells) for fix in fixes)
    if not rows:
        return []
    with _one_of_few():
        checked = check_rows(job.report.header, rows, _context(job, feed, environ))
    wrong = {issue.row for issue in checked.errors}
    return [
        row
        for at, (row, _) in enumerate(rows, FIRST_ROW)
        if checked.is_rejected or checked.refused or at in wrong
    ]


@contextmanager
def _one_of_few() -> Iterator[None]:
    if not _CHECKING.acquire(blocking=False):
        raise RowChecksBusy
    try:
        yield
    finally:
        _CHECKING.release()


def _context(job: JobView, feed: Feed, environ: Mapping[str, str]) -> ImportContext:
    folder = home(environ)
    return ImportContext(
        catalogue=read_catalogue(),
        rules=feed_rules(feed),
        report=Report(dry_run=True),
        findings=Findings(_Nowhere()),
        listener=lambda _: None,
        first_file=lambda: of_report(job.number, job.report),
        scratch=lambda: scratch_file(folder),
        year=school_year(),
        feed_id=feed.pk,
        clock=clock.now,
        zone=district_zone(),
    )


class _Nowhere:
    """An IssueSink of a context that is only passed on."""

    def add(self, issues: IssueBatch) -> None:
        """Keep nothing."""
