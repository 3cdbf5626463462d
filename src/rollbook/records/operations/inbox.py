"""Decisions about what is in a feed's inbox, and the last file imported once more under them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from django.db import connection, transaction

from rollbook.core.errors import UsageError
from rollbook.records.database import translated
from rollbook.records.models import Feed, IgnoredCode
from rollbook.records.operations import audit, files
from rollbook.records.operations.checked_files import import_kept, is_kept
from rollbook.records.operations.mappings import MappingChange, change_mapping
from rollbook.records.operations.queueing import request_import
from rollbook.records.outcome import Outcome
from rollbook.records.queries.feeds import feed_by_name, locked_feed
from rollbook.records.queries.inbox import inbox_of
from rollbook.records.queries.inbox_items import Inbox, NewCode, digest_of

REASON: Final = "From the inbox"


class NotInInbox(UsageError):
    """This is no longer in the inbox.

    Nothing was changed.

    Another person has decided meanwhile, or a newer file no longer has it: look once more."""

    reason = "not_in_inbox"


class NoFileToImport(UsageError):
    """The last file of {feed} is no longer stored, and the feed has no server to fetch it from.

    What was saved applies from the next import.

    Import the file once more by hand."""

    reason = "no_file_to_import"


class DecisionWaits(UsageError):
    """Import {job} waits for a decision.

    What was saved applies when it is applied: its file is read again then.

    Decide on it on its page."""

    reason = "decision_waits"


class AtOnce(StrEnum):
    """What importing the last file at once would take."""

    STORED = "stored"
    """Its bytes are here."""
    FETCH = "fetch"
    """They are gone; the feed's server has a file."""
    DECIDE = "decide"
    """It is held."""
    GONE = "gone"


@translated()
@transaction.atomic
def map_code(feed: str, field: str, text: str, meant: str, *, actor: str) -> None:
    """Read a text of the inbox as `meant`, "" for blank, itself to keep it. Raises UsageError."""
    code = _code(locked_feed(feed), field, text)
    change = MappingChange(values=[(code.field.name, text, meant)])
    change_mapping(feed, change, actor=actor, reason=REASON)


@translated()
@transaction.atomic
def ignore_code(feed: str, field: str, text: str, *, actor: str) -> None:
    """Leave a text as it is and out of the inbox for good. The audit log has the field alone."""
    row = locked_feed(feed)
    code = _code(row, field, text)
    IgnoredCode.objects.create(feed_id=row.pk, field=code.field.name, digest=digest_of(text))
    audit.record(actor, "feed.code_ignored", subject=feed, after={"field": code.field.name})


@translated()
@transaction.atomic
def map_column(feed: str, header: str, meaning: str, *, actor: str) -> None:
    """Map a column of the inbox to a field, or to IGNORE. Raises UsageError."""
    columns = inbox_of(locked_feed(feed)).columns
    if header not in [each.column.header for each in columns]:
        raise NotInInbox
    change_mapping(feed, MappingChange(headers={header: meaning}), actor=actor, reason=REASON)


def at_once(feed: Feed, inbox: Inbox) -> AtOnce:
    """Return what importing the file of the inbox at once would take."""
    job = inbox.job
    if job is not None and job.outcome is Outcome.NEEDS_REVIEW and not job.report.dry_run:
        return AtOnce.DECIDE
    if job is not None and is_kept(job):
        with connection.cursor() as cursor:
            if files.is_stored(cursor, job.number):
                return AtOnce.STORED
    return AtOnce.FETCH if feed.host else AtOnce.GONE


def import_at_once(name: str, *, actor: str, environ: Mapping[str, str]) -> int:
    """Have the feed's last file imported under the mapping of now, with all checks and limits;
    return the job. Raises UsageError, ImportRunning."""
    feed = feed_by_name(name)
    inbox = inbox_of(feed)
    match at_once(feed, inbox), inbox.job:
        case AtOnce.STORED, job if job is not None:
            return import_kept(job.number, actor=actor)
        case AtOnce.DECIDE, job if job is not None:
            raise DecisionWaits(job=job.number)
        case AtOnce.FETCH, _:
            return request_import(feed, started_by=actor, force=True, environ=environ)
    raise NoFileToImport(feed=feed.title)


def _code(feed: Feed, field: str, text: str) -> NewCode:
    """Return what is in the inbox; the feed's row is locked, so that one of two people decides."""
    for each in inbox_of(feed).codes:
        if (each.field.name, each.text) == (field, text):
            return each
    raise NotInInbox
