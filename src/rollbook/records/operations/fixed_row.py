"""One row corrected by a command or a program: new values by header, checked, saved, imported."""

import os
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from rollbook.core.corrected_rows import CheckedRow, edited, own_columns
from rollbook.core.errors import UsageError
from rollbook.core.file_set import Place, number_of
from rollbook.core.quantities import counted
from rollbook.core.visible import visible
from rollbook.records.models import Feed
from rollbook.records.operations.row_fixes import import_fixes, open_fix, save_fix
from rollbook.records.queries.jobs import JobView
from rollbook.records.queries.row_checks import checked_row
from rollbook.records.queries.row_fixes import cells_to_fix


class NoSuchFileOfImport(UsageError):
    """Import {job} read {files}, and we don't know which one the row is in.

    Nothing was changed.

    Give that file's name as it is there."""

    reason = "no_such_file_of_import"
    seen_by_administrators = "the names of the files"


class NoSuchColumnToFix(UsageError):
    """The file of import {job} has no such column.

    Nothing was changed.

    Write the header as the file does."""

    reason = "no_such_column_to_fix"
    seen_by_administrators = "the headers of the file"


class RowStillWrong(UsageError):
    """The row still has a problem.

    Nothing was changed.

    Fix those values, too, or import the row without them."""

    reason = "row_still_wrong"

    def __init__(self, checked: CheckedRow) -> None:
        super().__init__()
        self.checked = checked
        self.faults = {each.column or "row": each.message for each in checked.errors}


def number_at(job: JobView, row: int, name: str = "") -> int:
    """Return the number of a row of the file with this name; "" where it is the only one.

    Raises NoSuchFileOfImport.
    """
    file = job.report.file
    several = [str(each.get("name")) for each in file.get("files") or ()]
    if not several and name in ("", file.get("name")):
        return row
    if name not in several:
        names = several or [str(file.get("name"))]
        files, seen = counted(len(names), "file"), visible(", ".join(names[:30]))
        raise NoSuchFileOfImport(job=job.number, files=files, private=seen, field="file")
    return number_of(Place(several.index(name) + 1, row))


def places_of(job: JobView, headers: Collection[str]) -> dict[str, int]:
    """Return the positions of columns among the file's own. Raises NoSuchColumnToFix."""
    own = [job.report.header[at] for at in own_columns(job.report.header)]
    if not {*headers} <= {*own}:
        seen = visible(", ".join(own[:30]))
        raise NoSuchColumnToFix(job=job.number, private=seen, field="column")
    return {header: own.index(header) for header in headers}


def fix_row(
    job: JobView,
    row: int,
    values: Mapping[str, str],
    *,
    actor: str,
    now: datetime,
    without: bool = False,
    over: bool = False,
    environ: Mapping[str, str] = os.environ,
) -> int:
    """Have a row imported with these values, by header; return the number of that import.

    `without`: also where values still have a problem, which are left out then. `over`: as in
    import_fixes. Raises UsageError, and what checked_row and import_fixes raise.
    """
    fix = open_fix(job, row)
    places = places_of(job, values)
    typed = {places[header]: text for header, text in values.items()}
    cells = edited(fix.cells if fix else cells_to_fix(job, row) or [], typed)
    checked = checked_row(job, Feed.objects.get(pk=job.feed_id), row, cells, environ=environ)
    if checked.refused:
        raise UsageError(what=checked.refused)
    if checked.is_rejected or (checked.errors and not without):
        raise RowStillWrong(checked)
    saves = fix.saves if fix else 0
    with transaction.atomic():  # what isn't imported isn't saved: the caller is told that
        save_fix(job.number, row, typed, seen=saves, actor=actor, now=now)
        saved = {row: saves + 1}
        return import_fixes(job.number, actor=actor, saves=saved, over=over, environ=environ)
