"""Of which moment each value of a student is, and which are stale.

How fresh a feed is, is judged as everywhere, by `records.standing`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db import connection

from rollbook.core.catalogue.school_year import fields_of_the_year
from rollbook.core.catalogue.students import student_catalogue
from rollbook.core.issues import Issue, Severity
from rollbook.core.scheduling.school_days import ALL_DAYS, school_days_since
from rollbook.core.statements import Statements
from rollbook.records.district import OLD_DAYS, TIME_ZONE, values
from rollbook.records.models import ImportIndex, RejectedRow
from rollbook.records.queries.standings import feed_standings
from rollbook.records.school_calendar import OF_CALENDAR, calendar_in

_SQL: Final = Statements(__package__, "as_of.sql")

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
    old = _old_days({at for _, at, _ in brought.values()}, now)
    by_the_year = {each.name for each in fields_of_the_year(student_catalogue(()))}
    found = {}
    for name in fields:
        feed, at, is_missing = brought.get(name, (None, None, False))
        is_refused = not refused.isdisjoint({(feed, name), (feed, WHOLE_ROW)})
        is_stale = feed not in current or is_missing or is_refused
        days = old.get(at, 0) if name in by_the_year else 0
        found[name] = AsOf(at, is_stale, is_refused, days)
    return found


def _old_days(moments: Collection[datetime], now: datetime) -> dict[datetime | None, int]:
    """Return how many school days ago these were that are longer ago than the district's limit."""
    given = values((OLD_DAYS, TIME_ZONE, *OF_CALENDAR))
    limit, zone = int(given[OLD_DAYS.key]), ZoneInfo(given[TIME_ZONE.key])
    calendar = calendar_in(given) or ALL_DAYS
    days = {at: school_days_since(calendar, at, now, zone) for at in moments}
    return {at: count for at, count in days.items() if count > limit > 0}


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
