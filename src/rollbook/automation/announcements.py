"""What a feed's webhook is told of an import that has ended or is held."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from rollbook.notify.outbox import page_link
from rollbook.records.models import Feed
from rollbook.records.operations.scheduling import Ended
from rollbook.records.operations.webhooks import queue_message
from rollbook.records.outcome import Outcome
from rollbook.records.standing import Standing

EVENTS: Final[Mapping[Outcome, str]] = {
    Outcome.SUCCEEDED: "import.completed",
    Outcome.WITH_WARNINGS: "import.completed",
    Outcome.NO_NEW_FILE: "import.completed",
    Outcome.NEEDS_REVIEW: "import.held",
    Outcome.FAILED: "import.failed",
    Outcome.STOPPED: "import.stopped",
}
REHEARSED: Final[Mapping[Outcome, str]] = {
    Outcome.NEEDS_REVIEW: "rehearsal.held",
    Outcome.FAILED: "rehearsal.failed",
}
REPORTED: Final = (
    "job", "status", "reason", "message", "dry_run", "stored", "counts", "issues",
)  # fmt: skip
"""Of the report: what everybody may read. Names of files and headers may hold a student's value."""


def announce_end(ended: Ended, environ: Mapping[str, str]) -> None:
    """Queue a message for the feed's webhook, where it has one; not before the last attempt.

    A check is none of its business: nothing was stored, and nobody can decide on it. Of a
    rehearsal `announce_rehearsal` tells.
    """
    if ended.job.report.dry_run or ended.retry_at is not None:
        return
    if (event := EVENTS.get(ended.job.outcome)) is None:
        return
    feed = Feed.objects.filter(pk=ended.job.feed_id, removed_at=None).exclude(webhook="").first()
    if feed is not None:
        queue_message(feed, ended.job.number, _content(event, ended, feed, environ))


def announce_rehearsal(ended: Ended, feed: Feed, environ: Mapping[str, str]) -> None:
    """Queue a message of a rehearsal whose run would be held or would fail."""
    if not feed.webhook:
        return
    content = _content(REHEARSED[ended.job.outcome], ended, feed, environ)
    data = content["data"] | {"planned_at": _moment(ended.job.rehearses)}
    queue_message(feed, ended.job.number, {**content, "data": data})


def announce_broken_promise(
    feed: Feed, standing: Standing, *, at: datetime, now: datetime, environ: Mapping[str, str]
) -> None:
    """Queue a message about the promise for `at`, where the feed has a webhook."""
    if not feed.webhook:
        return
    job = standing.job
    data = {
        "feed": feed.name,
        "job": job,
        "status": standing.status,
        "reason": standing.reason,
        "message": standing.why,
        "promised_at": _moment(at),
        "last_good_at": _moment(standing.last_good),
        "page": page_link(environ, f"imports/{job}/" if job else ""),
    }
    content = {"type": "promise.broken", "timestamp": _moment(now), "data": data}
    queue_message(feed, job or 0, content)


def _content(event: str, ended: Ended, feed: Feed, environ: Mapping[str, str]) -> Mapping[str, Any]:
    job = ended.job
    report = job.report.as_object(job.number)
    return {
        "type": event,
        "timestamp": _moment(job.ended_at or timezone.now()),
        "data": {
            "feed": feed.name,
            **{name: report[name] for name in REPORTED},
            "attempts": ended.attempt,
            "started_at": _moment(job.started_at),
            "ended_at": _moment(job.ended_at),
            "page": page_link(environ, f"imports/{job.number}/"),
        },
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")
