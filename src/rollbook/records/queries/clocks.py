"""Whether the database's clock agrees with this machine's, by which schedules run."""

from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import connection

from rollbook.core.quantities import span_text
from rollbook.records.database import translated

CLOCK_OFF: Final = timedelta(seconds=30)
"""A smaller difference harms nothing."""


@translated()
def clock_difference() -> timedelta:
    """Return by how much the database's clock is ahead of this machine's; negative: behind.

    The way there and back counts half each, so it is right to half the time that the answer took.
    """
    with connection.cursor() as cursor:
        before = datetime.now(UTC)
        cursor.execute("select clock_timestamp()")
        [told] = cursor.fetchone()
        after = datetime.now(UTC)
    difference: timedelta = told - (before + (after - before) / 2)
    return difference


def difference_text(off: timedelta) -> str:
    """Return it in words, to be followed by the other clock: "3 minutes ahead of"."""
    return f"{span_text(abs(off))} {'ahead of' if off > timedelta() else 'behind'}"
