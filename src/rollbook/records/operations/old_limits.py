"""Planning ahead since when values are old, day by day, for programs that read SQL.

What is planned comes of the settings, says nothing of anybody and is made again at any time, so
that it is in no audit log.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final

from django.db import transaction

from rollbook.core.scheduling.due import first_moment
from rollbook.records.database import translated
from rollbook.records.models import OldLimit
from rollbook.records.old_limit import OldLimits

DAYS_AHEAD: Final = 400
"""For how long it holds where no worker plans it again."""


@translated()
def plan_old_limits(now: datetime) -> bool:
    """Plan from today on, where that was not done today or the settings have become others.

    Tells whether it was.
    """
    limits = OldLimits.read()
    today = now.astimezone(limits.zone).date()
    first = OldLimit.objects.order_by("from_at").first()
    begins = first_moment(today, time(), limits.zone)
    if first is not None and (first.from_at, first.planned_by) == (begins, limits.digest):
        return False
    with transaction.atomic():
        OldLimit.objects.all().delete()
        # Two workers may do so at once; both plan the same.
        OldLimit.objects.bulk_create(_planned(limits, now), ignore_conflicts=True)
    return True


def _planned(limits: OldLimits, now: datetime) -> Iterator[OldLimit]:
    today = now.astimezone(limits.zone).date()
    for ahead in range(DAYS_AHEAD):
        begins, ends = (
            first_moment(today + timedelta(days=days), time(), limits.zone)
            for days in (ahead, ahead + 1)
        )
        yield OldLimit(
            from_at=begins,
            until_at=ends,
            old_before=limits.before(begins),
            planned_by=limits.digest,
        )
