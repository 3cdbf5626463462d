"""A token that is refused leaves a trace, and thousands of them leave few."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.integration.api.conftest import JOBS, Program, problem

Make = Callable[..., Program]
pytestmark = pytest.mark.usefixtures("job_and_feed")


def refusals() -> list[tuple[str, Any]]:
    from rollbook.records.models import AuditEvent

    found = AuditEvent.objects.filter(action="token.refused").order_by("id")
    return [(event.subject, event.after) for event in found]


def told(why: str, times: int = 1) -> dict[str, Any]:
    return {"why": why, "times_within_the_hour": times}


def test_each_kind_of_refusal_names_the_token_and_never_its_text(program: Make) -> None:
    from rollbook.access.models import ApiToken, User
    from rollbook.access.operations import revoke_token
    from rollbook.records.models import AuditEvent

    calls = program("read")
    problem(Program("rollbook_SECRET-MARKER").get(JOBS), 401, "token_unknown")
    problem(calls.post(f"{JOBS}/1/cancel"), 403, "scope_missing")
    later = timezone.now() + timedelta(days=1)
    ApiToken.objects.update(expires_at=timezone.now())
    problem(calls.get(JOBS), 401, "token_expired")
    ApiToken.objects.update(expires_at=later)
    User.objects.update(role="viewer")
    problem(calls.get(JOBS), 401, "token_owner")
    User.objects.update(role="administrator")
    revoke_token("read", actor="test")
    problem(calls.get(JOBS), 401, "token_revoked")
    assert refusals() == [
        ("unknown token", told("unknown")),
        ("ada@example.org (token read)", told("scope")),
        ("read", told("expired")),
        ("read", told("owner")),
        ("read", told("revoked")),
    ]
    assert not AuditEvent.objects.filter(after__icontains="MARKER").exists()
    assert AuditEvent.objects.filter(action="token.refused").first().origin == "127.0.0.1"  # type: ignore[union-attr]


def test_a_program_that_repeats_itself_is_told_at_powers_of_ten(program: Make) -> None:
    calls = program("read")
    for _ in range(101):
        problem(calls.post(f"{JOBS}/1/cancel"), 403, "scope_missing")
    assert [after["times_within_the_hour"] for _, after in refusals()] == [1, 10, 100]


def test_many_strangers_from_many_addresses_do_not_fill_the_audit_log(
    pages: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.access.operations import refusals as noted

    monkeypatch.setattr(noted, "MOST_UNKNOWN", 5)
    for number in range(20):
        noted.note_refusal("unknown", address=f"198.51.100.{number}")
    noted.note_refusal("revoked", name="nightly")
    assert len(refusals()) == 6
    assert refusals()[-1] == ("nightly", told("revoked"))
