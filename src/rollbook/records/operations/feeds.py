"""Feeds: add, change, remove, pin a host key. Every change is audited, a secret's value never."""

import re
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from rollbook.core.errors import UsageError
from rollbook.core.feed_settings import AUTO, IDENTIFIERS
from rollbook.core.webhook_address import read_webhook_address
from rollbook.records.database import translated
from rollbook.records.models import Feed
from rollbook.records.operations import audit
from rollbook.records.operations.calls import call_workers
from rollbook.records.operations.feed_checks import check_after, check_settings
from rollbook.records.operations.feed_versions import keep_version
from rollbook.records.operations.field_owners import (
    check_owners,
    conflicts_of,
    forget_presence,
)
from rollbook.records.operations.promises import record_due, renews_schedule
from rollbook.records.operations.reasons import check_reason
from rollbook.records.operations.secrets import keep_trust, secret_name, secret_store
from rollbook.records.operations.seen import Seen
from rollbook.records.queries.feed_columns import CONNECTION, SETTINGS
from rollbook.records.queries.feed_versions import kept_settings
from rollbook.records.queries.feeds import locked_feed
from rollbook.records.queries.field_owners import roster_feeds
from rollbook.records.queries.layouts import chosen_layout
from rollbook.records.queries.schedules import NIGHTLY


class FeedExists(UsageError):
    """There is already a feed named {name}.

    Nothing was changed.

    Choose another name."""

    reason = "feed_exists"


class FeedWithoutServer(UsageError):
    """The feed {feed} is for files imported by hand and has no server.

    Nothing was changed.

    Add a feed for the server."""

    reason = "feed_without_server"


@translated()
@transaction.atomic
def add_feed(
    name: str,
    *,
    settings: Mapping[str, Any],
    secret: Mapping[str, str],
    environ: Mapping[str, str],
    actor: str,
    now: datetime | None = None,
) -> Feed:
    """Add a feed with its credentials; it is planned from `now` on. Raises UsageError."""
    feed = create_feed(name, settings, actor=actor, note={"credentials": "set"}, now=now)
    keep_trust(name, credentials=secret, host_key=feed.host_key, environ=environ)
    return feed


def create_feed(
    name: str,
    settings: Mapping[str, Any],
    *,
    actor: str,
    note: Mapping[str, str],
    now: datetime | None = None,
) -> Feed:
    """Make the row of a feed and its event, with `note`. The caller keeps its trust, in the same
    transaction. Raises UsageError."""
    if not re.fullmatch(r"[\w-]{1,100}", name):
        raise UsageError(what="A feed's name has only letters, digits, - and _.", field="name")
    chosen = {"required": list(IDENTIFIERS), "schedule": dict(NIGHTLY)} | dict(settings)
    check_settings(chosen)
    layout = chosen_layout(chosen.get("layout", AUTO))
    is_of_tests = layout is not None and layout.is_of_tests
    chosen.setdefault("is_roster", not is_of_tests and not roster_feeds())
    set_at = now or timezone.now()
    check_after(Feed(**chosen), chosen)
    check_owners(Feed(name=name, **chosen), at="layout")
    # Of two requests at once, the second one waits here and then finds the feed of the first.
    feed, is_new = Feed.objects.get_or_create(
        name=name,
        defaults={
            "planned_at": set_at,
            "schedule_set_at": set_at,
            "webhook_salt": secrets.token_hex(16),
            **chosen,
        },
    )
    if not is_new:
        raise FeedExists(name=name, field="name")
    if now is not None:  # what Django writes there is the machine's time
        Feed.objects.filter(pk=feed.pk).update(created_at=now)
    audit.record(actor, "feed.added", subject=name, after=settings_of(feed) | dict(note))
    return feed


@translated()
@transaction.atomic
def change_feed(
    name: str,
    *,
    settings: Mapping[str, Any],
    secret: Mapping[str, str] | None,
    environ: Mapping[str, str],
    actor: str,
    reason: str = "",
    now: datetime | None = None,
    seen: Seen | None = None,
) -> Feed:
    """Change what `settings` names. A new host forgets the pinned key. Raises UsageError.

    A new schedule counts from `now` on. `seen`: what the page showed that this comes from; raises
    ChangedMeanwhile where that has been changed.
    """
    feed = locked_feed(name)
    if seen is not None:
        seen.check(feed, what=f"the feed {name}")
    note = {"credentials": "changed"} if secret is not None else {}
    chosen = update_feed(feed, settings, actor=actor, reason=reason, note=note, now=now)
    if secret is not None or "host_key" in chosen:
        keep_trust(name, credentials=secret, host_key=chosen.get("host_key"), environ=environ)
    return feed


