"""What an import's file has that no earlier file of its feed had, and nobody has decided on."""

from dataclasses import replace

from rollbook.records.database import translated
from rollbook.records.models import Feed, ImportIndex, Job
from rollbook.records.queries.inbox import dated_inbox
from rollbook.records.queries.inbox_items import Inbox


@translated()
def new_in_inbox(feed: Feed, job: int) -> Inbox:
    """Return what waits of the file of this import and was in no earlier file of the feed; nothing
    where it is the first file, for all of that is new."""
    if not Job.imports.of_feed(feed.pk).with_header().except_rehearsals().before(job).exists():
        return Inbox()
    found, begun_at = dated_inbox(feed, of_import=job), ImportIndex.objects.get(pk=job).created_at
    return replace(
        found,
        codes=[each for each in found.codes if each.since is None or each.since >= begun_at],
        columns=[each for each in found.columns if each.since is None or each.since >= begun_at],
        full=(),
    )
