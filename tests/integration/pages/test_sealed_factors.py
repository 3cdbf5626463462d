"""What codes are made from is encrypted in the database, and opens with the installation's key."""

from collections.abc import Callable
from time import time
from typing import Any

import pytest

from tests.integration.pages.conftest import PASSWORD

Person = Callable[..., Any]
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SEED = "5eed" * 20
KEY, OTHER = "A" * 43 + "=", "B" * 43 + "="


@pytest.fixture
def user(person: Person) -> Any:
    from rollbook.access.models import User

    person()
    return User.objects.get()


def stored(records: str) -> str:
    import psycopg

    with psycopg.connect(records) as connection:
        found = connection.execute("select data::text from rollbook.mfa_authenticator").fetchall()
    return "".join(text for (text,) in found)


def code() -> str:
    from allauth.mfa.totp.internal import auth

    return str(auth.format_hotp_value(auth.hotp_value(SECRET, int(time()) // 30)))


def came_in(typed: str) -> bool:
    from django.test import Client

    client = Client()
    given = {"login": "ada@example.org", "password": PASSWORD}
    asked = client.post("/account/sign-in/", given)
    client.post(asked.url, {"code": typed})
    return bool(client.get("/").status_code == 200)


def in_the_clear(user: Any) -> None:
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=user, type="totp", data={"secret": SECRET})
    codes = {"seed": SEED, "used_mask": 0}
    Authenticator.objects.create(user=user, type="recovery_codes", data=codes)


def test_the_database_shows_no_secret_of_a_new_factor(user: Any, records: str) -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(user, SECRET)
    codes = RecoveryCodes.activate(user)
    assert stored(records).count("sealed:1:") == 2
    assert SECRET not in stored(records)
    assert came_in(code())
    assert came_in(codes.generate_codes()[3])


def test_factors_of_an_earlier_version_work_and_are_sealed_once(user: Any, records: str) -> None:
    from rollbook.access.operations.factors import seal_factors
    from rollbook.records.models import AuditEvent

    in_the_clear(user)
    before = AuditEvent.objects.filter(action="second_factor.added").count()
    assert seal_factors("test") == 2
    assert seal_factors("test") == 0
    assert SECRET not in stored(records)
    assert SEED not in stored(records)
    assert came_in(code())
    told = AuditEvent.objects.values_list("action", flat=True)
    assert list(told).count("second_factor.sealed") == 1
    assert list(told).count("second_factor.added") == before


def test_another_key_lets_nobody_in_and_says_why(
    user: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from allauth.mfa.totp.internal.auth import TOTP
    from django.test import Client

    TOTP.activate(user, SECRET)
    monkeypatch.setenv("ROLLBOOK_SECRET_KEY", OTHER)
    client = Client()
    given = {"login": "ada@example.org", "password": PASSWORD}
    asked = client.post("/account/sign-in/", given)
    page = client.post(asked.url, {"code": code()}).content.decode()
    assert "stored with another key" in page
    assert client.get("/").status_code == 302


def test_the_key_of_second_factors_can_be_changed(
    user: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import base64

    from rollbook.access.operations.factors import change_key_of_factors

    in_the_clear(user)
    old, new = base64.b64decode(KEY), base64.b64decode(OTHER)
    assert change_key_of_factors(old, old, actor="test") == 2
    assert change_key_of_factors(old, new, actor="test") == 2
    monkeypatch.setenv("ROLLBOOK_SECRET_KEY", OTHER)
    assert came_in(code())
