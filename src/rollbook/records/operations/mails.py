"""The outbox: a mail is kept until it is sent, tried again where that fails, never forgotten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from rollbook.core.secrets.sealed import MAIL, is_sealed, seal, unseal
from rollbook.core.statements import Statements
from rollbook.records.database import translated
from rollbook.records.locks import MAIL_TOPIC
from rollbook.records.models import Feed, Mail
from rollbook.records.operations.installation_key import secret_key
from rollbook.records.operations.outgoing import begin_try, fail_try, key_of
from rollbook.records.operations.runner import call_for_mails

GATHERED: Final = timedelta(minutes=10)
"""How long a mail waits for others about the same server and cause, since the last one came."""

AT_MOST_GATHERED: Final = timedelta(minutes=30)
"""How long it waits in all. The last attempts of an outage's feeds end within 13 minutes."""

JsonObject = Mapping[str, Any]

_SQL: Final = Statements(__package__, "mails.sql")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail that the worker it was given to sends now."""

    number: int
    key: str
    recipients: Sequence[str]
    subject: str
    text: str
    html: str


def queue_mail(
    kind: str,
    words: tuple[str, str, str],
    *,
    recipients: Sequence[str],
    feed: Feed | None = None,
    job: int | None = None,
    topic: str = "",
    items: Sequence[JsonObject] = (),
) -> None:
    """Keep a mail (subject, text, HTML) to be sent; without recipients it is on record alone.

    With a `topic` it waits for GATHERED, so that others of it can become one mail with it;
    `items` is what it tells of its import by then.
    """
    row = _written(kind, words, recipients)
    row.feed_id, row.job_id, row.topic = feed.pk if feed else None, job, topic
    row.items = list(items)
    row.feed_ids, row.job_ids = [feed.pk] if feed else [], [job] if job else []
    if recipients:
        row.next_try_at = row.created_at + (GATHERED if topic else timedelta())
    else:
        row.error = "No recipient is named."
    row.save()
    if recipients and not topic:
        call_for_mails()


def gathering_mail(
    topic: str, feed: Feed, recipients: Sequence[str], *, most: int, now: datetime
) -> Mail | None:
    """Return the mail of this topic that waits for more of it, locked; None where there is none.

    Until the end of the transaction no other process looks for one. With `most` imports it is full.
    """
    told, since = list(recipients), now - AT_MOST_GATHERED
    asked: dict[str, Any] = {
        "topic": topic,
        "feed": feed.pk,
        "recipients": told,
        "since": since,
        "most": most,
    }
    with connection.cursor() as cursor:
        _SQL.run(cursor, "lock_topic", lock=MAIL_TOPIC, topic=topic)
        _SQL.run(cursor, "gathering", **asked)
        row = cursor.fetchone()
    return Mail.objects.get(pk=row[0]) if row else None


def gather(
    row: Mail, feed: Feed, item: JsonObject, words: tuple[str, str, str], *, now: datetime
) -> None:
    """Make `row` also the mail about this import, with new words; it waits a little longer."""
    row.subject, row.text, row.html = words
    row.feed_ids, row.job_ids = [*row.feed_ids, feed.pk], [*row.job_ids, item["job"]]
    row.items = [*row.items, item]
    row.next_try_at = min(now + GATHERED, row.created_at + AT_MOST_GATHERED)
    row.save()


def queue_sealed_mail(
    kind: str, words: tuple[str, str, str], *, recipients: Sequence[str], key: bytes
) -> None:
    """Keep a mail with a secret in it: encrypted until it is sent, and its words no longer.

    `key` is what `key_to_seal_with` gave in this transaction.
    """
    subject, text, html = words
    sealed = (subject, seal(text, key, purpose=MAIL), seal(html, key, purpose=MAIL))
    queue_mail(kind, sealed, recipients=recipients)


@translated()
def keep_sent(kind: str, words: tuple[str, str, str], *, recipients: Sequence[str]) -> None:
    """Write down a mail that has left already: whether mails leave is judged by that."""
    row = _written(kind, words, recipients)
    row.tries, row.sent_at = 1, row.created_at
    row.save()


@translated()
@transaction.atomic
def take_next(now: datetime) -> Waiting | None:
    """Return a mail that is to be sent now, to one asker alone; None where there is none."""
    with connection.cursor() as cursor:
        _SQL.run(cursor, "next", now=now)
        found = cursor.fetchone()
    if found is None:
        return None
    row = Mail.objects.get(pk=found[0])
    begin_try(row, now)
    return Waiting(row.pk, key_of(row), row.recipients, row.subject, row.text, row.html)


@translated()
def note_sent(number: int, *, refused: Sequence[str] = ()) -> None:
    """Write that a mail has left, and which recipients the server refused."""
    row = Mail.objects.get(pk=number)
    row.error = f"The server rejected {len(refused)} of the recipients." if refused else None
    row.sent_at, row.next_try_at = timezone.now(), None
    row.save(update_fields=["error", "sent_at", "next_try_at", *_forget_secret(row)])


@translated()
@transaction.atomic
def note_unsent(number: int, error: str, *, is_transient: bool, now: datetime) -> None:
    """Write why a mail has not left, and when it is tried again, if it is.

    One that was ended meanwhile stays so: its words are gone.
    """
    row = Mail.objects.select_for_update().get(pk=number)
    if row.next_try_at is None:
        return
    is_last = fail_try(row, error, is_transient=is_transient, now=now)
    forgotten = _forget_secret(row) if is_last else []
    row.save(update_fields=["error", "next_try_at", *forgotten])
    if row.next_try_at is not None and row.feed_ids:
        with connection.cursor() as cursor:
            until, feeds = row.next_try_at, list(row.feed_ids)
            _SQL.run(cursor, "keep_back", until=until, mail=row.pk, feeds=feeds)


def newest_mails(count: int) -> list[Mail]:
    """Return the mails that were written last."""
    return list(Mail.objects.order_by("-id")[:count])


def is_mail_lost(kind: str, job: int) -> bool:
    """Tell whether the mail about an import was given up, or had nobody to go to."""
    # Sorted here: for the newest one alone PostgreSQL would read all mails, the last one first.
    found = Mail.objects.filter(kind=kind, job_ids__contains=[job])
    about = found.values_list("pk", "sent_at", "next_try_at")
    newest = max(about, key=lambda mail: mail[0], default=None)
    return newest is not None and newest[1:] == (None, None)


def opened(waiting: Waiting, environ: Mapping[str, str]) -> tuple[str, str, str]:
    """Return subject, text and HTML as they are sent. Raises SealedTextUnreadable."""
    if not is_sealed(waiting.text):
        return waiting.subject, waiting.text, waiting.html
    key = secret_key(environ)
    text, html = (unseal(each, key, purpose=MAIL) for each in (waiting.text, waiting.html))
    return waiting.subject, text, html


def _forget_secret(row: Mail) -> list[str]:
    """Return the names of what was emptied."""
    if not is_sealed(row.text):
        return []
    row.text = row.html = ""
    return ["text", "html"]


def _written(kind: str, words: tuple[str, str, str], recipients: Sequence[str]) -> Mail:
    subject, text, html = words
    return Mail(
        kind=kind,
        recipients=list(recipients),
        subject=subject,
        text=text,
        html=html,
        created_at=timezone.now(),
    )
