"""Sealing the audit: what was recorded is added to the chain soon after its transaction has ended.

Not in that transaction: a chain has one end, and all that is audited would wait for one another.
"""

from typing import Final

from django.db import connection, transaction

from rollbook.records.database import translated
from rollbook.records.locks import AUDIT_CHAIN
from rollbook.records.models import AuditEvent, AuditSeal
from rollbook.records.queries.audit_chain import (
    FIRST,
    digest_of,
    event_line,
    sealed,
    unsealed,
)

AT_ONCE: Final = 2_000
"""Events that one transaction seals."""

LOOKED_BACK: Final = 1_000
"""Events before the newest seal among which one is looked for that was committed late."""


@translated()
def seal_events() -> int:
    """Seal what was recorded since; return how much. Costs two looks where there is nothing.

    An event that was committed later than LOOKED_BACK others waits for `seal_all`.
    """
    newest = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first()
    last = AuditSeal.objects.order_by("-number").values_list("event_id", flat=True).first() or 0
    if newest is None or last >= newest:
        return 0
    return _seal(after=last - LOOKED_BACK)


@translated()
def seal_all() -> int:
    """Seal whatever has no seal, however old; return how much."""
    count = 0
    while some := _seal(after=0):
        count += some
    return count


@transaction.atomic
def _seal(*, after: int) -> int:
    """Seal the next events; 0 as well where another process does it."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [AUDIT_CHAIN])
        if cursor.fetchall() != [(True,)]:
            return 0
    last = AuditSeal.objects.order_by("-number").first()
    number, before = (last.number, last.hash) if last else (0, FIRST)
    seals = []
    for event in unsealed().filter(pk__gt=after)[:AT_ONCE]:
        digest = digest_of(event_line(event))
        number, before = number + 1, sealed(before, event.at, digest)
        seals.append(AuditSeal(number=number, event=event, at=event.at, digest=digest, hash=before))
    AuditSeal.objects.bulk_create(seals)
    return len(seals)
