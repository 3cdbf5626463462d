"""Questions about the nightly clean-up (operations/retention.py): when it was done, what failed."""

from typing import Final

from django.db.models import QuerySet

from rollbook.records.models import Job

CLEAN_UP: Final = "rollbook_clean_up"
"""Type of the job that a clean-up is."""

ALERT_AFTER: Final = 3
"""Failures in a row after which administrators get a mail and health is no longer good."""


def failures() -> int:
    """Return how often the clean-up has failed since it was last done."""
    return failed_since(last_done()).count()


def last_done() -> Job | None:
    """Return the last clean-up that was completed."""
    done = Job.objects.filter(job_type=CLEAN_UP, status=Job.Status.COMPLETED)
    return done.order_by("-id").first()


def failed_since(done: Job | None) -> QuerySet[Job]:
    """Return the failed clean-ups after `done`; all of them where there is none."""
    failed = Job.objects.filter(job_type=CLEAN_UP, status=Job.Status.FAILED)
    return failed.filter(pk__gt=done.pk if done else 0)
