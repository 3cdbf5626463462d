"""Each change to a person does what it says, ends what it must, and is on record with a mail."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.access.audit_log import last_event
from tests.integration.access.conftest import MakePerson
from tests.integration.pages.conftest import PASSWORD

NEW = "another long sentence"


@pytest.fixture(autouse=True)
def mails(records: str) -> Iterator[None]:
    from django.test import override_settings

    with override_settings(HAS_MAIL=True):
        yield


@pytest.fixture
def vi(make_person: MakePerson) -> Any:
    """A second administrator with a session, a second factor and an open invitation."""
    from allauth.mfa.models import Authenticator
    from django.test import Client

    from rollbook.access.models import Role
    from rollbook.access.operations.links import make_link

    make_person()
    vi = make_person("vi@example.org")
    vi.client = Client()
    vi.client.force_login(vi, "rollbook.access.backend.AddressBackend")
    Authenticator.objects.create(user=vi, type="totp", data={})
    vi.invitation = make_link(role=Role.VIEWER, actor=vi.email)
    return vi


def what_is_left_of(person: Any) -> set[str]:
    """Return which of the person's session, second factor and invitation there still are."""
    from allauth.mfa.models import Authenticator

    from rollbook.access.operations.links import role_of_link

    found = {
        "session": "_auth_user_id" in person.client.session,
        "factor": Authenticator.objects.filter(user_id=person.pk).exists(),
        "invitation": role_of_link(person.invitation) is not None,
    }
    return {name for name, is_there in found.items() if is_there}


def last_mail() -> tuple[str, list[str]]:
    from rollbook.records.models import Mail

    mail = Mail.objects.latest("id")
    return mail.subject.removeprefix("Rollbook: "), list(mail.recipients)


def told() -> tuple[Any, ...]:
    event = last_event()
    return event.actor, event.action, event.subject, event.before, event.after


def test_a_person_who_is_added_is_on_record_and_ends_the_first_link(records: str) -> None:
    from rollbook.access.models import Role, SignInLink
    from rollbook.access.operations import add_person, make_first_link, make_link
    from rollbook.access.operations.people import AccountExists

    make_first_link()
    kept = make_link(role=Role.VIEWER, actor="cli")
    assert last_event().action == "link.made"
    assert (last_event().actor, last_event().subject) == ("cli", "viewer")
    add_person(" Vi@Example.ORG ", PASSWORD, role=Role.VIEWER, actor="test")
    assert SignInLink.objects.count() == 2
    add_person("ada@example.org", PASSWORD, role=Role.ADMINISTRATOR, actor="test")
    assert told()[:3] == ("test", "person.added", "ada@example.org")
    assert told()[4] == {"role": "administrator"}
    assert SignInLink.objects.count() == 1
    assert kept
    with pytest.raises(AccountExists) as refused:
        add_person("VI@example.org", PASSWORD, role=Role.VIEWER, actor="test")
    assert set(refused.value.faults) == {"email"}
    assert refused.value.reason == "account_exists"


def test_a_reset_ends_sessions_and_second_factors(vi: Any) -> None:
    from rollbook.access.operations.people import reset_sign_in
    from rollbook.core.errors import UsageError

    with pytest.raises(UsageError):
        reset_sign_in(vi.email, "short", actor="test")
    assert what_is_left_of(vi) == {"session", "factor", "invitation"}
    changed = reset_sign_in(vi.email, NEW, actor="test")
    assert changed.check_password(NEW)
    vi.refresh_from_db()
    assert vi.check_password(NEW)
    assert what_is_left_of(vi) == {"invitation"}
    expected = ("test", "person.sign_in_reset", vi.email, {"is_active": True}, {"is_active": True})
    assert told() == expected
    assert last_mail() == ("Your sign-in was reset", [vi.email])


def test_who_is_deactivated_is_out_and_who_is_activated_may_come_back(vi: Any) -> None:
    from rollbook.access.operations.people import activate, deactivate

    deactivate(vi.email, actor="test")
    vi.refresh_from_db()
    assert not vi.is_active
    assert what_is_left_of(vi) == {"factor"}
    assert told()[:3] == ("test", "person.deactivated", vi.email)
    from rollbook.notify import sign_in

    assert last_mail() == (sign_in.DEACTIVATED.subject, [vi.email])
    activate(vi.email, actor="test")
    vi.refresh_from_db()
    assert vi.is_active
    assert what_is_left_of(vi) == {"factor"}  # what was withdrawn does not come back
    assert told()[:3] == ("test", "person.activated", vi.email)
    assert last_mail() == (sign_in.ACTIVATED.subject, [vi.email])


def test_the_last_administrator_stays_one(vi: Any) -> None:
    from rollbook.access.models import Role, User
    from rollbook.access.operations.people import change_role, deactivate
    from rollbook.core.errors import UsageError

    deactivate(vi.email, actor="test")
    with pytest.raises(UsageError, match="is the last administrator, and someone has to be one"):
        deactivate("ada@example.org", actor="test")
    with pytest.raises(UsageError, match="is the last administrator, and someone has to be one"):
        change_role("ada@example.org", Role.VIEWER, actor="test")
    assert User.objects.get(email="ada@example.org").is_active
    change_role("ada@example.org", Role.ADMINISTRATOR, actor="test")  # as before: nothing to refuse


def test_another_role_is_told_once_and_takes_invitations_back(vi: Any) -> None:
    from rollbook.access.models import Role
    from rollbook.access.operations.people import change_role
    from rollbook.notify import sign_in
    from rollbook.records.models import Mail

    change_role(vi.email, Role.ADMINISTRATOR, actor="test")
    mails = Mail.objects.count()
    assert what_is_left_of(vi) == {"session", "factor", "invitation"}
    change_role(vi.email, Role.VIEWER, actor="test")
    vi.refresh_from_db()
    assert vi.role == "viewer"
    assert what_is_left_of(vi) == {"session", "factor"}
    roles = ({"role": "administrator"}, {"role": "viewer"})
    assert told() == ("test", "person.role_changed", vi.email, *roles)
    assert last_mail() == (sign_in.VIEWER.subject, [vi.email])
    assert Mail.objects.count() == mails + 1
    change_role(vi.email, Role.ADMINISTRATOR, actor="test")
    assert last_mail() == (sign_in.ADMINISTRATOR.subject, [vi.email])


def test_second_factors_that_are_removed_end_the_sessions(vi: Any) -> None:
    from rollbook.access.operations.people import NoSuchAccount, remove_second_factors
    from rollbook.notify import sign_in

    remove_second_factors(" VI@example.org", actor="test")
    assert what_is_left_of(vi) == {"invitation"}
    assert told()[:3] == ("test", "person.second_factors_removed", vi.email)
    assert last_mail() == (sign_in.FACTORS_REMOVED.subject, [vi.email])
    with pytest.raises(NoSuchAccount) as refused:
        remove_second_factors("nobody@example.org", actor="test")
    assert refused.value.reason == "no_such_account"
    assert set(refused.value.faults) == {"email"}


def test_ones_own_new_password_is_on_record_with_a_mail(vi: Any) -> None:
    from rollbook.access.adapter import AccountAdapter
    from rollbook.notify import sign_in

    AccountAdapter().set_password(vi, NEW)
    vi.refresh_from_db()
    assert vi.check_password(NEW)
    assert told()[:3] == (vi.email, "person.password_changed", vi.email)
    assert last_mail() == (sign_in.PASSWORD.subject, [vi.email])
