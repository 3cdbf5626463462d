"""Fields get an owner by the first import that brings them, or by an administrator."""

from collections.abc import Container, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from rollbook.core.errors import UsageError
from rollbook.core.feed_settings import IDENTIFIERS
from rollbook.core.field_owners import ROSTER_FIELDS, advice
from rollbook.core.mapping import field_named
from rollbook.records.database import translated
from rollbook.records.models import Feed, FieldOwner
from rollbook.records.operations import audit
from rollbook.records.queries.feeds import locked_feed, read_catalogue
from rollbook.records.queries.field_owners import conflicts, field_owners

_CLAIM = """
insert into rollbook.field_owners (field, feed_id, since)
select name, %(feed)s, %(now)s from unnest(%(fields)s::text[]) name
on conflict (field) do update set feed_id = excluded.feed_id, since = excluded.since
where exists (
    select from rollbook.feeds d
    where d.id = field_owners.feed_id and d.removed_at is not null
)
"""


class FieldOfAnotherFeed(UsageError):
    """{brought} belongs to the feed {owner}{more}, and two feeds that write one field would
    overwrite each other every night.

    Nothing was changed.

    {advice}"""

    reason = "field_of_another_feed"


def claim_fields(cursor: Any, feed: Feed, fields: Sequence[str], *, now: datetime) -> None:
    """Let the feed own what nobody else does, in the transaction of `cursor`."""
    if fields:
        cursor.execute(_CLAIM, {"feed": feed.pk, "now": now, "fields": sorted(fields)})


@translated()
@transaction.atomic
def hand_over(fields: Sequence[str], to: str, *, actor: str, now: datetime | None = None) -> None:
    """Let the feed `to` own `fields` from the next import on. Raises UsageError.

    The values stay; columns of other feeds that hold the fields are set aside from now on.
    """
    feed, catalogue = locked_feed(to), read_catalogue()
    if not feed.host:
        raise UsageError(
            what=f"The feed {to} is for files imported by hand, and owns no field.",
            advice="Name a feed with a server.",
            field="to",
        )
    if not fields:
        raise UsageError(what="No field was named.", advice="Name at least one.", field="fields")
    for name in fields:
        if field_named(name, catalogue).name in {*IDENTIFIERS, *ROSTER_FIELDS}:
            raise UsageError(
                what=f"{catalogue.by_name[name].header} is written only by roster feeds.",
                advice="Make the feed the roster feed instead.",
                field="fields",
            )
    owners = field_owners()
    given = [name for name in fields if name not in owners or owners[name].feed_id != feed.pk]
    if not given:
        return
    for name in given:
        FieldOwner.objects.update_or_create(
            field=name, defaults={"feed": feed, "since": now or timezone.now()}
        )
    audit.record(
        actor,
        "feed.fields_handed_over",
        subject=to,
        before={name: owners[name].feed.name if name in owners else None for name in given},
        after=dict.fromkeys(given, to),
    )


def conflicts_of(feed: Feed) -> set[str]:
    """Return the fields of other feeds that this one's settings and newest file bring."""
    return set(conflicts(feed, read_catalogue()))


def check_owners(feed: Feed, *, before: Container[str] = (), at: str = "") -> None:
    """Raise FieldOfAnotherFeed where the feed would bring another's field, but for `before`.

    `at` is the setting that makes it so.
    """
    catalogue = read_catalogue()
    found = {name: each for name, each in conflicts(feed, catalogue).items() if name not in before}
    if not found:
        return
    name, (header, owner) = next(iter(found.items()))
    more = f", as {len(found) - 1:,} more of its columns do" if len(found) > 1 else ""
    raise FieldOfAnotherFeed(
        brought=catalogue.by_name[name].header,
        owner=owner,
        more=more,
        advice=advice(header, owner, feed.name),
        field=at,
    )


def forget_presence(feed: Feed) -> None:
    """Forget who was in the files of a feed that no longer says who is there or missing."""
    with connection.cursor() as cursor:
        cursor.execute("delete from rollbook.presence where feed_id = %s", [feed.pk])
