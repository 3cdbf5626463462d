"""That the planning was done with everything: a worker that lives may still plan nothing."""

from datetime import datetime

from rollbook.records.database import translated
from rollbook.records.models import LastTick


@translated()
def note_tick(now: datetime) -> None:
    """Write that a worker has planned and seen to everything, without a fault."""
    LastTick.objects.update_or_create(pk=1, defaults={"completed_at": now})
