"""Data quality: what the district was promised beside what was measured, as a page and as CSV."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from rollbook.access.permissions import for_members, is_administrator
from rollbook.core.catalogue.current_term import DatedTerm
from rollbook.core.catalogue.instruments import INSTRUMENTS, grades_text
from rollbook.core.quantities import rate_text
from rollbook.core.scheduling.parsing import promise_text
from rollbook.records.queries.coverage import MOST_SCHOOLS, TARGET, Coverage, Line
from rollbook.records.queries.nights import MOST_IMPORTS
from rollbook.records.queries.promises import NOTHING
from rollbook.records.queries.quality import (
    NOT_MEASURED,
    Metric,
    Quality,
    State,
    Week,
)
from rollbook.records.queries.quality import quality as measure
from rollbook.records.queries.quality_objects import quality_rows
from rollbook.records.queries.standings import FeedStanding
from rollbook.records.queries.trends import ERROR_TARGET, SUCCESS_TARGET, Rate
from rollbook.records.standing import FeedStatus
from rollbook.transfers.csv_files import csv_response
from rollbook.web.query_parameters import text_of

Badge = tuple[str, str, str]
"""Words, tone and icon."""

STATES: Final = {
    State.MET: ("Met", "ok", "check-circle"),
    State.MISSED: ("Missed", "bad", "x-circle"),
    State.UNDER_WAY: ("Under way", "info", "clock"),
    State.NOTHING: ("Nothing yet", "", "minus-circle"),
}
FEEDS: Final = {
    FeedStatus.FAILED: ("Failed", "bad", "x-circle"),
    FeedStatus.MISSED: ("Missed", "bad", "x-circle"),
    FeedStatus.HELD: ("Needs review", "warn", "hand-raised"),
    FeedStatus.RETRYING: ("Will retry", "warn", "arrow-path"),
    FeedStatus.LATE: ("Late", "bad", "clock"),
    FeedStatus.UNCHANGED: ("No new file", "warn", "exclamation-triangle"),
    FeedStatus.OLD: ("Old", "warn", "exclamation-triangle"),
    FeedStatus.NEW: ("Never imported", "", "minus-circle"),
    FeedStatus.PAUSED: ("Paused", "", "pause-circle"),
    FeedStatus.OFF: ("Schedule off", "", "minus-circle"),
    FeedStatus.FRESH: ("Up to date", "ok", "check-circle"),
}
COVERED: Final = {
    True: ("Meets the target", "ok", "check-circle"),
    False: ("Misses the target", "bad", "x-circle"),
}
TRENDS: Final = {
    "new": ("New", "warn", "sparkles"),
    "more": ("More", "warn", "arrow-trending-up"),
    "same": ("As usual", "", "minus"),
    "fewer": ("Fewer", "ok", "arrow-trending-down"),
    "gone": ("Gone", "ok", "check-circle"),
}


@dataclass(frozen=True, slots=True)
class Tile:
    """A metric as the page shows it."""

    metric: Metric
    badge: Badge

    @property
    def value(self) -> str:
        """Measured, where it is a percentage."""
        return self._percent(self.metric.value)

    @property
    def before(self) -> str:
        return self._percent(self.metric.before)

    @property
    def counts(self) -> str:
        """What the percentage is of, in words."""
        metric = self.metric
        if not metric.whole:
            return ""
        return f"{metric.part:,} of {metric.whole:,}"

    def _percent(self, value: float | None) -> str:
        return percent_text(value, self.metric.target) if self.metric.unit == "%" else ""


@dataclass(frozen=True, slots=True)
class Row:
    """A school's or a grade's coverage as the page shows it."""

    name: str
    students: int
    covered: str
    badge: Badge
    cells: Sequence[tuple[str, str]]
    lacking: int
    """Students without a result that they should have."""


@require_safe
@for_members
def quality(request: HttpRequest) -> HttpResponse:
    """Aggregates alone. Names of schools are a file's texts, so administrators alone read them."""
    sees_schools = is_administrator(request)
    found = measure(timezone.now(), schools=sees_schools)
    term = _asked_term(request, found.coverage)
    context = {
        "found": found,
        "tiles": [_tile(each) for each in found.metrics],
        "missed": [each.title for each in found.metrics if each.state is State.MISSED],
        "feeds": [
            (each, FEEDS[each.standing.status], *_promise(each, found)) for each in found.feeds
        ],
        "has_promises": any(each.standing.facts.schedule.current_by for each in found.feeds),
        "has_calendar": any(each.standing.facts.calendar for each in found.feeds),
        "most_imports": MOST_IMPORTS,
        "problems": [(each, TRENDS[each.trend]) for each in found.problems],
        "not_measured": NOT_MEASURED,
        "weeks": _weeks(found),
        "has_imports": any(each.imports for each in found.weeks),
        "sees_schools": sees_schools,
        **(_covered(request, found.coverage, term) if term else {}),
    }
    return render(request, "quality/page.html", context)


