"""Questions about what is to leave for others: what waits, what was given up, who is told."""

from collections.abc import Iterable, Mapping

from django.db import connection

from rollbook.records.district import Level, levels, recipients
from rollbook.records.models import Feed


def recipients_of(feeds: Iterable[Feed]) -> Mapping[int, list[str]]:
    """Return by feed who is written to when its import fails."""
    known = levels()
    return {feed.pk: recipients(Level.PROBLEMS, feed.recipients, known=known) for feed in feeds}


def unsent_mails() -> tuple[int, int]:
    """Return how many mails of a week wait, and how many were given up since one has left."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) filter (where next_try_at is not null),"
            " count(*) filter (where next_try_at is null"
            " and id > coalesce((select max(id) from rollbook.mails where sent_at is not null), 0))"
            " from rollbook.mails where sent_at is null and cardinality(recipients) > 0"
            " and created_at > now() - interval '7 days'"
        )
        waiting, lost = cursor.fetchone()
    return int(waiting), int(lost)


def lost_messages() -> int:
    """Return how many messages to webhooks, of a week, were given up since one of the feed arrived.

    Not those to an address that the feed no longer has.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from rollbook.webhook_messages m join rollbook.feeds f"
            " on f.id = m.feed_id and f.webhook = m.url and f.removed_at is null"
            " where m.sent_at is null and m.next_try_at is null"
            " and m.created_at > now() - interval '7 days' and m.id > coalesce((select max(id)"
            " from rollbook.webhook_messages where feed_id = f.id and sent_at is not null), 0)"
        )
        return int(cursor.fetchone()[0])
