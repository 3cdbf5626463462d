"""What is done to accounts, and what it ends."""

from typing import Any

import pytest

from tests.integration.access.audit_log import count_of, last_event
from tests.integration.access.conftest import MakePerson
from tests.integration.pages.conftest import PASSWORD

NEW = "another long sentence"


def test_only_an_active_administrator_sets_things_up(make_person: MakePerson) -> None:
    from rollbook.access.models import User
    from rollbook.access.operations.people import has_administrator

    assert not has_administrator()
    make_person("vera@example.org", "viewer")
    assert not has_administrator()
    make_person()
    assert has_administrator()
    User.objects.filter(email="ada@example.org").update(is_active=False)
    assert not has_administrator()


LONG = ".".join("a" * 60 for _ in range(3))
"""Three labels of a name of a network."""


@pytest.mark.parametrize(
    "address",
    ["", "ada", "ada@", "@example.org", "ada@example", "a b@c.org", f"{'ada' * 10}@{LONG}.org",
     "\u212aate@example.org", "ada@\u212a12.us", "\u0430da@example.org", "ada@b\u00fccher.de"],
)  # fmt: skip
def test_what_is_no_address_makes_no_account(make_person: MakePerson, address: str) -> None:
    from rollbook.access.models import User
    from rollbook.core.errors import UsageError

    with pytest.raises(UsageError) as told:
        make_person(address)
    assert set(told.value.faults) == {"email"}
    assert not User.objects.exists()


def test_an_address_has_room_in_the_audit_log(make_person: MakePerson) -> None:
    from rollbook.core.errors import UsageError

    longest = f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 7}"
    assert len(longest) == 200
    assert make_person(longest).email == longest
    with pytest.raises(UsageError) as told:
        make_person(f"{longest}d")
    assert set(told.value.faults) == {"email"}


def test_a_new_sign_in_lets_a_person_in_again_and_ends_what_was(make_person: MakePerson) -> None:
    from django.test import Client

    from rollbook.access.models import ApiToken
    from rollbook.access.operations.people import reset_sign_in
    from rollbook.access.operations.tokens import make_token
    from rollbook.access.scopes import Scope

    ada = make_person()
    signed_in = Client()
    signed_in.force_login(ada, "rollbook.access.backend.AddressBackend")
    assert "_auth_user_id" in signed_in.session
    make_token("nightly", {Scope.READ}, owner=ada, actor="test")
    type(ada).objects.update(is_active=False)
    changed: Any = reset_sign_in(" ADA@example.org", NEW, actor="test")
    assert changed.is_active
    assert changed.check_password(NEW)
    assert not changed.check_password(PASSWORD)
    assert last_event().before == {"is_active": False}
    assert last_event().after == {"is_active": True}
    assert ApiToken.objects.get().revoked_at is not None
    assert "_auth_user_id" not in signed_in.session


def test_django_gives_nobody_a_right_of_its_own(make_person: MakePerson) -> None:
    ada = make_person()
    assert ada.has_perm("access.change_user") is False
    assert ada.has_module_perms("access") is False


def test_a_link_for_a_new_password_ends_with_the_address_it_was_sent_to(
    make_person: MakePerson,
) -> None:
    from django.contrib.auth.tokens import default_token_generator as links

    ada = make_person()
    key = links.make_token(ada)
    assert links.check_token(ada, key)
    ada.email = "lovelace@example.org"
    assert not links.check_token(ada, key)


def test_a_wrong_password_is_told_in_our_words(django_ready: None) -> None:
    from rollbook.access.adapter import AccountAdapter

    told = AccountAdapter().error_messages
    assert told["incorrect_password"] == "The password isn't right."
    assert told["email_password_mismatch"] == "The email address or password isn't right."


def test_a_sign_in_outside_of_a_request_begins_no_session(make_person: MakePerson) -> None:
    from django.contrib.auth.signals import user_logged_in

    ada = make_person()
    user_logged_in.send(sender=type(ada), request=None, user=ada)


def test_a_failed_sign_in_is_on_record_with_the_first_200_characters(records: str) -> None:
    from django.test import RequestFactory

    from rollbook.access.adapter import AccountAdapter

    request = RequestFactory().post("/", REMOTE_ADDR="")
    adapter = AccountAdapter(request)
    adapter.authentication_failed(request, email="x" * 500)
    assert last_event().subject == "x" * 200
    assert (last_event().actor, last_event().action) == ("nobody", "sign_in.failed")
    assert adapter.get_client_ip(request) == "unknown"
    request.META["REMOTE_ADDR"] = "203.0.113.9"
    assert adapter.get_client_ip(request) == "203.0.113.9"


@pytest.mark.parametrize(
    ("password", "is_good"),
    [
        ("ada@example.org", False),
        ("ada example ada", False),
        ("adaexamplemarble", True),
        ("adaexamplemarbl", False),
        ("plover marble tin", True),
    ],
)
def test_an_address_alone_is_no_password(
    make_person: MakePerson, password: str, is_good: bool
) -> None:
    from rollbook.access.operations.people import check_password
    from rollbook.core.errors import UsageError

    ada = make_person()
    if is_good:
        check_password(password, ada)
    else:
        with pytest.raises(UsageError, match="too close to your email address"):
            check_password(password, ada)


def test_a_link_is_asked_for_in_an_addresss_first_200_characters(records: str) -> None:
    from rollbook.access.operations.recovery import ask_for_new_password
    from rollbook.records.models import Mail

    ask_for_new_password("y" * 500, link_of="https://rollbook.example/{}".format, environ={})
    assert last_event().subject == "y" * 200
    assert (last_event().actor, last_event().action) == ("nobody", "sign_in.reset_requested")
    assert not Mail.objects.exists()


def test_nothing_is_on_record_where_no_second_factor_was_in_the_clear(records: str) -> None:
    from rollbook.access.operations.factors import seal_factors

    assert seal_factors("test") == 0
    assert count_of("second_factor.sealed") == 0


def test_a_letter_that_only_looks_like_another_finds_nobody(make_person: MakePerson) -> None:
    """Neither Python's rules of lower case nor the database's make one address of two."""
    from rollbook.access.backend import AddressBackend
    from rollbook.access.models import User
    from rollbook.access.operations.people import NoSuchAccount, deactivate

    make_person("kas@example.org")
    for typed in ("\u212aas@example.org", "ka\u017f@example.org"):
        with pytest.raises(NoSuchAccount):
            deactivate(typed, actor="test")
        with pytest.raises(User.DoesNotExist):
            User.objects.get_by_natural_key(typed)
        assert AddressBackend()._authenticate_by_email(typed, PASSWORD) is None
    assert AddressBackend()._authenticate_by_email("KAS@Example.org", PASSWORD)