def update_feed(
    feed: Feed,
    settings: Mapping[str, Any],
    *,
    actor: str,
    note: Mapping[str, str],
    reason: str = "",
    now: datetime | None = None,
) -> dict[str, Any]:
    """Change the row of a feed, which is locked, and write its event; return what was changed.

    Where that has a `host_key`, the caller keeps it, in the same transaction. Raises UsageError.
    """
    check_reason(reason, is_needed=False)
    chosen = dict(settings)
    check_settings(chosen)
    if not feed.host and CONNECTION & chosen.keys():
        raise FeedWithoutServer(feed=feed.name)
    moved = any(
        chosen.get(part, getattr(feed, part)) != getattr(feed, part) for part in ("host", "port")
    )
    if moved and "host_key" not in chosen:
        chosen["host_key"] = ""
    kept = kept_settings(feed)
    before, conflicting = {column: getattr(feed, column) for column in chosen}, conflicts_of(feed)
    if chosen.get("webhook", feed.webhook) != feed.webhook:  # a former receiver knows the secret
        feed.webhook_salt = secrets.token_hex(16)
    at = now or timezone.now()
    is_renewed = "schedule" in chosen and renews_schedule(feed, chosen["schedule"], at)
    if is_renewed:  # by the schedule that it was promised by
        record_due(feed, at)
    for column, value in chosen.items():
        setattr(feed, column, value)
    check_after(feed, chosen)
    field = next((name for name in ("is_roster", "layout") if name in chosen), "")
    check_owners(feed, before=conflicting, at=field)
    if before.get("is_roster") and not feed.is_roster:
        forget_presence(feed)
    if "schedule" in chosen:  # a new time does not run for the past
        feed.planned_at = at
        feed.schedule_set_at = at if is_renewed else feed.schedule_set_at
        with connection.cursor() as cursor:
            call_workers(cursor)
    keep_version(feed, kept, actor=actor, reason=reason)
    feed.save()
    after = _audited(chosen) | dict(note) | ({"reason": reason} if reason else {})
    audit.record(actor, "feed.changed", subject=feed.name, before=_audited(before), after=after)
    return chosen


@translated()
@transaction.atomic
def remove_feed(
    name: str, *, environ: Mapping[str, str], actor: str, now: datetime | None = None
) -> None:
    """Remove a feed and its credentials; its jobs stay. Raises UsageError."""
    feed = locked_feed(name)
    if not feed.host:
        raise UsageError(
            what=f"The feed {name} is for files imported by hand and can't be removed."
        )
    before = settings_of(feed) | {"credentials": "set"}
    feed.removed_at = now or timezone.now()
    feed.name = f"{name[:60]} (removed {feed.removed_at:%Y-%m-%d %H:%M:%S.%f})"
    feed.webhook = ""  # the address may hold a secret, as credentials do
    feed.save()
    audit.record(actor, "feed.removed", subject=name, before=before)
    secret_store(environ).delete(secret_name(name))


@translated()
@transaction.atomic
def pin_host_key(name: str, host_key: str, *, environ: Mapping[str, str], actor: str) -> None:
    """Remember the server's key that an administrator has confirmed."""
    feed = locked_feed(name)
    before = {"host_key": feed.host_key}
    feed.host_key = host_key
    feed.save(update_fields=["host_key"])
    audit.record(
        actor, "feed.host_key_pinned", subject=name, before=before, after={"host_key": host_key}
    )
    keep_trust(name, credentials=None, host_key=host_key, environ=environ)


@translated()
def record_test(name: str, host: str, port: int, *, actor: str) -> None:
    """Record that `actor` has the connection to a server tested; `name` is "" for a new feed."""
    after = {"host": host, "port": port}
    audit.record(actor, "feed.connection_tested", subject=(name or host)[:200], after=after)


def record_browsing(name: str, host: str, port: int, *, actor: str) -> None:
    """Record that `actor` looks into a folder of a server. Its name is the server's: not kept."""
    after = {"host": host, "port": port}
    audit.record(actor, "feed.browsed", subject=(name or host)[:200], after=after)


def settings_of(feed: Feed) -> dict[str, Any]:
    """Return all that an administrator can set of a feed, for the audit. No credential is here."""
    return _audited({column: getattr(feed, column) for column in SETTINGS})


def _audited(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as the permanent audit log may hold them: an address may be a secret itself."""
    if not settings.get("webhook"):
        return dict(settings)
    return {**settings, "webhook": f"https://{read_webhook_address(settings['webhook']).host}/..."}
