"""The chain of the audit: each event's seal names all before it, so that none is changed unnoticed.

A seal's hash is the SHA-256 of the hash before it, a blank and the event as one line of JSON. How
an auditor checks it without Rollbook: docs/how-to/verify-the-audit.md.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet

from rollbook.core.errors import RollbookError, UsageError
from rollbook.records.database import translated
from rollbook.records.models import AuditEvent, AuditSeal

FIRST: Final = "0" * 64
"""The hash before the first seal."""

EXPIRED: Final = "-"
"""In place of an event that its retention has deleted."""

KEPT_AT_LEAST: Final = timedelta(days=365)
"""The database refuses to delete a younger event (migrations/expire_audit.sql)."""

AT_ONCE: Final = 5_000


class AuditBroken(RollbookError):
    """The audit was changed: {what}. It cannot be trusted from there on.

    Nothing was changed by this check.

    Find out who may write to the database beside Rollbook, and compare with the last backup and
    with the checkpoints in the worker's log."""

    reason = "audit_broken"


class NoSuchCheckpoint(UsageError):
    """A checkpoint is a number, a colon and 64 hexadecimal digits, as the worker's log has it.

    Nothing was changed."""

    reason = "no_such_checkpoint"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far the chain went at a moment: the newest seal's number and hash."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"

    @classmethod
    def from_text(cls, text: str) -> "Checkpoint":
        """Read one as the log has it. Raises NoSuchCheckpoint."""
        number, _, digits = text.strip().partition(":")
        if (
            not number.isdecimal()
            or len(digits) != len(FIRST)
            or set(digits) - set("0123456789abcdef")
        ):
            raise NoSuchCheckpoint
        return cls(int(number), digits)


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check has found in order."""

    events: int
    """Compared with their seals."""
    expired: int
    """Seals whose events were deleted when they had been kept long enough."""
    unsealed: int
    """Events that wait for their seal."""
    newest: Checkpoint | None


def event_line(event: AuditEvent) -> str:
    """Return the event as its seal takes it: JSON in ASCII, keys sorted, no blanks."""
    told: dict[str, Any] = {
        "id": event.pk,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": event.actor,
        "action": event.action,
        "subject": event.subject,
        "before": event.before,
        "after": event.after,
        "origin": event.origin,
    }
    return json.dumps(told, sort_keys=True, separators=(",", ":"))


def sealed(before: str, line: str) -> str:
    """Return the hash of an event's line after the hash of the one before."""
    return hashlib.sha256(f"{before} {line}".encode()).hexdigest()


def unsealed() -> "QuerySet[AuditEvent]":
    """Return the events without a seal, in the order of their numbers."""
    seals = AuditSeal.objects.filter(event_id=OuterRef("pk"))
    return AuditEvent.objects.filter(~Exists(seals)).order_by("pk")


@translated()
def newest_checkpoint() -> Checkpoint | None:
    """Return how far the chain goes; None where nothing is sealed yet."""
    last = AuditSeal.objects.order_by("-number").first()
    return Checkpoint(last.number, last.hash) if last else None


@translated()
def verify(*, now: datetime, expected: Checkpoint | None = None) -> Verified:
    """Recompute the chain. Raises AuditBroken, which names the first place that is wrong.

    `expected`: a checkpoint from outside the database; it shows what was cut off, or sealed again.
    """
    events = expired = 0
    last: AuditSeal | None = None
    for seal, line in _links():
        _check_place(seal, last)
        if expected is not None and seal.number == expected.number and seal.hash != expected.hash:
            raise AuditBroken(what=f"event {seal.number} is not the one of the checkpoint")
        if line != EXPIRED:
            if sealed(last.hash if last else FIRST, line) != seal.hash:
                raise AuditBroken(what=f"event {seal.number} is not the one that was sealed")
            events += 1
        elif now - seal.sealed_at < KEPT_AT_LEAST:
            raise AuditBroken(what=f"event {seal.number} is missing")
        else:
            expired += 1
        last = seal
    if expected is not None and expected.number > (last.number if last else 0):
        raise AuditBroken(what=f"events are missing from {(last.number if last else 0) + 1} on")
    newest = Checkpoint(last.number, last.hash) if last else None
    return Verified(events, expired, unsealed().count(), newest)


@translated()
def export_lines() -> Iterator[str]:
    """Give the chain as lines: the hash of each event, a blank, and the event or EXPIRED."""
    for seal, line in _links():
        yield f"{seal.hash} {line}"


def _check_place(seal: AuditSeal, last: AuditSeal | None) -> None:
    if seal.number != (last.number if last else 0) + 1:
        raise AuditBroken(what=f"seal {(last.number if last else 0) + 1} is missing")
    if last is not None and seal.sealed_at < last.sealed_at:
        raise AuditBroken(what=f"seal {seal.number} is older than the one before it")


def _links() -> Iterator[tuple[AuditSeal, str]]:
    """Give each seal with its event's line, in the order of the chain."""
    number = 0
    while seals := list(AuditSeal.objects.filter(number__gt=number).order_by("number")[:AT_ONCE]):
        events = AuditEvent.objects.in_bulk([seal.event_id for seal in seals])
        for seal in seals:
            event = events.get(seal.event_id)
            yield seal, event_line(event) if event else EXPIRED
        number = seals[-1].number
