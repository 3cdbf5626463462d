"""What the monthly mail about the data's quality says: numbers, and no name of a student or school.

Pure functions: the caller has measured.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from rollbook.core.quantities import counted, measured_text, rate_text
from rollbook.notify.messages import Kind, Notice
from rollbook.records.queries.promises import kept_of
from rollbook.records.queries.quality import Metric, Quality, State

MOST_PROBLEMS: Final = 5

_STATES: Final = {
    State.MET: "met",
    State.MISSED: "missed",
    State.UNDER_WAY: "under way",
    State.NOTHING: "nothing yet",
}


def quality_report(found: Quality, *, day: date, link: str | None) -> Notice:
    """Return the mail. `day`: when it is written, by the district's clock."""
    missed = [each.title for each in found.metrics if each.state is State.MISSED]
    return Notice(
        Kind.QUALITY_REPORT,
        f"Data quality, 30 days to {day:%b} {day.day}, {day.year}",
        "Here are the last 30 days, each number with its target.",
        f"{counted(len(missed), 'target was', 'targets were')} missed: {'; '.join(missed)}."
        if missed
        else "No target was missed.",
        "Open Data quality to see grades, weeks and problems.",
        link,
        [*_metrics(found.metrics), *_feeds(found), *_problems(found)],
    )


def _metrics(metrics: Sequence[Metric]) -> list[tuple[str, str]]:
    return [(each.title, _metric(each)) for each in metrics]


def _metric(metric: Metric) -> str:
    if metric.value is None:
        return _STATES[metric.state]
    before = f", {_number(metric, metric.before)} before" if metric.before is not None else ""
    measured = f"{_number(metric, metric.value)} (target: {metric.asked}{before})"
    return f"{measured}, {_STATES[metric.state]}"


def _number(metric: Metric, value: float) -> str:
    if metric.unit == "%":
        return rate_text(value, metric.target)
    return f"{measured_text(value, metric.target)} {metric.unit}"


def _feeds(found: Quality) -> list[tuple[str, str]]:
    lines = [("Feeds on schedule", f"{found.on_schedule:,} of {found.planned:,}")]
    kept = kept_of((each.feed for each in found.feeds), found.promises)
    if kept.whole:
        promises = counted(kept.whole, "promise")
        lines.append(("Up to date on time", f"{kept.part:,} of {promises}"))
    return lines


def _problems(found: Quality) -> list[tuple[str, str]]:
    return [
        (each.meaning, f"{each.last:,} in the last import of each feed, {each.usual:,g} before")
        for each in found.problems[:MOST_PROBLEMS]
    ]
