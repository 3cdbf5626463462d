"""A feed at a glance: its state, its last thirty nights, its newest data, who is told."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rollbook.core.errors import Message
from rollbook.core.quantities import listed
from rollbook.core.scheduling.description import runs_in_words
from rollbook.records.models import Feed
from rollbook.records.queries.outgoing import recipients_of
from rollbook.records.queries.rehearsals import NextRehearsal, next_rehearsals
from rollbook.records.queries.standings import FeedStanding
from rollbook.records.queries.strips import strips
from rollbook.records.standing import FeedStatus, Standing
from rollbook.records.strip import Night, NightKind
from rollbook.web.pages.feeds.mending import MENDS, Mend
from rollbook.web.pages.quality import FEEDS, Badge

WORDS: Final[Mapping[NightKind, str]] = {
    NightKind.SUCCEEDED: "Succeeded",
    NightKind.WITH_WARNINGS: "With warnings",
    NightKind.NEEDS_REVIEW: "Needs review",
    NightKind.FAILED: "Failed",
    NightKind.MISSED: "Missed",
    NightKind.NO_NEW_FILE: "No new file",
    NightKind.STOPPED: "Stopped or undone",
    NightKind.UNDER_WAY: "Under way",
    NightKind.NO_RUN: "No run",
}
"""In the order in which they are explained."""
TO_LOOK_AT: Final = frozenset({NightKind.FAILED, NightKind.NEEDS_REVIEW})
BY_HAND: Final[Badge] = ("By hand", "", "arrow-up-tray")
_WITHOUT_SCHEDULE: Final = (FeedStatus.OFF, FeedStatus.OLD, FeedStatus.FRESH, FeedStatus.PAUSED)
MOST_TOLD: Final = 3
"""Addresses that are named."""


@dataclass(frozen=True, slots=True)
class Square:
    """A night as the page shows it."""

    night: Night
    words: str
    """Nov 3: Failed, 2 imports."""

    @property
    def is_stop(self) -> bool:
        """Whether the Tab key stops here: thirty stops a feed would bury what is below.

        Every import is in the history, too, to which each strip links.
        """
        return self.night.kind in TO_LOOK_AT


@dataclass(frozen=True, slots=True)
class Glance:
    """A feed in the list, and at the top of its own page."""

    feed: Feed
    standing: Standing
    badge: Badge
    squares: Sequence[Square]
    summary: str
    """The strip in one sentence."""
    students: int | None
    """In the last file that was stored."""
    next_run: str
    told: Sequence[str]
    """Who is written to when an import fails; [] is nobody."""
    muted_until: datetime | None
    is_roster_of_tests: bool

    @property
    def title(self) -> str:
        return self.feed.name if self.feed.host else "Files uploaded by hand"

    @property
    def mend(self) -> Mend | None:
        """Where to mend what the server does not let Rollbook do."""
        return MENDS.get(self.standing.reason or "")

    @property
    def message(self) -> Message | None:
        """What the import says that needs a person."""
        return self.standing.run.message if self.standing.run else None

    @property
    def told_words(self) -> str:
        named, rest = self.told[:MOST_TOLD], len(self.told) - MOST_TOLD
        return listed([*named, *([f"{rest} more"] if rest > 0 else [])])


def glances(found: Sequence[FeedStanding], now: datetime) -> list[Glance]:
    """Return the feeds at a glance, in their order, in a fixed number of statements."""
    feeds = [each.feed for each in found]
    found_strips, told = strips(found, now), recipients_of(feeds)
    rehearsed = next_rehearsals(feeds, now)
    return [
        Glance(
            each.feed,
            each.standing,
            badge_of(each),
            squares(found_strips[each.feed.pk].nights),
            summary(found_strips[each.feed.pk].nights),
            found_strips[each.feed.pk].students,
            _next_run(each, now, rehearsed.get(each.feed.pk)),
            told[each.feed.pk],
            each.feed.muted_at(now),
            each.is_roster_of_tests,
        )
        for each in found
    ]


def _next_run(each: FeedStanding, now: datetime, rehearsed: NextRehearsal | None) -> str:
    """Return the next run in words, with what is known of its file."""
    if not each.feed.host:
        return ""
    words = runs_in_words(each.standing.facts.schedule, now)[0]
    said = rehearsed.short_words if rehearsed is not None else ""
    return f"{words}, {said}" if said else words


def badge_of(each: FeedStanding) -> Badge:
    """Return words, tone and icon of a feed's state; one for files by hand has no schedule."""
    status = each.standing.status
    return BY_HAND if not each.feed.host and status in _WITHOUT_SCHEDULE else FEEDS[status]


def squares(nights: Sequence[Night]) -> list[Square]:
    """Return the nights with what is said of each."""
    return [Square(night, _words(night)) for night in nights]


def summary(nights: Sequence[Night]) -> str:
    """Return the strip in words: how many nights of each kind, and when the last one failed."""
    counts = Counter(night.kind for night in nights)
    parts = [f"{counts[kind]} {words.lower()}" for kind, words in WORDS.items() if counts[kind]]
    said = f"Last {len(nights)} nights: {listed(parts)}."
    bad = [night for night in nights if night.kind in (NightKind.FAILED, NightKind.MISSED)]
    if not bad:
        return said
    last = bad[-1]
    return f"{said} Last {WORDS[last.kind].lower()}: {last.day:%B} {last.day.day}."


def _words(night: Night) -> str:
    imports = f", {night.runs} imports" if night.runs > 1 else ""
    return f"{night.day:%a, %b} {night.day.day}: {WORDS[night.kind]}{imports}"
