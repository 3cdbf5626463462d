"""A program reads and writes notes to an import, and takes a mark back; reading is on record."""

from collections.abc import Callable

from tests.integration.api.conftest import Program, problem
from tests.integration.pages.test_job_notes import failed, status

__all__ = ["failed"]  # a fixture


def test_a_mark_is_made_and_taken_back_and_who_read_notes_is_known(
    failed: int, program: Callable[..., Program]
) -> None:
    from rollbook.records.models import AuditEvent

    address = f"/api/admin/import/jobs/{failed}/notes"
    admin = program("admin")
    seen = AuditEvent.objects.filter(
        action="students.viewed", subject=f"job {failed}", after__what="notes"
    )
    assert (admin.get(address).json()["items"], seen.count()) == ([], 0)
    for mark, told in (("resolves", ("off", 0)), ("reopens", ("failed", 1))):
        found = admin.post(f"{address}/add", {"text": "Case 12\r\nDone", mark: True}).json()
        assert (found["items"][-1]["text"], found["items"][-1][mark]) == ("Case 12\nDone", True)
        assert status() == told
    problem(admin.post(f"{address}/add", {"text": "Again", "reopens": True}), 422, "not_resolved")
    assert seen.exists()
