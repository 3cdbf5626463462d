"""Webhooks: a feed's address, its signing secret, and the messages that wait for it.

A message is kept in the transaction that records an import's end, as a mail is, and sent after it.
"""

import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from rollbook.core.errors import UsageError
from rollbook.core.secrets.key import webhook_secret
from rollbook.records.database import translated
from rollbook.records.models import Feed, WebhookMessage
from rollbook.records.operations import audit
from rollbook.records.operations.installation_key import secret_key
from rollbook.records.operations.outgoing import begin_try, fail_try, key_of
from rollbook.records.queries.feeds import locked_feed


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    """A message that the worker it was given to sends now."""

    number: int
    key: str
    feed: Feed
    url: str
    body: str


def signing_secret(feed: Feed, environ: Mapping[str, str]) -> bytes:
    """Return what the feed's messages are signed with, 32 bytes.

    It is derived from the installation's key and the feed's salt, so that nothing secret is stored.
    """
    return webhook_secret(secret_key(environ), bytes.fromhex(feed.webhook_salt))


class NoWebhook(UsageError):
    """The feed {feed} has no webhook.

    Nothing was changed.

    Give the feed an address first."""

    reason = "no_webhook"


@translated()
@transaction.atomic
def show_signing_secret(name: str, *, renewed: bool, environ: Mapping[str, str], actor: str) -> str:
    """Return the secret as receivers are given it, a new one on request; both are on record.

    Raises UsageError.
    """
    feed = _with_webhook(name)
    if renewed:
        feed.webhook_salt = secrets.token_hex(16)
        feed.save(update_fields=["webhook_salt"])
    event = "feed.webhook_secret_renewed" if renewed else "feed.webhook_secret_shown"
    audit.record(actor, event, subject=name)
    return f"whsec_{base64.b64encode(signing_secret(feed, environ)).decode()}"


@translated()
@transaction.atomic
def note_webhook_tried(name: str, *, environ: Mapping[str, str], actor: str) -> tuple[str, bytes]:
    """Record that a test message is sent; return the address and the signing secret.

    Raises UsageError.
    """
    feed = _with_webhook(name)
    audit.record(actor, "feed.webhook_tried", subject=name)
    return feed.webhook, signing_secret(feed, environ)


def _with_webhook(name: str) -> Feed:
    feed = locked_feed(name)
    if not feed.webhook:
        raise NoWebhook(feed=name)
    return feed


def queue_message(feed: Feed, job: int, content: Mapping[str, Any]) -> None:
    """Keep a message for the feed's webhook; to be called in the transaction of the event."""
    now = timezone.now()
    WebhookMessage.objects.create(
        feed_id=feed.pk,
        job_id=job,
        url=feed.webhook,
        body=json.dumps(content, separators=(",", ":")),
        created_at=now,
        next_try_at=now,
    )


@translated()
@transaction.atomic
def take_next_message(now: datetime) -> WaitingMessage | None:
    """Return a message that is to be sent now, to one asker alone; None where there is none.

    What was queued for an address that the feed no longer has is given up.
    """
    due = WebhookMessage.objects.select_for_update(skip_locked=True).filter(next_try_at__lte=now)
    while (row := due.order_by("next_try_at", "id").first()) is not None:
        feed = Feed.objects.filter(pk=row.feed_id, webhook=row.url, removed_at=None).first()
        if feed is None:
            row.next_try_at, row.error = None, "The feed has another address now, or none."
            row.save(update_fields=["next_try_at", "error"])
            continue
        begin_try(row, now)
        return WaitingMessage(row.pk, f"msg_{key_of(row)}", feed, row.url, row.body)
    return None


@translated()
def note_message_sent(number: int) -> None:
    """Write that a message has arrived."""
    WebhookMessage.objects.filter(pk=number).update(
        sent_at=timezone.now(), next_try_at=None, error=None
    )


@translated()
@transaction.atomic
def note_message_unsent(number: int, error: str, *, is_transient: bool, now: datetime) -> None:
    """Write why a message has not arrived, and when it is tried again, if it is.

    One that another worker has sent or given up meanwhile stays so.
    """
    row = WebhookMessage.objects.select_for_update().get(pk=number)
    if row.next_try_at is None:
        return
    fail_try(row, error, is_transient=is_transient, now=now)
    row.save(update_fields=["error", "next_try_at"])


def newest_message(feed: Feed) -> WebhookMessage | None:
    """Return the feed's newest message."""
    return WebhookMessage.objects.filter(feed_id=feed.pk).order_by("-id").first()
