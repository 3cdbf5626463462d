"""The numbers at the top of the dashboard, each with where it leads, and what changed last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.urls import reverse

from rollbook.core.quantities import clock_text, counted
from rollbook.core.report import Report
from rollbook.core.scheduling.description import is_tonight
from rollbook.records.queries.jobs import JobView
from rollbook.records.queries.rehearsals import NextRehearsal
from rollbook.records.queries.schedules import next_run
from rollbook.records.queries.school_years import Switch
from rollbook.records.queries.standings import FeedStanding
from rollbook.web.pages.imports.sentences import changed_at, changed_fields

NOTHING: Final[Mapping[int, NextRehearsal]] = {}
MOST_FIELDS: Final = 2
"""Fields that the sentence names."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One number: what it is of, the number itself, a few words more, and where it leads."""

    title: str
    value: str
    detail: str
    address: str = ""


def students_tile(students: int, last: JobView | None) -> Tile:
    """How many students are active."""
    new = last.report.counts.inserted if last else 0
    return Tile("Students", f"{students:,}", f"active, {new:,} new" if new else "active")


def last_tile(last: JobView | None, now: datetime, zone: ZoneInfo) -> Tile:
    """When data came last, and what is to be fixed in it."""
    if last is None or last.ended_at is None:
        return Tile("Last import", "none", "only checks so far")
    errors = last.report.errors
    words = [last.feed, *([f"{counted(errors, 'problem')} to fix"] if errors else [])]
    at = last.ended_at.astimezone(zone)
    detail = f"{day_words(at, now)}, {', '.join(words)}"
    return Tile("Last import", clock_text(at), detail, reverse("job", args=[last.number]))


def next_tile(
    found: Sequence[FeedStanding],
    now: datetime,
    zone: ZoneInfo,
    *,
    leads: bool,
    rehearsed: Mapping[int, NextRehearsal] = NOTHING,
) -> Tile:
    """The next planned run of all feeds; `leads`: to its schedule, which administrators may see.
    `rehearsed`: what is known of runs to come, by feed."""
    planned = [
        (at, each.feed.name, each.feed.pk)
        for each in found
        if each.standing.is_on
        and not each.is_unconfirmed
        and (at := next_run(each.standing.facts.schedule, now))
    ]
    if not planned:
        waits = any(each.is_unconfirmed for each in found)
        return Tile("Next import", "none", "can't start yet" if waits else "no schedule is on")
    at, feed, key = min(planned)
    local = at.astimezone(zone)
    address = reverse("schedule", args=[feed]) if leads else ""
    day = "tonight" if is_tonight(local, now.astimezone(zone)) else day_words(local, now)
    detail = f"{day}, {feed}"
    if key in rehearsed and rehearsed[key].short_words:
        detail = f"{detail}, {rehearsed[key].short_words}"
    return Tile("Next import", clock_text(local), detail, address)


def needs_tile(feeds: int, decisions: int) -> Tile:
    """How much waits for a person: feeds in trouble, and new columns and codes."""
    words = [counted(feeds, "feed")] if feeds else []
    words += [counted(decisions, "new column or code", "new columns or codes")] if decisions else []
    return Tile("Needs you", f"{feeds + decisions:,}", ", ".join(words) or "all caught up")


def day_words(at: datetime, now: datetime) -> str:
    """Return the day of a local moment as people say it: today, tomorrow, Mon, Nov 30."""
    days = (at.date() - now.astimezone(at.tzinfo).date()).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    return near.get(days) or f"{at:%a, %b} {at.day}"


def switched_sentence(switch: Switch, now: datetime) -> str:
    """Return that last year's counts were cleared, after which no file has been imported."""
    return (
        f"{switch.by} cleared last year's counts of {counted(switch.students, 'student')}"
        f" {day_words(switch.at.astimezone(now.tzinfo), now)}. No file has been imported since."
    )


def changed_sentence(feed: str, report: Report, headers: Mapping[str, str]) -> str:
    """Return in one sentence or two what the last import changed: students, schools, fields."""
    counts, fields = report.counts, changed_fields(report.changes, headers)
    begin = f"The last import of {feed}"
    new = counted(counts.inserted, "new student")
    if not counts.updated:
        if counts.inserted:
            return f"{begin} added {new}."
        return f"{begin} changed nothing: every value was already saved."
    named = ", ".join(f"{header} ({count:,})" for _, header, count in fields[:MOST_FIELDS])
    more = len(fields) - MOST_FIELDS
    rest = f" and {counted(more, 'more field')}" if more > 0 else ""
    schools = changed_at(report.changes)
    where = f" at {counted(schools, 'school')}" if schools > 1 else ""
    what = f": {named}{rest}" if named else ""
    added = f" It added {new}." if counts.inserted else ""
    return f"{begin} changed {counted(counts.updated, 'student')}{where}{what}.{added}"
