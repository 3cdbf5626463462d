"""What codes are made from is encrypted in the database, and opens with the installation's key."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.integration.pages.conftest import PASSWORD

Person = Callable[..., Any]
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SEED = "5eed" * 20
STEP = 1_000_000
OTHER = "B" * 43 + "="


@pytest.fixture(autouse=True)
def standing_clock(django_ready: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A code holds for 30 seconds; a busy machine may need longer to sign somebody in."""
    monkeypatch.setattr(
        "allauth.mfa.totp.internal.auth.yield_hotp_counters_from_time", lambda: iter([STEP])
    )


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

    return str(auth.format_hotp_value(auth.hotp_value(SECRET, STEP)))


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


def test_a_rotation_of_the_key_seals_factors_and_waiting_links_again(
    user: Any, records: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from allauth.mfa.totp.internal.auth import TOTP

    from rollbook.access.operations.recovery import ask_for_new_password
    from rollbook.records.operations.key_rotation import rotate
    from rollbook.records.operations.mails import opened, take_next

    TOTP.activate(user, SECRET)
    ask_for_new_password(
        "ada@example.org", link_of=lambda key: f"https://x/{key}", environ=os.environ
    )
    before = stored(records)
    rotated = rotate(os.environ, to=tmp_path / "new.key", actor="test")
    assert (rotated.counts["mfa_authenticator"], rotated.counts["mails"]) == (1, 1)
    assert stored(records) != before
    monkeypatch.setenv("ROLLBOOK_SECRET_KEY_FILE", str(rotated.placed))
    assert came_in(code())
    waiting = take_next(datetime.now(UTC))
    assert waiting is not None
    assert "https://x/" in opened(waiting, os.environ)[1]
