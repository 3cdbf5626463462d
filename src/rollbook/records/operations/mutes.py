"""Muting a feed's lesser mails: for some days, never for good, and never about a lost night."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from rollbook.core.errors import UsageError
from rollbook.records.database import translated
from rollbook.records.models import Feed
from rollbook.records.operations import audit
from rollbook.records.queries.feeds import locked_feed

LONGEST: Final = 30
"""Days. What is muted for longer is forgotten."""


@translated()
@transaction.atomic
def mute_feed(name: str, *, days: int, now: datetime, actor: str) -> datetime | None:
    """Write no mail of the feed for so many days, unless a night is lost; 0 ends that.

    Returns until when. What still holds then is told. Raises UsageError, NoSuchFeed.
    """
    if not 0 <= days <= LONGEST:
        raise UsageError(
            what=f"A feed is muted for 1 to {LONGEST} days; 0 ends it.",
            advice="Give fewer days. To get no email at all, leave the feed without recipients.",
            field="days",
        )
    feed = locked_feed(name)
    before, until = feed.muted_until, now + timedelta(days=days) if days else None
    Feed.objects.filter(pk=feed.pk).update(muted_until=until)
    audit.record(
        actor,
        "feed.muted",
        subject=name,
        before={"muted_until": before.isoformat() if before else None},
        after={"muted_until": until.isoformat() if until else None},
    )
    return until
