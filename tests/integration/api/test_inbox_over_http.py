"""A program sees a feed's inbox and decides in it, as the page does."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.api.conftest import Program, problem
from tests.integration.pages.test_feed_inbox import HOSTILE, imported, values

__all__ = ["imported"]  # a fixture

Make = Callable[..., Program]
INBOX = "/api/admin/import/feeds/files/inbox"
DECIDE = f"{INBOX}/decide"
GRADE = {"field": "grade", "text": "Kinder 1"}


@pytest.mark.usefixtures("imported")
def test_codes_and_columns_are_listed_and_decided_on_one_by_one(program: Make) -> None:
    from rollbook.records.models import AuditEvent

    admin = program("admin")
    found = admin.get(INBOX).json()
    assert [(each["text"], each["rows"]) for each in found["codes"]] == [
        ("Kinder 1", 3),
        (HOSTILE, 1),
    ]
    assert [each["header"] for each in found["columns"]] == ["Homeroom"]
    seen = AuditEvent.objects.filter(action="students.viewed")
    assert seen.count() == 1
    left = admin.post(DECIDE, GRADE | {"meaning": "K"}).json()
    assert [each["text"] for each in left["codes"]] == [HOSTILE]
    admin.post(DECIDE, {"field": "grade", "text": HOSTILE, "meaning": None})
    left = admin.post(DECIDE, {"header": "Homeroom", "meaning": None}).json()
    assert (left["codes"], left["columns"]) == ([], [])
    assert values() == {"grade": {"Kinder 1": "K"}}
    assert admin.get(INBOX).json() == left


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"meaning": "K"}, "invalid"),
        ({"header": "Homeroom", "field": "grade", "text": "Kinder 1", "meaning": "K"}, "invalid"),
        ({"field": "grade", "meaning": "K"}, "invalid"),
        ({"field": "grade", "text": "Kinder 1"}, "invalid"),
        ({"field": "grade", "text": "Kinder 9", "meaning": "K"}, "not_in_inbox"),
        ({"header": "Advisor", "meaning": None}, "not_in_inbox"),
        ({"header": "Homeroom", "meaning": ""}, "invalid"),
        ({"header": "Homeroom", "meaning": "room"}, "no_such_field"),
    ],
)
def test_what_is_no_decision_is_refused_and_changes_nothing(
    program: Make, body: Any, reason: str
) -> None:
    problem(program("admin").post(DECIDE, body), 422, reason)
    assert values() == {}


@pytest.mark.usefixtures("imported")
def test_a_file_that_is_gone_cannot_be_imported_again(program: Make) -> None:
    problem(program("admin").post(f"{INBOX}/import", {}), 422, "no_file_to_import")
