"""What the audit log says of the last event."""

from typing import Any


def last_event() -> Any:
    from rollbook.records.models import AuditEvent

    return AuditEvent.objects.latest("id")


def count_of(action: str) -> int:
    from rollbook.records.models import AuditEvent

    return AuditEvent.objects.filter(action=action).count()
