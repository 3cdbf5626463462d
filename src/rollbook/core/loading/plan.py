"""The input of a merge, the judgment of its students, and its result."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from rollbook.core.catalogue.field import Field
from rollbook.core.feed_settings import FeedRules
from rollbook.core.issues import Issue
from rollbook.core.loading.adoption import Adoption
from rollbook.core.loading.changes import Changes
from rollbook.core.loading.identities import Identities
from rollbook.core.loading.last_years import LastYears, YearBefore
from rollbook.core.loading.protection import Protected
from rollbook.core.loading.school_counts import SchoolCounts
from rollbook.core.loading.schools import ConfirmedSchool, SchoolsFound
from rollbook.core.measure import Measure
from rollbook.core.table import CutEnd

STEPS: Final = 6
"""Parts of judging and merging after which it is told that they are done."""


def _untold() -> None: ...


class RejectedRow(Protocol):
    """A row that validation rejected, and the cell texts in it that may name a student."""

    @property
    def row(self) -> int: ...
    @property
    def mentioned(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class MergePlan:
    """One import's merge. `now` is aware, in UTC."""

    feed_id: int
    job_id: int
    rules: FeedRules
    staged_fields: tuple[Field, ...]
    columns_set_aside: tuple[Field, ...]
    rejected: Iterable[RejectedRow]
    """Read more than once, and perhaps long: a list, or something that waits in a file."""
    now: datetime
    headers: Mapping[str, str] = field(default_factory=dict)
    """Field name -> header as the file writes it."""
    uneven: frozenset[str] = frozenset()
    """The identifiers of which the file does not show that all have the same number of digits."""
    is_partial: bool = False
    """The file is known to hold only some of the students: who is not in it is not missing."""
    is_of_some: bool = False
    """It is certain that it does not hold all: it says nothing of any other."""
    is_fix_it: bool = False
    """The file holds corrected rows, which come without the others of their first file."""
    is_cut: bool = False
    """Perhaps against the intention: those who would be missing are counted all the same."""
    ends: tuple[CutEnd, ...] = ()
    """The rows within whose last cell the file, or one of several, may have been cut."""
    is_roster: bool = True
    """The file says who is a student of the district, and who is missing."""
    outdated_since: datetime | None = None
    """Since when the feed has had newer values than the file's, aware; None: it has none."""
    year_before: YearBefore | None = None
    """The school year that was set aside, while a file may still have its counts."""
    schools: Mapping[str, ConfirmedSchool] = field(default_factory=dict)
    """School as the file writes it -> the neighbor's school that it means."""
    step: Callable[[], None] = _untold
    """Called STEPS times on the way, where a part of judging and merging is done."""

    @property
    def written_fields(self) -> tuple[Field, ...]:
        """The columns of `student_data_snapshots` that this import may write."""
        aside = {field.name for field in self.columns_set_aside}
        return tuple(
            field
            for field in self.staged_fields
            if field.name != "student_id" and field.name not in aside
        )


@dataclass(frozen=True, slots=True)
class StudentJudgment:
    """The staged rows that are not merged; the others' students are in the table `judged`."""

    rejected_rows: frozenset[int]
    duplicates: int
    not_storable: int = 0
    """Of the rejected rows: new students whose grade alone this database does not know."""
    unnamed: frozenset[int] = frozenset()
    """Of the others: new students without a last or first name."""


@dataclass(frozen=True, slots=True)
class FixedRows:
    """What makes corrected rows doubtful, in students; of other files nothing.

    Of the `contested`, known ones, a row would replace values, though another row of the first file
    named them, too: a row that was imported, and lacked a value, is the student's own. `short_ids`
    are new ones whose Student ID has fewer digits than every saved one: a spreadsheet program takes
    leading zeros away.
    """

    contested: int = 0
    short_ids: int = 0


@dataclass(frozen=True, slots=True)
class MergeResult:
    """Counts of rows, those that validation rejected included."""

    inserted: int
    updated: int
    unchanged: int
    rejected: int
    duplicates: int
    missing_from_file: int
    newly_missing: int
    """Students who were in the last file of the feed and are not in this one."""
    present_before: int
    """Students who were in the last file of the feed."""
    changes: Changes
    identities: Identities
    renamed: tuple[Issue, ...] = ()
    """Warnings of students whose first and last name both become others."""
    adoption: Adoption | None = None
    """None: not the first import into a table that had students."""
    protected: Protected = field(default_factory=Protected)
    last_years: LastYears = field(default_factory=LastYears)
    without_school: int = 0
    """New students in a neighbor's table, whose school there is left empty."""
    schools: SchoolsFound | None = None
    """None: there is no mapping of schools, or the file has no school."""
    are_schools_unreadable: bool = False
    """There is a mapping of schools, but the neighbor's schools cannot be read."""
    fixed: FixedRows = field(default_factory=FixedRows)
    becomes: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """Field -> known students by what becomes of their value: filled, another, cleared."""
    schools_compared: SchoolCounts | None = None
    """None: there is no earlier file of a roster feed to compare with."""

    @property
    def measures(self) -> dict[str, Measure]:
        """What the feed's limits are compared with."""
        missing = Measure(self.newly_missing, self.present_before)
        return {"missing": missing} | self.identities.measures()
