"""Of which moment each value of a student is, which are stale, and which are old.

How fresh a feed is, is judged as everywhere, by `records.standing`; what is old by
`records.old_limit`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from rollbook.core.catalogue.school_year import fields_of_the_year
from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.issues import Issue, Severity
from rollbook.core.statements import Statements
from rollbook.records.models import ImportIndex, RejectedRow
from rollbook.records.old_limit import OldLimits
from rollbook.records.queries.feeds import read_catalogue
from rollbook.records.queries.lineage import StudentLineage, in_utc
from rollbook.records.queries.standings import feed_standings
from rollbook.records.queries.student_search import problems_of

_SQL: Final = Statements(__package__, "as_of.sql")

BY_THE_YEAR: Final = frozenset(each.name for each in fields_of_the_year(student_catalogue(())))
"""The fields whose values get old: what is counted by the school year. A score is of its term."""

WHOLE_ROW: Final = ""
"""In place of a field: none of the row was imported."""


@dataclass(frozen=True, slots=True)
class AsOf:
    """When the value was last brought by an import; None where none on record did."""

    at: datetime | None
    is_stale: bool
    """Whether the source has or may have another value by now."""
    is_refused: bool = False
    """Whether it is from an earlier file than that of `at`, which had a value that was refused."""
    old_days: int = 0
    """School days since `at`, where these are more than the district's limit of what is old."""

    @property
    def is_old(self) -> bool:
        """Whether no import has brought it for more school days than the district's limit."""
        return self.old_days > 0

    def as_object(self) -> dict[str, Any]:
        """Return what programs read, as JSON has it."""
        at = None if self.at is None else in_utc(self.at)
        return {"as_of": at, "stale": self.is_stale, "old": self.is_old}


NO_VALUE: Final = AsOf(None, is_stale=False)
"""Where there is no value that could be of a moment."""


def dates_of(student: StudentLineage, now: datetime) -> Mapping[str, AsOf]:
    """Return of which moment each value of the student is, by the fields that have one."""
    known = [
        field.name
        for field in read_catalogue().snapshot_fields
        if student.fields[field.name].value is not None
    ]
    problems = problems_of(student.number, student.student_id)
    return values_as_of(student.number, known, problems=problems, now=now)


def dated_object(student: StudentLineage, dates: Mapping[str, AsOf]) -> dict[str, Any]:
    """Return the student as programs read one, each value with its moment."""
    found = student.as_object()
    for name, value in found["values"].items():
        value |= dates.get(name, NO_VALUE).as_object()
    return found


def values_as_of(
    number: int,
    fields: Collection[str],
    *,
    problems: Sequence[tuple[int, Sequence[Issue]]],
    now: datetime,
) -> Mapping[str, AsOf]:
    """Return of which moment the student's `fields` are.

    A value is stale where its feed is, where the feed's last file has the student no more, where
    the feed's last import refused the file's value or row (`problems`, of the last imports), and
    where no import brought it. What is counted by the school year is old beyond the district's
    limit, whatever else its feed has brought since; a score is of its term, however long ago.
    """
    with connection.cursor() as cursor:
        _SQL.run(cursor, "brought", fields=list(fields), number=number)
        brought = {name: rest for name, *rest in cursor.fetchall()}
    current = {each.feed.pk for each in feed_standings(now) if not each.standing.is_stale}
    refused = _refused(problems)
    limits = OldLimits.read()
    found = {}
    for name in fields:
        feed, at, is_missing = brought.get(name, (None, None, False))
        is_refused = not refused.isdisjoint({(feed, name), (feed, WHOLE_ROW)})
        is_stale = feed not in current or is_missing or is_refused
        days = limits.days_old(at, now) if name in BY_THE_YEAR else 0
        found[name] = AsOf(at, is_stale, is_refused, days)
    return found


def old_values(numbers: Sequence[int], now: datetime) -> Mapping[int, Sequence[str]]:
    """Return the names of the old values of those students who have any."""
    with connection.cursor() as cursor:
        _SQL.run(cursor, "old", before=OldLimits.read().before(now), numbers=list(numbers))
        return dict(cursor.fetchall())


def _refused(problems: Sequence[tuple[int, Sequence[Issue]]]) -> set[tuple[int, str]]:
    """Return the feeds with the fields that their last imports refused of the student."""
    feeds = dict(
        ImportIndex.objects.filter(job_id__in=[job for job, _ in problems]).values_list(
            "job_id", "feed_id"
        )
    )
    found = set()
    for job, issues in problems:
        errors = [issue for issue in issues if issue.severity is Severity.ERROR]
        rows = {issue.row for issue in errors if issue.row is not None}
        found |= {(feeds[job], issue.field or WHOLE_ROW) for issue in errors}
        if RejectedRow.objects.filter(job_id=job, row_number__in=rows).exists():
            found.add((feeds[job], WHOLE_ROW))
    return found
