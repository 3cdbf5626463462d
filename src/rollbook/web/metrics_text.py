"""The metrics in the text format that Prometheus reads (version 0.0.4)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rollbook.records.queries.metrics import Measurements

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


def exposition(measurements: Measurements, *, version: str) -> str:
    """Return the text of all metrics."""
    return "".join(line for metric in _metrics(measurements, version) for line in _lines(metric))


def meanings() -> list[tuple[str, str]]:
    """Return name and meaning of every metric."""
    nothing = Measurements([], [], 0, None)
    return [(_full_name(metric), metric.meaning) for metric in _metrics(nothing, "")]


def _metrics(measurements: Measurements, version: str) -> Iterator[Metric]:
    yield Metric("info", "The version that answers.", [({"version": version}, 1)])
    yield Metric(
        "jobs",
        "Imports on record, by status and reason.",
        [
            ({"status": status, "reason": reason}, count)
            for status, reason, count in measurements.jobs
        ],
    )
    yield Metric(
        "jobs_running", "Imports that run now.", [({}, measurements.with_status("running"))]
    )
    yield Metric(
        "queue_length",
        "Imports that wait for a worker.",
        [({}, measurements.with_status("pending"))],
    )
    yield Metric("workers_alive", "Workers with a recent heartbeat.", [({}, measurements.workers)])
    yield Metric(
        "last_planning_timestamp_seconds",
        "When a worker was last done with all planning.",
        [] if measurements.planned_at is None else [({}, measurements.planned_at)],
    )
    yield from _metrics_of_feeds(measurements)


def _metrics_of_feeds(measurements: Measurements) -> Iterator[Metric]:
    feeds = measurements.feeds
    yield Metric(
        "feed_last_import_timestamp_seconds",
        "When an import of the feed last completed.",
        [({"feed": each.feed}, each.imported_at) for each in feeds if each.imported_at is not None],
    )
    yield Metric(
        "feed_last_success_timestamp_seconds",
        "When a run of the feed last completed, even without a new file.",
        [({"feed": each.feed}, each.looked_at) for each in feeds if each.looked_at is not None],
    )
    yield Metric(
        "feed_last_run_seconds",
        "How long the phases of the feed's last run took.",
        [
            ({"feed": each.feed, "phase": phase}, spent)
            for each in feeds
            for phase, spent in each.seconds.items()
            if phase != "total"
        ],
    )
    yield Metric(
        "feed_last_run_rows",
        "Rows of the feed's last run, by what came of them.",
        [
            ({"feed": each.feed, "outcome": outcome}, count)
            for each in feeds
            for outcome, count in each.counts.items()
            if outcome not in NO_ROWS
        ],
    )
    yield Metric(
        "feed_last_run_missing_students",
        "Students of the feed who were not in its last file.",
        [
            ({"feed": each.feed}, each.counts["missing_from_file"])
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
        yield f"{name}{{{pairs}}} {value}\n" if pairs else f"{name} {value}\n"


def _full_name(metric: Metric) -> str:
    return f"rollbook_{metric.name}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
