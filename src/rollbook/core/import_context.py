"""What the stages of one import share, in one object."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo
from typing import BinaryIO

from rollbook.core.catalogue.school_year import SchoolYear
from rollbook.core.catalogue.students import Catalogue
from rollbook.core.events import Listener
from rollbook.core.feed_settings import FeedRules
from rollbook.core.field_owners import ALONE, OthersFields
from rollbook.core.first_file import FirstFile
from rollbook.core.issues import Findings
from rollbook.core.limits.older_file import NONE, EarlierFiles
from rollbook.core.limits.table import Accepted
from rollbook.core.loading.last_years import YearBefore
from rollbook.core.loading.schools import ConfirmedSchool
from rollbook.core.profile.filled import FIRST, Before
from rollbook.core.report import Report
from rollbook.core.sources.arrival import AT_ONCE, Arrival
from rollbook.core.sources.renamed_files import NewName
from rollbook.core.sources.source import Fetched


def _newest(_: Fetched) -> datetime | None:
    return None


def _none_before(_: Fetched) -> EarlierFiles:
    return NONE


def _no_names(_: Fetched) -> Sequence[NewName]:
    return ()


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ImportContext:
    """One import, or one check of a file. Report and findings are written to on the way."""

    catalogue: Catalogue
    rules: FeedRules
    report: Report
    findings: Findings
    listener: Listener
    scratch: Callable[[], BinaryIO]
    """Gives an anonymous file for what must be unpacked."""
    arrival: Arrival = AT_ONCE
    """When the file on the server counts as complete."""
    accepted: Accepted = field(default_factory=dict)
    """What an administrator has decided does not hold this import."""
    schools: Mapping[str, ConfirmedSchool] = field(default_factory=dict)
    """School as the file writes it -> the neighbor's school, as an administrator has confirmed."""
    before: Before = FIRST
    """How full the columns of the feed's last files were."""
    outdated_since: Callable[[Fetched], datetime | None] = _newest
    """Tells since when the feed has had newer values than those of a file."""
    earlier_files: Callable[[Fetched], EarlierFiles] = _none_before
    """Tells what the feed has stored already, as a file is compared with it."""
    first_file: Callable[[], FirstFile] = FirstFile
    """Tells of the file that corrected rows are from."""
    newer_names: Callable[[Fetched], Sequence[NewName]] = _no_names
    """Tells under which other names a newer file than the fetched one has probably come."""
    others: OthersFields = ALONE
    """The fields of other feeds."""
    year: SchoolYear | None = None
    """The school year, as the district has set it."""
    year_before: YearBefore | None = None
    """What was set aside of it, while a file may still have it."""
    feed_id: int = 0
    """Whose students are present or missing; a check of a file has neither feed nor job."""
    job_id: int = 0
    clock: Callable[[], datetime] = _utc_now
    """Gives the time, aware, in UTC."""
    zone: tzinfo = UTC
    """The district's."""

    def with_own_findings(self, findings: Findings) -> "ImportContext":
        """Return the same settings for a check of its own, whose report says nothing yet."""
        return replace(self, findings=findings, report=Report(dry_run=True))

    def today(self) -> date:
        """Return the district's day."""
        return self.clock().astimezone(self.zone).date()
