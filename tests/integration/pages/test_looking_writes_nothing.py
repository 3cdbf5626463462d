"""Looking changes nothing: every address by GET, and every table before and after."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.integration.pages.conftest import PASSWORD
from tests.integration.pages.test_who_may_see_what import SAMPLES, job_and_feed

Person = Callable[..., Any]
__all__ = ["job_and_feed"]  # a fixture
pytestmark = pytest.mark.usefixtures("job_and_feed")

KEPT_FOR_THE_BROWSER = {"rollbook.django_session"}
"""When it was last seen, and the challenge that its next form answers."""
COUNTED = {"rollbook.web_cache"}
"""How often was asked: limits on guessing."""
WATCHED = {"rollbook.audit_events"}
"""That a person looked at students' values."""
INDEXED = {"rollbook.student_search", "rollbook.student_search_state"}
"""What the search for students follows, whoever has written it."""

WRITTEN_BY_LOOKING = KEPT_FOR_THE_BROWSER | COUNTED | WATCHED | INDEXED

ARGUMENTS = SAMPLES | {"uidb36": "1", "key": "abc-def", "pk": "1", "what": "deactivate"}


def addresses() -> Iterator[str]:
    """Every address, ours and those of signing in, with sample arguments."""
    from django.urls import get_resolver, reverse

    for name, found in get_resolver().reverse_dict.lists():
        if not isinstance(name, str):
            continue
        for possibilities, *_ in found:
            _, wanted = possibilities[0]
            yield reverse(name, kwargs={each: ARGUMENTS[each] for each in wanted})


def state(url: str) -> dict[str, tuple[int, int]]:
    """How many rows every table has, and a sum of their places and last writers."""
    with psycopg.connect(url) as connection:
        names = connection.execute(
            "select n.nspname, c.relname from pg_class c join pg_namespace n"
            " on n.oid = c.relnamespace where c.relkind = 'r'"
            " and n.nspname in ('public', 'rollbook')"
        ).fetchall()
        one = sql.SQL(
            "select {} as name, count(*), coalesce(sum(hashtext(ctid::text || xmin::text)), 0)"
            " from {}"
        )
        parts = [one.format(f"{name[0]}.{name[1]}", sql.Identifier(*name)) for name in names]
        found = connection.execute(sql.SQL(" union all ").join(parts)).fetchall()
    return {name: (count, total) for name, count, total in found}


def check_looking_writes_nothing(client: Any, url: str) -> None:
    before = state(url)
    for address in addresses():
        client.get(address)
        after = state(url)
        changed = {table for table in after if before[table] != after[table]}
        assert changed <= WRITTEN_BY_LOOKING, address
        before = after


def test_every_address_is_walked() -> None:
    found = set(addresses())
    assert len(found) > 50
    assert "/account/password/reset/1-abc-def/" in found
    assert "/account/second-factor/recovery-codes/" in found


@pytest.mark.parametrize("who", ["nobody", "viewer", "administrator"])
def test_looking_at_every_address_writes_nothing(person: Person, records: str, who: str) -> None:
    from django.test import Client

    person(email="first@example.org")  # a person whose account an address may name
    client = Client() if who == "nobody" else person(who)
    check_looking_writes_nothing(client, records)


def test_looking_with_a_second_factor_writes_nothing(person: Person, records: str) -> None:
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal import auth

    from rollbook.access.models import User

    client = person()
    user = User.objects.get()
    auth.TOTP.activate(user, auth.generate_totp_secret())
    RecoveryCodes.activate(user)
    client.post("/account/confirm/", {"password": PASSWORD})
    check_looking_writes_nothing(client, records)


def test_a_made_up_reset_key_keeps_no_one_from_a_second_factor(person: Person) -> None:
    from allauth.account.models import EmailAddress
    from django.test import Client
    from django.utils.http import int_to_base36

    from rollbook.access.models import User

    client = person()
    number = int_to_base36(User.objects.get().pk)
    assert Client().get(f"/account/password/reset/{number}-abc-def/").status_code == 200
    assert not EmailAddress.objects.exists()
    client.post("/account/confirm/", {"password": PASSWORD})
    for what in ("totp/activate/", "webauthn/add/"):
        assert client.get(f"/account/second-factor/{what}").status_code == 200, what


def test_addresses_that_others_wrote_decide_nothing(person: Person) -> None:
    """An installation may have such rows: old ones, or ones written into the database."""
    from allauth.account.models import EmailAddress
    from django.test import Client

    from rollbook.access.models import User

    client = person()
    EmailAddress.objects.create(user=User.objects.get(), email="ada@example.org")
    EmailAddress.objects.create(
        user=User.objects.get(), email="eve@example.org", verified=True, primary=True
    )
    page = client.post("/account/confirm/?next=/", {"password": PASSWORD})
    assert page.status_code == 302, "the account's own address decides"
    assert client.get("/account/second-factor/totp/activate/").status_code == 200
    given = {"login": "eve@example.org", "password": PASSWORD}
    assert Client().post("/account/sign-in/", given).status_code == 200


def test_a_repair_removes_the_addresses_that_were_written(person: Person, records: str) -> None:
    from importlib import import_module

    from allauth.account.models import EmailAddress
    from django.db import connection

    from rollbook.access.models import User

    person()
    EmailAddress.objects.create(user=User.objects.get(), email="ada@example.org")
    repair = import_module("rollbook.access.migrations.0002_addresses_are_ours").REPAIR
    with connection.cursor() as cursor:
        cursor.execute(repair)
    assert not EmailAddress.objects.exists()
    assert re.search("account_emailaddress", repair)
