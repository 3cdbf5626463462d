"""The chain of the audit: each event's seal names all before it, so that none is changed unnoticed.

A seal's hash is the SHA-256 of the hash before it, when the event was, and the SHA-256 of the event
as one line of JSON: so a seal is checked where its event is gone as well. How an auditor checks it
without Rollbook: docs/how-to/verify-the-audit.md.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet, Subquery

from rollbook.core.errors import RollbookError, UsageError
from rollbook.records.database import translated
from rollbook.records.models import AuditEvent, AuditSeal

FIRST: Final = "0" * 64
"""The hash before the first seal."""

EXPIRED: Final = "-"
"""In place of an event that its retention has deleted."""

KEPT_AT_LEAST: Final = timedelta(days=364)
"""The database deletes no event of the last 365 days (migrations/expire_audit.sql). The day that is
left is for clocks that differ."""

AT_ONCE: Final = 5_000
_CHECKPOINT: Final = re.compile("([1-9][0-9]{0,17}):([0-9a-f]{64})")


class AuditBroken(RollbookError):
    """The audit log was changed: {what}. From there on, it can't be trusted.

    Nothing was changed by this check.

    Find out who else can write to the database, and compare with the last backup and
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
        found = _CHECKPOINT.fullmatch(text.strip())
        if found is None:
            raise NoSuchCheckpoint
        return cls(int(found[1]), found[2])


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


class Export:
    """The chain as lines, for an auditor: they are what the hashes are of.

    Each has the hash, when the event was, the event's digest, and the event or EXPIRED. The last
    line says when that was, and whether it is whole, so that nothing that was cut off looks whole.
    """

    def __init__(self, now: datetime) -> None:
        self._now = now
        self.fault: AuditBroken | None = None
        """What is wrong, once all lines were read."""

    def __iter__(self) -> Iterator[str]:
        chain = _Chain(self._now)
        for link in _links():
            seal = link.seal
            yield f"{seal.hash} {moment(seal.at)} {seal.digest} {link.line}"
            if self.fault is None:
                try:
                    chain.add(link)
                except AuditBroken as error:
                    self.fault = error
        found = "whole" if self.fault is None else f"changed: {self.fault.details['what']}"
        yield f"end {moment(self._now)} {found}"


def moment(at: datetime) -> str:
    """Return a moment as seals and events have it: UTC, with microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def event_line(event: AuditEvent) -> str:
    """Return the event as its seal takes it: JSON in ASCII, keys sorted, no blanks."""
    told: dict[str, Any] = {
        "id": event.pk,
        "at": moment(event.at),
        "actor": event.actor,
        "action": event.action,
        "subject": event.subject,
        "before": event.before,
        "after": event.after,
        "origin": event.origin,
    }
    return json.dumps(told, sort_keys=True, separators=(",", ":"))


def digest_of(line: str) -> str:
    """Return the SHA-256 of an event's line."""
    return hashlib.sha256(line.encode()).hexdigest()


def sealed(before: str, at: datetime, digest: str) -> str:
    """Return the hash of a seal after the hash of the one before."""
    return hashlib.sha256(f"{before} {moment(at)} {digest}".encode()).hexdigest()


def unsealed() -> "QuerySet[AuditEvent]":
    """Return the events without a seal, in the order of their numbers."""
    return AuditEvent.objects.filter(seal=None).order_by("pk")


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
    chain = _Chain(now, expected)
    for link in _links():
        chain.add(link)
    if expected is not None and expected.number > chain.number:
        raise AuditBroken(what=f"events are missing from {chain.number + 1} on")
    newest = Checkpoint(chain.number, chain.hash) if chain.number else None
    return Verified(chain.events, chain.expired, unsealed().count(), newest)


class _Chain:
    """Checks one seal after the other."""

    def __init__(self, now: datetime, expected: Checkpoint | None = None) -> None:
        self._edge = now - KEPT_AT_LEAST
        self._hashes = {} if expected is None else {expected.number: expected.hash}
        self.number = self.events = self.expired = 0
        self.hash = FIRST

    def add(self, link: "_Link") -> None:
        """Take in the next one. Raises AuditBroken."""
        seal, is_gone = link.seal, link.line == EXPIRED
        if seal.number != self.number + 1:
            raise AuditBroken(what=f"seal {self.number + 1} is missing")
        if self._hashes.get(seal.number, seal.hash) != seal.hash:
            raise AuditBroken(what=f"event {seal.number} isn't the one of the checkpoint")
        is_event = is_gone or (digest_of(link.line), link.happened) == (seal.digest, seal.at)
        if not is_event or sealed(self.hash, seal.at, seal.digest) != seal.hash:
            raise AuditBroken(what=f"event {seal.number} isn't the one that was sealed")
        # Retention deletes the oldest first: whatever else is missing was deleted by hand.
        if is_gone and seal.at > min(self._edge, link.oldest or self._edge):
            raise AuditBroken(what=f"event {seal.number} is missing")
        self.number, self.hash = seal.number, seal.hash
        self.events += not is_gone
        self.expired += is_gone


@dataclass(frozen=True, slots=True)
class _Link:
    seal: AuditSeal
    line: str
    """The event, or EXPIRED."""
    happened: datetime | None
    """When the event says that it was."""
    oldest: datetime | None
    """When the oldest event was that is there."""


def _links() -> Iterator[_Link]:
    """Give the chain in its order, as it is at one moment: retention may delete meanwhile."""
    oldest = Subquery(AuditEvent.objects.order_by("at").values("at")[:1])
    seals = AuditSeal.objects.select_related("event").annotate(oldest=oldest).order_by("number")
    with translated():
        for seal in seals.iterator(chunk_size=AT_ONCE):
            event = seal.event
            line = event_line(event) if event else EXPIRED
            yield _Link(seal, line, event.at if event else None, seal.oldest)
