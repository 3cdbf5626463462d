"""One audit event, written in the transaction of what it records."""

from typing import Any

from django.utils import timezone

from rollbook.records.models import AuditEvent


def record(
    actor: str,
    action: str,
    *,
    subject: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write that `actor` did `action` to `subject`. A secret's value never comes here."""
    AuditEvent.objects.create(
        at=timezone.now(), actor=actor, action=action, subject=subject, before=before, after=after
    )
