"""The metrics in the text format that Prometheus reads (version 0.0.4)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rollbook.records.measurements import FeedMeasurements, Measurements
from rollbook.records.standing import FeedStatus

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

NO_ROWS = ("total", "missing_from_file")
"""Counts of a run that are no outcome of a row."""

Sample = tuple[Mapping[str, str], float]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric with its samples. All are gauges: retention lets even totals shrink."""

    name: str
    meaning: str
    samples: Iterable[Sample]


def exposition(measurements: Measurements, *, version: str, has_mail: bool) -> str:
    """Return the text of all metrics. `has_mail`: whether a mail server is set."""
    metrics = _metrics(measurements, version, has_mail=has_mail)
    return "".join(line for metric in metrics for line in _lines(metric))


def meanings() -> list[tuple[str, str]]:
    """Return name and meaning of every metric."""
    metrics = _metrics(Measurements(), "", has_mail=False)
    return [(_full_name(metric), metric.meaning) for metric in metrics]


def _metrics(measurements: Measurements, version: str, *, has_mail: bool) -> Iterator[Metric]:
    yield Metric("info", "The version that answers.", [({"version": version}, 1)])
    yield Metric("mail_server", "Whether an email server is set: 1 or 0.", [({}, int(has_mail))])
    yield Metric(
        "jobs",
        "Imports that ended in the last seven days, or haven't ended, by status and reason.",
        [
            ({"status": status, "reason": reason}, count)
            for status, reason, count in measurements.jobs
        ],
    )
    for name, meaning, value in _OF_ALL:
        found = value(measurements)
        yield Metric(name, meaning, [] if found is None else [({}, found)])
    yield from _metrics_of_feeds(measurements.feeds)
    yield from _metrics_of_last_runs(measurements.feeds)


_OF_ALL: Final[tuple[tuple[str, str, Callable[[Measurements], float | None]], ...]] = (
    ("jobs_running", "Imports that run now.", lambda all_: all_.with_status("running")),
    ("queue_length", "Imports that wait for a worker.", lambda all_: all_.with_status("pending")),
    ("workers_alive", "Workers with a recent heartbeat.", lambda all_: all_.workers),
    (
        "last_planning_timestamp_seconds",
        "When a worker was last done with all planning.",
        lambda all_: all_.planned_at,
    ),
    ("mails_waiting", "Emails of a week that wait to be sent.", lambda all_: all_.waiting_mails),
    (
        "mails_given_up",
        "Emails of a week that were given up since the last one left.",
        lambda all_: all_.lost_mails,
    ),
    (
        "webhook_messages_given_up",
        "Messages of a week to webhooks that were given up since the feed's last arrived.",
        lambda all_: all_.lost_messages,
    ),
    (
        "clean_up_failures",
        "How often the nightly clean-up has failed since it was last done.",
        lambda all_: all_.failed_clean_ups,
    ),
    (
        "last_clean_up_timestamp_seconds",
        "When the nightly clean-up was last done.",
        lambda all_: all_.cleaned_up_at,
    ),
    (
        "last_backup_timestamp_seconds",
        "When a backup was last written; 0 where none is on record.",
        lambda all_: all_.backed_up_at or 0,
    ),
)
"""Name, meaning, and value; None where there is no sample."""


def _metrics_of_feeds(feeds: Iterable[FeedMeasurements]) -> Iterator[Metric]:
    yield Metric(
        "feed_status",
        "How the feed is doing: 1 for its status, 0 for every other.",
        [
            ({"feed": each.standing.feed, "status": status.value}, each.standing.status is status)
            for each in feeds
            for status in FeedStatus
        ],
    )
    for name, meaning, value in _OF_FEED:
        values = ((each.standing.feed, value(each)) for each in feeds)
        yield Metric(
            name, meaning, [({"feed": feed}, found) for feed, found in values if found is not None]
        )


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()


_OF_FEED: Final[tuple[tuple[str, str, Callable[[FeedMeasurements], float | None]], ...]] = (
    (
        "feed_scheduled",
        "Whether the feed's schedule is on: 1 or 0.",
        lambda feed: feed.standing.is_on,
    ),
    (
        "feed_due_timestamp_seconds",
        "The planned run that no good one has followed yet; none while the schedule is off.",
        lambda feed: _seconds(feed.standing.due_at),
    ),
    (
        "feed_missed_runs",
        "Planned runs since the last good one that are over by two hours.",
        lambda feed: feed.standing.missed,
    ),
    (
        "feed_promise_timestamp_seconds",
        "By when the feed's data is promised to be current next; none where nothing is promised.",
        lambda feed: _seconds(feed.standing.next_promise),
    ),
    (
        "feed_late",
        "Whether a promise is broken and no good run has followed: 1 or 0.",
        lambda feed: feed.standing.late_since is not None,
    ),
    (
        "feed_failed_imports",
        "Imports of the feed that have failed since the last good one, up to 100.",
        lambda feed: feed.failed,
    ),
    (
        "feed_held_imports",
        "Imports of the feed that wait for a decision, up to 100.",
        lambda feed: feed.held,
    ),
    (
        "feed_oldest_held_timestamp_seconds",
        "Since when the oldest of them waits.",
        lambda feed: feed.held_since,
    ),
    (
        "feed_waiting_imports",
        "Imports of the feed that wait for a worker.",
        lambda feed: feed.waiting,
    ),
    (
        "feed_oldest_waiting_timestamp_seconds",
        "Since when the oldest of them waits.",
        lambda feed: feed.waiting_since,
    ),
    (
        "feed_recipients",
        "Addresses that get the feed's emails.",
        lambda feed: feed.recipients,
    ),
    (
        "feed_last_import_timestamp_seconds",
        "When an import of the feed last stored something.",
        lambda feed: _seconds(feed.standing.facts.stored_at),
    ),
    (
        "feed_last_success_timestamp_seconds",
        "When a run of the feed last completed, even without a new file.",
        lambda feed: _seconds(feed.standing.last_good),
    ),
)
"""Name, meaning, and value of one feed; None where there is no sample."""


def _metrics_of_last_runs(feeds: Iterable[FeedMeasurements]) -> Iterator[Metric]:
    yield Metric(
        "feed_last_run_seconds",
        "How long the phases of the feed's last run took.",
        [
            ({"feed": each.standing.feed, "phase": phase}, spent)
            for each in feeds
            for phase, spent in each.seconds.items()
            if phase != "total"
        ],
    )
    yield Metric(
        "feed_last_run_rows",
        "Rows of the feed's last run, by what came of them.",
        [
            ({"feed": each.standing.feed, "outcome": outcome}, count)
            for each in feeds
            for outcome, count in each.counts.items()
            if outcome not in NO_ROWS
        ],
    )
    yield Metric(
        "feed_last_run_missing_students",
        "Students of the feed who weren't in its last file.",
        [
            ({"feed": each.standing.feed}, each.counts["missing_from_file"])
            for each in feeds
            if "missing_from_file" in each.counts
        ],
    )


def _lines(metric: Metric) -> Iterator[str]:
    name = _full_name(metric)
    yield f"# HELP {name} {metric.meaning}\n"
    yield f"# TYPE {name} gauge\n"
    for labels, value in metric.samples:
        pairs = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        yield f"{name}{{{pairs}}} {float(value)}\n" if pairs else f"{name} {float(value)}\n"


def _full_name(metric: Metric) -> str:
    return f"rollbook_{metric.name}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
