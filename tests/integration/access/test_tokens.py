"""Tokens for programs: their limits at both ends, whose they are, and when they end."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.integration.access.audit_log import count_of, last_event
from tests.integration.access.clock import set_clock
from tests.integration.access.conftest import MakePerson

NOW = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


def make(owner: Any, name: str = "nightly", **given: Any) -> str:
    from rollbook.access.operations.tokens import make_token
    from rollbook.access.scopes import Scope

    return make_token(name, {Scope.READ}, owner=owner, actor="test", **given)


def the_token() -> Any:
    from rollbook.access.models import ApiToken

    return ApiToken.objects.get()


@pytest.mark.parametrize("name", ["x", "x" * 50, "  nightly  "])
@pytest.mark.parametrize("days", [1, 90, 365])
def test_a_token_lasts_as_long_as_it_was_made_for(
    make_person: MakePerson, name: str, days: int
) -> None:
    made = make(make_person(), name, days=days)
    token = the_token()
    assert re.fullmatch(r"rollbook_[\w-]{43}", made)
    assert token.name == name.strip()
    assert token.expires_at - token.created_at == timedelta(days=days)


def test_a_token_lasts_90_days_where_nobody_says_how_long(make_person: MakePerson) -> None:
    make(make_person())
    assert the_token().expires_at - the_token().created_at == timedelta(days=90)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 51}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"days": 0}, "days"),
        ({"days": -1}, "days"),
        ({"days": 366}, "days"),
    ],
)
def test_a_token_beyond_its_limits_is_refused_and_none_is_made(
    make_person: MakePerson, given: dict[str, Any], field: str
) -> None:
    from rollbook.access.models import ApiToken
    from rollbook.core.errors import UsageError

    with pytest.raises(UsageError) as told:
        make(make_person(), **given)
    assert set(told.value.faults) == {field}
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "viewer"}])
def test_only_an_active_administrator_gets_a_token(
    make_person: MakePerson, change: dict[str, Any]
) -> None:
    from rollbook.access.operations.tokens import OwnerMayNot

    ada = make_person()
    type(ada).objects.update(**change)
    with pytest.raises(OwnerMayNot) as told:
        make(ada)
    assert told.value.exit_code == 2
    assert told.value.reason == "owner_may_not"


def test_a_token_that_is_made_or_revoked_is_on_record_and_its_owner_gets_a_mail(
    make_person: MakePerson,
) -> None:
    from django.test import override_settings

    from rollbook.access.operations.tokens import NoSuchToken, TokenExists, revoke_token
    from rollbook.notify import sign_in
    from rollbook.records.models import Mail

    ada = make_person()
    with override_settings(HAS_MAIL=True):
        make(ada)
    what = {"scopes": ["read"], "owner": "ada@example.org"}
    made = last_event()
    assert (made.actor, made.action, made.subject) == ("test", "token.made", "nightly")
    assert made.after == what | {"expires_at": the_token().expires_at.isoformat()}
    assert Mail.objects.get().subject.endswith(sign_in.TOKEN_MADE.subject)
    with pytest.raises(TokenExists) as refused:
        make(ada)
    assert (refused.value.reason, set(refused.value.faults)) == ("token_exists", {"name"})
    revoke_token("nightly", actor="test")
    gone = last_event()
    assert (gone.actor, gone.action, gone.before) == ("test", "token.revoked", what)
    with pytest.raises(NoSuchToken) as unknown:
        revoke_token("nightly", actor="test")
    assert unknown.value.reason == "no_such_token"


def test_a_token_without_a_scope_is_refused(make_person: MakePerson) -> None:
    from rollbook.access.operations.tokens import make_token
    from rollbook.core.errors import UsageError

    with pytest.raises(UsageError) as told:
        make_token("nightly", set(), owner=make_person(), actor="test")
    assert set(told.value.faults) == {"scopes"}


def test_a_text_that_is_no_token_has_a_digest_too(django_ready: None) -> None:
    from rollbook.access.operations.tokens import digest_of

    assert digest_of("\udc80") == digest_of("?")


def test_a_persons_tokens_end_together_and_those_of_others_stay(make_person: MakePerson) -> None:
    from django.db import transaction

    from rollbook.access.models import ApiToken
    from rollbook.access.operations.tokens import revoke_tokens_of

    ada, bob = make_person(), make_person("bob@example.org")
    for owner, name in ((ada, "one"), (ada, "two"), (bob, "three")):
        make(owner, name)
    with transaction.atomic():
        revoke_tokens_of(ada, actor="test")
    assert list(ApiToken.objects.filter(revoked_at=None).values_list("name", flat=True)) == [
        "three"
    ]
    assert count_of("token.revoked") == 2


def test_a_token_ends_at_its_last_moment_and_with_its_owners_rights(
    make_person: MakePerson,
) -> None:
    ada = make_person()
    make(ada)
    token = the_token()
    assert token.fault(token.expires_at - MOMENT) == ""
    assert token.fault(token.expires_at) == "expired"
    token.revoked_at = token.expires_at - MOMENT
    assert token.fault(NOW) == "revoked"
    token.revoked_at = token.expires_at
    assert token.fault(token.expires_at) == "expired"
    token.revoked_at = None
    token.owner.is_active = False
    assert token.fault(NOW) == "owner"
    token.owner.is_active, token.owner.role = True, "viewer"
    assert token.fault(NOW) == "owner"


def test_the_use_of_a_token_is_noted_once_a_minute_and_when_the_address_changes(
    make_person: MakePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.access.operations import tokens

    make(make_person())
    noted = []
    minute = timedelta(minutes=1)
    late = NOW + minute - MOMENT
    for now, address in ((NOW, "::1"), (late, "::1"), (late, "10.0.0.4"), (late + minute, "::1")):
        set_clock(monkeypatch, tokens, now)
        tokens.note_use(the_token(), address)
        noted.append((the_token().last_used_at, the_token().last_used_from))
    assert noted == [(NOW, "::1"), (NOW, "::1"), (late, "10.0.0.4"), (late + minute, "::1")]


def test_a_refused_token_is_told_at_each_power_of_ten(records: str) -> None:
    from rollbook.access.operations.refusals import note_refusal

    for _ in range(11):
        note_refusal("expired", name="nightly")
    assert count_of("token.refused") == 2
    assert (last_event().actor, last_event().subject) == ("nobody", "nightly")
    assert last_event().after == {"why": "expired", "times_within_the_hour": 10}


def test_unknown_texts_fill_at_most_100_events_an_hour(records: str) -> None:
    from rollbook.access.operations.refusals import note_refusal
    from rollbook.records.models import AuditEvent

    for number in range(105):
        note_refusal("unknown", address=f"203.0.113.{number}")
    assert count_of("token.refused") == 100
    note_refusal("revoked", name="nightly")
    assert AuditEvent.objects.latest("id").subject == "nightly"


def test_addresses_that_differ_late_are_counted_as_one(records: str) -> None:
    from django.db import connection

    from rollbook.access.operations.refusals import note_refusal

    note_refusal("unknown", address="x" * 500)
    with connection.cursor() as cursor:
        cursor.execute(
            "select length(cache_key), extract(epoch from expires - clock_timestamp()) / 60"
            " from rollbook.web_cache where cache_key like 'api-refusals:%'"
        )
        [(length, minutes)] = cursor.fetchall()
    assert length == 200
    assert 50 < minutes <= 60


def test_a_repeated_request_is_known_for_24_hours(
    records: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rollbook.access.operations import idempotency

    answers = []
    day = timedelta(hours=24)
    for job, now in enumerate((NOW, NOW + day, NOW + day + MOMENT)):
        set_clock(monkeypatch, idempotency, now)
        given: dict[str, Any] = {"fingerprint": "f", "begin": lambda job=job: job}
        answers.append(idempotency.once("ada", "key", **given))
    assert answers == [0, 0, 2]
    assert idempotency.LONGEST_KEY == 255


def test_a_limit_counts_each_and_tells_whole_seconds_that_are_left(records: str) -> None:
    from rollbook.access.cache import count

    assert count("tries", seconds=1)[0] == 1
    times, left = count("tries", seconds=1)
    assert (times, left) in {(2, 1), (1, 1)}  # (1, 1): the second was over on a slow machine


def test_counts_that_are_over_go_when_another_begins(records: str) -> None:
    from django.db import connection

    from rollbook.access.cache import count

    def kept() -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute("select cache_key from rollbook.web_cache")
            return {key for (key,) in cursor.fetchall()}

    for number in range(3):
        count(f"api-refused:2001:db8::{number}", seconds=60)
    with connection.cursor() as cursor:
        cursor.execute("update rollbook.web_cache set expires = clock_timestamp()")
    count("api-refused:2001:db8::9", seconds=60)
    assert kept() == {"api-refused:2001:db8::9"}
