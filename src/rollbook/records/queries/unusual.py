"""An import beside the last ones of its feed: what it changed unusually."""

from collections.abc import Mapping
from typing import Any, Final

from rollbook.records.models import Job
from rollbook.records.queries.jobs import JobView
from rollbook.records.unusual import Unusual, unusual

LOOKED_AT: Final = 20


def unusual_changes(job: JobView) -> tuple[list[Unusual], list[Unusual]]:
    """Return the unusual fields and schools of an import; () and () where it says neither.

    Compared with the last LOOKED_AT imports of its feed that stored something.
    """
    changes: Mapping[str, Any] = job.report.changes
    if not job.report.counts.total or "fields" not in changes:
        return [], []
    stored = Job.imports.of_feed(job.feed_id).stored().before(job.number).newest_first()
    before = [each for each in stored.changes()[:LOOKED_AT] if each]
    fields = unusual(changes["fields"], [each.get("fields", {}) for each in before])
    if "updated" not in changes:  # not for viewers
        return fields, []
    return fields, unusual(changes["updated"], [each.get("updated", {}) for each in before])
