"""Of which moment each value of a student is, and which are stale.

How fresh a feed is, is judged as everywhere, by `records.standing`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from rollbook.core.issues import Issue, Severity
from rollbook.core.statements import Statements
from rollbook.records.queries.standings import feed_standings

_SQL: Final = Statements(__package__, "as_of.sql")


@dataclass(frozen=True, slots=True)
class AsOf:
    """When the value was last brought by an import; None where none on record did."""

    at: datetime | None
    is_stale: bool
    """Whether the source has or may have another value by now."""
    is_refused: bool = False
    """Whether it is from an earlier file than that of `at`, which had a value that was refused."""


def values_as_of(
    number: int,
    fields: Collection[str],
    *,
    problems: Sequence[tuple[int, Sequence[Issue]]],
    now: datetime,
) -> Mapping[str, AsOf]:
    """Return of which moment the student's `fields` are.

    A value is stale where its feed is, where the feed's last file has the student no more, where
    the last import refused the file's value (`problems`, of the last imports), and where no import
    brought it.
    """
    with connection.cursor() as cursor:
        _SQL.run(cursor, "brought", fields=list(fields), number=number)
        brought = {name: rest for name, *rest in cursor.fetchall()}
    current = {each.feed.name for each in feed_standings(now) if not each.standing.is_stale}
    refused = {
        issue.field
        for _, issues in problems
        for issue in issues
        if issue.severity is Severity.ERROR
    }
    found = {}
    for name in fields:
        feed, at, is_missing = brought.get(name, ("", None, False))
        is_refused = name in refused or None in refused  # None: of the whole row
        found[name] = AsOf(at, feed not in current or is_missing or is_refused, is_refused)
    return found
