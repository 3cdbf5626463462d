"""Decisions about what is in a feed's inbox, and the last file imported once more under them."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

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
from rollbook.records.queries.inbox_items import Inbox, digest_of

REASON: Final = "From the inbox"


class NotInInbox(UsageError):
    """This is no longer in the inbox.

    Nothing was changed.

    Someone else decided, or a newer file no longer has it. Look again."""

    reason = "not_in_inbox"


class NoFileToImport(UsageError):
    """The last file of {feed} has expired, and the feed has no server to get it from.

    Your changes are saved and apply from the next import.

    Import the file again."""

    reason = "no_file_to_import"


class DecisionWaits(UsageError):
    """Import {job} needs your decision.

    Your changes are saved and apply when it is imported.

    Decide on its page."""

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


class Decision(NamedTuple):
    """What a column (`header`) or a code (`field` and `text`) of the inbox means.

    A column means a field, or IGNORE; a code a value, "" for blank, or itself to be kept.
    """

    meaning: str | None
    """None: the code is left as it is and out of the inbox for good."""
    header: str = ""
    field: str = ""
    text: str = ""


@translated()
@transaction.atomic
def decide(feed: str, decisions: Sequence[Decision], *, actor: str) -> None:
    """Carry out all of these, or none. Raises UsageError.

    The feed's row is locked, so that one of two people decides. Of an ignored code the audit log
    has the field alone.
    """
    row = locked_feed(feed)
    found = inbox_of(row)
    columns = {each.column.header for each in found.columns}
    codes = {(each.field.name, each.text) for each in found.codes}
    for each in decisions:
        is_there = each.header in columns if each.header else (each.field, each.text) in codes
        if not is_there:
            raise NotInInbox
    headers = {each.header: each.meaning or "" for each in decisions if each.header}
    of_codes = [each for each in decisions if not each.header]
    values = [
        (each.field, each.text, each.meaning) for each in of_codes if each.meaning is not None
    ]
    if headers or values:
        change = MappingChange(headers=headers, values=values)
        change_mapping(feed, change, actor=actor, reason=REASON)
    for each in of_codes:
        if each.meaning is None:
            IgnoredCode.objects.create(
                feed_id=row.pk, field=each.field, digest=digest_of(each.text)
            )
            audit.record(actor, "feed.code_ignored", subject=feed, after={"field": each.field})


def map_code(feed: str, field: str, text: str, meant: str, *, actor: str) -> None:
    """Read a text of the inbox as `meant`, "" for blank, itself to keep it. Raises UsageError."""
    decide(feed, [Decision(meant, field=field, text=text)], actor=actor)


def ignore_code(feed: str, field: str, text: str, *, actor: str) -> None:
    """Leave a text as it is and out of the inbox for good. Raises UsageError."""
    decide(feed, [Decision(None, field=field, text=text)], actor=actor)


def map_column(feed: str, header: str, meaning: str, *, actor: str) -> None:
    """Map a column of the inbox to a field, or to IGNORE. Raises UsageError."""
    decide(feed, [Decision(meaning, header=header)], actor=actor)


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
