"""The first steps of a new district, and what the dashboard says where nobody would get email."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from tests.doubles.feeds import add_feed
from tests.integration.pages.test_who_may_see_what import job_and_feed

Person = Callable[..., Any]
__all__ = ["job_and_feed"]  # a fixture


def page(client: Any, address: str = "/") -> str:
    return unescape(client.get(address).content.decode())


def test_four_steps_lead_from_the_name_to_the_import(person: Person) -> None:
    from rollbook.records import district

    client = person()
    shown = page(client)
    assert "Step 1 of 4" in shown
    assert "Import Student Data" not in shown, "there is no feed to import"
    given = {"name": "Harbor Unified", "time_zone": "America/Chicago"}
    assert client.post("/first-steps/district/", given).url == "/"
    assert district.value_of(district.TIME_ZONE) == "America/Chicago"
    assert client.post("/first-steps/email/", {"recipients": "bea@example.org"}).url == "/"
    shown = page(client)
    assert "Step 1 of 4, done" in shown
    assert "Step 2 of 4, done" in shown
    assert "No email server is set yet, so nothing can be sent." in shown
    assert "<b>Harbor Unified</b>" in shown
    assert "All times are Central Time" in shown
    add_feed()
    assert "Import Student Data" in page(client)


def test_the_terms_of_this_school_year_are_asked_with_the_name_and_only_where_they_lack(
    person: Person,
) -> None:
    from rollbook.core.catalogue.school_year import terms_of, usual_year
    from rollbook.records.clock import now
    from rollbook.records.district import district_zone
    from rollbook.records.models import AuditEvent
    from rollbook.records.queries.feeds import read_terms

    client, before = person(), {term.name for term in read_terms()}
    names = terms_of(usual_year(now().astimezone(district_zone()).date()))
    lacking = [name for name in names if name not in before]
    asked = page(client, "/first-steps/district/")
    assert all(f'value="{name}"' in asked for name in lacking) and lacking
    assert asked.count("checked") >= len(lacking), "one click takes all"
    given = {"name": "Harbor", "time_zone": "America/Chicago"}
    client.post("/first-steps/district/", {**given, "terms": lacking[:1]})
    assert {term.name for term in read_terms()} == before | {lacking[0]}
    assert AuditEvent.objects.filter(action="term.added").count() == 1
    asked = page(client, "/first-steps/district/")
    assert f'value="{lacking[0]}"' not in asked and f'value="{lacking[1]}"' in asked
    client.post("/first-steps/district/", {**given, "terms": ["Fall 1066"]})
    client.post("/first-steps/district/", {**given, "terms": lacking[1:]})
    assert 'name="terms"' not in page(client, "/first-steps/district/")
    assert set(names) <= {term.name for term in read_terms()}


def test_what_is_wrong_is_said_at_its_field(person: Person) -> None:
    client = person()
    given = {"name": "Harbor", "time_zone": "America/Nowhere"}
    assert "There is no time zone" in client.post("/first-steps/district/", given).content.decode()
    answer = client.post("/first-steps/email/", {"recipients": "bea"})
    assert "isn&#x27;t an email address" in answer.content.decode()


def test_a_test_email_that_cannot_leave_is_told_and_the_recipients_are_saved(
    person: Person,
) -> None:
    from rollbook.records import district

    client = person()
    answer = client.post("/first-steps/email/", {"recipients": "bea@example.org", "test": "1"})
    assert answer.url == "/first-steps/email/"
    assert "Saved, but the test email wasn't sent." in page(client, answer.url)
    assert district.value_of(district.RECIPIENTS) == "bea@example.org"


@pytest.mark.usefixtures("job_and_feed")
def test_a_schedule_without_email_is_told_on_the_dashboard(person: Person) -> None:
    from django.conf import settings as django
    from django.test import override_settings

    from rollbook.records.models import Feed
    from rollbook.records.operations.district import change_settings

    assert not django.HAS_MAIL
    client, unset = person(), "No email server is set, so no one gets an email"
    assert unset not in page(client), "no schedule is on"
    every_night = {"is_on": True, "times": ["02:00"], "days": [0, 1, 2, 3, 4, 5, 6]}
    Feed.objects.filter(name="sis").update(schedule=every_night)
    assert unset in page(client)
    assert unset not in page(person("viewer", "vi@example.org"))
    with override_settings(HAS_MAIL=True):
        assert "No one gets an email when an import of sis fails." in page(client)
        change_settings({"import.notification_emails": "bea@example.org"}, actor="test")
        assert "/first-steps/email/" not in page(client)


def test_an_address_counts_once_and_has_plain_letters(person: Person) -> None:
    from rollbook.records import district
    from rollbook.records.addresses import addresses
    from rollbook.records.models import Setting
    from rollbook.records.operations.district import change_settings

    client = person()
    key = district.RECIPIENTS.key
    change_settings({key: "ada@x.org"}, actor="test")
    assert addresses("a@x.org; A@X.ORG,b@x.org a@x.org") == ["a@x.org", "b@x.org"]
    bad = client.post("/first-steps/email/", {"recipients": "\u0445@x.org"})
    assert "isn't one of A to Z" in unescape(bad.content.decode())
    Setting.objects.filter(key=key).update(value="j\u00fcrgen@x.org")
    assert list(district.levels()) == ["j\u00fcrgen@x.org"], "what is stored stays"
    assert not district.unusable()
    change_settings({key: "j\u00fcrgen@x.org", district.NAME.key: "Harbor"}, actor="test")
