"""Words of a file that no instrument reports as a level: perhaps they are the district's own."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rollbook.core.catalogue.field import Field
from rollbook.core.catalogue.text_types import UNKNOWN_LEVEL
from rollbook.core.report import Report
from rollbook.records.models import Feed, IssueKind
from rollbook.records.queries.feeds import active_feeds, read_catalogue
from rollbook.records.queries.jobs import JobView

MOST_LEVELS: Final = 20
"""Different words of a column that may be levels. More are something else, such as names."""

MANY: Final = 10
"""Percent of a file's records. So many unknown levels are a district's own, or a wrong column."""


@dataclass(frozen=True, slots=True)
class UnknownLevels:
    """The words of one column, in their order."""

    field: Field
    words: Sequence[str]


def unknown_levels(job: JobView) -> list[UnknownLevels]:
    """Return the words of an import that may become its feed's own levels, by column.

    Without those that the feed knows by now.
    """
    if not job.report.by_code.get(UNKNOWN_LEVEL):
        return []
    feed = next((each for each in active_feeds() if each.pk == job.feed_id), None)
    return [] if feed is None else list(_of_fields(job.number, feed))


def digest(found: Iterable[UnknownLevels]) -> str:
    """Return what tells whether these are the words that a person has seen."""
    text = repr([(each.field.name, [*each.words]) for each in found])
    return hashlib.sha256(text.encode()).hexdigest()


def has_many_unknown(report: Report) -> bool:
    """Tell whether there are so many that someone ought to say what they are."""
    return report.by_code.get(UNKNOWN_LEVEL, 0) * 100 >= max(report.counts.total, 1) * MANY


def _of_fields(job: int, feed: Feed) -> Iterable[UnknownLevels]:
    found = IssueKind.objects.filter(job_id=job, code=UNKNOWN_LEVEL)
    words: dict[str, set[str]] = {}
    for name, word in found.values_list("field", "value").distinct():
        if name and word and word not in feed.values.get(name, {}):
            words.setdefault(name, set()).add(word)
    for field in read_catalogue().fields:
        if 0 < len(words.get(field.name, ())) <= MOST_LEVELS:
            yield UnknownLevels(field, sorted(words[field.name]))
