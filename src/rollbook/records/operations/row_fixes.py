"""Correcting single rows of an import: saved, then imported as the fix-it file of them alone."""

import os
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime

from django.db import transaction

from rollbook.core.corrected_rows import FIRST_ROW, LONGEST_EDITED, edited, write_fix_it_file
from rollbook.core.errors import RollbookError, UsageError
from rollbook.core.file_set import place_of
from rollbook.core.report import fix_it_name
from rollbook.home import home, scratch_file
from rollbook.records.database import translated
from rollbook.records.models import Feed, Job, RowFix
from rollbook.records.operations import audit, queueing
from rollbook.records.queries.jobs import JobView, job_by_number
from rollbook.records.queries.row_fixes import (
    Fix,
    FixState,
    can_be_fixed,
    cells_to_fix,
    fix_of,
    newer_import,
)
from rollbook.records.queries.unchanged_rows import why_unchanged


class RowsNotFixable(UsageError):
    """Single rows of import {job} can't be fixed: it saved nothing, was undone, or its feed was
    removed.

    Nothing was changed.

    Fix the rows in your SIS, or import the file again."""

    reason = "rows_not_fixable"


class NoSuchRowToFix(UsageError):
    """Import {job} has no row {row} to fix. Rows with problems are deleted after a while.

    Nothing was changed.

    Fix the row in your SIS."""

    reason = "no_such_row_to_fix"


class RowFixedMeanwhile(UsageError):
    """{by} has saved another fix of row {row} since you opened it.

    Nothing was changed.

    Compare both, then save again."""

    reason = "row_fixed_meanwhile"


class RowNotOpen(UsageError):
    """The fix of row {row} is being imported, or its import is over.

    Nothing was changed.

    Look at import {fixed_in}."""

    reason = "row_not_open"


class CellTooLong(UsageError):
    """A cell has more than {longest:,} characters.

    Nothing was changed.

    Shorten it."""

    reason = "cell_too_long"


class RowUnchanged(UsageError):
    """You changed nothing in row {row}, so it's still wrong beside the rest of its file. {why}

    Nothing was changed.

    Type the right values, or fix the row in your SIS."""

    reason = "row_unchanged"


class NoRowsSaved(UsageError):
    """Import {job} has no fixed rows that wait to be imported.

    Nothing was changed.

    Someone may have imported them already: see the rows of the import."""

    reason = "no_rows_saved"


class RowsOvertaken(RollbookError):
    """Import {newer} has saved a newer file of {feed} since then, so the fixed rows could replace
    newer values with older ones.

    Nothing was changed.

    Confirm that they should, or fix the rows of the newer import."""

    reason = "rows_overtaken"
    exit_code = 2


@translated()
@transaction.atomic
def save_fix(
    number: int, row: int, typed: Mapping[int, str], *, seen: int, actor: str, now: datetime
) -> None:
    """Save a row as it was corrected; nothing is imported.

    `typed` are the cells that were sent, by their position among the file's own columns; others
    stay as they are. `seen` is the number of saves of the fix that was shown, 0 where there was
    none. The audit log has who and which row, no value. Raises UsageError.
    """
    # Locked, so that of two people one saves first, and the other hears of it.
    Job.objects.select_for_update().filter(pk=number).first()
    job = job_by_number(number)
    fix = open_fix(job, row)
    _check_seen(fix, row, seen)
    before = fix.cells if fix else cells_to_fix(job, row) or []
    _check_lengths(typed)
    cells = edited(before, typed)
    if why := why_unchanged(job, row, cells):
        raise RowUnchanged(row=place_of(row).words, why=why)
    about = {"cells": cells, "made_by": actor, "made_at": now, "saves": seen + 1}
    RowFix.objects.update_or_create(
        job_id=number, row_number=row, defaults=about | {"fixed_in": None, "place": None}
    )
    audit.record(actor, "import.row_fixed", subject=f"job {number}", after={"row": row})


