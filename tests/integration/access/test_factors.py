"""What happens to a second factor is on record, and a person gets a mail about it."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.integration.access.audit_log import last_event
from tests.integration.access.conftest import MakePerson

pytestmark = pytest.mark.usefixtures("records")


def factor_of(user: Any, kind: str) -> Any:
    from allauth.mfa.models import Authenticator

    return Authenticator.objects.create(user=user, type=kind, data={})


@pytest.fixture
def mails(records: str) -> Iterator[None]:
    from django.test import override_settings

    with override_settings(HAS_MAIL=True):
        yield


@pytest.mark.usefixtures("mails")
@pytest.mark.parametrize("kind", ["totp", "webauthn", "recovery_codes"])
def test_a_factor_that_comes_or_goes_is_on_record_with_a_mail(
    make_person: MakePerson, kind: str
) -> None:
    from rollbook.access.audit_signals import ADDED, REMOVED
    from rollbook.notify.sign_in import changed
    from rollbook.records.models import Mail

    ada = make_person()
    factor = factor_of(ada, kind)
    event = last_event()
    assert (event.actor, event.action) == ("ada@example.org", "second_factor.added")
    assert (event.subject, event.after) == ("ada@example.org", {"kind": kind})
    assert Mail.objects.latest("id").subject == changed(ADDED[kind]).subject

    count = Mail.objects.count()
    factor.save()  # used, not new
    assert (last_event().id, Mail.objects.count()) == (event.id, count)

    factor.delete()
    event = last_event()
    assert (event.actor, event.action) == ("ada@example.org", "second_factor.removed")
    assert (event.subject, event.after) == ("ada@example.org", {"kind": kind})
    assert Mail.objects.latest("id").subject == changed(REMOVED[kind]).subject


def test_recovery_codes_count_as_seen_when_they_are_made(make_person: MakePerson) -> None:
    ada = make_person()
    assert set(factor_of(ada, "recovery_codes").data) == {"viewed_at"}
    assert factor_of(ada, "totp").data == {}


def test_a_wrong_code_is_on_record_as_the_second_step(make_person: MakePerson) -> None:
    from allauth.mfa.signals import authentication_failed

    ada = make_person()
    authentication_failed.send(sender=type(ada), user=ada)
    event = last_event()
    assert (event.actor, event.action) == ("nobody", "sign_in.failed")
    assert (event.subject, event.after) == ("ada@example.org", {"step": "second factor"})


def test_a_factor_is_removed_only_after_a_rotation_of_the_key_has_ended(
    make_person: MakePerson, records: str
) -> None:
    """Both lock the row and the key; in the other order they would wait for each other."""
    import psycopg
    from django.db import OperationalError, connection

    from rollbook.records.locks import INSTALLATION_KEY

    factor = factor_of(make_person(), "totp")
    with psycopg.connect(records) as rotation:
        rotation.execute("select pg_advisory_xact_lock(%s)", [INSTALLATION_KEY])
        with connection.cursor() as cursor:
            cursor.execute("set lock_timeout = '200ms'")
        with pytest.raises(OperationalError):
            factor.delete()