@require_safe
@for_members
def quality_csv(request: HttpRequest) -> HttpResponseBase:
    sees_schools = is_administrator(request)
    found: Quality = measure(timezone.now(), schools=sees_schools)
    return csv_response(quality_rows(found, schools=sees_schools), "data-quality.csv")


def _promise(each: FeedStanding, found: Quality) -> tuple[str, Rate]:
    """Return by when the feed is promised, and how often that was kept."""
    kept = found.promises.get(each.feed.pk, NOTHING)
    return promise_text(each.standing.facts.schedule), kept


def _covered(request: HttpRequest, found: Coverage, term: DatedTerm) -> dict[str, Any]:
    """Return what the page says of one term."""
    key, sees_schools = term.term.key, is_administrator(request)
    every_school = found.by_school(key) if sees_schools else []
    by_school = every_school[:MOST_SCHOOLS]
    asked = text_of(request.GET, "school", limit=255) if sees_schools else ""
    names = [line.name for line in by_school if line.name]
    school = asked if asked in names else ""
    taken = {each.title: grades_text(found.grades[each.key]) for each in INSTRUMENTS}
    return {
        "term": term,
        "is_current": term == found.current,
        "coverage": found,
        "titles": [each.title for each in INSTRUMENTS],
        "by_grade": _rows(found.by_grade(key, school or None)),
        "by_school": _rows(by_school),
        "schools_in_all": len(every_school),
        "by_term": [
            (each, row) for each in found.terms for row in _rows([found.total(each.term.key)])
        ],
        "schools": sorted(names),
        "school": school,
        "taken": taken,
        "untested": {name: grades_text(grades) for name, grades in found.untested(key).items()},
    }


def _rows(lines: Sequence[Line]) -> list[Row]:
    return [
        Row(
            line.name,
            line.whole.whole,
            percent_text(line.whole.percent, TARGET),
            COVERED[(line.whole.percent or 0.0) >= TARGET],
            _cells(line),
            line.whole.whole - line.whole.part,
        )
        for line in lines
        if line.whole.whole
    ]


def _cells(line: Line) -> list[tuple[str, str]]:
    """Return each assessment's title and coverage; a dash where the grade does not take it."""
    return [
        (each.title, percent_text(rate.percent, TARGET) or "—")
        for each, rate in zip(INSTRUMENTS, line.parts, strict=True)
    ]


def _asked_term(request: HttpRequest, found: Coverage) -> DatedTerm | None:
    asked = text_of(request.GET, "term")
    return next((each for each in found.terms if each.term.key == asked), found.current)


def _weeks(found: Quality) -> list[tuple[Week, str, str]]:
    return [
        (
            each,
            percent_text(each.success, SUCCESS_TARGET),
            percent_text(each.errors, ERROR_TARGET),
        )
        for each in found.weeks
    ]


def _tile(metric: Metric) -> Tile:
    return Tile(metric, STATES[metric.state])


def percent_text(value: float | None, target: float) -> str:
    """Return a percentage beside its target; nothing where none was measured."""
    return "" if value is None else rate_text(value, target)
