"""The district's settings and its people, on their pages."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.notify.smtp import mail_box
from tests.integration.pages.conftest import PASSWORD

Person = Callable[..., Any]

GIVEN = {
    "import.notification_emails": "bo@example.org, cy@example.org",
    "import.problem_emails": "dee@example.org",
    "import.decision_emails": "eve@example.org",
    "import.unchanged_days": "5",
    "district.name": "Ockham Unified",
    "district.time_zone": "America/New_York",
    "retention.files_days": "7",
    "retention.issues_days": "30",
    "retention.changes_days": "400",
    "retention.jobs_days": "365",
    "retention.audit_days": "3650",
    "quality.iready_reading_grades": "K-6",
    "quality.iready_math_grades": "1-6, 8",
    "quality.dibels_grades": "none",
    "quality.old_days": "20",
    "quality.report_emails": "fay@example.org",
}


def confirmed(client: Any) -> Any:
    """A person who has just confirmed who they are."""
    client.post("/account/confirm/", {"password": PASSWORD})
    return client


def test_settings_are_saved(person: Person) -> None:
    from rollbook.records.district import values

    client = person()
    assert client.post("/settings/", GIVEN).status_code == 302
    assert {key: values()[key] for key in GIVEN} == GIVEN
    page = client.get("/settings/").content.decode()
    for key, value in GIVEN.items():
        lines = value.replace(", ", "\n")
        shown = f"\n{lines}</textarea>" if key.endswith("_emails") else f'value="{value}"'
        assert shown in page
    key = "import.notification_emails"
    same = GIVEN | {key: GIVEN[key].replace(", ", "\r\n")}
    assert client.post("/settings/", same).status_code == 302
    assert {key: values()[key] for key in GIVEN} == GIVEN, "one address a line is the same list"


def test_what_is_wrong_is_reported_beside_its_field_and_nothing_is_saved(person: Person) -> None:
    from rollbook.records.district import values

    before = values()
    wrong = GIVEN | {"district.time_zone": "Mars/Base", "retention.audit_days": "1"}
    page = person().post("/settings/", wrong).content.decode()
    assert "There is no time zone “Mars/Base”" in page
    assert "from 365 to" in page
    assert values() == before


def test_a_test_mail_goes_to_the_recipients_or_says_what_is_wrong(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = person()
    client.post("/settings/", GIVEN)
    monkeypatch.delenv("ROLLBOOK_EMAIL_URL", raising=False)
    page = client.post("/settings/test-mail/", follow=True).content.decode()
    assert "ROLLBOOK_EMAIL_URL" in page
    with mail_box() as box:
        monkeypatch.setenv("ROLLBOOK_EMAIL_URL", f"smtp://127.0.0.1:{box.port}")
        page = client.post("/settings/test-mail/", follow=True).content.decode()
    assert (
        "sent a test email to bo@example.org, cy@example.org, eve@example.org, dee@example.org"
        in page
    )
    assert box.recipients == [
        ["bo@example.org", "cy@example.org", "eve@example.org", "dee@example.org"]
    ]


def test_an_invitation_makes_one_account_of_its_role(person: Person) -> None:
    from django.test import Client

    from rollbook.access.models import User

    page = (
        confirmed(person())
        .post("/people/invite/", {"role": "viewer"}, follow=True)
        .content.decode()
    )
    found = re.search(r"http://testserver(/welcome/[^/<]+/)", page)
    assert found
    given = {"email": "vi@example.org", "password": PASSWORD}
    assert Client().post(found[1], given).status_code == 302
    assert User.objects.get(email="vi@example.org").role == "viewer"
    assert Client().post(found[1], given).status_code == 410
    bo = confirmed(person(email="bo@example.org"))
    assert bo.post("/people/invite/", {"role": "x"}).status_code == 404


def test_the_last_administrator_can_neither_leave_nor_become_a_viewer(person: Person) -> None:
    from rollbook.access.models import User

    client = confirmed(person())
    ada = User.objects.get(email="ada@example.org")
    for what in ("deactivate", "viewer"):
        page = client.post(f"/people/{ada.pk}/{what}/", follow=True).content.decode()
        assert "is the last administrator, and someone has to be one" in page
    ada.refresh_from_db()
    assert ada.is_active and ada.is_administrator


def test_people_are_deactivated_activated_and_given_roles(person: Person) -> None:
    from rollbook.access.models import User

    client, other = confirmed(person()), person("viewer", email="vi@example.org")
    vi = User.objects.get(email="vi@example.org")
    assert "signed out right away" in client.get(f"/people/{vi.pk}/deactivate/").content.decode()
    client.post(f"/people/{vi.pk}/deactivate/")
    assert other.get("/").status_code == 302
    client.post(f"/people/{vi.pk}/activate/")
    client.post(f"/people/{vi.pk}/administrator/")
    vi.refresh_from_db()
    assert vi.is_active and vi.is_administrator
    assert client.post(f"/people/{vi.pk}/nonsense/").status_code == 404


def test_a_lost_second_factor_is_removed_and_the_sessions_end(person: Person) -> None:
    from allauth.mfa.models import Authenticator

    from rollbook.access.models import User
    from rollbook.records.models import AuditEvent

    client, other = confirmed(person()), person("viewer", email="vi@example.org")
    vi = User.objects.get(email="vi@example.org")
    Authenticator.objects.create(user=vi, type="totp", data={})
    assert "Remove the second factor" in client.get("/people/").content.decode()
    client.post(f"/people/{vi.pk}/reset-factor/")
    assert not Authenticator.objects.filter(user=vi).exists()
    assert other.get("/").status_code == 302
    assert AuditEvent.objects.filter(action="person.second_factors_removed").count() == 1


def test_the_dashboard_is_judged_by_the_schedule(person: Person) -> None:
    from django.test import Client
    from django.utils import timezone

    from rollbook.core.report import Report
    from rollbook.records.district import district_zone
    from rollbook.records.models import JOB_TYPE, Feed, Job
    from tests.integration.records.test_scheduling import end

    now = timezone.now()
    planned = (now - timedelta(hours=3)).astimezone(district_zone())
    feed = Feed.objects.create(
        name="sis",
        host="sftp.example.org",
        username="x",
        pattern="*.csv",
        schedule={"is_on": True, "times": [f"{planned:%H:%M}"]},
        planned_at=now,
        schedule_set_at=now - timedelta(days=9),
    )
    Job.objects.create(
        id=1,
        job_type=JOB_TYPE,
        status="pending",
        created_at=now,
        input_data={"feed": "sis", "feed_id": feed.pk, "started_by": "x", "dry_run": False},
    )
    end(1)
    Job.objects.update(output_data={"report": Report(status="completed", stored=True).as_object(1)})
    for days, words in ((1.25, '<li class="bad">'), (0.8, '<li class="warn">'), (0, "up to date")):
        Job.objects.update(completed_at=now - timedelta(days=days), started_at=now)
        page = person(email=f"a{days}@example.org").get("/").content.decode()
        assert words in page, days
        answer = Client().get("/healthz/data")
        assert answer.json() == {"status": "stale" if days else "fresh"}
        assert answer.status_code == (503 if days else 200)


def test_the_invitations_of_a_person_who_is_let_go_end(person: Person) -> None:
    from django.test import Client

    from rollbook.access.operations import deactivate

    bo = confirmed(person(email="bo@example.org"))
    page = bo.post("/people/invite/", {"role": "administrator"}, follow=True)
    found = re.search(r"http://testserver(/welcome/[^/<]+/)", page.content.decode())
    assert found
    person()
    deactivate("bo@example.org", actor="ada@example.org")
    assert Client().get(found[1]).status_code == 410
