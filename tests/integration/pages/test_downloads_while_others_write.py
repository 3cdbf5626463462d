"""A download is one look at the records, whatever is written while it leaves."""

from collections.abc import Callable
from itertools import islice
from typing import Any

import pytest

Person = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("pages")


def test_the_audit_lists_each_event_once(person: Person) -> None:
    from rollbook.records.operations import audit

    client = person()
    for number in range(1200):
        audit.record("test", "event.made", subject=f"number {number}")
    lines = iter(client.get("/audit/audit.csv?q=event.made").streaming_content)
    begun = list(islice(lines, 300))
    for number in range(7):
        audit.record("test", "event.made", subject=f"later {number}")
    told = [line for line in (*begun, *lines) if b"event.made" in line]
    assert len(told) == len(set(told)) == 1200


def test_the_history_lists_each_import_once(person: Person) -> None:
    from rollbook.core.report import Report
    from rollbook.records.models import JOB_TYPE, Job
    from rollbook.records.operations.jobs import now

    def add(numbers: range) -> None:
        report = Report(status="completed").as_object(1)
        for number in numbers:
            Job.objects.create(
                id=number,
                job_type=JOB_TYPE,
                status="completed",
                created_at=now(),
                input_data={"feed": "files", "feed_id": 1, "started_by": "test"},
                output_data={"report": report},
            )

    client = person()
    add(range(1, 701))
    lines = iter(client.get("/imports/history.csv").streaming_content)
    begun = list(islice(lines, 100))
    add(range(701, 708))
    told = [line.split(b",")[0] for line in (*begun, *lines)]
    assert told[2:] == [str(number).encode() for number in range(700, 0, -1)]
