"""Who has seen students' values: each download, and each look at an import once in a while."""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from rollbook.records.models import AuditEvent
from rollbook.records.operations import audit

VIEWED: Final = "students.viewed"
DOWNLOADED: Final = "students.downloaded"

ONCE_IN: Final = timedelta(minutes=15)
"""Searching, paging and reloading are one look: a line for each would hide the others."""


def record_disclosure(actor: str, action: str, *, subject: str, what: str) -> None:
    """Record that `actor` was shown students' values of `subject`; `what` names the page.

    What was searched for is not written down: it may be a student's name.
    """
    if action == VIEWED and _has_looked(actor, subject, what=what):
        return
    audit.record(actor, action, subject=subject, after={"what": what})


def _has_looked(actor: str, subject: str, *, what: str) -> bool:
    return AuditEvent.objects.filter(
        action=VIEWED,
        actor=actor,
        subject=subject,
        origin=audit.origin(),
        after={"what": what},
        at__gt=timezone.now() - ONCE_IN,
    ).exists()
