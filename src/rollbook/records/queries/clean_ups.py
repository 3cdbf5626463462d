"""Questions about the nightly clean-up (operations/retention.py): when it was done, what failed."""

from typing import Final

from rollbook.records.models import Job, JobQuerySet

ALERT_AFTER: Final = 3
"""Failures in a row after which administrators get a mail and health is no longer good."""


def failures() -> int:
    """Return how often the clean-up has failed since it was last done."""
    return failed_since(last_done()).count()


def last_done() -> Job | None:
    """Return the last clean-up that was completed."""
    return Job.clean_ups.completed().newest()


def failed_since(done: Job | None) -> JobQuerySet:
    """Return the failed clean-ups after `done`; all of them where there is none."""
    return Job.clean_ups.failed().after(done.pk if done else 0)
