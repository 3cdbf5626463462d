"""Where a second factor is required, a person without one can add one and do nothing else."""

from collections.abc import Callable, Iterator
from time import time
from typing import Any

import pytest

from tests.integration.pages.conftest import PASSWORD
from tests.integration.pages.test_who_may_see_what import job_and_feed, own_addresses

Person = Callable[..., Any]
__all__ = ["job_and_feed"]  # a fixture
pytestmark = pytest.mark.usefixtures("job_and_feed", "required")
ENROLL = "/account/second-factor/"


@pytest.fixture
def required(pages: None) -> Iterator[None]:
    from django.test import override_settings

    with override_settings(SECOND_FACTOR="administrators"):
        yield


def passkey_of(email: str) -> None:
    from allauth.mfa.models import Authenticator

    from rollbook.access.models import User

    user = User.objects.get(email=email)
    Authenticator.objects.create(user=user, type="webauthn", data={"name": "x"})


def test_an_administrator_without_one_reaches_no_page_of_ours(person: Person) -> None:
    client = person()
    for address, view in own_addresses():
        if view.rule == "everyone":
            continue
        for method in (client.get, client.post):
            answer = method(address)
            if answer.status_code != 405:
                assert (answer.status_code, answer["Location"]) == (302, ENROLL), address
    part = client.get("/imports/1/progress/", headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Redirect"]) == (401, ENROLL)


def test_an_administrator_adds_one_and_every_page_opens(person: Person) -> None:
    from allauth.mfa.totp.internal import auth

    client = person()
    page = client.get("/", follow=True).content.decode()
    assert "Your district requires a second factor" in page
    client.post("/account/confirm/", {"password": PASSWORD})
    client.get(f"{ENROLL}totp/activate/")
    secret = client.session["mfa.totp.secret"]
    code = auth.format_hotp_value(auth.hotp_value(secret, int(time()) // 30))
    assert client.post(f"{ENROLL}totp/activate/", {"code": code}).status_code == 302
    page = client.get("/")
    assert page.status_code == 200
    assert "requires a second factor" not in page.content.decode()


def test_a_passkey_is_one_and_recovery_codes_alone_are_none(person: Person) -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    from rollbook.access.models import User

    client = person()
    RecoveryCodes.activate(User.objects.get())
    assert client.get("/").status_code == 302
    passkey_of("ada@example.org")
    assert client.get("/").status_code == 200


def test_an_administrator_whose_factor_is_removed_must_add_another(person: Person) -> None:
    from allauth.mfa.models import Authenticator

    client = person()
    passkey_of("ada@example.org")
    assert client.get("/").status_code == 200
    Authenticator.objects.all().delete()
    assert client.get("/").status_code == 302


def test_a_viewer_needs_none_unless_everybody_does(person: Person) -> None:
    from django.test import override_settings

    client = person("viewer")
    assert client.get("/").status_code == 200
    with override_settings(SECOND_FACTOR="everyone"):
        assert client.get("/").url == ENROLL
        passkey_of("ada@example.org")
        assert client.get("/").status_code == 200


def test_a_promoted_viewer_needs_one_at_once(person: Person) -> None:
    from rollbook.access.models import Role
    from rollbook.access.operations import change_role

    client = person("viewer")
    assert client.get("/").status_code == 200
    change_role("ada@example.org", Role.ADMINISTRATOR, actor="test")
    assert client.get("/").url == ENROLL


def test_without_the_setting_no_one_needs_one(person: Person) -> None:
    from django.test import override_settings

    with override_settings(SECOND_FACTOR="optional"):
        assert person().get("/").status_code == 200
