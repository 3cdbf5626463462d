"""The data's quality as programs read it: one object, and rows of a CSV file."""

from collections.abc import Iterator, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Final

from rollbook.core.catalogue.instruments import INSTRUMENTS
from rollbook.core.scheduling.parsing import promise_text
from rollbook.records.queries.coverage import MOST_SCHOOLS, Coverage, Line
from rollbook.records.queries.lineage import in_utc
from rollbook.records.queries.promises import NOTHING
from rollbook.records.queries.quality import NOT_MEASURED, Metric, Quality, Week
from rollbook.records.queries.trends import Rate

COLUMNS: Final = (
    "kind", "name", "school", "grade", "term", "value", "unit", "target", "before", "part", "whole",
    "state",
)  # fmt: skip


def quality_object(found: Quality, *, schools: bool) -> dict[str, Any]:
    """Return all of it, for JSON. `schools`: with the schools' names, which files have given."""
    return {
        "as_of": in_utc(found.as_of),
        "metrics": [_metric_object(each) for each in found.metrics],
        "weeks": [_week_object(each) for each in found.weeks],
        "coverage": _coverage_object(found.coverage, schools=schools),
        "planned": found.planned,
        "on_schedule": found.on_schedule,
        "feeds": [
            {
                "feed": each.feed.name,
                "status": each.standing.status.value,
                "is_fresh": each.standing.is_fresh,
                "missed": each.standing.missed,
                "last_good": in_utc(at) if (at := each.standing.last_good) else None,
                "school_days": each.standing.school_days,
                "current_by": promise_text(each.standing.facts.schedule) or None,
                "promises": _rate_object(found.promises.get(each.feed.pk, NOTHING)),
            }
            for each in found.feeds
        ],
        "problems": [
            {
                "code": each.code,
                "last": each.last,
                "usual": each.usual,
                "imports": each.imports,
                "of_imports": each.of_imports,
                "trend": each.trend,
                "jobs": list(each.jobs),
            }
            | ({"schools": dict(each.schools)} if schools else {})
            for each in found.problems
        ],
        "not_measured": [what for what, _ in NOT_MEASURED],
    }


def quality_rows(found: Quality, *, schools: bool) -> Iterator[Sequence[Any]]:
    """Give the metrics, then the coverage by term, school and grade, under COLUMNS."""
    yield COLUMNS
    for each in found.metrics:
        target = f"{each.side} {each.target:g}"
        measured = (_rounded(each.value), _unit(each.unit), target, _rounded(each.before))
        yield ("metric", each.name, "", "", "", *measured, each.part, each.whole, each.state.value)
    yield ("feeds", "on_schedule", *[""] * 7, found.on_schedule, found.planned, "")
    for feed in (each.feed for each in found.feeds):
        if rate := found.promises.get(feed.pk):
            kept = (_rounded(rate.percent), "%", "", "", rate.part, rate.whole, "")
            yield ("promise", feed.name, "", "", "", *kept)
    for term in found.coverage.terms:
        name, key = term.term.name, term.term.key
        yield from _rows_of(found.coverage.total(key), "", "", name)
        for line in found.coverage.by_grade(key):
            yield from _rows_of(line, "", line.name, name)
        if schools:
            every_school = found.coverage.by_school(key)
            listed = every_school[:MOST_SCHOOLS]
            shown = (len(listed), len(every_school), "")
            yield ("schools", "listed", "", "", name, "", "", "", "", *shown)
            for line in listed:
                yield from _rows_of(line, line.name, "", name)
                for grade in found.coverage.by_grade(key, line.name):
                    yield from _rows_of(grade, line.name, grade.name, name)


def _rows_of(line: Line, school: str, grade: str, term: str) -> Iterator[Sequence[Any]]:
    names = ("all", *(each.key for each in INSTRUMENTS))
    for name, rate in zip(names, (line.whole, *line.parts), strict=True):
        if rate.whole:
            measured = (_rounded(rate.percent), _unit("%"), "", "", rate.part, rate.whole, "")
            yield ("coverage", name, school, grade, term, *measured)


def _unit(sign: str) -> str:
    """Return a unit as a word: a sign alone is guarded as the beginning of a formula."""
    return "percent" if sign == "%" else sign


def _coverage_object(found: Coverage, *, schools: bool) -> dict[str, Any]:
    current = found.current
    key = current.term.key if current else ""
    by_school = found.by_school(key) if schools and current else []
    coming = found.coming
    return {
        "active_students": found.active,
        "has_roster": found.has_roster,
        "without_grade": found.without_grade,
        "grades": {name: list(grades) for name, grades in found.grades.items()},
        "term": current.term.name if current else None,
        "is_of_this_school_year": current.is_of_this_year if current else None,
        "next_term": coming.term.name if coming else None,
        "terms": {each.term.name: _line_object(found.total(each.term.key)) for each in found.terms},
        "by_grade": {
            line.name: _line_object(line) for line in (found.by_grade(key) if key else ())
        },
    } | (
        {
            "by_school": {
                line.name: _line_object(line)
                | {
                    "by_grade": {
                        each.name: _line_object(each) for each in found.by_grade(key, line.name)
                    }
                }
                for line in by_school[:MOST_SCHOOLS]
            },
            "schools_in_all": len(by_school),
        }
        if schools
        else {}
    )


def _metric_object(metric: Metric) -> dict[str, Any]:
    return {
        "name": metric.name,
        "value": _rounded(metric.value),
        "unit": metric.unit,
        "target": metric.target,
        "is_floor": metric.is_floor,
        "before": _rounded(metric.before),
        "part": metric.part,
        "whole": metric.whole,
        "state": metric.state.value,
    }


def _week_object(week: Week) -> dict[str, Any]:
    return {
        "first": week.first.isoformat(),
        "last": week.last.isoformat(),
        "success_rate": _rounded(week.success),
        "error_rate": _rounded(week.errors),
        "import_time": _rounded(week.seconds),
        "imports": week.imports,
    }


def _line_object(line: Line) -> dict[str, Any]:
    parts = {each.key: rate for each, rate in zip(INSTRUMENTS, line.parts, strict=True)}
    return {name: _rate_object(rate) for name, rate in ({"all": line.whole} | parts).items()}


def _rate_object(rate: Rate) -> dict[str, Any] | None:
    if not rate.whole:
        return None
    return {"part": rate.part, "whole": rate.whole, "percent": _rounded(rate.percent)}


def _rounded(value: float | None) -> float | None:
    """Cut to three places: what is just under its target is not rounded up to it."""
    if value is None:
        return None
    return float(Decimal(str(value)).quantize(Decimal("0.001"), rounding=ROUND_FLOOR))