@translated()
@transaction.atomic
def discard_fix(number: int, row: int, *, seen: int, actor: str) -> None:
    """Forget what was saved of a row and not imported; `seen` as above. Raises UsageError."""
    Job.objects.select_for_update().filter(pk=number).first()
    fix = open_fix(job_by_number(number), row)
    _check_seen(fix, row, seen)
    if fix is None:
        return
    if fix.state is not FixState.SAVED:
        raise RowNotOpen(row=place_of(row).words, fixed_in=fix.job)
    RowFix.objects.filter(job_id=number, row_number=row).delete()
    audit.record(actor, "import.row_fix_discarded", subject=f"job {number}", after={"row": row})


def _check_seen(fix: Fix | None, row: int, seen: int) -> None:
    if (0 if fix is None else fix.saves) != seen:
        by = fix.made_by if fix else "Someone"
        raise RowFixedMeanwhile(by=by, row=place_of(row).words)


def open_fix(job: JobView, row: int) -> Fix | None:
    """Return what is saved of a row that can be corrected. Raises UsageError where it can't."""
    if not can_be_fixed(job):
        raise RowsNotFixable(job=job.number)
    if cells_to_fix(job, row) is None:
        raise NoSuchRowToFix(job=job.number, row=place_of(row).words)
    fix = fix_of(job.number, row)
    if fix is not None and not fix.can_be_changed:
        raise RowNotOpen(row=place_of(row).words, fixed_in=fix.job)
    return fix


def import_fixes(
    number: int,
    *,
    actor: str,
    saves: Mapping[int, int],
    over: bool = False,
    environ: Mapping[str, str] = os.environ,
) -> int:
    """Have saved rows of an import imported; return the job's number.

    It is an import of their fix-it file: limits, audit and undo are those of one. `saves`: the rows
    that a person has seen, and how often each was saved then; those that wait no longer are left
    out. `over`: also where the feed has stored a newer file since. Raises UsageError,
    RowsOvertaken, ImportRunning, FunctionNotCalled.
    """
    with translated(), transaction.atomic():
        Job.objects.select_for_update().filter(pk=number).first()
        job = job_by_number(number)
        feed = Feed.objects.filter(pk=job.feed_id, removed_at=None).first()
        if feed is None or not can_be_fixed(job):
            raise RowsNotFixable(job=number)
        waiting = RowFix.objects.filter(job_id=number, fixed_in=None, row_number__in=list(saves))
        fixes = list(waiting.order_by("row_number"))
        if not fixes:
            raise NoRowsSaved(job=number)
        for fix in fixes:
            if fix.saves != saves[fix.row_number]:
                raise RowFixedMeanwhile(by=fix.made_by, row=place_of(fix.row_number).words)
        if not over and (newer := newer_import(job, feed)) is not None:
            raise RowsOvertaken(newer=newer.number, feed=feed.title)
        asked = _request(job, feed, fixes, actor=actor, environ=environ)
        for place, fix in enumerate(fixes, FIRST_ROW):
            fix.fixed_in, fix.place = asked, place
            fix.save()
        after = {"import": asked, "rows": [fix.row_number for fix in fixes]}
        audit.record(actor, "import.fixes_imported", subject=f"job {number}", after=after)
    return asked


def _request(
    job: JobView, feed: Feed, fixes: list[RowFix], *, actor: str, environ: Mapping[str, str]
) -> int:
    report = job.report
    with closing(scratch_file(home(environ))) as file:
        rows = ((fix.row_number, fix.cells) for fix in fixes)
        size = write_fix_it_file(file, report.header, rows, report.file)
        upload = queueing.Upload(fix_it_name(job.number, fixed=True), file, size)
        return queueing.request_import(
            feed, started_by=actor, force=True, upload=upload, environ=environ
        )


def _check_lengths(typed: Mapping[int, str]) -> None:
    for text in typed.values():
        if len(text.replace("\r\n", "\n")) > LONGEST_EDITED:
            raise CellTooLong(longest=LONGEST_EDITED)
