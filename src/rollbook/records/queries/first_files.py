"""The file that a feed's corrected rows are from."""

from dataclasses import replace

from rollbook.core.first_file import FirstFile
from rollbook.core.report import Report
from rollbook.core.validation.scale import factor_told
from rollbook.records.models import Job, RowFix
from rollbook.records.queries.school_years import set_aside_since


def first_file(feed_id: int, job: int) -> FirstFile:
    """Return what is to be known of the file whose rows the import `job` has corrected: the one
    that they were corrected on, or the feed's last whole file."""
    known = RowFix.objects.filter(fixed_in=job).order_by("job_id").first()
    is_here = known is not None
    row = whole_file_before(feed_id, job) if known is None else _stored(known.job_id)
    if row is None or (output := row.came_to) is None:
        return FirstFile(is_fixed_here=is_here)
    return replace(of_report(row.pk, output.report), is_fixed_here=is_here)


def of_report(job: int, report: Report) -> FirstFile:
    """Return the same of the import whose rows are corrected."""
    return FirstFile(
        frozenset(report.columns_set_aside),
        is_before_the_year=bool(set_aside_since(job)),
        percent_factor=factor_told(report.file["notes"]) if "notes" in report.file else None,
    )


def whole_file_before(feed_id: int, number: int) -> Job | None:
    """Return the feed's last import before `number` that stored a file, not corrected rows."""
    return Job.imports.of_feed(feed_id).stored().of_whole_files().before(number).newest()


def _stored(number: int) -> Job | None:
    return Job.imports.filter(pk=number).first()
