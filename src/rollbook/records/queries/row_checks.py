"""What an import of a corrected row would find, under the settings of its feed as they are now."""

import os
from collections.abc import Mapping, Sequence

from rollbook.core.corrected_rows import CheckedRow, check_row
from rollbook.core.import_context import ImportContext
from rollbook.core.issues import Findings, IssueBatch
from rollbook.core.report import Report
from rollbook.home import home, scratch_file
from rollbook.records import clock
from rollbook.records.district import district_zone
from rollbook.records.models import Feed
from rollbook.records.queries.feeds import feed_rules, read_catalogue
from rollbook.records.queries.jobs import JobView
from rollbook.records.queries.school_years import school_year


def checked_row(
    job: JobView,
    feed: Feed,
    row: int,
    cells: Sequence[str],
    *,
    environ: Mapping[str, str] = os.environ,
) -> CheckedRow:
    """Check a row as it was corrected, without the stored students; nothing is written.

    Raises what a file can be at fault for beyond being refused: RollbookError.
    """
    folder = home(environ)
    context = ImportContext(
        catalogue=read_catalogue(),
        rules=feed_rules(feed),
        report=Report(dry_run=True),
        findings=Findings(_Nowhere()),
        listener=lambda _: None,
        scratch=lambda: scratch_file(folder),
        year=school_year(),
        feed_id=feed.pk,
        clock=clock.now,
        zone=district_zone(),
    )
    return check_row(job.report.header, (row, cells), context)


class _Nowhere:
    """An IssueSink of a context that is only passed on."""

    def add(self, issues: IssueBatch) -> None:
        """Keep nothing."""
