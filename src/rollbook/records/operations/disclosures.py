"""Who has seen students' values: each download, and each look at an import once in a while."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from rollbook.records.models import AuditEvent
from rollbook.records.operations import audit

VIEWED: Final = "students.viewed"
DOWNLOADED: Final = "students.downloaded"

ONCE_IN: Final = timedelta(minutes=15)
"""Searching, paging and reloading are one look: a line for each would hide the others."""


def record_disclosure(
    actor: str, action: str, *, subject: str, what: str, students: Sequence[int] = ()
) -> None:
    """Record that `actor` was shown students' values of `subject`; `what` names the page.

    `students`: the rows of those on a list. What was searched for is not written down: it may be a
    student's name.
    """
    shown = {"what": what} | ({"students": list(students)} if students else {})
    if action == VIEWED and _has_looked(actor, subject, shown=shown):
        return
    audit.record(actor, action, subject=subject, after=shown)


def _has_looked(actor: str, subject: str, *, shown: Mapping[str, Any]) -> bool:
    return AuditEvent.objects.filter(
        action=VIEWED,
        actor=actor,
        subject=subject,
        origin=audit.origin(),
        after=shown,
        at__gt=timezone.now() - ONCE_IN,
    ).exists()
