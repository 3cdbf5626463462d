"""A person whose sign-in was changed gets a mail; it has no link and no secret."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.pages.conftest import PASSWORD

Person = Callable[..., Any]
NEW = "another long sentence"


@pytest.fixture(autouse=True)
def sends(pages: None) -> Iterator[None]:
    from django.test import override_settings

    with override_settings(HAS_MAIL=True):
        yield


@pytest.fixture
def ada(person: Person) -> Any:
    from rollbook.access.models import User

    client = person("viewer")
    client.bo = person(email="bo@example.org")
    client.user = User.objects.get(email="ada@example.org")
    return client


def told() -> list[tuple[list[str], str]]:
    from rollbook.records.models import Mail

    found = Mail.objects.filter(kind="sign_in_changed").order_by("id")
    assert not any(re.search(r"https?:|enough|sentence", mail.text + mail.html) for mail in found)
    return [(mail.recipients, mail.subject.removeprefix("Rollbook: ")) for mail in found]


def subjects() -> list[str]:
    mails = told()
    assert all(recipients == ["ada@example.org"] for recipients, _ in mails)
    return [subject for _, subject in mails]


def test_a_new_password_is_reported(ada: Any) -> None:
    given = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert ada.post("/account/password/", given).status_code == 302
    assert subjects() == ["Your password was changed"]


def test_factors_that_come_and_go_are_reported(ada: Any) -> None:
    from allauth.mfa.models import Authenticator

    for kind in ("totp", "webauthn", "recovery_codes"):
        Authenticator.objects.create(user=ada.user, type=kind, data={"seed": "", "name": "x"})
    Authenticator.objects.get(type="totp").delete()
    Authenticator.objects.get(type="webauthn").delete()
    Authenticator.objects.get(type="recovery_codes").delete()
    assert subjects() == [
        "A second factor was added",
        "A passkey was added",
        "New recovery codes were made",
        "A second factor was removed",
        "A passkey was removed",
        "Recovery codes were removed",
    ]


def test_a_used_recovery_code_is_no_change(ada: Any) -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    codes = RecoveryCodes.activate(ada.user)
    assert codes.validate_code(codes.generate_codes()[0])
    assert subjects() == ["New recovery codes were made"]


def test_what_an_administrator_changes_is_reported(ada: Any) -> None:
    ada.bo.post("/account/confirm/", {"password": PASSWORD})
    for what in ("administrator", "viewer", "reset-factor", "deactivate", "activate"):
        ada.bo.post(f"/people/{ada.user.pk}/{what}/")
    assert subjects() == [
        "You are now an administrator",
        "You are now a viewer",
        "Your second factors were removed",
        "Your account was turned off",
        "Your account was turned on",
    ]


def test_a_reset_on_the_command_line_is_reported(ada: Any) -> None:
    from rollbook.access.operations import reset_sign_in

    reset_sign_in("ada@example.org", NEW, actor="command line")
    assert subjects() == ["Your sign-in was reset"]


def test_factors_that_a_rotation_of_the_key_had_to_remove_are_reported(
    ada: Any, tmp_path: Path
) -> None:
    from allauth.mfa.models import Authenticator
    from django.db import connection

    from rollbook.access.operations.keys import rotate_key
    from rollbook.core.secrets.sealed import SECOND_FACTOR, seal
    from rollbook.records.operations.sealed_texts import key_to_seal_with

    key_to_seal_with(os.environ)  # from now on, the database knows the installation's key
    lost = seal("JBSWY3DP", b"o" * 32, purpose=SECOND_FACTOR)
    for kind, name in (("totp", "secret"), ("recovery_codes", "seed")):
        Authenticator.objects.create(user=ada.user, type=kind, data={name: lost})
    with connection.cursor() as cursor:
        cursor.execute("delete from rollbook.mails")
    rotate_key(os.environ, to=tmp_path / "new.key", actor="command line")
    assert subjects() == ["A second factor was removed", "Recovery codes were removed"]
    assert not Authenticator.objects.exists()


def test_what_was_refused_and_what_changed_nothing_is_not_reported(ada: Any) -> None:
    from rollbook.access.models import Role
    from rollbook.access.operations import change_role, reset_sign_in
    from rollbook.core.errors import UsageError

    with pytest.raises(UsageError):
        reset_sign_in("ada@example.org", "short", actor="command line")
    with pytest.raises(UsageError, match="last administrator"):
        change_role("bo@example.org", Role.VIEWER, actor="test")
    change_role("ada@example.org", Role.VIEWER, actor="test")
    assert told() == []


def test_without_a_mail_server_nothing_is_queued(ada: Any) -> None:
    from django.test import override_settings

    from rollbook.access.operations import reset_sign_in
    from rollbook.records.models import Mail

    with override_settings(HAS_MAIL=False):
        reset_sign_in("ada@example.org", NEW, actor="command line")
    assert not Mail.objects.exists()


def test_a_token_that_acts_for_a_person_is_reported(person: Person) -> None:
    from rollbook.access.models import User
    from rollbook.access.operations.tokens import make_token
    from rollbook.access.scopes import Scope
    from rollbook.records.models import Mail

    person("administrator")
    owner = User.objects.get(email="ada@example.org")
    token = make_token("warehouse", [Scope.READ], owner=owner, actor="bo@example.org")
    assert subjects() == ["An API token was made for you"]
    assert token not in Mail.objects.get(kind="sign_in_changed").text
