"""Questions about backups: when the last one was written."""

from datetime import datetime

from rollbook.records.database import translated
from rollbook.records.models import AuditEvent


@translated()
def last_backup() -> datetime | None:
    """Return when a backup of this installation was last written, None where none is on record."""
    newest = AuditEvent.objects.filter(action="backup.written").order_by("-at").first()
    return None if newest is None else newest.at
