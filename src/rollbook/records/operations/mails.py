"""The outbox: a mail is kept until it is sent, tried again where that fails, never forgotten."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from rollbook.core.secrets.sealed import MAIL, is_sealed, seal, unseal
from rollbook.records.database import translated
from rollbook.records.district import recipients
from rollbook.records.models import Feed, Mail
from rollbook.records.operations.installation_key import secret_key
from rollbook.records.operations.outgoing import begin_try, fail_try, key_of
from rollbook.records.operations.runner import call_for_mails


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail that the worker it was given to sends now."""

    number: int
    key: str
    recipients: Sequence[str]
    subject: str
    text: str
    html: str


def recipients_of(feed: Feed | None) -> list[str]:
    """Return who is written to: the feed's own recipients, or the district's."""
    if feed is not None and feed.recipients:
        return list(feed.recipients)
    return recipients()


def queue_mail(
    kind: str,
    words: tuple[str, str, str],
    *,
    recipients: Sequence[str],
    feed: Feed | None = None,
    job: int | None = None,
) -> None:
    """Keep a mail (subject, text, HTML) to be sent; without recipients it is on record alone."""
    row = _written(kind, words, recipients)
    row.feed_id, row.job_id = feed.pk if feed else None, job
    if recipients:
        row.next_try_at = row.created_at
    else:
        row.error = "No recipient is named."
    row.save()
    if recipients:
        call_for_mails()


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
    due = Mail.objects.select_for_update(skip_locked=True).filter(next_try_at__lte=now)
    row = due.order_by("next_try_at").first()
    if row is None:
        return None
    begin_try(row, now)
    return Waiting(row.pk, key_of(row), row.recipients, row.subject, row.text, row.html)


@translated()
def note_sent(number: int, *, refused: Sequence[str] = ()) -> None:
    """Write that a mail has left, and which recipients the server refused."""
    row = Mail.objects.get(pk=number)
    row.error = f"The server refused {len(refused)} of the recipients." if refused else None
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


def newest_mails(count: int) -> list[Mail]:
    """Return the mails that were written last."""
    return list(Mail.objects.order_by("-id")[:count])


def is_mailed_since(kind: str, subject: str, since: datetime) -> bool:
    """Tell whether such a mail was written since then."""
    found = Mail.objects.filter(kind=kind, subject=subject, created_at__gte=since)
    return found.exists()


def last_mail(feed: Feed, kinds: Sequence[str]) -> Mail | None:
    """Return the feed's newest mail of these kinds."""
    return Mail.objects.filter(feed_id=feed.pk, kind__in=kinds).order_by("-id").first()


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
