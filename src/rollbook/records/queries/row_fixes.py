"""Corrected rows: which rows can be corrected, what is saved of each, and what came of it."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from django.db.models import Exists, OuterRef

from rollbook.core.corrected_rows import in_columns
from rollbook.core.file_set import place_object
from rollbook.core.issues import Issue, Severity
from rollbook.core.report import job_of_fix_it_name
from rollbook.records.models import Feed, ImportIndex, IncompleteRow, Job, RejectedRow, RowFix
from rollbook.records.outcome import Outcome
from rollbook.records.queries.issues import IssueFilter, issues_after
from rollbook.records.queries.jobs import JobView, job_by_number, job_view, newest_file

MOST_ISSUES: Final = 500
"""Of one row that are looked up."""


class FixState(StrEnum):
    """What has become of a corrected row."""

    SAVED = "saved"
    IMPORTING = "importing"
    HELD = "held"
    FIXED = "fixed"
    REJECTED = "rejected"
    """Its import rejected the row again, or failed."""
    INCOMPLETE = "incomplete"
    """Imported, again without a value."""
    LEFT_OUT = "left_out"
    """Its import was saved without the row, which the file's layout leaves out."""
    UNDONE = "undone"


CHANGEABLE: Final = frozenset(
    {
        FixState.SAVED,
        FixState.REJECTED,
        FixState.INCOMPLETE,
        FixState.LEFT_OUT,
        FixState.UNDONE,
    }
)
"""What can be corrected once more."""

NOT_IMPORTED: Final = frozenset({FixState.HELD, FixState.REJECTED})
"""What its import has not saved, for now or for good."""

LOST: Final = (Outcome.FAILED.value, Outcome.STOPPED.value, Outcome.UNDONE.value)
"""Of an import of corrected rows: they can be corrected once more."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A row as it was corrected, by which person and when, and its import, if any."""

    row: int
    cells: Sequence[str]
    made_by: str
    made_at: datetime
    saves: int
    job: int | None
    state: FixState
    errors: Sequence[Issue] = ()
    """What its import found in the row where it was rejected again. They hold students' values."""
    why: str = ""
    """What its import came to, where that failed or is held for another reason."""

    @property
    def can_be_changed(self) -> bool:
        return self.state in CHANGEABLE


def can_be_fixed(job: JobView) -> bool:
    """Tell whether single rows of the import can be fixed: it is imported, and its feed is here."""
    return (
        job.report.stored
        and job.outcome is not Outcome.UNDONE
        and Feed.objects.filter(pk=job.feed_id, removed_at=None).exists()
    )


def rows_to_fix(job: JobView, rows: Collection[int]) -> frozenset[int]:
    """Return which of these rows were rejected, or lack a value, and are still kept."""
    if not rows or not can_be_fixed(job):
        return frozenset()
    return frozenset(_rows(RejectedRow, job, rows)) | frozenset(_rows(IncompleteRow, job, rows))


def all_rows_to_fix(job: JobView) -> list[int]:
    """Return all rows that were rejected, or lack a value, and are still kept."""
    if not can_be_fixed(job):
        return []
    found: set[int] = set()
    for kept in (RejectedRow, IncompleteRow):
        rows = kept.objects.filter(job_id=job.number)
        found.update(rows.values_list("row_number", flat=True))
    return sorted(found)


def _rows(
    kept: type[RejectedRow | IncompleteRow], job: JobView, rows: Collection[int]
) -> Sequence[int]:
    found = kept.objects.filter(job_id=job.number, row_number__in=rows)
    return list(found.values_list("row_number", flat=True))


def written_row(number: int, row: int) -> list[str] | None:
    """Return a row as the file wrote it; None where it has no error, or is deleted by now."""
    asked = {"job_id": number, "row_number": row}
    rejected = RejectedRow.objects.filter(**asked).first()
    found = rejected or IncompleteRow.objects.filter(**asked).first()
    return None if found is None else [str(cell) for cell in found.cells]


def is_imported(number: int, row: int) -> bool:
    """Tell whether the row is imported without a value, and not rejected."""
    return IncompleteRow.objects.filter(job_id=number, row_number=row).exists()


def cells_to_fix(job: JobView, row: int) -> list[str] | None:
    """Return the same below the columns of the file's header."""
    found = written_row(job.number, row)
    return None if found is None else in_columns(found, job.report.header)


def issues_of_row(number: int, row: int) -> list[Issue]:
    """Return what an import found in one row."""
    found = issues_after(number, IssueFilter(), place=(row, 0), limit=MOST_ISSUES)
    return [issue for (at, _), issue in found if at == row]


def next_row(job: JobView, row: int) -> int | None:
    """Return the next row that no one has corrected, or whose fix was undone or not imported; after
    the last one the first."""
    again = RejectedRow.objects.filter(job_id=OuterRef("fixed_in"), row_number=OuterRef("place"))
    lost = ImportIndex.objects.filter(job_id=OuterRef("fixed_in"), outcome__in=LOST)
    fixes = RowFix.objects.filter(job_id=job.number)
    corrected = fixes.exclude(Exists(again)).exclude(Exists(lost)).values("row_number")
    found: list[int] = []
    for kept in (RejectedRow, IncompleteRow):
        left = kept.objects.filter(job_id=job.number).exclude(row_number__in=corrected)
        numbers = left.exclude(row_number=row).order_by("row_number")
        for some in (numbers.filter(row_number__gt=row), numbers):
            found += some.values_list("row_number", flat=True)[:1]
    return min(found, key=lambda each: (each < row, each), default=None)


