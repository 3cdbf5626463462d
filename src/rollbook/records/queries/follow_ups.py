"""What runs came to that have just been seen to, and when something is due next."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db.models import Min

from rollbook.records.database import translated
from rollbook.records.models import Job, JobAttempt, Mail, WebhookMessage
from rollbook.records.outcome import Outcome
from rollbook.records.queries.jobs import job_view

SOON: Final = timedelta(hours=1)
"""A mail or message that is tried again later than this is no reason to be called for."""

BUSY: Final = timedelta(minutes=1)
"""After which a job is tried again whose feed was busy."""


@dataclass(frozen=True, slots=True)
class EndedRun:
    """One run of a job that has ended and was seen to."""

    job: int
    feed: str
    outcome: Outcome
    reason: str | None
    attempt: int
    next_attempt_at: datetime | None

    @property
    def has_failed(self) -> bool:
        return self.outcome is Outcome.FAILED

    @property
    def is_lost(self) -> bool:
        """Whether it has failed, and no other attempt is to come."""
        return self.has_failed and self.next_attempt_at is None

    def as_object(self) -> dict[str, Any]:
        """Return it as the contract has it; it holds no student's value."""
        at = self.next_attempt_at
        return {
            "job": self.job,
            "feed": self.feed,
            "outcome": self.outcome.value,
            "reason": self.reason,
            "attempt": self.attempt,
            "next_attempt_at": at and f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        }


@translated()
def last_end() -> int:
    """Return the newest record of a run's end, 0 where there is none."""
    newest = JobAttempt.objects.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


@translated()
def ended_runs_after(record: int) -> list[EndedRun]:
    """Return the runs whose end was recorded after that one."""
    attempts = JobAttempt.objects.filter(pk__gt=record).order_by("pk")
    jobs = Job.imports.in_bulk({each.job_id for each in attempts})
    return [_ended(each, jobs[each.job_id]) for each in attempts if each.job_id in jobs]


@translated()
def next_due(now: datetime, *, busy: bool) -> datetime | None:
    """Return when something is due that no schedule brings: what waits, another attempt of an
    import, or soon one of a mail or message. `busy`: what waits could not begin just now."""
    promised = JobAttempt.objects.filter(retried_at=None)
    outgoing = [each.objects.filter(next_try_at__lte=now + SOON) for each in (Mail, WebhookMessage)]
    waits = Job.imports.under_way().filter(status=Job.Status.PENDING).exists()
    times = [
        promised.aggregate(at=Min("retry_at"))["at"],
        *(each.aggregate(at=Min("next_try_at"))["at"] for each in outgoing),
        (now + BUSY if busy else now) if waits else None,
    ]
    return min((at for at in times if at is not None), default=None)


def _ended(attempt: JobAttempt, row: Job) -> EndedRun:
    view = job_view(row)
    return EndedRun(
        attempt.job_id, view.feed, view.outcome, attempt.reason, attempt.number, attempt.retry_at
    )
