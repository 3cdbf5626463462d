"""Who is listed: people, open invitations and tokens, in which order and with what."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.integration.access.clock import set_clock
from tests.integration.access.conftest import MakePerson

NOW = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)


def test_people_are_listed_by_what_they_may_do_and_then_by_address(
    make_person: MakePerson,
) -> None:
    from allauth.mfa.models import Authenticator

    from rollbook.access.operations.people import deactivate
    from rollbook.access.queries import people
    from rollbook.records.operations import audit

    for address, role in (
        ("vi@example.org", "viewer"),
        ("bo@example.org", "administrator"),
        ("ada@example.org", "administrator"),
        ("al@example.org", "administrator"),
    ):
        made = make_person(address, role)
        if address.startswith("bo"):
            Authenticator.objects.create(user=made, type="totp", data={})
    deactivate("al@example.org", actor="test")
    audit.record("vi@example.org", "sign_in.succeeded", subject="vi@example.org")
    listed = people()
    names = [each.user.email.partition("@")[0] for each in listed]
    assert names == ["ada", "bo", "vi", "al"]
    assert [each.has_second_factor for each in listed] == [False, True, False, False]
    assert [each.last_sign_in is not None for each in listed] == [False, False, True, False]


def test_open_invitations_are_listed_by_their_end(
    records: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.access import queries
    from rollbook.access.models import SignInLink

    set_clock(monkeypatch, queries, NOW)
    hour = timedelta(hours=1)
    for digest, left in (("c", 2 * hour), ("b", hour), ("a", hour), ("now", 0 * hour)):
        SignInLink.objects.create(
            digest=digest, role="viewer", made_by="test", made_at=NOW, expires_at=NOW + left
        )
    SignInLink.objects.create(
        digest="over", role="viewer", made_by="test", made_at=NOW, expires_at=NOW - hour / 3600
    )
    assert [each.digest for each in queries.open_invitations()] == ["now", "a", "b", "c"]


def test_tokens_that_were_not_revoked_are_listed_by_name(make_person: MakePerson) -> None:
    from rollbook.access.operations.tokens import make_token, revoke_token
    from rollbook.access.queries import tokens
    from rollbook.access.scopes import Scope

    ada = make_person()
    for name in ("c", "a", "b"):
        make_token(name, {Scope.READ}, owner=ada, actor="test")
    revoke_token("b", actor="test")
    assert [each.name for each in tokens()] == ["a", "c"]
