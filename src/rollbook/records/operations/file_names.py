"""Files that came under another name: noted by a run, adopted or ignored by a person."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from rollbook.core.errors import UsageError
from rollbook.core.sources.renamed_files import NewName
from rollbook.records import clock
from rollbook.records.database import translated
from rollbook.records.models import Feed, NewFileName
from rollbook.records.models.file_names import ADOPTED, IGNORED
from rollbook.records.operations import audit
from rollbook.records.operations.feeds import update_feed
from rollbook.records.queries.feeds import locked_feed
from rollbook.records.queries.file_names import new_file_names, newest_file_names

REASON = "The file came under another name"


class NoSuchName(UsageError):
    """This file name no longer waits for a decision.

    Nothing was changed.

    Another person has decided, the feed has another pattern now, or a file was found meanwhile.
    Look at the feed again."""

    reason = "no_such_file_name"


def note_new_names(cursor: Any, job: int, feed: Feed, names: Sequence[NewName]) -> None:
    """Note the names that a run saw, in the transaction of `cursor`; what it no longer saw and
    nobody has decided on is forgotten. One that was ignored stays so."""
    cursor.execute(
        "delete from rollbook.new_file_names where feed_id = %s and decision = ''"
        " and not shape = any(%s)",
        [feed.pk, [each.shape for each in names]],
    )
    for each in names:
        cursor.execute(
            "insert into rollbook.new_file_names as known"
            " (feed_id, shape, name, pattern, wider, job_id, first_seen_at, why_not, modified_at)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, to_timestamp(%s))"
            " on conflict (feed_id, shape) do update set"
            " name = excluded.name, pattern = excluded.pattern, wider = excluded.wider,"
            " job_id = excluded.job_id, decision = '', why_not = excluded.why_not,"
            " modified_at = excluded.modified_at, first_seen_at ="
            " case known.decision when '' then known.first_seen_at else excluded.first_seen_at end"
            " where known.decision <> %s",
            [
                *(feed.pk, each.shape, each.name, feed.pattern, each.pattern, job, clock.now()),
                *(each.why_not or "", each.modified, IGNORED),
            ],
        )


@translated()
@transaction.atomic
def adopt_name(feed: str, number: int, *, actor: str) -> Feed:
    """Let the feed's pattern take this name too, from the next run on. Raises UsageError."""
    row = locked_feed(feed)
    name = _waiting(row, number)
    if not name.wider:
        raise NoSuchName
    update_feed(row, {"pattern": name.wider}, actor=actor, note={}, reason=REASON)
    _decide(name, ADOPTED)
    return row


@translated()
@transaction.atomic
def ignore_name(feed: str, number: int, *, actor: str) -> None:
    """Propose this name no more, nor one that differs in its numbers alone. Raises NoSuchName.

    The audit log, which is kept for years, has the patterns and not the name.
    """
    name = _waiting(locked_feed(feed), number)
    _decide(name, IGNORED)
    patterns = {"pattern": name.pattern, "not_taken": name.wider}
    audit.record(actor, "feed.file_name_ignored", subject=feed, after=patterns)


def _decide(name: NewFileName, decision: str) -> None:
    """Keep what was decided; of the name its shape is enough."""
    name.decision, name.name = decision, ""
    name.save(update_fields=["decision", "name"])


def _waiting(feed: Feed, number: int) -> NewFileName:
    """Return the name; the feed's row is locked, so that two people cannot decide at once."""
    for each in [*new_file_names(feed), *newest_file_names(feed)]:
        if each.pk == number:
            return each
    raise NoSuchName
