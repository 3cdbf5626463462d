"""What was asked of a job and what came of it, as they are stored: no key more, none less."""

from datetime import UTC, datetime
from typing import Any

import pytest

from rollbook.core.errors import Message
from rollbook.core.measure import Measure
from rollbook.core.report import Counts, Report

PLANNED_AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
ASKED: dict[str, Any] = {
    "feed": "sis", "feed_id": 2, "started_by": "schedule", "dry_run": False, "force": False,
}  # fmt: skip
APPROVED = {"settings": "s", "rejected": 3, "missing": 4}


@pytest.mark.parametrize("more", [
    {},
    {"upload": "students.csv"},
    {"planned_at": PLANNED_AT.isoformat()},
    {"upload": "a.csv", "approved_by": "ada@example.org", "approved": APPROVED, "force": True},
])  # fmt: skip
def test_what_was_asked_is_written_as_it_was_read(records: str, more: dict[str, Any]) -> None:
    from rollbook.records.models import JobInput

    assert JobInput.from_json(ASKED | more).to_json() == ASKED | more


def test_a_job_of_an_earlier_version_was_asked_for_with_what_it_says(records: str) -> None:
    from rollbook.records.models import JobInput

    asked = JobInput.from_json({"feed": "sis", "feed_id": 2, "upload": None})
    assert asked == JobInput("sis", 2)
    assert JobInput.from_json(None) == JobInput()


def test_an_outcome_is_written_as_it_was_read(records: str) -> None:
    from rollbook.records.models import JobOutput

    stored: dict[str, Any] = {
        "report": Report(
            status="held",
            reason="held",
            message=Message("What.", "Means.", "Do."),
            file={"name": "a.csv", "notes": []},
            counts=Counts(total=2, rejected=1, inserted=1),
        ).as_object(7),
        "message": {"what": "What.", "means": "Means.", "advice": "Do."},
        "header": ("Student ID",),
        "settings": "s",
        "rules": {"blanks": "keep"},
        "version": 7,
        "changes": {"fields": {"absences_ytd": 1}},
        "is_transient": False,
        "brought": ("absences_ytd",),
        "filled": {
            "rows": 2,
            "fields": {"grade": 1},
            "headers": {"grade": "Gr"},
            "groups": {"absences_ytd": ((0.0, 0.0, 1), (2.0, 3.0, 1))},
        },
        "mapped": {"values": {"grade": {"Kinder": 1}}, "markers": {}},
        "left_out_rows": (),
        "fingerprint": "2 -7",
        "made_on": "2026-11-03",
        "is_outdated": True,
        "measures": {"rejected": {"part": 1, "whole": 2}, "missing": {"part": 5, "whole": 9}},
        "unusual": {"fields": [], "schools": []},
    }
    assert JobOutput.from_json(stored).to_json(7) == stored


def test_an_outcome_of_an_earlier_version_says_how_many_were_rejected_and_missing(
    records: str,
) -> None:
    from rollbook.records.models import JobOutput

    report = Report(status="held", reason="held", counts=Counts(total=2, rejected=1))
    found = JobOutput.from_json({"report": report.as_object(7), "newly_missing": 5})
    assert found.report.measures == {"rejected": Measure(1, 2), "missing": Measure(5, 0)}


def test_a_waiting_job_says_that_nothing_was_uploaded(records: str) -> None:
    from rollbook.records.models import Feed, Job
    from rollbook.records.operations.queueing import request_import

    feed = Feed.objects.create(name="sis", host="sftp.example.org", username="u", pattern="*")
    row = Job.imports.get(pk=request_import(feed, started_by="ada@example.org"))
    assert row.input_data == {
        "feed": "sis",
        "feed_id": feed.pk,
        "started_by": "ada@example.org",
        "dry_run": False,
        "force": False,
        "upload": None,
        "job": row.pk,
    }
