"""What the last night changed unusually, for the dashboard: a line for each feed, if any."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from rollbook.core.quantities import counted
from rollbook.records.queries.change_lines import NO_SCHOOL
from rollbook.records.queries.feeds import field_headers
from rollbook.records.queries.standings import FeedStanding, UnusualNight
from rollbook.records.unusual import Unusual

MOST_FEEDS: Final = 10
MOST_NAMED: Final = 3
"""Fields, and schools, that a line names."""

TOLD_FOR: Final = timedelta(days=7)
"""A feed's next import ends it before, where one comes."""


@dataclass(frozen=True, slots=True)
class Named:
    """A field or school, and the filter of the list that shows its students."""

    name: str
    query: str
    count: str


@dataclass(frozen=True, slots=True)
class Night:
    """The line of one feed; `more` is how many fields and schools it does not name."""

    feed: str
    job: int
    named: Sequence[Named]
    more: int


def unusual_nights(found: Sequence[FeedStanding], now: datetime, *, schools: bool) -> list[Night]:
    """Return the lines of all feeds, the newest import first; `schools`: whether they are named."""
    told = [(each.feed.name, each.unusual) for each in found if each.unusual]
    recent = [(feed, night) for feed, night in told if now - night.ended_at < TOLD_FOR]
    recent.sort(key=lambda each: -each[1].job)
    if not recent:
        return []
    headers = field_headers()
    nights = [_night(feed, night, headers, schools=schools) for feed, night in recent]
    return [night for night in nights if night.named]


def _count(line: Unusual) -> str:
    """How many students, and how many it was in each of the imports before."""
    before = f"at most {line.most:,}" if line.is_more else f"at least {line.least:,}"
    if line.most == 0:
        before = "none"
    return f"{counted(line.count, 'student')} ({before} before)"


def _night(feed: str, night: UnusualNight, headers: Mapping[str, str], *, schools: bool) -> Night:
    fields = night.changes.fields
    of_schools = night.changes.schools if schools else ()
    named = [
        Named(headers.get(line.name, line.name), urlencode({"field": line.name}), _count(line))
        for line in fields[:MOST_NAMED]
    ]
    named += [
        Named(line.name or "No school", urlencode({"school": line.name or NO_SCHOOL}), _count(line))
        for line in of_schools[:MOST_NAMED]
    ]
    return Night(feed, night.job, named, len(fields) + len(of_schools) - len(named))
