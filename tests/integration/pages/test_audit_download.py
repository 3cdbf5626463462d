"""The copy of the audit that an administrator downloads for an auditor."""

from collections.abc import Callable
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
