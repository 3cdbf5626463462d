"""The copy of the audit that an administrator downloads for an auditor."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.integration.records.test_audit_seals import sealed, tampered


def test_the_pages_download_says_in_its_name_and_its_last_line_that_the_audit_was_changed(
    person: Callable[..., Any],
) -> None:
    administrator = person()
    for name, end in (("audit.txt", "whole"), ("audit-changed.txt", "changed: event 1 is missing")):
        sealed("a")
        found = administrator.get("/audit/audit.txt")
        assert found["Content-Disposition"] == f'attachment; filename="{name}"'
        assert b"".join(found.streaming_content).decode("ascii").endswith(f" {end}\n")
        tampered("delete from rollbook.audit_events where id = (select min(id) from audit_events)")


def test_the_page_and_the_csv_are_filtered_by_person_action_and_days(
    person: Callable[..., Any],
) -> None:
    from rollbook.records.models import AuditEvent
    from rollbook.records.operations import audit

    administrator = person()
    for who, action in (("bo@example.org", "feed.added"), ("cy@example.org", "feed.added"),
                        ("bo@example.org", "feed.removed")):  # fmt: skip
        audit.record(
            who, action, subject=f"{who} {action}", before={"on": True}, after={"on": False}
        )
    day = AuditEvent.objects.order_by("-id")[0].at.date()
    asked = {
        "who=bo": {"bo@example.org feed.added", "bo@example.org feed.removed"},
        "action=feed.added": {"bo@example.org feed.added", "cy@example.org feed.added"},
        "who=BO&action=feed.removed": {"bo@example.org feed.removed"},
        f"who=bo&until={day - timedelta(days=2)}": set(),
        f"who=cy&since={day - timedelta(days=2)}&until={day + timedelta(days=1)}": {
            "cy@example.org feed.added"
        },
    }
    subjects = set().union(*asked.values())
    for query, found in asked.items():
        page = administrator.get(f"/audit/?{query}").content.decode()
        lines = b"".join(administrator.get(f"/audit/audit.csv?{query}").streaming_content).decode()
        assert {each for each in subjects if f">{each}<" in page} == found, query
        assert {each for each in subjects if f",{each}," in lines} == found, query
        assert ("on: yes → no" in lines) == bool(found)
        assert "{" not in lines
