"""Questions about the nightly clean-up (operations/retention.py): when it was done, what failed."""

from typing import Final

from rollbook.records.models import Job, JobQuerySet

ALERT_AFTER: Final = 3
"""Failures in a row after which administrators get a mail and health is no longer good."""

LOOKED_AT: Final = 20_000
"""Rows of `jobs` among which the last clean-up is looked for first."""


def failures() -> int:
    """Return how often the clean-up has failed since it was last done."""
    return failed_since(last_done()).count()


def last_done() -> Job | None:
    """Return the last clean-up that was completed."""
    completed = Job.clean_ups.completed()
    last = Job.objects.order_by("-pk").values_list("pk", flat=True).first()
    # There is one each night, so it is among the last rows: not all of them are read for it.
    recent = completed.after(last - LOOKED_AT).newest() if last else None
    return recent or completed.newest()


def failed_since(done: Job | None) -> JobQuerySet:
    """Return the failed clean-ups after `done`; all of them where there is none."""
    return Job.clean_ups.failed().after(done.pk if done else 0)