def fixes_of(number: int, rows: Collection[int] | None = None) -> dict[int, Fix]:
    """Return what is saved of an import's rows, by row; `rows`: of these alone."""
    found = RowFix.objects.filter(job_id=number)
    if rows is not None:
        found = found.filter(row_number__in=rows)
    return {row.row_number: fix for row, fix in _with_states(list(found.order_by("row_number")))}


def has_fixed_rows(number: int) -> bool:
    """Tell whether an import is of rows that were corrected in the browser or by the command: the
    person sees there what comes of them."""
    return RowFix.objects.filter(fixed_in=number).exists()


def fix_of(number: int, row: int) -> Fix | None:
    """Return what is saved of one row."""
    return fixes_of(number, [row]).get(row)


def rows_saved(number: int) -> list[int]:
    """Return the rows that are corrected and wait to be imported."""
    found = RowFix.objects.filter(job_id=number, fixed_in=None).order_by("row_number")
    return list(found.values_list("row_number", flat=True))


def fixed_here(job: JobView) -> list[tuple[int, int]]:
    """Return of which imports this one has the corrected rows, and of each how many.

    Of a file that was corrected elsewhere, and of rows that were corrected once more since then,
    the file's name tells.
    """
    report = job.report
    if not job.is_fix_it:
        return []
    fixed = RowFix.objects.filter(fixed_in=job.number).values_list("job_id", flat=True)
    found = Counter(fixed)
    first = job_of_fix_it_name(str(report.file.get("name") or ""))
    if first is None or first >= job.number:
        return sorted(found.items())
    if Job.imports.of_feed(job.feed_id).filter(pk=first).exists():
        counts = report.counts
        rows = counts.total + counts.combined + counts.left_out
        found[first] = max(found[first], rows)
    return sorted(found.items())


def newer_import(job: JobView, feed: Feed) -> JobView | None:
    """Return the feed's newest import that stored something after this one, of another file."""
    newest = newest_file(feed)
    if newest is None or newest <= job.number:
        return None
    found = job_by_number(newest)
    sha256 = job.report.file.get("sha256")
    return None if sha256 and found.report.file.get("sha256") == sha256 else found


def fix_object(fix: Fix, file: Mapping[str, Any]) -> dict[str, Any]:
    """Return a fix as programs read it, without the student's values."""
    made_at = fix.made_at.isoformat(timespec="seconds")
    about = {"made_by": fix.made_by, "made_at": made_at, "state": fix.state.value}
    return {**place_object(fix.row, file), **about, "import": fix.job}


def fixes_object(job: JobView) -> dict[str, Any]:
    """Return an import's rows to fix, and those that are fixed, as an object for JSON."""
    fixes, file = fixes_of(job.number), job.report.file
    return {
        "job": job.number,
        "to_fix": [place_object(row, file) for row in all_rows_to_fix(job) if row not in fixes],
        "fixes": [fix_object(each, file) for each in fixes.values()],
    }


def _with_states(rows: Sequence[RowFix]) -> list[tuple[RowFix, Fix]]:
    numbers = {row.fixed_in for row in rows if row.fixed_in is not None}
    jobs = {job.pk: job_view(job) for job in Job.imports.filter(pk__in=numbers)} if numbers else {}
    rejected, incomplete = _again(RejectedRow, numbers), _again(IncompleteRow, numbers)
    errors: dict[int, list[Issue]] = {}
    found = []
    for row in rows:
        at = (row.fixed_in, row.place)
        job = jobs.get(row.fixed_in) if row.fixed_in is not None else None
        state = _state(row, job, is_rejected=at in rejected)
        if state is FixState.FIXED and at in incomplete:
            state = FixState.INCOMPLETE
        issues: list[Issue] = []
        if state is FixState.REJECTED and row.fixed_in is not None:
            if row.fixed_in not in errors:
                errors[row.fixed_in] = _errors(row.fixed_in)
            issues = [each for each in errors[row.fixed_in] if each.row == row.place]
        fix = Fix(
            row.row_number,
            row.cells,
            row.made_by,
            row.made_at,
            row.saves,
            row.fixed_in,
            state,
            issues,
            job.message.what if job is not None and state in NOT_IMPORTED and not issues else "",
        )
        found.append((row, fix))
    return found


def _errors(number: int) -> list[Issue]:
    """Return what an import of corrected rows found wrong, of all its rows."""
    asked = IssueFilter(severity=Severity.ERROR)
    return [issue for _, issue in issues_after(number, asked, place=None, limit=MOST_ISSUES)]


def _again(
    kept: type[RejectedRow | IncompleteRow], numbers: Collection[int]
) -> frozenset[tuple[int, int]]:
    """Return the rows with errors of these imports."""
    if not numbers:
        return frozenset()
    found = kept.objects.filter(job_id__in=numbers)
    return frozenset(found.values_list("job_id", "row_number"))


def _state(row: RowFix, job: JobView | None, *, is_rejected: bool) -> FixState:
    if row.fixed_in is None:
        return FixState.SAVED
    if job is None:
        return FixState.REJECTED  # another program has deleted its record: nothing is known of it
    if not job.outcome.is_over:
        return FixState.IMPORTING
    if job.outcome is Outcome.NEEDS_REVIEW:
        return FixState.HELD
    if job.outcome is Outcome.UNDONE:
        return FixState.UNDONE
    if is_rejected or not job.report.stored:
        return FixState.REJECTED
    return FixState.LEFT_OUT if row.place in job.report.left_out_rows else FixState.FIXED
