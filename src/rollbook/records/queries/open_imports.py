"""Imports that need a person: held ones without a decision, and failed ones of files by hand."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef

from rollbook.records.district import FILES_DAYS, days_of
from rollbook.records.models import Feed, Job
from rollbook.records.outcome import Outcome
from rollbook.records.queries.job_notes import is_resolved
from rollbook.records.queries.jobs import JobView, job_view

MOST_HELD: Final = 200
"""Far more than any district leaves waiting; what is told first is what is over first."""


def undecided(*, ended_by: datetime | None = None) -> list[JobView]:
    """Return the held imports that can still be decided on, held by `ended_by`, oldest first.

    A newer file of a server takes a held one's place, as in `standings.sql`; an outdated one, or
    rows of a fix-it file, do not. A file by hand may be of another kind than the one before, so
    each waits until it is decided.
    """
    newer = (
        Job.imports.stored()
        .up_to_date()
        .filter(
            index__feed_id=OuterRef("index__feed_id"),
            index__feed_id__in=Feed.objects.exclude(host="").values("pk"),
            pk__gt=OuterRef("pk"),
        )
    )
    held = Job.imports.with_outcome(Outcome.NEEDS_REVIEW).writing().filter(~Exists(newer))
    held = held if ended_by is None else held.filter(index__ended_at__lte=ended_by)
    return [job_view(row) for row in held.order_by("pk")[:MOST_HELD]]


def failed_by_hand(feeds: Iterable[Feed], now: datetime) -> list[JobView]:
    """Return the newest import of each of `feeds` that has failed, as long as its file is kept.

    The next file of the feed ends it, as the person who uploads again has seen it; so does a note.
    A fix-it file is said to have failed where it was uploaded, and ends nothing.
    """
    since = now - timedelta(days=days_of(FILES_DAYS))
    newest = (Job.imports.of_feed(feed.pk).writing().of_whole_files().newest() for feed in feeds)
    found = [job_view(row) for row in newest if row is not None]
    return [
        each
        for each in found
        if each.outcome is Outcome.FAILED
        and each.ended_at is not None
        and each.ended_at > since
        and not is_resolved(each.number)
    ]
