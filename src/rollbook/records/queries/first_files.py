"""The file that a feed's corrected rows are from."""

from rollbook.core.catalogue.students import is_fix_it_file
from rollbook.core.first_file import FirstFile
from rollbook.core.report import Report
from rollbook.core.validation.scale import factor_told
from rollbook.records.models import Job, RowFix
from rollbook.records.queries.school_years import set_aside_since

LOOKS_BACK = 10
"""Imports of fix-it files in a row, behind which a whole file is looked for."""


def first_file(feed_id: int, job: int) -> FirstFile:
    """Return what is to be known of the file whose rows the import `job` has corrected: the one
    that they were corrected on, or the feed's last whole file."""
    known = RowFix.objects.filter(fixed_in=job).order_by("job_id").first()
    row = whole_file_before(feed_id, job) if known is None else _stored(known.job_id)
    if row is None or (output := row.came_to) is None:
        return FirstFile()
    return of_report(row.pk, output.report)


def of_report(job: int, report: Report) -> FirstFile:
    """Return the same of the import whose rows are corrected."""
    return FirstFile(
        frozenset(report.columns_set_aside),
        is_before_the_year=bool(set_aside_since(job)),
        percent_factor=factor_told(report.file["notes"]) if "notes" in report.file else None,
    )


def whole_file_before(feed_id: int, number: int) -> Job | None:
    """Return the feed's last import before `number` that stored a file, not corrected rows."""
    earlier = Job.imports.of_feed(feed_id).stored().before(number).newest_first()
    for row in earlier[:LOOKS_BACK]:
        if row.came_to is not None and not is_fix_it_file(row.came_to.report.header):
            return row
    return None


def _stored(number: int) -> Job | None:
    return Job.imports.filter(pk=number).first()
