"""What codes are made from is encrypted in the database, and opens with the installation's key."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from rollbook.core.secrets.sealed import SECOND_FACTOR, SealedTextUnreadable, seal
from tests.integration.cli.commands import CommandLine
from tests.integration.pages.conftest import PASSWORD

Person = Callable[..., Any]
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SEED = "5eed" * 20
STEP = 1_000_000
OTHER = "B" * 43 + "="
HOW_TO = Path(__file__).parents[3] / "docs/how-to/rotate-keys.md"


@pytest.fixture(autouse=True)
def standing_clock(django_ready: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A code holds for 30 seconds; a busy machine may need longer to sign a person in."""
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
    client.post(asked["Location"], {"code": typed})
    return bool(client.get("/").status_code == 200)


def with_other_key(factor: Any) -> None:
    factor.data["seed"] = seal(SEED, b"o" * 32, purpose=SECOND_FACTOR)
    factor.save()


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


def test_another_key_lets_no_one_in_and_says_why(
    user: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from allauth.mfa.totp.internal.auth import TOTP
    from django.test import Client

    TOTP.activate(user, SECRET)
    monkeypatch.setenv("ROLLBOOK_SECRET_KEY", OTHER)
    client = Client()
    given = {"login": "ada@example.org", "password": PASSWORD}
    asked = client.post("/account/sign-in/", given)
    page = client.post(asked["Location"], {"code": code()}).content.decode()
    assert "the one of this installation" in page
    assert client.get("/").status_code == 302


def test_a_rotation_of_the_key_seals_factors_again_and_ends_waiting_links(
    user: Any, records: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from allauth.mfa.totp.internal.auth import TOTP

    from rollbook.access.operations.keys import rotate_key
    from rollbook.access.operations.recovery import ask_for_new_password
    from rollbook.records.models import Mail
    from rollbook.records.operations.mails import note_unsent, opened, take_next

    TOTP.activate(user, SECRET)
    ask_for_new_password(
        "ada@example.org", link_of=lambda key: f"https://x/{key}", environ=os.environ
    )
    before = stored(records)
    taken = take_next(datetime.now(UTC))
    assert taken is not None
    rotated = rotate_key(os.environ, to=tmp_path / "new.key", actor="test")
    assert (rotated.counts["mfa_authenticator"], rotated.counts["mails"]) == (1, 1)
    assert stored(records) != before
    monkeypatch.setenv("ROLLBOOK_SECRET_KEY_FILE", str(rotated.placed))
    assert came_in(code())
    with pytest.raises(SealedTextUnreadable):
        opened(taken, os.environ)
    for is_transient in (True, False):  # by the worker that had taken it before
        note_unsent(taken.number, "No.", is_transient=is_transient, now=datetime.now(UTC))
    mail = Mail.objects.get(pk=taken.number)
    assert (mail.text, mail.html, mail.next_try_at, mail.sent_at) == ("", "", None, None)
    assert "Ask for a new one" in (mail.error or "")


def test_unreadable_codes_give_a_page_whose_button_makes_new_ones(
    person: Person, records: str
) -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP

    from rollbook.access.models import User

    client = person()
    client.post("/account/confirm/", {"password": PASSWORD})
    TOTP.activate(User.objects.get(), SECRET)
    with_other_key(RecoveryCodes.activate(User.objects.get()).instance)
    for name in (
        "mfa_index",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "mfa_generate_recovery_codes",
    ):
        answer = client.get(reverse(name))
        page = answer.content.decode()
        assert (name, answer.status_code) == (name, 409)
        assert f'action="{reverse("mfa_generate_recovery_codes")}"' in page
        assert "csrfmiddlewaretoken" in page
    assert client.post(reverse("mfa_generate_recovery_codes")).status_code == 302
    assert client.get(reverse("mfa_index")).status_code == 200
    codes = Authenticator.objects.get(type="recovery_codes").wrap().generate_codes()
    assert came_in(codes[0])


def test_a_rotation_removes_what_lets_no_one_in_and_that_is_on_record(
    user: Any, records: str, tmp_path: Path
) -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP

    from rollbook.access.operations.keys import rotate_key
    from rollbook.records.models import AuditEvent

    TOTP.activate(user, SECRET)
    with_other_key(RecoveryCodes.activate(user).instance)
    rotated = rotate_key(os.environ, to=tmp_path / "new.key", actor="test")
    assert rotated.removed == ("the recovery codes of ada@example.org",)
    assert list(Authenticator.objects.values_list("type", flat=True)) == ["totp"]
    told = AuditEvent.objects.get(action="second_factor.removed")
    assert (told.actor, told.subject) == ("test", "ada@example.org")
    assert told.after == {"kind": "recovery_codes", "reason": "unreadable"}


@pytest.mark.parametrize("is_mail", [False, True])
def test_sealed_factors_and_mails_of_before_make_no_new_key_and_open_with_theirs(
    user: Any, records: str, tmp_path: Path, is_mail: bool
) -> None:
    from allauth.mfa.totp.internal.auth import TOTP
    from django.db import connection

    from rollbook.access.operations.recovery import ask_for_new_password
    from rollbook.records.operations.installation_key import KeyDiffers, KeyMissing, secret_key

    if is_mail:
        ask_for_new_password("ada@example.org", link_of=str, environ=os.environ)
    else:
        TOTP.activate(user, SECRET)
    with connection.cursor() as cursor:
        cursor.execute("delete from rollbook.installation_key")
    home = {"ROLLBOOK_HOME": str(tmp_path)}
    with pytest.raises(KeyMissing):
        secret_key(home)
    assert not (tmp_path / "secret.key").exists()
    with pytest.raises(KeyDiffers):
        secret_key(home | {"ROLLBOOK_SECRET_KEY": OTHER})
    assert secret_key(os.environ)


def test_migrate_without_the_key_seals_nothing_and_makes_no_key(
    user: Any, records: str, rollbook: CommandLine
) -> None:
    in_the_clear(user)
    done = rollbook("migrate", "--roles")
    assert (done.code, "create role" in done.out) == (0, True), done
    assert not (rollbook.home / "secret.key").exists()
    assert SECRET in stored(records)


def test_removing_or_sealing_a_factor_takes_the_lock_of_the_key_first(
    user: Any, records: str
) -> None:
    """As a rotation does: in another order each would wait for the other."""
    import psycopg
    from allauth.mfa.models import Authenticator
    from django.db import connection, transaction

    from rollbook.records.locks import INSTALLATION_KEY
    from rollbook.records.operations.sealed_texts import seal_factors_in_the_clear

    def key() -> bytes:
        with psycopg.connect(records) as other:
            other.execute("select id from rollbook.mfa_authenticator for update nowait")
        return b"k" * 32

    in_the_clear(user)
    with transaction.atomic(), psycopg.connect(records) as other:
        Authenticator.objects.filter(type="recovery_codes").delete()
        tried = other.execute("select pg_try_advisory_xact_lock(%s)", [INSTALLATION_KEY]).fetchone()
        assert tried == (False,)
    with transaction.atomic(), connection.cursor() as cursor:
        assert seal_factors_in_the_clear(cursor, key) == 1


def test_the_recipe_for_a_lost_key_locks_no_one_out(
    user: Any, records: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP
    from django.test import Client

    from rollbook.access.operations.recovery import ask_for_new_password
    from rollbook.records.operations.installation_key import KeyDiffers, secret_key

    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    ask_for_new_password("ada@example.org", link_of=str, environ=os.environ)
    monkeypatch.setenv("ROLLBOOK_SECRET_KEY", OTHER)
    with pytest.raises(KeyDiffers):
        secret_key(os.environ)
    recipe = HOW_TO.read_text().partition("```sql")[2].partition("```")[0]
    with psycopg.connect(records, autocommit=True) as connection:
        connection.execute(recipe.encode())
    assert secret_key(os.environ)
    client = Client()
    client.post("/account/sign-in/", {"login": "ada@example.org", "password": PASSWORD})
    assert client.get("/").status_code == 200
    assert "sealed:" not in stored(records)
